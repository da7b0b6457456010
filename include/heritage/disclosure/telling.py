"""Texts that give the place away although it is withheld: figures of it, its address, the area that is kept
back, or how it lies to what everybody can find."""

import re
from functools import lru_cache

import numpy as np

from heritage.disclosure.lying import lies, names_street
from heritage.disclosure.words import Flags, fold
from heritage.model.arrow import Array, pc
from heritage.model.figures import coordinates_in, place_in

_MAY_BE_A_PLACE = "|".join(
    (
        r"[^0-9A-Za-z_:/-]",
        r"[0-9][C-Xc-x][A-Za-z]{2}[0-9]",
        r"[0-9][NSns]",
        r"[0-9]{6}[:/-]+[0-9]{6}",
        r"[a-z]{3}[:=][0-9-]",
        r"///",
    )
)
"""Ids of figures, letters and the usual signs between them are passed over, but for notations of these."""
_WORD = re.compile(r"[^\W_]+")


def tells_place(text: str, address: str | None, area: str | None = None) -> bool:
    """True when the text holds figures of a place, the record's address or street or a house number, or says
    how it lies to something else. `area` is the municipality where that is withheld.

    >>> tells_place("12 and 14, Grey Street", "12 and 14, Grey Street, Newcastle")
    True
    >>> tells_place("Church of St Mary", "Church Lane 3")
    False
    >>> tells_place("Bowl barrow 350m north west of Manor Farm", None)
    True
    """
    return _says(text) or _named(_words(text), address, area)


def told_by_id(ids: Array, hidden: Flags) -> Flags:
    """Which of the hidden records have their place in the register's own id: nothing can be told of them."""
    told = np.zeros(len(ids), dtype=bool)
    may = pc.match_substring_regex(ids, _MAY_BE_A_PLACE).to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(hidden & may)
    told[rows] = [coordinates_in(text) for text in ids.take(rows).to_pylist()]
    return told


@lru_cache(maxsize=100_000)  # registers repeat their terms, and records are told by several ways
def _says(text: str) -> bool:
    return place_in(text) or lies(text)


def _named(said: str, address: str | None, area: str | None) -> bool:
    if (within := _words(area or "")).strip() and within in said:
        return True
    whole = _words(address or "")
    if whole.strip() and (whole in said or (said in whole and any(c.isdigit() for c in said))):
        return True
    for part in map(_words, re.split(r"[,;\n]", address or "")):
        street = " ".join(word for word in part.split() if not any(c.isdigit() for c in word))
        numbered = len(street.split()) < len(part.split())
        if street and ((numbered and part in said) or (names_street(street) and f" {street} " in said)):
            return True
    return False


def _words(text: str) -> str:
    """Folded words framed by spaces, so that one text is found in another as whole words only."""
    return " " + " ".join(_WORD.findall(fold(text))) + " "
