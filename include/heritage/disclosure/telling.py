"""Texts that give the place away although its coordinates are withheld: an address or figures in a name."""

import re

from heritage.disclosure.words import fold

_FIGURES = re.compile(
    r"\d\s*°"  # 53° 45' 25" N
    r"|\b\d{1,3}[.,]\d{4,}\b"  # 53.75716
    r"|\b\d{1,3}[.,]\d{2,}\W{1,12}\d{1,3}[.,]\d{2,}\b"  # 53.75, -1.67
    r"|\b\d{1,3}\.\d+\s*[,;]\s*-?\d{1,3}\.\d+\b"  # 53.8, -1.7
    r"|\b[A-Za-z]{2}\s?\d{3,5}\s?\d{3,5}\b"  # a grid reference such as SE 214 291
    r"|\b\d{6,7}\W{1,12}\d{6,7}\b"  # easting and northing
    r"|\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,}\b"  # a plus code
)
_WORD = re.compile(r"[^\W_]+")


def tells_place(text: str, address: str | None) -> bool:
    """True when the text holds figures of a place, the record's address, or its street and house number.

    >>> tells_place("12 and 14, Grey Street", "12 and 14, Grey Street, Newcastle")
    True
    >>> tells_place("Church of St Mary", "Church Lane 3")
    False
    """
    if _FIGURES.search(text):
        return True
    said = _words(text)
    whole = _words(address or "")
    if whole.strip() and (whole in said or (said in whole and any(c.isdigit() for c in said))):
        return True
    numbered = (_words(part) for part in re.split(r"[,;\n]", address or "") if any(c.isdigit() for c in part))
    return any(part in said for part in numbered if any(c.isalpha() for c in part))


def _words(text: str) -> str:
    """Folded words framed by spaces, so that one text is found in another as whole words only."""
    return " " + " ".join(_WORD.findall(fold(text))) + " "
