"""Delimited text: CSV with any delimiter and encoding, cells to the letter."""

import csv
import io
from collections.abc import Iterator

from heritage.adapters.harvest.formats.batches import in_batches
from heritage.adapters.harvest.formats.content import decode, is_whole, mend, refuse_strangers, stop
from heritage.adapters.harvest.formats.names import column_names
from heritage.model.issue import IssueCode
from heritage.model.row import SourceRow, SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.dataset import DatasetSpec

_LONGEST_CELL = 1 << 27  # characters; a country's outline as WKT has millions
_JSON = ((rb"[\[{]\s*[\"{\[\]}]", "a JSON document"),)
_DELIMITERS = ",;\t|"


def rows(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRows]:
    """The data rows. A row out of step with the header carries a fault; blank lines are passed over.

    Raises SourceChanged for what is not a table, has no rows, or ends in the middle of one.
    """
    yield from in_batches(_rows(spec, file))


def _rows(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRow]:
    refuse_strangers(spec, file, _JSON)
    decoded = decode(spec, file)
    lines = list(io.StringIO(decoded.text, newline=""))
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(lines, delimiter=spec.harvest.option("delimiter", ","))
    header: list[str] = []
    number = start = damaged = 0
    last: SourceRow | None = None
    try:
        header = _header(spec, file, next(reader, []))
        if decoded.wrong and not is_whole("".join(header)):
            raise decoded.wrong
        previous_end = reader.line_num
        for number, cells in enumerate(reader, start=1):
            if any(cells):
                if last:
                    yield last
                last, start = _row(spec, file, number, header, cells), previous_end
                damaged += last.fault is IssueCode.ENCODING_WRONG
            previous_end = reader.line_num
    except csv.Error as error:
        hint = f"It cannot be read as CSV: {error}."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, row=number + 1, hint=hint) from error
    if last is None:
        raise stop(IssueCode.FILE_EMPTY, spec, file, hint="There is a header and no row below it.")
    _refuse_torn(spec, file, last, lines[start:])
    decoded.judge(damaged, number)
    yield last


def _header(spec: DatasetSpec, file: FetchedFile, cells: list[str]) -> list[str]:
    """Column names. Raises SourceChanged when another delimiter stands between them."""
    names = column_names(spec, file, cells)
    if len(names) == 1:
        other = max(_DELIMITERS, key=names[0].count)
        if other != spec.harvest.option("delimiter", ",") and names[0].count(other):
            hint = f"The header is one cell: the delimiter seems to be {other!r}; set harvest.delimiter."
            raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)
    return names


def _row(spec: DatasetSpec, file: FetchedFile, number: int, header: list[str], cells: list[str]) -> SourceRow:
    fault = None
    if len(cells) < len(header) or any(cells[len(header) :]):
        fault = IssueCode.ROW_RAGGED
        header = [*header, *(f"column {place}" for place in range(len(header) + 1, len(cells) + 1))]
    return mend(SourceRow(file.name, number, dict(zip(header, cells, strict=False)), fault), spec)


def _refuse_torn(spec: DatasetSpec, file: FetchedFile, last: SourceRow, lines: list[str]) -> None:
    """Raises SourceChanged when the file ends in the middle of its last row."""
    if last.fault is IssueCode.ROW_RAGGED and not lines[-1].endswith(("\n", "\r")):
        raise stop(IssueCode.FILE_TRUNCATED, spec, file, row=last.number)
    try:
        list(csv.reader(lines, delimiter=spec.harvest.option("delimiter", ","), strict=True))
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            hint = f"A quoted cell that opens in this row is never closed. {IssueCode.FILE_TRUNCATED.remedy}"
            raise stop(IssueCode.FILE_TRUNCATED, spec, file, row=last.number, hint=hint) from error
