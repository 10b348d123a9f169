"""Stands in for OpenAI's SDK where there is none: sends what it is given, and gives what comes, as that does."""

import http.client
import json
import types
import urllib.parse
import urllib.request

import httpx


class APIConnectionError(Exception):
    """No connection: never here, a gateway is there."""


class InternalServerError(Exception):
    """A status of 500 or more: never here."""


class OpenAI:
    def __init__(self, *, base_url, api_key):
        self._url = base_url
        self._headers = {"Content-Type": "application/json", "Authorization": "Bearer " + api_key}
        self.chat = types.SimpleNamespace(completions=types.SimpleNamespace(create=self._completion))
        self.responses = types.SimpleNamespace(create=self._response, retrieve=self._retrieved)

    def _completion(self, **asked):
        return self._posted("/chat/completions", **asked)

    def _response(self, **asked):
        return self._posted("/responses", **asked)

    def _posted(self, path, *, stream, extra_headers=None, **asked):
        assert stream, "only streams are acted out here"
        body = json.dumps({**asked, "stream": stream}).encode()
        return self._events(urllib.request.Request(self._url + path, body, {**self._headers, **(extra_headers or {})}))

    def _retrieved(self, response_id, *, stream, starting_after):
        assert stream, "only streams are acted out here"
        query = urllib.parse.urlencode({"stream": "true", "starting_after": starting_after})
        return self._events(urllib.request.Request(f"{self._url}/responses/{response_id}?{query}", headers=self._headers))

    def _events(self, request):
        try:
            with urllib.request.urlopen(request) as answer:
                block = b""
                for line in answer:
                    if line == b"\n" and block.startswith(b"{"):
                        yield json.loads(block, object_hook=lambda fields: Fields(**fields))
                    block = line[6:] if line.startswith(b"data: ") else b"" if line == b"\n" else block
        except (http.client.HTTPException, OSError) as lost:
            raise httpx.TransportError(lost) from lost


class Fields(types.SimpleNamespace):
    def __getattr__(self, name):
        return None  # what isn't sent
