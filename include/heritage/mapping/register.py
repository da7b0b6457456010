"""The rows of one pull by column, compared with what the description expects."""

import difflib
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from heritage.errors import SourceChanged
from heritage.mapping.text import fold
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.model.row import DERIVED, SourceRow, SourceRows
from heritage.spec.dataset import DatasetSpec
from heritage.spec.record import Cell

_LISTED = 40  # columns that a message names


class Register:
    """Rows with their ids. Raises SourceChanged when they cannot be those of the description."""

    def __init__(self, spec: DatasetSpec, rows: Iterable[SourceRows]) -> None:
        self.spec = spec
        self.rows = [row for some in rows for row in some.each()]
        self._empty = {"", *(fold(text) for text in spec.harvest.empty)}
        columns = _columns(spec, self.rows)
        self.notes = _compare(spec, self.rows[0].file, columns)
        self._kept = [column for column in columns if column not in spec.personal]
        self.ids = self._ids()

    def _ids(self) -> list[str]:
        """The ids to the letter, or what a cell makes of columns that hold more than the id."""
        cell = self.spec.record.id
        if cell == Cell(column=cell.column):
            return [text.strip() for text in self.raw(cell.name())]
        return self.texts(cell, range(len(self.rows)))

    def raw(self, column: str) -> list[str]:
        """The cells of a column to the letter; empty where the register says "nothing"."""
        texts = (str(row.cells.get(column) or "") for row in self.rows)
        return ["" if fold(text) in self._empty else text for text in texts]

    def texts(self, cell: Cell | None, at: Sequence[int]) -> list[str]:
        """The folded texts of a cell in the rows `at`; all empty when the description maps none."""
        if cell is None:
            return [""] * len(at)
        return [self._text(cell, self.rows[i]) for i in at]

    def _text(self, cell: Cell, row: SourceRow) -> str:
        parts = [fold(row.cells.get(column)) for column in cell.read()]
        text = cell.join.join(part for part in parts if part not in self._empty)
        if cell.split and cell.part:
            pieces = text.split(cell.split)
            text = pieces[cell.part - 1] if cell.part <= len(pieces) else ""
        if cell.strip:
            text = re.sub(cell.strip, "", text)
        if cell.extract:
            found = re.search(cell.extract, text)
            text = (found[1] or "") if found else ""
        return fold(text)

    def source(self, i: int) -> str | None:
        """The row as JSON, personal columns left out. None for a row out of step, where a personal cell
        may stand under another column's name."""
        row = self.rows[i]
        if row.fault is IssueCode.ROW_RAGGED and self.spec.personal:
            return None
        kept = {column: row.cells[column] for column in self._kept if column in row.cells}
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))

    def issue(self, code: IssueCode, severity: Severity, i: int, **more: Any) -> Issue:
        """An issue with row `i`."""
        row = self.rows[i]
        return Issue(code, severity, self.spec.id, file=row.file, row=row.number, **more)


def _columns(spec: DatasetSpec, rows: Sequence[SourceRow]) -> list[str]:
    if not rows:
        raise SourceChanged(str(Issue(IssueCode.FILE_EMPTY, Severity.STOP, spec.id)))
    seen: dict[str, None] = {}
    for row in rows:
        if not row.fault and not row.cells.keys() <= seen.keys():
            seen.update(dict.fromkeys(row.cells))
    if not seen:
        first = rows[0]
        issue = Issue(
            first.fault or IssueCode.FILE_NOT_TABLE, Severity.STOP, spec.id, first.file, first.number
        )
        raise SourceChanged(f"Not one row can be read. {issue}")
    return list(seen)


def _compare(spec: DatasetSpec, file: str, columns: list[str]) -> list[Issue]:
    known = spec.accounted_columns() | DERIVED
    unknown = [column for column in columns if column not in known]
    needed = spec.record.columns() | {listing.field for listing in spec.risk}
    missing = sorted(needed.difference(columns))
    if missing and not known.intersection(columns):
        # Not told what it says: it may be a row, with a place or a person in it.
        hint = "The first line names no column of the description: the header is gone, or all names changed."
        issue = Issue(IssueCode.COLUMN_MISSING, Severity.STOP, spec.id, file, field=missing[0], hint=hint)
        raise SourceChanged(str(issue))
    if missing:
        raise SourceChanged("; ".join(_missing(spec, file, column, columns, unknown) for column in missing))
    gone = sorted(set(spec.personal).difference(columns))
    if gone and unknown:
        raise SourceChanged(
            f"{spec.id}, {file}: personal column {', '.join(gone)} is gone and {', '.join(unknown)} is new: "
            "it may hold the same under another name. List it under personal, ignore or record."
        )
    return [
        Issue(IssueCode.COLUMN_UNKNOWN, Severity.NOTE, spec.id, file=file, field=column) for column in unknown
    ]


def _missing(spec: DatasetSpec, file: str, column: str, columns: list[str], unknown: list[str]) -> str:
    near = difflib.get_close_matches(column, unknown or columns, n=3, cutoff=0.5)
    found = f"near names in the file: {', '.join(near)}" if near else f"it has {', '.join(columns[:_LISTED])}"
    hint = f"The register renamed or dropped it ({found}); change the description."
    return str(Issue(IssueCode.COLUMN_MISSING, Severity.STOP, spec.id, file=file, field=column, hint=hint))
