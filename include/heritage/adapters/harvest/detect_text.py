"""Looks at delimited text: its encoding, its delimiter, and the line of its header."""

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Any

import clevercsv
from charset_normalizer import from_bytes

from heritage.adapters.harvest.detected import Detected, refused
from heritage.adapters.harvest.formats.content import DAMAGED_SHARE
from heritage.adapters.harvest.formats.csv_rows import delimited

_LOOKED_AT = 1 << 18  # bytes that tell delimiter and header
_DELIMITERS = [",", ";", "\t", "|"]
_WESTERN = ("English", "French", "German", "Spanish", "Portuguese", "Italian", "Dutch", "Swedish", "Danish",
            "Norwegian", "Finnish", "Catalan", "Latin based")  # fmt: skip
_USUAL = {"cp1252": _WESTERN, "cp932": ("Japanese",)}
"""What programs really write, where several encodings read the same text."""


def delimited_text(path: Path) -> Detected:
    """Encoding, delimiter and header line of a table. Raises SourceChanged for text without columns."""
    content = path.read_bytes()
    encoding, why = _encoding(content)
    found: dict[str, Any] = {"protocol": "csv"}
    evidence = {"protocol": "delimited text"}
    if encoding != "utf-8":
        found["encoding"], evidence["encoding"] = encoding, why
    text = content[:_LOOKED_AT].decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace")
    lines = text.splitlines(keepends=True)
    delimiter = _delimiter("".join(lines[:30]))
    if delimiter != ",":
        found["delimiter"] = delimiter
    try:
        rows = [row for _, row in zip(range(200), delimited(lines, delimiter), strict=False)]
    except csv.Error as error:
        raise refused(path, f"no table that can be read ({error})") from None
    widths = Counter(len(row) for row in rows if any(row))
    usual = max(widths, key=widths.__getitem__, default=0)
    if usual < 2:
        raise refused(path, "text without columns")
    headers = (n for n, row in enumerate(rows, start=1) if len(row) == usual and sum(map(bool, row)) > 1)
    header = next(headers, 1)
    before = sum(len(list(delimited([line], ","))) for line in lines[: header - 1])
    if header > 1 and before == header - 1:
        found["header"], evidence["header"] = header, f"the first line with {usual} cells"
    evidence["delimiter"] = f"{widths[usual]} of the first {len(rows)} rows have {usual} cells"
    return Detected(found, evidence)


def _encoding(content: bytes) -> tuple[str, str]:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8", ""
    lines = content.splitlines()
    damaged = sum(1 for line in lines if not _is(line, "utf-8"))
    beyond = sum(1 for line in lines if not line.isascii())
    if damaged <= DAMAGED_SHARE * len(lines) and damaged * 2 < beyond:
        return "utf-8", f"{damaged} of {len(lines)} lines are damaged"
    sample = b"\n".join([line for line in lines if not line.isascii()][:2000])
    best = from_bytes(sample).best()
    if best is None:
        return "cp1252", "not UTF-8, and nothing else fits better"
    told = f"it is not UTF-8; %s reads as {best.language or 'text'}"
    lines = sample.splitlines()
    for usual, languages in _USUAL.items():
        damaged = sum(not _is(line, usual) for line in lines)
        if best.language in languages and damaged <= DAMAGED_SHARE * len(lines):
            return usual, told % usual
    return best.encoding, told % best.encoding


def _is(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(sample: str) -> str:
    try:
        dialect = clevercsv.Sniffer().sniff(sample[:20_000], delimiters=_DELIMITERS)
    except (clevercsv.Error, ValueError):
        dialect = None
    if dialect is None or dialect.delimiter not in _DELIMITERS:
        first = next(io.StringIO(sample), "")
        return max(_DELIMITERS, key=first.count)
    return str(dialect.delimiter)
