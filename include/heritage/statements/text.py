"""How Wikibase stores and refuses texts, so that what was sent can be compared with what stands there."""

import re
import unicodedata
from urllib.parse import urlsplit

LABEL_LIMIT = 250
STRING_LIMIT = 400
URL_LIMIT = 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MARKS = re.compile("[\"'`\u00b4\u00ab\u00bb\u02bc\u2018-\u201f\u2032\u2033\u2039\u203a]")
_URL = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20]+", re.IGNORECASE)


def nfc(text: str) -> str:
    """A string or an identifier as the wiki will store it: written with composed characters."""
    return unicodedata.normalize("NFC", text)


def stored(text: str) -> str:
    """A label as the wiki will store it: NFC, line breaks as spaces, trimmed.

    >>> stored(" e\\u0301glise\\n")
    'église'
    """
    return _CONTROL.sub(" ", nfc(text)).strip()


def folded(text: str) -> str:
    """For the question whether two names are the same; quotation marks and apostrophes tell none apart.

    >>> folded("Library  «Elm»") == folded('library "Elm"')
    True
    """
    return " ".join(_MARKS.sub("", nfc(nfc(text).casefold())).split())


def url_fault(url: str) -> str | None:
    """Why the wiki would refuse this URL or a reader could not follow it; None when it is good."""
    if not _URL.fullmatch(url):
        return "is not an http(s) URL without spaces"
    if len(url) > URL_LIMIT:
        return f"is longer than {URL_LIMIT} characters"
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return "cannot be parsed"
    return None if host else "has no host"


def same_url(one: str, other: str) -> bool:
    """True when two URLs differ only in http or https, or in a slash at the end.

    >>> same_url("http://kulturarv.example/1", "https://kulturarv.example/1/")
    True
    """
    return _bare(one) == _bare(other)


def _bare(url: str) -> str:
    return re.sub(r"^https?://", "", nfc(url), flags=re.IGNORECASE).rstrip("/")


def string_fault(text: str) -> str | None:
    """Why the wiki would refuse or change this string value; None when it is good."""
    if not text:
        return "is empty"
    if text != text.strip():
        return "begins or ends with a space"
    if _CONTROL.search(text):
        return "contains a control character"
    return f"is longer than {STRING_LIMIT} characters" if len(text) > STRING_LIMIT else None
