"""Register text made fit to be shown: the same for reports, pages and the command line."""

import unicodedata

_UNWANTED = frozenset("\ufffe\uffff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The last four are wide: spreadsheets take them for the others where people write in wide letters."""


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


def cell(value: object) -> object:
    """For CSV files that people open in a spreadsheet: a text that would run there as a formula gets an
    apostrophe before it; numbers stay numbers.

    >>> cell("=HYPERLINK(1)"), cell(" @SUM(1)"), cell(-1.5), cell("Q-1")
    ("'=HYPERLINK(1)", "' @SUM(1)", -1.5, 'Q-1')
    """
    if isinstance(value, str) and value.lstrip(" \n\u00a0").startswith(_FORMULA):
        return f"'{value}"
    return value
