"""Spreadsheets: xlsx, xls and ods. Values as text; nothing is calculated."""

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from heritage.adapters.harvest.formats.content import stop, stranger
from heritage.adapters.harvest.formats.names import column_names
from heritage.adapters.harvest.formats.sheet_size import refuse_vast
from heritage.model.issue import IssueCode
from heritage.model.row import SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.dataset import DatasetSpec

_ROWS = 20_000
_EXACT = 10**15
"""Whole numbers up to here are exact in a spreadsheet, which knows 15 digits of any number."""
Value = int | float | str | bool | time | date | datetime | timedelta
_OFFICE = (b"PK", b"\xd0\xcf\x11\xe0")


def rows(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRows]:
    """The rows below the header line, without empty ones; `number` counts from the row below the header.

    Whole numbers come without a fraction, dates as ISO 8601, true and false in words, a formula as what it
    gave when the file was written, errors such as #N/A as empty cells. A header cell that is merged over
    several columns or rows names all of them. A row with cells beyond the header carries a fault.

    Raises SourceChanged for what is no spreadsheet or too vast, and for an id that is not to the letter.
    """
    with file.path.open("rb") as content:
        begin = content.read(4096)
    if not begin.startswith(_OFFICE):
        what = stranger(begin) or ("no spreadsheet" if begin.strip() else "empty")
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=f"It is {what}.")
    refuse_vast(spec, file)
    with _told(spec, file), file.path.open("rb") as content, CalamineWorkbook.from_filelike(content) as book:
        sheet = _sheet(spec, file, book)
        lines = iter(sheet.iter_rows())
        above = list(islice(lines, spec.harvest.option("header", 1)))
        names = column_names(spec, file, _header(sheet, above))
        if not names:
            hint = f"Row {len(above)} of sheet {sheet.name!r} is empty: set harvest.header or harvest.sheet."
            raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)
        yield from _batches(spec, file, names, lines)


@contextmanager
def _told(spec: DatasetSpec, file: FetchedFile) -> Iterator[None]:
    try:
        yield
    except PasswordError:
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint="It is protected by a password.") from None
    except CalamineError as error:
        hint = f"It cannot be read as a spreadsheet ({error})."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint) from None


def _sheet(spec: DatasetSpec, file: FetchedFile, book: CalamineWorkbook) -> CalamineSheet:
    named, known = spec.harvest.option("sheet"), book.sheet_names
    if not known:
        raise stop(IssueCode.FILE_EMPTY, spec, file, hint="It has no sheet.")
    if named is not None and named not in known:
        near = difflib.get_close_matches(named, known, n=1)
        meant = f"; did you mean {near[0]!r}?" if near else f"; it has {', '.join(known[:20])}."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=f"There is no sheet {named!r}{meant}")
    return book.get_sheet_by_name(named or known[0])


def _header(sheet: CalamineSheet, above: list[list[Value]]) -> list[str]:
    """The cells of the last line; those of a merged region all say what its first one says."""
    if not above:
        return []
    last = len(above) - 1
    header = [_text(value) for value in above[last]]
    left = sheet.start[1] if sheet.start else 0
    for (top, first), (bottom, end) in sheet.merged_cell_ranges or ():
        if top <= last <= bottom and left <= first:
            said = _text(above[top][first - left]) if first - left < len(above[top]) else ""
            for place in range(first - left, min(end - left + 1, len(header))):
                header[place] = header[place] or said
    return header


def _batches(
    spec: DatasetSpec, file: FetchedFile, names: list[str], lines: Iterator[list[Value]]
) -> Iterator[SourceRows]:
    number = 0
    while some := list(islice(lines, _ROWS)):
        filled = [(number + n, line) for n, line in enumerate(some, start=1) if any(v != "" for v in line)]
        number += len(some)
        if filled:
            yield _columns(spec, file, names, filled)


def _columns(
    spec: DatasetSpec, file: FetchedFile, names: list[str], lines: list[tuple[int, list[Value]]]
) -> SourceRows:
    numbers = [number for number, _ in lines]
    values = list(zip(*(line for _, line in lines), strict=True))  # every line of a sheet is as wide
    ids = spec.record.id.read()
    columns: dict[str, list[str]] = {}
    for place, column in enumerate(values[: len(names)]):
        if names[place] in ids:
            _refuse_numbers(spec, file, names[place], zip(numbers, column, strict=True))
        texts = [_text(value) for value in column]
        if names[place] != f"column {place + 1}" or any(texts):  # an empty column without a name is none
            columns[names[place]] = texts
    faults: dict[int, IssueCode] = {}
    for place, column in enumerate(values[len(names) :], start=len(names) + 1):
        beyond = {row: _text(value) for row, value in enumerate(column) if value != ""}
        if beyond:
            faults |= dict.fromkeys(beyond, IssueCode.ROW_RAGGED)
            columns[f"column {place}"] = [beyond.get(row) for row in range(len(lines))]  # type: ignore[misc]
    table = pa.table({name: pa.array(texts, pa.string()) for name, texts in columns.items()})
    return SourceRows(file.name, pa.array(numbers, pa.int32()), table, faults)


def _refuse_numbers(
    spec: DatasetSpec, file: FetchedFile, column: str, values: Iterable[tuple[int, Any]]
) -> None:
    """Raises SourceChanged for an id that a spreadsheet cannot hold to the letter, or made a date of."""
    for number, value in values:
        torn = isinstance(value, float) and not (value.is_integer() and abs(value) < _EXACT)
        if torn or isinstance(value, date | time | timedelta | bool):
            hint = f"It is {_text(value)!r}, a {_kind(value)}. {IssueCode.ID_NOT_TEXT.remedy}"
            raise stop(IssueCode.ID_NOT_TEXT, spec, file, row=number, field=column, hint=hint)


def _kind(value: Any) -> str:
    if isinstance(value, float):
        return "fraction" if abs(value) < _EXACT else "number of more than 15 digits"
    return "truth value" if isinstance(value, bool) else "date or time"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    if isinstance(value, datetime):
        return (value if value.time() != time() else value.date()).isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)
