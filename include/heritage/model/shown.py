"""Register text made fit to be shown: the same for reports, pages and the command line."""

import unicodedata

_UNWANTED = frozenset("\ufffe\uffff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str) -> str:
    """Without control characters, what XML forbids, and overrides of direction that make a page lie.

    >>> printable("evil\\u202egpj.exe\\x00")
    'evilgpj.exe'
    """
    return "".join(c for c in text if c in "\n\t" or not _is_unwanted(c))


def shorten(text: str, limit: int = 140) -> str:
    """Whole when it fits, else cut with an ellipsis.

    >>> shorten("monastery", 5)
    'mona…'
    """
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _is_unwanted(c: str) -> bool:
    return c in _UNWANTED or unicodedata.category(c) in ("Cc", "Cs")
