"""What an error answer of the API means for us.

The HTTP status is 200 for every error, and `error.code` is only the first of several: the header
`MediaWiki-API-Error` and the message names tell what happened.
"""

from collections.abc import Mapping
from typing import Any

from heritage.errors import (
    EditConflict,
    HeritageError,
    WikiBusy,
    WikiRefused,
    WikiStopped,
    WikiUnclear,
)

_BUSY = {
    "assertuserfailed",
    "badtoken",
    "maxlag",
    "readonly",
    "ratelimited",
    "actionthrottled",
    "actionthrottledtext",
    "readonlytext",
}
_CONFLICT = {"editconflict", "edit-conflict", "unresolved-redirect", "nosuchrevid"}
_PROTECTED = {"protectedpage", "protectedpagetext", "cascadeprotected", "protectednamespace"}
_STOPPED = {
    "assertbotfailed",
    "assertnameduserfailed",
    "autoblocked",
    "autoblockedtext",
    "badaccess-groups",
    "blocked",
    "blockedtext",
    "mwoauth-invalid-authorization",
    "permissiondenied",
    "readapidenied",
}
_REFUSED = ("abusefilter-", "invalid-", "not-recognized", "no-such-", "param-", "spam", "wikibase-")
_REFUSED_CODES = {"badtags", "modification-failed", "rawmessage"}
_GENERAL = {"failed-save", "modification-failed", "permissiondenied", "rawmessage"}
"""Codes that say nothing as long as another one stands beside them."""


def error_names(error: Mapping[str, Any], header: str) -> list[str]:
    """All codes and message names of an answer, the general ones included, without repeats."""
    names = [str(error.get("code", ""))]
    names += [code.strip() for code in header.split(",")]
    messages = error.get("messages") or []
    if isinstance(messages, Mapping):  # formatversion 1
        messages = [message for key, message in messages.items() if key != "html"]
    names += [str(message["name"]) for message in messages if "name" in message]
    return list(dict.fromkeys(name for name in names if name))


def classify(names: list[str], info: str, retry_after: float | None = None) -> HeritageError:
    """The error to raise, sorted by what the caller must do; `names` as `error_names` gives them."""
    known = set(names)
    special = [n for n in names if n not in _GENERAL and not n.startswith("wikibase-api-")]
    code = special[0] if special else (names[0] if names else "unknown")
    text = f"The wiki answers {', '.join(names) or 'an error without a code'}: {info}"
    if known & _CONFLICT:
        return EditConflict(text)
    if known & _BUSY:
        return WikiBusy(text, retry_after)
    if known & _PROTECTED:
        return WikiRefused(text, "protected")
    if known & _STOPPED:
        return WikiStopped(text)
    if known & _REFUSED_CODES or any(name.startswith(_REFUSED) for name in [code]):
        return WikiRefused(text, code)
    return WikiUnclear(text)


def retry_after(header: str | None) -> float | None:
    """Seconds of a Retry-After header; a date in it, or no header, is None."""
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None
