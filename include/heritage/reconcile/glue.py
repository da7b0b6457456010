"""Sentences glued from pieces, all rows of a table at once: each piece is one of a few texts, by number."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from heritage.model.arrow import pc
from heritage.reconcile.folding import Bytes, first_rows
from heritage.reconcile.jit import kernel
from heritage.reconcile.text import Column, Ints


class Piece(NamedTuple):
    """The text of each row: text c is data[start[c]:start[c + 1]], empty where the code is -1."""

    code: Ints
    data: Bytes
    start: Ints


def said(code: Ints, texts: Sequence[str]) -> Piece:
    """One of these texts in each row."""
    spelled = [text.encode() for text in texts]
    start = np.cumsum([0, *map(len, spelled)]).astype(np.int64)
    return Piece(code, np.frombuffer(b"".join(spelled), dtype=np.uint8), start)


def quoted(column: Column) -> Piece:
    """The strings of a column, empty for null."""
    large = pc.cast(column, pa.large_string())
    start = np.frombuffer(large.buffers()[1], dtype=np.int64)[large.offset : large.offset + len(large) + 1]
    data = large.buffers()[2]
    there = pc.is_valid(large).to_numpy(zero_copy_only=False)
    letters = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)
    return Piece(np.where(there, np.arange(len(large)), -1), letters, start)


def once(keys: Sequence[Ints], text: Callable[..., str]) -> Piece:
    """The text of each row's keys, written once for each combination of them."""
    code = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        of_key, values = pd.factorize(key)
        code, _ = pd.factorize(code * max(len(values), 1) + of_key)
    first = first_rows(code)
    return said(code.astype(np.int64), [text(*row) for row in np.column_stack(keys)[first].tolist()])


def glued(*pieces: Piece) -> Column:
    """The pieces of each row one after the other, as an Arrow column."""
    end = np.zeros(len(pieces[0].code) + 1, dtype=np.int64)
    for piece in pieces:
        _measure(piece.code, piece.start, end)
    np.cumsum(end, out=end)
    out, at = np.empty(end[-1], dtype=np.uint8), end[:-1].copy()
    for piece in pieces:
        _write(piece.code, piece.data, piece.start, out, at)
    offsets: Any = end.astype(np.int32)
    letters: Any = out
    return pa.StringArray.from_buffers(len(at), pa.py_buffer(offsets), pa.py_buffer(letters))


@kernel
def _measure(code: Ints, start: Ints, end: Ints) -> None:
    for row in range(len(code)):
        if code[row] >= 0:
            end[row + 1] += start[code[row] + 1] - start[code[row]]


@kernel
def _write(code: Ints, data: Bytes, start: Ints, out: Bytes, at: Ints) -> None:
    for row in range(len(code)):
        if code[row] >= 0:
            place = at[row]
            for k in range(start[code[row]], start[code[row] + 1]):
                out[place] = data[k]
                place += 1
            at[row] = place
