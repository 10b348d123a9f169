"""Stands in for what OpenAI's SDK reads with, as far as it shows."""


class TransportError(Exception):
    """The connection broke."""
