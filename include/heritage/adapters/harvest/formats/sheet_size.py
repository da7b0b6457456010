"""How large a spreadsheet becomes in memory, before it is read: a sheet is as wide and as long as its
farthest cell, and two cells can span thousands of millions."""

import re
import zipfile
from typing import IO

from lxml import etree

from heritage.adapters.harvest.formats.content import stop
from heritage.adapters.harvest.formats.elements import PARSER
from heritage.model.issue import IssueCode
from heritage.ports.files import FetchedFile
from heritage.spec.dataset import DatasetSpec

_MOST_CELLS = 50_000_000
_BLOCK = 1 << 22
_OVERLAP = 200
_CELL = re.compile(rb"""<(?:\w+:)?c\b[^<>]*?\sr\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["'](?:[^<>]*[^<>/])?>""")
"""A cell with something in it, in a sheet of xlsx."""
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


def refuse_vast(spec: DatasetSpec, file: FetchedFile) -> None:
    """Raises SourceChanged when a sheet would not fit into memory. What is no xlsx or ods is passed over."""
    if not zipfile.is_zipfile(file.path):
        return
    with zipfile.ZipFile(file.path) as archive:
        names = archive.namelist()
        if any(name.endswith(".bin") and name.startswith("xl/workbook") for name in names):
            hint = "It is an xlsb file, which is not read: save it as xlsx."
            raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)
        for name in names:
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
                with archive.open(name) as sheet:
                    rows, columns = _of_xlsx(sheet)
            elif name == "content.xml":
                rows, columns = _of_ods_member(spec, file, archive, name)
            else:
                continue
            if rows * columns > _MOST_CELLS:
                hint = f"{name} spans {rows} rows and {columns} columns, more than {_MOST_CELLS} cells."
                raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)


def _of_xlsx(sheet: IO[bytes]) -> tuple[int, int]:
    columns: set[bytes] = set()
    last, rest = 0, b""
    while block := sheet.read(_BLOCK):
        found = _CELL.findall(rest + block)
        columns.update(letters for letters, _ in found)
        last = max(last, max((int(row) for _, row in found), default=0))
        rest = (rest + block)[-_OVERLAP:]
    return last, max(map(_place, columns), default=0)


def _place(letters: bytes) -> int:
    """The number of a column: A is 1, AA is 27."""
    place = 0
    for letter in letters.upper():
        place = place * 26 + letter - ord("A") + 1
    return place


def _of_ods_member(
    spec: DatasetSpec, file: FetchedFile, archive: zipfile.ZipFile, name: str
) -> tuple[int, int]:
    """Raises SourceChanged for what is not well-formed: calamine 0.9 reads some of it without an end."""
    try:
        with archive.open(name) as content:
            return _of_ods(content)
    except etree.XMLSyntaxError as error:
        hint = f"It cannot be read as a spreadsheet ({name} in it: {error.msg})."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint) from None


def _of_ods(content: IO[bytes]) -> tuple[int, int]:
    """The rows and columns of the largest sheet, up to its last cells that say something."""
    rows = columns = last_row = 0
    table = None
    try:
        for _, row in etree.iterparse(content, tag=f"{_TABLE}table-row", **PARSER):
            within = next(row.iterancestors(f"{_TABLE}table"), None)
            if within is not table:
                table, last_row = within, 0
            last_row += int(row.get(f"{_TABLE}number-rows-repeated", 1))
            width = place = 0
            for cell in row:
                place += int(cell.get(f"{_TABLE}number-columns-repeated", 1))
                if f"{_OFFICE}value-type" in cell.attrib or len(cell):
                    width = place
            if width:
                rows, columns = max(rows, last_row), max(columns, width)
            row.clear()
    except ValueError:
        return 0, 0  # the reader of spreadsheets says what is wrong with it
    return rows, columns
