"""Names of a whole index folded at once as `text.fold` does, and their words, over arrays of bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from heritage.model.arrow import pc
from heritage.reconcile.jit import kernel, leaf
from heritage.reconcile.text import LONGEST_NAME, Column, Ints, folded_character

Bytes = npt.NDArray[np.uint8]
Hashes = npt.NDArray[np.uint64]

_SPACE = 32
_CODES = 0x110000
_UNKNOWN, _DROPPED = -2, 0


@dataclass(frozen=True, slots=True)
class Packed:
    """Byte strings one after the other: string k is data[start[k]:start[k + 1]]."""

    data: Bytes
    start: Ints

    @property
    def rows(self) -> int:
        return len(self.start) - 1

    def take(self, rows: Ints) -> "Packed":
        """The strings of these numbers, in this order."""
        data, start = _take(self.data, self.start, rows.astype(np.int64))
        return Packed(data, start)

    def strings(self, rows: Ints) -> list[str]:
        """Python strings of these numbers."""
        taken = self.take(rows)
        text, start = taken.data.tobytes().decode("ascii"), taken.start.tolist()
        return [text[a:b] for a, b in pairwise(start)]


@dataclass(frozen=True, slots=True)
class Words:
    """The distinct words of each text in order: word k of text t is `hashes[begin[t] + k]`, and stands at
    `at[begin[t] + k]` of the text's bytes, `length` long. The lowest bit of a hash tells a number."""

    hashes: Hashes
    begin: Ints
    at: Ints
    length: Ints


def packed(texts: Sequence[str]) -> Packed:
    """Folded texts as bytes."""
    start = np.cumsum([0, *map(len, texts)]).astype(np.int64)
    return Packed(np.frombuffer("".join(texts).encode("ascii"), dtype=np.uint8), start)


class Folder:
    """Folds many strings; remembers what each character becomes."""

    def __init__(self) -> None:
        self._offset = np.full(_CODES, _UNKNOWN, dtype=np.int32)
        self._length = np.zeros(_CODES, dtype=np.uint8)
        self._bytes = np.zeros(1, dtype=np.uint8)

    def fold(self, texts: Column) -> Packed:
        """`texts` (strings, no nulls) in Latin letters, lower case, single spaces."""
        if not len(texts):
            return Packed(np.zeros(0, dtype=np.uint8), np.zeros(1, dtype=np.int64))
        texts = pc.cast(texts, pa.large_string())
        if texts.offset:
            texts = pa.concat_arrays([texts])
        _, offsets, data = texts.buffers()
        start = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
        raw = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)
        self._learn(np.flatnonzero(_seen(raw, start, _CODES)))
        folded, begin = _fold(raw, start, self._offset, self._length, self._bytes, LONGEST_NAME)
        return Packed(folded, begin)

    def _learn(self, codes: Ints) -> None:
        new = codes[self._offset[codes] == _UNKNOWN].tolist()
        pieces, size = [self._bytes], len(self._bytes)
        for code in new:
            piece = folded_character(chr(code)).encode("ascii")
            self._offset[code], self._length[code] = size, len(piece)
            pieces.append(np.frombuffer(piece, dtype=np.uint8))
            size += len(piece)
        if new:
            self._bytes = np.concatenate(pieces)


def distinct(texts: Packed) -> tuple[Ints, Ints]:
    """(number of the first text like it among the distinct ones, rows of the distinct ones)."""
    number, _ = pd.factorize(text_hashes(texts))
    number = number.astype(np.int64)
    return number, first_rows(number)


def first_rows(number: Ints) -> Ints:
    """Rows where each number of a factorised column stands first."""
    if not len(number):
        return np.zeros(0, dtype=np.int64)
    before = np.concatenate([[-1], np.maximum.accumulate(number)[:-1]])
    return np.flatnonzero(number > before).astype(np.int64)


def text_hashes(texts: Packed) -> Hashes:
    """One number for each text."""
    return _text_hashes(texts.data, texts.start)


def words_of(texts: Packed) -> Words:
    """The distinct words of each folded text; numbers in one notation (2nd, II and 2 are one word)."""
    return Words(*_words(texts.data, texts.start))


def joined(left: Packed, a: Ints, right: Packed, b: Ints) -> tuple[Packed, Ints]:
    """Text a[k] of `left`, a space and text b[k] of `right`, and the k that this was made for: those where
    the left text is not empty and does not hold the right one already."""
    data, start, made = _joined(left.data, left.start, a, right.data, right.start, b)
    return Packed(data, start), made


@kernel
def _seen(data: Bytes, start: Ints, size: int) -> npt.NDArray[np.bool_]:
    seen = np.zeros(size, dtype=np.bool_)
    k, end = start[0], start[-1]
    while k < end:
        code, k = _code(data, k)
        seen[code] = True
    return seen


@leaf
def _code(data: Bytes, k: int) -> Any:
    """One character of UTF-8 and where the next begins."""
    first = np.int64(data[k])
    if first < 0x80:
        return first, k + 1
    if first < 0xE0:
        return ((first & 0x1F) << 6) | (np.int64(data[k + 1]) & 0x3F), k + 2
    if first < 0xF0:
        return (
            ((first & 0x0F) << 12) | ((np.int64(data[k + 1]) & 0x3F) << 6) | (np.int64(data[k + 2]) & 0x3F)
        ), k + 3
    return (
        ((first & 0x07) << 18)
        | ((np.int64(data[k + 1]) & 0x3F) << 12)
        | ((np.int64(data[k + 2]) & 0x3F) << 6)
        | (np.int64(data[k + 3]) & 0x3F)
    ), k + 4


@kernel
def _fold(
    data: Bytes, start: Ints, offset: npt.NDArray[np.int32], length: Bytes, pieces: Bytes, longest: int
) -> tuple[Bytes, Ints]:
    rows = len(start) - 1
    out = np.empty(max((start[-1] - start[0]) * 2, 64), dtype=np.uint8)
    begin = np.zeros(rows + 1, dtype=np.int64)
    size = 0
    for row in range(rows):
        k, end, characters = start[row], start[row + 1], 0
        first = size
        while k < end and characters < longest:
            code, k = _code(data, k)
            characters += 1
            many = length[code]
            if size + many + 1 > len(out):
                larger = np.empty(len(out) * 2 + many, dtype=np.uint8)
                larger[:size] = out[:size]
                out = larger
            for piece in range(many):
                byte = pieces[offset[code] + piece]
                if byte == 32 and (size == first or out[size - 1] == 32):
                    continue
                out[size] = byte
                size += 1
        if size > first and out[size - 1] == 32:
            size -= 1
        begin[row + 1] = size
    return out[:size].copy(), begin


@kernel
def _take(data: Bytes, start: Ints, rows: Ints) -> tuple[Bytes, Ints]:
    begin = np.zeros(len(rows) + 1, dtype=np.int64)
    for k in range(len(rows)):
        begin[k + 1] = begin[k] + start[rows[k] + 1] - start[rows[k]]
    out = np.empty(begin[-1], dtype=np.uint8)
    for k in range(len(rows)):
        out[begin[k] : begin[k + 1]] = data[start[rows[k]] : start[rows[k] + 1]]
    return out, begin


@leaf
def _hash(data: Bytes, start: int, end: int) -> np.uint64:
    """FNV-1a with a finish that mixes all bits."""
    value = np.uint64(14695981039346656037)
    for k in range(start, end):
        value = (value ^ np.uint64(data[k])) * np.uint64(1099511628211)
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value ^= value >> np.uint64(33)
    return value


@kernel
def _text_hashes(data: Bytes, start: Ints) -> Hashes:
    out = np.empty(len(start) - 1, dtype=np.uint64)
    for row in range(len(out)):
        out[row] = _hash(data, start[row], start[row + 1])
    return out


_ROMANS = np.array([ord(c) for c in "ii\0\0iii\0iv\0\0vi\0\0vii\0viiiix\0\0xi\0\0xii\0"], dtype=np.uint8)
_VALUES = np.array([2, 3, 4, 6, 7, 8, 9, 11, 12], dtype=np.int64)


@leaf
def _roman(data: Bytes, start: int, end: int) -> Any:
    many = end - start
    if many < 2 or many > 4:
        return 0
    for row in range(len(_VALUES)):
        same = many == 4 or _ROMANS[row * 4 + many] == 0
        for k in range(many):
            same = same and _ROMANS[row * 4 + k] == data[start + k]
        if same:
            return _VALUES[row]
    return 0


@leaf
def _ordinal(data: Bytes, start: int, end: int) -> tuple[int, int]:
    """Where the figures of 2nd, 003 or 4eme stand; nowhere for what is no number."""
    k = start
    while k < end and 48 <= data[k] <= 57:
        k += 1
    if k == start:
        return 0, 0
    rest = end - k
    suffix = rest == 0
    if rest == 1:
        suffix = data[k] == 101  # e
    elif rest == 2:
        a, b = data[k], data[k + 1]
        suffix = (
            (a == 115 and b == 116)  # st
            or (a == 110 and b == 100)  # nd
            or (a == 114 and b == 100)  # rd
            or (a == 116 and b == 104)  # th
            or (a == 101 and b == 114)  # er
        )
    elif rest == 3:
        suffix = data[k] == 101 and data[k + 1] == 109 and data[k + 2] == 101  # eme
    if not suffix:
        return 0, 0
    first = start
    while first < k - 1 and data[first] == 48:
        first += 1
    return first, k


@kernel
def _words(data: Bytes, start: Ints) -> tuple[Hashes, Ints, Ints, Ints]:
    rows = len(start) - 1
    most = 0
    for k in range(start[0], start[-1]):
        most += data[k] == 32
    most += rows
    hashes = np.empty(most, dtype=np.uint64)
    at, length = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    begin = np.zeros(rows + 1, dtype=np.int64)
    figures = np.empty(2, dtype=np.uint8)
    count = 0
    for row in range(rows):
        k, end, first = start[row], start[row + 1], count
        while k < end:
            stop = k
            while stop < end and data[stop] != 32:
                stop += 1
            if stop > k:
                a, b = _ordinal(data, k, stop)
                value = _roman(data, k, stop) if b == a else 0
                if b > a:
                    found = _hash(data, a, b) | np.uint64(1)
                elif value:
                    many = 0
                    if value >= 10:
                        figures[0] = 49
                        many = 1
                    figures[many] = 48 + value % 10
                    found = _hash(figures, 0, many + 1) | np.uint64(1)
                else:
                    found = _hash(data, k, stop) & ~np.uint64(1)
                known = False
                for earlier in range(first, count):
                    known = known or hashes[earlier] == found
                if not known:
                    hashes[count], at[count], length[count] = found, k, stop - k
                    count += 1
            k = stop + 1
        begin[row + 1] = count
    return hashes[:count].copy(), begin, at[:count].copy(), length[:count].copy()


@kernel
def _joined(
    left: Bytes, left_start: Ints, a: Ints, right: Bytes, right_start: Ints, b: Ints
) -> tuple[Bytes, Ints, Ints]:
    size = 0
    for k in range(len(a)):
        size += left_start[a[k] + 1] - left_start[a[k]] + 1 + right_start[b[k] + 1] - right_start[b[k]]
    out = np.empty(max(size, 1), dtype=np.uint8)
    begin, made = np.zeros(len(a) + 1, dtype=np.int64), np.empty(len(a), dtype=np.int64)
    count = size = 0
    for k in range(len(a)):
        first, last = left_start[a[k]], left_start[a[k] + 1]
        needle, stop = right_start[b[k]], right_start[b[k] + 1]
        many = stop - needle
        if last == first or many == 0:
            continue
        holds = False
        for place in range(first, last - many + 1):
            same = True
            for j in range(many):
                if left[place + j] != right[needle + j]:
                    same = False
                    break
            if same:
                holds = True
                break
        if holds:
            continue
        out[size : size + last - first] = left[first:last]
        size += last - first
        out[size] = 32
        out[size + 1 : size + 1 + many] = right[needle:stop]
        size += 1 + many
        made[count] = k
        count += 1
        begin[count] = size
    return out[:size].copy(), begin[: count + 1].copy(), made[:count].copy()
