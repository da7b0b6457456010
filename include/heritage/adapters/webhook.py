"""Tells a chat or mail gateway something, through an incoming webhook."""

from urllib.parse import urlsplit

import httpx

from heritage.adapters.silent import silence
from heritage.errors import SourceUnavailable, SpecError

silence("httpx", "httpcore")
_TIMEOUT_S = 30.0
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def post_text(url: str, text: str) -> None:
    """Posts `{"text": text}` as JSON, what Slack, Mattermost, Rocket.Chat and others understand.

    The path of a webhook is its password: no message names more than the host. Raises SpecError for an
    address that is no HTTPS (but on this machine), SourceUnavailable when the server does not take it.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise SpecError("the address of the webhook cannot be read") from None
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)):
        raise SpecError(f"the webhook at {host or 'no host'} is no https address: what is told would be open")
    try:
        answer = httpx.post(url, json={"text": text}, timeout=_TIMEOUT_S)
    except httpx.HTTPError as error:
        raise SourceUnavailable(f"the webhook at {host} was not reached ({type(error).__name__})") from None
    if not answer.is_success:
        raise SourceUnavailable(f"the webhook at {host} answered {answer.status_code}")
