"""Spreadsheets as programs write them, made by hand."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ODS = "urn:oasis:names:tc:opendocument:xmlns"
DATE, MOMENT = ' s="1"', ' s="2"'


def text(content: str) -> tuple[str, str]:
    """A cell of text."""
    return ' t="inlineStr"', f"<is><t>{escape(content)}</t></is>"


def number(content: str, style: str = "") -> tuple[str, str]:
    """A cell with a number, which a style may show as a date."""
    return style, f"<v>{content}</v>"


def cells(rows: Mapping[str, tuple[str, str]]) -> str:
    """Cells by their reference, row after row."""
    lines: dict[str, str] = {}
    for reference, (attributes, content) in rows.items():
        row = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        lines[row] = lines.get(row, "") + f'<c r="{reference}"{attributes}>{content}</c>'
    return "".join(f'<row r="{row}">{line}</row>' for row, line in lines.items())


def table(*rows: Sequence[str]) -> str:
    """Rows of text from A1 on."""
    named = {f"{chr(65 + x)}{y}": text(cell) for y, row in enumerate(rows, 1) for x, cell in enumerate(row)}
    return cells(named)


def xlsx(merged: str = "", **sheets: str) -> bytes:
    """A workbook with these sheets; a region of the first one is merged."""
    listed = list(enumerate(sheets.items(), start=1))
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.worksheet+xml"/>'
        for n, _ in listed
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/'
        f'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="a" '
        f'Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, (name, _) in listed)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="r{n}" Type="{_LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n, _ in listed
        )
        + f'<Relationship Id="s" Type="{_LINKS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs count="3"><xf numFmtId="0"/>'
        '<xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>',
    }
    for n, (_, rows) in listed:
        region = (
            f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>' if merged and n == 1 else ""
        )
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{region}</worksheet>'
        )
    return _packed(parts)


def ods(rows: str) -> bytes:
    """A spreadsheet of OpenDocument with one sheet; its rows are written with the prefixes t, x and o."""
    return _packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<m:manifest xmlns:m="{_ODS}:manifest:1.0"/>',
            "content.xml": f'<office:document-content xmlns:office="{_ODS}:office:1.0" '
            f'xmlns:table="{_ODS}:table:1.0" xmlns:text="{_ODS}:text:1.0"><office:body><office:spreadsheet>'
            f'<table:table table:name="T"><table:table-column/>{rows}</table:table></office:spreadsheet>'
            "</office:body></office:document-content>",
        }
    )


def _packed(parts: Mapping[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()
