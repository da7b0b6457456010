"""Names made comparable: one script, one case, tokens; each distinct string is read once."""

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from anyascii import anyascii

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Column = Any
"""A column of an Arrow table."""

MOST_NATS = 20.0
"""Nats of words in common that count: more of them say no more."""
LONGEST_NAME = 300
"""Characters of a name that are compared; what stands beyond is a description, not a name."""

_DROPPED = "'’ʼ`´"
_NOT_WORD = re.compile(r"[^0-9a-z]")
_BRACKETS = re.compile(r"\s*[(\[（【][^()\[\]（）【】]*[)\]）】]\s*")
_MAIN_PLACE = re.compile(r"\s*(?:[/,;(\[]| bei | am | an der | a\. ?d\. ).*$")


def fold(text: str) -> str:
    """Latin letters, lower case, single spaces: what two spellings of one name share.

    >>> fold("Żółkiewka – კოშკი")
    'zolkiewka koshki'
    """
    return " ".join(text[:LONGEST_NAME].translate(_FOLDED).split())


def folded_character(character: str) -> str:
    """What one character becomes, whatever stands beside it: letters, figures, spaces or nothing."""
    if character in _DROPPED:
        return ""
    return _NOT_WORD.sub(" ", anyascii(character).lower().replace("'", ""))


class _Folded(dict[int, str]):
    def __missing__(self, code: int) -> str:
        self[code] = folded_character(chr(code))
        return self[code]


_FOLDED = _Folded()


def name_parts(name: str) -> list[str]:
    """A name without its brackets, and the halves that a slash parts.

    >>> name_parts("Thugga/Tokai (Dougga)")
    ['Thugga/Tokai ', 'Thugga', 'Tokai ']
    """
    bare = _BRACKETS.sub(" ", name[:LONGEST_NAME])
    return [bare, *(bare.split("/") if "/" in bare else ())]


def main_place(place: str) -> str:
    """The municipality's own name, folded, without district or river.

    >>> main_place("Roth bei Nürnberg")
    'roth'
    """
    place = place[:LONGEST_NAME]
    return fold(_MAIN_PLACE.sub("", place)) or fold(place)


def arrow(values: Any, of: Any = None) -> Column:
    """The values as one Arrow array."""
    return pa.array(values, of)


def filled(column: Column, value: str | int | bool) -> Column:
    """The column with this value for nulls."""
    return column.fill_null(value)


def whole(column: Column) -> Any:
    """The column as one array."""
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
