"""The rows of one pull by column, compared with what the description expects."""

import difflib
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.errors import SourceChanged
from heritage.mapping.columns import Columns, Texts
from heritage.mapping.text import fold, fold_all
from heritage.model.arrow import Array, pc
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.model.row import DERIVED, SourceRows
from heritage.spec.dataset import DatasetSpec

_LISTED = 40  # columns that a message names


class Register:
    """Rows that the description takes, with their ids. Raises SourceChanged when they cannot be its own.

    `left_out` counts rows that are neither records nor rejected, by the code of the note about them.
    """

    def __init__(self, spec: DatasetSpec, rows: Iterable[SourceRows]) -> None:
        self.spec = spec
        parts = [some for some in rows if some.cells.num_rows or len(some.numbers)]
        self.names = _columns(spec, parts)
        self.notes = _compare(spec, parts[0].file, self.names)
        # sorted: rows of nested formats have columns of their own, met in the order of the rows
        self._kept = sorted(name for name in self.names if name not in spec.personal)
        self.files, self._file, self._number = _places(parts)
        self.faults = _faults(parts)
        self.cells = _table(parts)
        del parts
        self.left_out: Counter[str] = Counter()
        if spec.record.only:
            self._select()
        self.columns = Columns(self.cells, (fold(text) for text in spec.harvest.empty))
        self.ids = self.columns.ids(spec.record.id)
        if spec.record.same_id == "first":
            self._take_first()

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self._number)

    def place(self, i: int) -> tuple[str, int]:
        """File and number of row `i`."""
        return self.files[self._file[i]], int(self._number[i])

    def places(self, at: np.ndarray) -> tuple[Texts, Texts]:
        """Files and numbers of the rows `at`."""
        files = pa.array(self.files, pa.string()).take(pa.array(self._file[at]))
        return files, pa.array(self._number[at], pa.int32())

    def in_file_order(self) -> np.ndarray:
        """The positions of all rows, sorted by file and number."""
        return np.lexsort((self._number, np.argsort(np.argsort(self.files))[self._file]))

    def by_id(self) -> np.ndarray:
        """The positions of all rows, sorted by id; rows of one id stay in their order."""
        positions: np.ndarray = pc.sort_indices(self.ids).to_numpy()
        return positions

    def issue(self, code: IssueCode, severity: Severity, i: int, **more: Any) -> Issue:
        """An issue with row `i`."""
        file, number = self.place(i)
        return Issue(code, severity, self.spec.id, file=file, row=number, **more)

    def id(self, i: int) -> str | None:
        """The id of row `i`."""
        text: str | None = self.ids[i].as_py()
        return text

    def sources(self, at: np.ndarray, columns: Columns) -> Texts:
        """The rows `at`, which are `columns`, as JSON, personal columns left out. Null for a row out of
        step, where a personal cell may stand under another column's name."""
        texts = columns.json(self._kept)
        ragged = [i for i, fault in self.faults.items() if fault is IssueCode.ROW_RAGGED]
        if not ragged or not self.spec.personal:
            return texts
        return pc.if_else(pa.array(np.isin(at, ragged)), None, texts)

    def _select(self) -> None:
        """Leaves out the rows that `only` does not take; those that cannot be read stay, to be rejected."""
        taken = np.ones(self.rows, dtype=bool)
        for column, wanted in self.spec.record.only.items():
            texts = pc.fill_null(fold_all(_one_chunk(self.cells[column])), "")
            values = pa.array([fold(text) for text in wanted], pa.string())
            fits = pc.is_in(texts, values).to_numpy(zero_copy_only=False)
            fits[list(self.faults)] = True
            others = Counter(texts.filter(pa.array(taken & ~fits)).to_pylist())
            for value, number in sorted(others.items(), key=lambda pair: (-pair[1], pair[0])):
                self._leave_out(IssueCode.ROW_NOT_SELECTED, column, value, number)
            taken &= fits
        self._keep(taken)

    def _take_first(self) -> None:
        """Leaves out what comes later in file order under the id of an earlier row that can be read."""
        order = self.in_file_order()
        readable = pc.is_valid(self.ids).to_numpy(zero_copy_only=False)
        readable[list(self.faults)] = False
        order = order[readable[order]]
        codes = self.ids.dictionary_encode().indices.take(pa.array(order)).to_numpy()
        later = np.ones(len(order), dtype=bool)
        later[np.unique(codes, return_index=True)[1]] = False
        if later.any():
            self._leave_out(IssueCode.ROW_REPEATED, self.spec.record.id.name(), None, int(later.sum()))
            taken = np.ones(self.rows, dtype=bool)
            taken[order[later]] = False
            self._keep(taken)
            self.columns = Columns(self.cells, (fold(text) for text in self.spec.harvest.empty))
            self.ids = self.ids.filter(pa.array(taken))

    def _leave_out(self, code: IssueCode, column: str, value: str | None, rows: int) -> None:
        self.left_out[code.value] += rows
        hint = f"{rows} row{'s' * (rows != 1)}. {code.remedy}"
        self.notes.append(Issue(code, Severity.NOTE, self.spec.id, field=column, value=value, hint=hint))

    def _keep(self, taken: np.ndarray) -> None:
        if taken.all():
            return
        place = np.cumsum(taken) - 1
        self.faults = {int(place[i]): fault for i, fault in self.faults.items() if taken[i]}
        self.cells = self.cells.filter(pa.array(taken))
        self._file, self._number = self._file[taken], self._number[taken]


def _columns(spec: DatasetSpec, parts: Sequence[SourceRows]) -> list[str]:
    """The columns of rows that can be read, in the order in which they come."""
    if not parts:
        raise SourceChanged(str(Issue(IssueCode.FILE_EMPTY, Severity.STOP, spec.id)))
    seen: dict[str, None] = {}
    for part in parts:
        whole = np.ones(len(part.numbers), dtype=bool)
        whole[list(part.faults)] = False
        for name, column in zip(part.cells.column_names, part.cells.columns, strict=True):
            if name not in seen and pc.any(pc.and_(column.is_valid(), pa.array(whole))).as_py():
                seen[name] = None
    if not seen:
        first = parts[0]
        fault, number = first.faults.get(0, IssueCode.FILE_NOT_TABLE), int(first.numbers[0].as_py())
        issue = Issue(fault, Severity.STOP, spec.id, first.file, number)
        raise SourceChanged(f"Not one row can be read. {issue}")
    return list(seen)


def _places(parts: Sequence[SourceRows]) -> tuple[list[str], np.ndarray, np.ndarray]:
    files = list(dict.fromkeys(part.file for part in parts))
    code = np.concatenate([np.full(len(part.numbers), files.index(part.file)) for part in parts])
    return files, code, np.concatenate([part.numbers.to_numpy() for part in parts])


def _faults(parts: Sequence[SourceRows]) -> dict[int, IssueCode]:
    faults, start = {}, 0
    for part in parts:
        faults.update({start + place: fault for place, fault in part.faults.items()})
        start += len(part.numbers)
    return faults


def _table(parts: Sequence[SourceRows]) -> pa.Table:
    together = pa.concat_tables([part.cells for part in parts], promote_options="default")
    with ThreadPoolExecutor() as threads:
        columns = list(threads.map(_one_chunk, together.columns))
    return pa.Table.from_arrays(columns, names=together.column_names)


def _one_chunk(column: Array) -> Texts:
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)


def _compare(spec: DatasetSpec, file: str, columns: list[str]) -> list[Issue]:
    known = spec.accounted_columns() | DERIVED
    unknown = [column for column in columns if column not in known]
    missing = sorted(spec.mapped_columns().difference(columns))
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
