"""Columns of a table as arrays of numbers: values that repeat are held once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from heritage.model.arrow import pc
from heritage.reconcile.jit import kernel
from heritage.reconcile.text import Column, Floats, Ints, Small, filled, whole


@dataclass(frozen=True, slots=True)
class Names:
    """Texts of rows by number: those of row r are text[start[r]:start[r + 1]], each once, by number."""

    start: Ints
    text: Ints

    @property
    def rows(self) -> int:
        return len(self.start) - 1

    @property
    def owner(self) -> Ints:
        return np.repeat(np.arange(self.rows), np.diff(self.start))


@dataclass(frozen=True, slots=True)
class Listed:
    """Values of rows, several for one row or none: those of row r are code[start[r]:start[r + 1]], numbers of
    `values`."""

    start: Ints
    code: Ints
    values: list[str]

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each value."""
        return {value: number for number, value in enumerate(self.values) if value}

    @property
    def owner(self) -> Ints:
        """The row of each value."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))


@dataclass(frozen=True, slots=True)
class Coded:
    """A value of each row or none: row r has values[code[r]], none where its code is -1."""

    code: Small
    values: Column
    """Distinct texts."""

    def numbers(self, codes: Mapping[str, int]) -> Ints:
        """The number of each row's value among others, -1 for none."""
        return self.each((codes.get(value, -1) for value in self.values.to_pylist()), -1)

    def each(self, of_value: Iterable[int], none: int) -> Ints:
        """For each row what is told of its value, else `none`."""
        told: Ints = np.array([*of_value, none], dtype=np.int64)
        return told[self.code]


def coded(column: Column) -> Coded:
    """A column of strings; null and empty text are none."""
    encoded = whole(column).dictionary_encode()
    code = filled(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32)
    at = pc.index(encoded.dictionary, "").as_py()
    if at >= 0:
        code[code == at] = -1
    return Coded(code, encoded.dictionary)


def names_of(owner: Ints, text: Ints, rows: int) -> Names:
    """Texts by number with the row of each, in any order."""
    start = starts(owner, rows)
    return Names(*_once_each(start, grouped(owner, text, start)))


_FEW = 16
"""Numbers that are sorted faster without a call."""


@kernel
def grouped(row: Ints, value: Ints, start: Ints) -> Ints:
    """The values row by row in the order that they stand in; those of row r begin at start[r]."""
    at, out = start[:-1].copy(), np.empty(len(value), dtype=np.int64)
    for k in range(len(value)):
        out[at[row[k]]] = value[k]
        at[row[k]] += 1
    return out


@kernel
def _once_each(start: Ints, text: Ints) -> tuple[Ints, Ints]:
    """The texts of each row in order, each once; where those of each row begin."""
    begin, size = np.zeros(len(start), dtype=np.int64), 0
    for row in range(len(start) - 1):
        some = text[start[row] : start[row + 1]]
        if len(some) > _FEW:
            some.sort()
        for k in range(1, len(some) if len(some) <= _FEW else 0):
            one, at = some[k], k
            while at > 0 and some[at - 1] > one:
                some[at] = some[at - 1]
                at -= 1
            some[at] = one
        for k in range(len(some)):
            if k == 0 or some[k] != some[k - 1]:
                text[size] = some[k]
                size += 1
        begin[row + 1] = size
    return begin, text[:size].copy()


def unlisted(rows: int) -> Listed:
    """No value for any of so many rows."""
    return Listed(np.zeros(rows + 1, dtype=np.int64), np.zeros(0, dtype=np.int64), [])


def listed_texts(column: Column) -> tuple[Ints, Column]:
    """Row and text of a column of language-tagged texts; nulls and empty texts left out."""
    array = whole(column)
    owners = pc.list_parent_indices(array)
    texts: Column = pc.struct_field(pc.list_flatten(array), "text")
    there = pc.greater(filled(pc.binary_length(texts), 0), 0)
    owner = pc.filter(owners, there).to_numpy(zero_copy_only=False).astype(np.int64)
    return owner, pc.filter(texts, there)


def listed_values(column: Column) -> Listed:
    """A column of lists of strings."""
    array = whole(column)
    encoded = pc.list_flatten(array).dictionary_encode()
    return Listed(
        starts(pc.list_parent_indices(array).to_numpy(zero_copy_only=False), len(array)),
        encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64),
        encoded.dictionary.to_pylist(),
    )


def starts(owner: Ints, rows: int) -> Ints:
    """Where the values of each row begin, and the end."""
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=rows))]).astype(np.int64)


def floats(column: Column) -> Floats:
    """A column of numbers, NaN for null."""
    return np.array(column.to_numpy(zero_copy_only=False), dtype=np.float64, copy=True)
