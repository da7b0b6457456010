"""Puts made-up words into the personal columns of a sample, which lies in the repository for good."""

import csv
import io
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from heritage.adapters.harvest.formats.csv_rows import delimited
from heritage.adapters.harvest.formats.names import column_names
from heritage.model.row import SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.provisional import provisional

_MADE_UP = re.compile(r"made up \d+")


def make_up(sample: Path, harvest: Mapping[str, Any], personal: Collection[str]) -> None:
    """Writes `made up 1`, `made up 2`, … over every filled cell of these columns in a sample of CSV, JSON or
    GeoJSON. Of other formats, and archives, nothing is written over: `people_in` tells what is left."""
    if not personal or sample.suffix.lower() in (".zip", ".kmz"):
        return
    numbers = count(1)

    def word() -> str:
        return f"made up {next(numbers)}"

    if harvest["protocol"] == "csv":
        _csv(sample, harvest, personal, word)
    elif harvest["protocol"] in ("json", "geojson"):
        _json(sample, harvest, personal, word)


def people_in(rows: Iterable[SourceRows], personal: Collection[str], empty: Collection[str]) -> list[str]:
    """The personal columns in which something stands that is neither made up here nor a text that says
    "nothing"."""
    named: dict[str, None] = {}
    for some in rows:
        for column in set(personal) & set(some.cells.column_names):
            texts = filter(None, some.cells[column].to_pylist())
            if any(
                text.strip() and text.strip() not in empty and not _MADE_UP.fullmatch(text) for text in texts
            ):
                named[column] = None
    return sorted(named)


def _csv(
    sample: Path, harvest: Mapping[str, Any], personal: Collection[str], word: Callable[[], str]
) -> None:
    encoding, delimiter = harvest.get("encoding", "utf-8"), harvest.get("delimiter", ",")
    text = sample.read_bytes().decode(encoding, "surrogateescape")
    lines = io.StringIO(text, newline="").readlines()
    above = int(harvest.get("header", 1)) - 1
    reader = delimited(lines[above:], delimiter)
    header = next(reader)
    header_lines = lines[: above + reader.line_num]
    spec, file = provisional(harvest), FetchedFile(sample.name, sample, str(harvest["url"]))
    names = column_names(spec, file, [cell.removeprefix("\ufeff") for cell in header])
    places = {place for place, name in enumerate(names) if name in personal}
    out = io.StringIO(newline="")
    ending = "\r\n" if header_lines[-1].endswith("\r\n") else "\n"
    writer = csv.writer(
        out,
        delimiter=delimiter,
        lineterminator=ending,
        quoting=csv.QUOTE_ALL if header_lines[-1].startswith('"') else csv.QUOTE_MINIMAL,
    )
    for cells in reader:
        writer.writerow(
            [word() if place in places and cell.strip() else cell for place, cell in enumerate(cells)]
        )
    sample.write_bytes("".join([*header_lines, out.getvalue()]).encode(encoding, "surrogateescape"))


def _json(
    sample: Path, harvest: Mapping[str, Any], personal: Collection[str], word: Callable[[], str]
) -> None:
    text = sample.read_text(encoding="utf-8-sig")
    try:
        parts = [json.loads(text)]
        indent: int | None = 1
    except ValueError:
        parts, indent = [json.loads(line) for line in text.splitlines() if line.strip()], None
    for content in parts:
        for row in _rows(content, harvest):
            _write_over(row, "", personal, word)
    told = "\n".join(json.dumps(content, ensure_ascii=False, indent=indent) for content in parts)
    sample.write_text(told, encoding="utf-8", errors="backslashreplace")


def _rows(content: Any, harvest: Mapping[str, Any]) -> list[Any]:
    """The objects whose keys are columns."""
    if harvest["protocol"] == "geojson":
        return [feature.get("properties") or {} for feature in content["features"]]
    if isinstance(content, dict):
        for key in filter(None, str(harvest.get("records") or "").split(".")):
            content = content[key]
    return content if isinstance(content, list) else [content]


def _write_over(value: Any, path: str, personal: Collection[str], word: Callable[[], str]) -> None:
    """Goes down as the reader takes nested values apart: `a.b` and `a[0]`."""
    inner = (
        [(key, f"{path}.{key}" if path else str(key)) for key in value]
        if isinstance(value, dict)
        else [(place, f"{path}[{place}]") for place in range(len(value))]
        if isinstance(value, list)
        else []
    )
    for key, column in inner:
        if column in personal and value[key] not in (None, "", [], {}):
            value[key] = word()
        else:
            _write_over(value[key], column, personal, word)
