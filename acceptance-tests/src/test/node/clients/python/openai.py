"""Stands in for OpenAI's SDK where there is none: sends what it is given, and gives what comes, as that does."""

import json
import types
import urllib.request


class OpenAI:
    def __init__(self, *, base_url, api_key):
        self._url = base_url + "/chat/completions"
        self._headers = {"Content-Type": "application/json", "Authorization": "Bearer " + api_key}
        self.chat = types.SimpleNamespace(completions=types.SimpleNamespace(create=self._create))

    def _create(self, *, stream, extra_headers=None, **asked):
        assert stream, "only streams are acted out here"
        body = json.dumps({**asked, "stream": stream}).encode()
        headers = {**self._headers, **(extra_headers or {})}
        with urllib.request.urlopen(urllib.request.Request(self._url, body, headers)) as answer:
            for line in answer:
                if line.startswith(b"data: {"):
                    yield json.loads(line[6:], object_hook=lambda fields: Fields(**fields))


class Fields(types.SimpleNamespace):
    def __getattr__(self, name):
        return None  # what isn't sent
