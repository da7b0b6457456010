"""Names made comparable: one script, one case, tokens; each distinct string is read once."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from anyascii import anyascii

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Column = Any
"""A column of an Arrow table."""

LONGEST_NAME = 300
"""Characters of a name that are compared; what stands beyond is a description, not a name."""

_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ`´](?=\w)")
_NOT_WORD = re.compile(r"[^0-9a-z]+")
_BRACKETS = re.compile(r"\s*[(\[（【][^()\[\]（）【】]*[)\]）】]\s*")
_MAIN_PLACE = re.compile(r"\s*(?:[/,;(\[]| bei | am | an der | a\. ?d\. ).*$")


def fold(text: str) -> str:
    """Latin letters, lower case, single spaces: what two spellings of one name share.

    >>> fold("Żółkiewka – კოშკი")
    'zolkiewka koshki'
    """
    plain = anyascii(_APOSTROPHE.sub("", text[:LONGEST_NAME])).casefold().replace("'", "")
    return _NOT_WORD.sub(" ", plain).strip()


def name_variants(name: str, place: str) -> set[str]:
    """A name as it may stand on the other side: without its brackets, in its halves, with its municipality.

    >>> sorted(name_variants("Thugga/Tokai?", ""))
    ['thugga', 'thugga tokai', 'tokai']
    >>> sorted(name_variants("Stadtbücherei", "Velden/Vils"))
    ['stadtbucherei', 'stadtbucherei velden']
    """
    name = name[:LONGEST_NAME]
    bare = _BRACKETS.sub(" ", name)
    plain = {fold(name), fold(bare)}
    if "/" in bare:
        plain.update(fold(half) for half in bare.split("/"))
    main = main_place(place)
    if main:
        plain |= {f"{text} {main}" for text in plain if text and main not in text}
    return {text for text in plain if text}


def main_place(place: str) -> str:
    """The municipality's own name, folded, without district or river.

    >>> main_place("Roth bei Nürnberg")
    'roth'
    """
    return fold(_MAIN_PLACE.sub("", place)) or fold(place)


@dataclass(frozen=True, slots=True)
class Names:
    """Texts of rows by number: `owner[k]` carries text number `text[k]`. Sorted; no pair twice."""

    owner: Ints
    text: Ints
    rows: int

    @property
    def starts(self) -> Ints:
        """Where the names of each row begin; one longer than rows."""
        return np.searchsorted(self.owner, np.arange(self.rows + 1)).astype(np.int64)


def gather(named: Iterable[tuple[int, str]], rows: int, texts: dict[str, int]) -> Names:
    """Names of (row, folded text) pairs; `texts` numbers the distinct strings and grows."""
    pairs = sorted({(row, texts.setdefault(text, len(texts))) for row, text in sorted(set(named))})
    both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Names(both[:, 0].copy(), both[:, 1].copy(), rows)


def whole(column: Column) -> Any:
    """The column as one array."""
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def listed_texts(column: Column) -> list[tuple[int, str]]:
    """(row, text) of a column of language-tagged texts; nulls left out."""
    array = whole(column)
    owners: list[int] = pc.list_parent_indices(array).to_pylist()
    texts: list[str] = pc.struct_field(pc.list_flatten(array), "text").to_pylist()
    return [(owner, text) for owner, text in zip(owners, texts, strict=True) if text]


def listed_values(column: Column) -> tuple[Ints, list[str]]:
    """Row numbers and values of a column of lists of strings."""
    array = whole(column)
    owners = pc.list_parent_indices(array).to_numpy(zero_copy_only=False).astype(np.int64)
    values: list[str] = pc.list_flatten(array).to_pylist()
    return owners, values


def texts_of(column: Column) -> list[str]:
    """A column of strings with nulls as empty text."""
    return [value or "" for value in column.to_pylist()]


def tokens_of(texts: Sequence[str]) -> list[list[str]]:
    """The distinct words of each folded text; numbers in one notation.

    >>> tokens_of(["elisabeth ii", "2nd battery"])
    [['2', 'elisabeth'], ['2', 'battery']]
    """
    return [sorted({_number(word) for word in text.split()}) for text in texts]


_ROMAN = {
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "xi": "11",
    "xii": "12",
}
_ORDINAL = re.compile(r"^0*(\d+)(?:st|nd|rd|th|er|e|eme)?$")


def _number(word: str) -> str:
    ordinal = _ORDINAL.match(word)
    return ordinal.group(1) if ordinal else _ROMAN.get(word, word)
