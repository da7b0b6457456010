"""What an answer of the API to a write means for us.

The HTTP status is 200 for every error of the API, and `error.code` is only the first of several: the header
`MediaWiki-API-Error` and the message names tell what happened.
"""

import json
import math
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
    "actionthrottled",
    "actionthrottledtext",
    "assertuserfailed",
    "badtoken",
    "maxlag",
    "ratelimited",
    "readonly",
    "readonlytext",
}
_CONFLICT = {"alreadyrolled", "editconflict", "edit-conflict", "nosuchrevid", "unresolved-redirect"}
_PROTECTED = {"protectedpage", "protectedpagetext", "cascadeprotected", "protectednamespace"}
_STOPPED = {
    "assertbotfailed",
    "assertnameduserfailed",
    "autoblocked",
    "autoblockedtext",
    "badaccess-groups",
    "badtags",
    "blocked",
    "blockedtext",
    "mwoauth-invalid-authorization",
    "permissiondenied",
    "readapidenied",
}
"""The next edit would fare the same: a person must look, or set something right."""
_REFUSED = ("abusefilter-", "invalid-", "no-such-", "not-recognized", "param-", "spam", "wikibase-")
_REFUSED_CODES = {
    "articleexists",
    "badvalue",
    "cantcreate",
    "filetype-banned",
    "http-bad-status",
    "immobile-source-namespace",
    "missingparam",
    "missingtitle",
    "modification-failed",
    "mustbeposted",
    "mustpostparams",
    "no-automatic-entity-id",
    "no-external-page",
    "rawmessage",
    "toomanyvalues",
    "verification-error",
}
_GENERAL = {"failed-save", "modification-failed", "permissiondenied", "rawmessage"}
"""Codes that say nothing as long as another one stands beside them."""

SESSION_LOST = frozenset({"assertuserfailed", "assertbotfailed", "assertnameduserfailed"})
"""Refused before anything was done; after logging in again it may be another answer."""
RENEWABLE = SESSION_LOST | {"badtoken"}


def read_answer(status: int, headers: Mapping[str, str], text: str) -> dict[str, Any]:
    """The answer to a write, if the wiki took it.

    Raises the error that says what to do now: WikiBusy (nothing was saved, later), WikiRefused, EditConflict,
    WikiStopped, or WikiUnclear where something may have been saved.
    """
    pause = retry_after(headers.get("Retry-After"))
    if status == 429:
        raise WikiBusy("The wiki answers 429: too many requests.", pause)
    answer = _json(text)
    if answer is None:
        raise WikiUnclear(f"HTTP {status} and no JSON in answer to the write.")
    try:
        error = error_of(answer)
        names = error_names(error, headers.get("MediaWiki-API-Error", "")) if error is not None else []
    except (AttributeError, KeyError, TypeError):
        raise WikiUnclear(
            "The wiki answers the write with an error that is not in the form of one."
        ) from None
    if error is not None:
        raise classify(names, str(error.get("info", "")), pause)
    return answer


def error_of(answer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The error in an answer, in the form of `errorformat=bc`; None when there is none."""
    if "error" in answer:
        error: Mapping[str, Any] = answer["error"]
        return error
    if not answer.get("errors"):
        return None
    first = answer["errors"][0]
    said = first.get("text") or first.get("html") or ""
    return {"code": first.get("code", ""), "info": said, **(first.get("data") or {})}


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
        return WikiStopped(text + _advice(known))
    if known & _REFUSED_CODES or code.startswith(_REFUSED):
        return WikiRefused(text, code)
    return WikiUnclear(text)


def _advice(known: set[str]) -> str:
    if "badtags" in known:
        return " Nothing is saved with such a tag: leave it out of the target's `tags`, or have it activated."
    return ""


def _json(text: str) -> dict[str, Any] | None:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def retry_after(header: str | None) -> float | None:
    """Seconds of a Retry-After header; a date in it, what is no time, or no header, is None."""
    try:
        seconds = float(header) if header else math.nan
    except ValueError:
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
