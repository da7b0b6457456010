"""Delimited text row by row: for whatever is damaged, out of step or written in its own way."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from heritage.adapters.harvest.formats.content import Text, is_whole, mend, stop
from heritage.adapters.harvest.formats.names import column_names
from heritage.model.issue import IssueCode
from heritage.model.row import SourceRow
from heritage.ports.files import FetchedFile
from heritage.spec.source import SourceSpec

csv.field_size_limit(1 << 27)
"""Characters of a cell; a country's outline as WKT has millions. Python knows one limit for the process and
none for a reader: it is set here, once, before the first reader, and nowhere else."""
_DELIMITERS = ",;\t|"


def each_row(spec: SourceSpec, file: FetchedFile, decoded: Text) -> Iterator[SourceRow]:
    """The data rows one by one. Raises SourceChanged for what is no table, or ends in the middle of a row."""
    lines = list(io.StringIO(decoded.text, newline=""))[spec.harvest.option("header", 1) - 1 :]
    reader = rows_of(spec, lines)
    names: list[str] = []
    number = start = damaged = 0
    last: SourceRow | None = None
    try:
        names = header_names(spec, file, next(reader, []))
        if decoded.wrong and not is_whole("".join(names)):
            raise decoded.wrong
        previous_end = reader.line_num
        for number, cells in enumerate(reader, start=1):
            if any(cells):
                if last:
                    yield last
                last, start = mend(row_of(file, number, names, cells), spec), previous_end
                damaged += last.fault is IssueCode.ENCODING_WRONG
            previous_end = reader.line_num
    except csv.Error as error:
        hint = f"It cannot be read as CSV: {error}."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, row=number + 1, hint=hint) from error
    if last is None and spec.may_be_empty():
        return
    if last is None:
        raise stop(IssueCode.FILE_EMPTY, spec, file, hint="There is a header and no row below it.")
    _refuse_torn(spec, file, last, lines[start:])
    decoded.judge(damaged, number)
    yield last


def rows_of(spec: SourceSpec, lines: Iterator[str] | list[str], strict: bool = False) -> Any:
    """The cells of each row of these lines."""
    return delimited(lines, spec.harvest.option("delimiter", ","), strict)


def delimited(lines: Iterable[str], delimiter: str, strict: bool = False) -> Any:
    """The cells of each row, as `csv.reader` gives them, cells of any length."""
    return csv.reader(lines, delimiter=delimiter, strict=strict)


def header_names(spec: SourceSpec, file: FetchedFile, cells: list[str]) -> list[str]:
    """Column names. Raises SourceChanged when another delimiter stands between them."""
    names = column_names(spec, file, cells)
    if not names:
        hint = "The line of the column names is empty: set harvest.header to the line where they stand."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)
    if len(names) == 1:
        other = max(_DELIMITERS, key=names[0].count)
        if other != spec.harvest.option("delimiter", ",") and names[0].count(other):
            hint = f"The header is one cell: the delimiter seems to be {other!r}; set harvest.delimiter."
            raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)
    return names


def row_of(file: FetchedFile, number: int, names: list[str], cells: list[str]) -> SourceRow:
    """A row; it carries a fault when it has fewer cells than columns, or more that say something."""
    ragged = len(cells) < len(names) or any(cells[len(names) :])
    fault = IssueCode.ROW_RAGGED if ragged else None
    return SourceRow(file.name, number, dict(zip(names, cells, strict=False)), fault)


def _refuse_torn(spec: SourceSpec, file: FetchedFile, last: SourceRow, lines: list[str]) -> None:
    """Raises SourceChanged when the file ends in the middle of its last row."""
    if last.fault is IssueCode.ROW_RAGGED and not lines[-1].endswith(("\n", "\r")):
        raise stop(IssueCode.FILE_TRUNCATED, spec, file, row=last.number)
    try:
        list(rows_of(spec, lines, strict=True))
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            hint = f"A quoted cell that opens in this row is never closed. {IssueCode.FILE_TRUNCATED.remedy}"
            raise stop(IssueCode.FILE_TRUNCATED, spec, file, row=last.number, hint=hint) from error
