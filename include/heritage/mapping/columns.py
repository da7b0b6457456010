"""What the cells of a description say about many rows at once."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from heritage.mapping.text import SPACES, fold, fold_all, letters, same, strip_all, with_letters
from heritage.model.arrow import Array, pc
from heritage.spec.record import Cell

Texts: TypeAlias = Array
"""A string column; null where a row says nothing."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Texts of which a row may have several: `rows` are their positions, in order."""

    rows: np.ndarray
    texts: Texts


class Columns:
    """Rows as string columns; `empty` are the folded texts by which the register says nothing."""

    def __init__(self, table: pa.Table, empty: Iterable[str]) -> None:
        self._table = table
        self._nothing = pa.array(sorted({"", *empty}), pa.string())

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def take(self, at: np.ndarray) -> "Columns":
        """Some of the rows."""
        return Columns(self._table.take(at), map(str, self._nothing.to_pylist()))

    def slices(self, rows: int) -> Iterator["Columns"]:
        """All rows, so many at a time; no rows are one slice."""
        for start in range(0, max(len(self), 1), rows):
            yield Columns(self._table.slice(start, rows), map(str, self._nothing.to_pylist()))

    def has(self, column: str) -> bool:
        """Whether any row has a cell of this name, if only an empty one."""
        return int(self._column(column).null_count) < len(self)

    def raw(self, column: str) -> Texts:
        """The cells of a column to the letter."""
        return self._said(self._column(column), lambda texts: texts)

    def texts(self, cell: Cell | None) -> Texts:
        """The folded texts of a cell, joined, cut, stripped and extracted as the description says."""
        if cell is None:
            return pa.nulls(len(self), pa.string())
        texts = self._joined(cell)
        if cell.split and cell.part:
            cut = pc.split_pattern(texts, cell.split)
            texts = _only(pc.list_slice(cut, cell.part - 1, cell.part), len(self))
        return self._finished(texts, cell)

    def ids(self, cell: Cell) -> Texts:
        """Ids to the letter, or what a cell makes of columns that hold more than the id."""
        if _plain(cell):
            return strip_all(self.raw(cell.name()))
        return self.texts(cell)

    def parts(self, cell: Cell) -> Parts:
        """The texts of a cell that may say several things in one row; what says nothing is left out."""
        if not cell.split or cell.part:
            texts, rows = self.texts(cell), np.arange(len(self))
        else:
            cut = pc.split_pattern(self._joined(cell), cell.split)
            texts, rows = self._finished(pc.list_flatten(cut), cell), pc.list_parent_indices(cut).to_numpy()
        said = pc.is_valid(texts)
        return Parts(rows[said.to_numpy(zero_copy_only=False)], texts.filter(said))

    def json(self, columns: Sequence[str]) -> Texts:
        """Each row as a JSON object of those of `columns` that it has, to the letter.

        The same text that `json.dumps` writes without spaces and with every script as it is.
        """
        pieces: list[Any] = []
        literal = "{"  # what stands between two texts is one piece: joining takes its time by the piece
        for name in columns:
            texts, key = self._column(name), json.dumps(name, ensure_ascii=False) + ':"'
            comma = "," if pieces else ""
            if texts.null_count:  # a cell that is not there takes its key with it
                pieces += [literal, pc.binary_join_element_wise(comma + key, _escaped(texts), '"', "")]
                literal = ""
            else:
                pieces += [literal + comma + key, _escaped(texts)]
                literal = '"'
        rows = same("", len(self))
        joined = pc.binary_join_element_wise(rows, *pieces, literal + "}", "", null_handling="skip")
        late = bool(columns) and self._column(columns[0]).null_count > 0
        return pc.replace_substring_regex(joined, r"^\{,", "{") if late else joined

    def _column(self, name: str) -> Texts:
        if name not in self._table.column_names:
            return pa.nulls(len(self), pa.string())
        chunks = self._table[name].chunks
        return chunks[0] if len(chunks) == 1 else pa.concat_arrays(chunks or [pa.array([], pa.string())])

    def _joined(self, cell: Cell) -> Texts:
        """Folded, but for whitespace that the cell is to be split at."""
        lines = cell.split is not None and any(c in SPACES and c != " " for c in cell.split)
        said = [self._said(self._column(name), strip_all if lines else fold_all) for name in cell.read()]
        if len(said) == 1:
            return said[0]
        begin = same("", len(self))  # joining drops rows in which all texts are null
        joined = pc.binary_join_element_wise(begin, *said, cell.join, null_handling="skip")
        return pc.if_else(pc.equal(joined, ""), None, pc.utf8_slice_codeunits(joined, len(cell.join)))

    def _finished(self, texts: Texts, cell: Cell) -> Texts:
        if _plain(cell):
            return texts
        if cell.strip:
            texts = pc.replace_substring_regex(texts, cell.strip, "")
        if cell.extract:
            found = pc.match_substring_regex(texts, cell.extract)
            group = pc.replace_substring_regex(texts, rf"(?s:^.*?)(?:{cell.extract})(?s:.*$)", r"\1")
            texts = pc.if_else(found, group, None)
        said = self._said(texts, fold_all)
        return pc.binary_join_element_wise(cell.prefix, said, "") if cell.prefix else said

    def _said(self, texts: Texts, clean: Any) -> Texts:
        cleaned = clean(texts)
        folded = cleaned if clean is fold_all else fold_all(texts)
        if len(self._nothing) == 1:
            silent = pc.equal(pc.binary_length(folded), 0)  # much quicker than to look for ""
        else:
            silent = pc.is_in(folded, self._nothing)
        return pc.if_else(silent, None, cleaned) if pc.any(silent).as_py() else cleaned


def nothing_said(empty: Iterable[str]) -> set[str]:
    """The texts for "nothing" as cells are compared with them."""
    return {fold(text) for text in empty}


def _plain(cell: Cell) -> bool:
    return cell.column is not None and not (cell.split or cell.strip or cell.extract or cell.prefix)


def _only(lists: Any, rows: int) -> Texts:
    """The one element of each list, null where it has none."""
    at = np.full(rows, -1)
    at[pc.list_parent_indices(lists).to_numpy()] = np.arange(len(pc.list_flatten(lists)))
    return pc.list_flatten(lists).take(pa.array(at, mask=at < 0))


_CONTROLS = 32  # characters below this number
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def _escaped(texts: Texts) -> Texts:
    found = letters(texts)
    special = (found < _CONTROLS) | (found == ord('"')) | (found == ord("\\"))
    if not special.any():
        return texts
    having = pa.array(with_letters(texts, special))
    those = texts.filter(having)
    for character, escape in _ESCAPES.items():
        those = pc.replace_substring(those, character, escape)
    if pc.any(pc.match_substring_regex(those, "[\\x{0}-\\x{1f}]")).as_py():
        for number in range(_CONTROLS):
            those = pc.replace_substring(those, chr(number), f"\\u{number:04x}")
    return pc.replace_with_mask(texts, having, those)
