"""Tables with known answers, as `heritage evaluate reconcile` takes them: records, items and the truth."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from heritage.errors import HeritageError
from heritage.mapping import World
from heritage.model.tables import ITEMS, RECORDS

_QID = re.compile(r"Q[1-9]\d{0,11}")
_CODE = re.compile(r"[A-Z]{2}")


class BadTable(HeritageError):
    """A file that cannot be used as it is; the text names file, row and field."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Both sides in the product's schemas, what is right, and what was put aside with the reason."""

    records: pa.Table
    items: pa.Table
    truth: dict[str, frozenset[str]]
    put_aside: list[str]


def read_labelled(records: Path, index: Path, truth: Path, world: World) -> Labelled:
    """Reads the three files. Raises BadTable when one of them is not such a table at all."""
    aside: list[str] = []
    record_rows = list(_records(records, world, aside))
    item_rows = list(_items(index, world, aside))
    answers = _truth(truth, {row["record_id"] for row in record_rows}, aside)
    return Labelled(
        pa.Table.from_pylist(record_rows, schema=RECORDS),
        pa.Table.from_pylist(item_rows, schema=ITEMS),
        answers,
        aside,
    )


def _records(path: Path, world: World, aside: list[str]) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for number, row in _csv_rows(path, ("id", "name")):
        where = f"{path.name}, row {number}"
        record_id = row["id"]
        if not record_id.strip():
            aside.append(f"{where}, field id: empty; the row needs an id.")
            continue
        if record_id in seen:
            aside.append(
                f"{where}, field id: {_cut(record_id)} stands on an earlier row too; ids are unique."
            )
            continue
        seen.add(record_id)
        point = _point(row.get("lat"), row.get("lon"))
        if isinstance(point, str):
            aside.append(f"{where}, field lat/lon: {point} The row is read without its place.")
            point = None
        lang = row.get("lang") or "und"
        names = [row["name"], *(row.get("alt_names") or "").split("|")]
        yield {
            "dataset": "evaluation",
            "record_id": record_id,
            "kind": "monument",
            "name": row["name"] or None,
            "lang": lang,
            "names": [{"lang": lang, "text": name.strip()} for name in names if name.strip()],
            "type": row.get("type") or None,
            "municipality": row.get("municipality") or None,
            "country": _country(row.get("country"), world),
            "lat": point[0] if point else None,
            "lon": point[1] if point else None,
            "file": path.name,
            "row": number,
        }


def _items(path: Path, world: World, aside: list[str]) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    try:
        with path.open(encoding="utf-8-sig", errors="strict") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                item = _item(line, world)
                if isinstance(item, str):
                    aside.append(f"{path.name}, row {number}, {item}")
                elif item["qid"] in seen:
                    aside.append(
                        f"{path.name}, row {number}, field qid: {item['qid']} stands on an earlier row too."
                    )
                else:
                    seen.add(item["qid"])
                    yield item
    except OSError as error:
        raise BadTable(f"{path}: cannot be read ({error.strerror}); give a file of JSON lines.") from error
    except UnicodeDecodeError as error:
        raise BadTable(f"{path.name}: not UTF-8 text at byte {error.start}; save it as UTF-8.") from error


def _item(line: str, world: World) -> dict[str, Any] | str:
    """One line as a row of ITEMS, or what is wrong with it."""
    try:
        entity = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"not JSON: {' '.join(str(error).split())}"
    if not isinstance(entity, dict) or not _QID.fullmatch(str(entity.get("qid", ""))):
        return 'field qid: every line is an object with a "qid" like "Q42".'
    try:
        return {
            "qid": entity["qid"],
            "labels": [{"lang": k, "text": _text(v)} for k, v in (entity.get("labels") or {}).items()],
            "aliases": [
                {"lang": k, "text": _text(v)} for k, vs in (entity.get("aliases") or {}).items() for v in vs
            ],
            "descriptions": [
                {"lang": k, "text": _text(v)} for k, v in (entity.get("descriptions") or {}).items()
            ],
            "points": list(_item_points(entity)),
            "classes": [_text(q) for q in entity.get("classes") or ()],
            "admin": [_text(q) for q in entity.get("admin") or ()],
            "country": _country(entity.get("country") or entity.get("country_hint"), world),
            "designations": [],
            "identifiers": [
                {"property": k, "value": _text(v)} for k, v in (entity.get("identifiers") or {}).items()
            ],
            "parts_of": [_text(q) for q in entity.get("parts_of") or ()],
            "sitelinks": [],
        }
    except (AttributeError, TypeError, ValueError) as error:
        return f"item {entity['qid']}: not in the expected form ({error})."


def _item_points(entity: Mapping[str, Any]) -> Iterator[dict[str, float]]:
    pairs = list(entity.get("points") or ())
    if entity.get("lat") is not None or entity.get("lon") is not None:
        pairs.append([entity.get("lat"), entity.get("lon")])
    for lat, lon in pairs:
        point = _point(str(lat), str(lon))
        if point is None or isinstance(point, str):
            raise ValueError(f"field points: {point or 'empty'}")
        yield {"lat": point[0], "lon": point[1]}


def _truth(path: Path, known: set[str], aside: list[str]) -> dict[str, frozenset[str]]:
    answers: dict[str, frozenset[str]] = {}
    for number, row in _csv_rows(path, ("id", "qid")):
        where = f"{path.name}, row {number}"
        right = frozenset(part.strip() for part in row["qid"].split("|") if part.strip())
        if bad := [qid for qid in right if not _QID.fullmatch(qid)]:
            aside.append(f"{where}, field qid: {_cut(bad[0])} is not an item id like Q42.")
        elif row["id"] not in known:
            aside.append(f"{where}, field id: no record has the id {_cut(row['id'])}.")
        elif row["id"] in answers:
            aside.append(f"{where}, field id: {_cut(row['id'])} has an answer on an earlier row.")
        else:
            answers[row["id"]] = right
    return answers


def _csv_rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """(data row from 1, column to text). Raises BadTable for what is not such a table."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, restval="")
            missing = [name for name in needed if name not in (reader.fieldnames or ())]
            if missing:
                raise BadTable(
                    f"{path.name}, header: no column {' or '.join(missing)}; it has "
                    f"{', '.join(map(_cut, (reader.fieldnames or ())[:12])) or 'nothing'}."
                )
            for number, row in enumerate(reader, start=1):
                yield number, {name: value for name, value in row.items() if isinstance(value, str)}
    except OSError as error:
        raise BadTable(f"{path}: cannot be read ({error.strerror}); give a CSV file.") from error
    except UnicodeDecodeError as error:
        raise BadTable(f"{path.name}: not UTF-8 text at byte {error.start}; save it as UTF-8.") from error
    except csv.Error as error:
        raise BadTable(f"{path.name}: not readable as CSV ({error}).") from error


def _point(lat: str | None, lon: str | None) -> tuple[float, float] | str | None:
    """Degrees, None when both are empty, or what is wrong."""
    if not (lat or "").strip() and not (lon or "").strip():
        return None
    try:
        values = float(lat or ""), float(lon or "")
    except ValueError:
        return f"{_cut(lat or '')}, {_cut(lon or '')} are not two numbers in degrees."
    if not (abs(values[0]) <= 90 and abs(values[1]) <= 180):
        return f"{_cut(lat or '')}, {_cut(lon or '')} lie outside the globe."
    return values


def _country(value: Any, world: World) -> str | None:
    """The country's item from an item id or a two-letter code."""
    text = str(value or "").strip().upper()
    if _CODE.fullmatch(text):
        return world.item(text)
    return text if _QID.fullmatch(text) else None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{_cut(str(value))} is not text")
    return value


def _cut(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}…")
