"""Rows of a register become records or are rejected with a reason: each row one of both, never none."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import numpy as np
import pyarrow as pa

from heritage.mapping.places import (
    Places,
    compare_with_countries,
    point_columns,
    read_places,
    widen_shared,
)
from heritage.mapping.register import Register
from heritage.mapping.rejects import reject_rows
from heritage.mapping.terms import Unmapped, countries_of, look_up
from heritage.mapping.world import World
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.model.row import SourceRows
from heritage.model.tables import RECORDS, REJECTED
from heritage.spec.dataset import DatasetSpec
from heritage.spec.record import Cell
from heritage.spec.thresholds import PlaceRules

_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|&(?:#\d+|[A-Za-z]+);")
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")

Countries = list[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class MappedRows:
    """Tables in the schemas RECORDS (sorted by id) and REJECTED (in file order), and what to report."""

    records: pa.Table
    rejected: pa.Table
    issues: tuple[Issue, ...]


def map_rows(spec: DatasetSpec, rows: Iterable[SourceRows], world: World, rules: PlaceRules) -> MappedRows:
    """Every row as a record or rejected; which of both does not depend on the order of the rows.

    Raises SourceChanged when the file has no rows, a mapped column is not there, or a personal column
    may hide under a new name.
    """
    register = Register(spec, rows)
    everyone = range(len(register.rows))
    places = read_places(spec.record.point, register.raw, len(register.rows), rules)
    countries = _countries(register, everyone, world, Unmapped())
    columns = point_columns(spec.record.point) if spec.record.point else ""
    compare_with_countries(places, countries, world, rules, columns)
    rejects = reject_rows(register, places)
    good = sorted((i for i in everyone if i not in rejects), key=lambda i: register.ids[i])
    widen_shared(places, good, rules, columns)
    unmapped = Unmapped()
    _countries(register, good, world, unmapped)
    names = _names(register, good)
    urls = _urls(register, good)
    records = _records(register, good, places, countries, names, urls, unmapped)
    issues = (
        *register.notes,
        *_note_names(register, good, names),
        *_note_urls(register, good, urls),
        *_note_places(register, places, rejects.keys()),
        *unmapped.issues(spec.id),
    )
    return MappedRows(records, _rejected(register, rejects), issues)


def _countries(register: Register, at: Sequence[int], world: World, unmapped: Unmapped) -> Countries:
    """The items of the countries of each row, of the register's column or of the description."""
    item, column = register.spec.item, register.spec.record.country
    if column is None:
        return [(item.country,) if item.country else ()] * len(at)
    return countries_of(register.texts(column, at), column.name(), item, world, unmapped)


def _records(
    register: Register,
    good: list[int],
    places: Places,
    countries: Countries,
    names: list[list[dict[str, str]]],
    urls: list[str | None],
    unmapped: Unmapped,
) -> pa.Table:
    spec, record, item = register.spec, register.spec.record, register.spec.item
    types = register.texts(record.type, good)
    designations = register.texts(record.designation, good)
    municipalities = register.texts(record.municipality, good)
    own = [countries[i] for i in good]
    status = item.designation if isinstance(item.designation, dict) else {}
    default_status = item.designation if isinstance(item.designation, str) else None
    columns: dict[str, Sequence[Any] | np.ndarray] = {
        "dataset": [spec.id] * len(good),
        "record_id": [register.ids[i] for i in good],
        "kind": [spec.kind] * len(good),
        "name": [entries[0]["text"] if entries else None for entries in names],
        "lang": [entries[0]["lang"] if entries else None for entries in names],
        "names": names,
        "type": _null(types),
        "class_item": look_up(
            types, _name(record.type), "classes", item.classes, item.class_default, unmapped
        ),
        "designation": _null(designations),
        "designation_item": look_up(
            designations, _name(record.designation), "designation", status, default_status, unmapped
        ),
        "municipality": _null(municipalities),
        "admin_item": look_up(
            municipalities, _name(record.municipality), "admin", item.admin, None, unmapped
        ),
        "country": [qids[0] if len(qids) == 1 else None for qids in own],
        "address": _null(register.texts(record.address, good)),
        "inception": [None] * len(good),
        "designated": [None] * len(good),
        "lat": places.lat[good],
        "lon": places.lon[good],
        "precision_m": places.precision_m[good],
        "place_method": places.method[good],
        "url": urls,
        "image": [None] * len(good),
        "links": [None] * len(good),
        "restriction": _null(register.texts(record.restriction, good)),
        "file": [register.rows[i].file for i in good],
        "row": [register.rows[i].number for i in good],
        "source_row": [register.source(i) for i in good],
    }
    arrays = [
        pa.array(columns[f.name], f.type, from_pandas=isinstance(columns[f.name], np.ndarray))
        for f in RECORDS
    ]
    return pa.Table.from_arrays(arrays, schema=RECORDS)


def _rejected(register: Register, rejects: dict[int, Issue]) -> pa.Table:
    lines = [
        {
            "dataset": register.spec.id,
            "record_id": register.ids[i] or None,
            "file": issue.file,
            "row": issue.row,
            "code": issue.code.value,
            "field": issue.field,
            "value": issue.value,
            "reason": str(issue),
            "source_row": register.source(i),
        }
        for i, issue in sorted(rejects.items())
    ]
    return pa.Table.from_pylist(lines, schema=REJECTED)


def _names(register: Register, good: list[int]) -> list[list[dict[str, str]]]:
    """All names of each record with their language, in the order of the description."""
    names: list[list[dict[str, str]]] = [[] for _ in good]
    for lang, source in register.spec.record.names():
        for entries, text in zip(names, register.texts(source, good), strict=True):
            entry = {"lang": lang, "text": text}
            if text and entry not in entries:
                entries.append(entry)
    return names


def _urls(register: Register, good: list[int]) -> list[str | None]:
    """The addresses of the register's own entries, where they can be one."""
    record = register.spec.record
    texts = register.texts(record.url, good)
    if record.url_template:
        keys = texts if record.url else [register.ids[i] for i in good]
        return [record.url_template.replace("{id}", quote(key, safe="")) if key else None for key in keys]
    return [text if _ADDRESS.fullmatch(text) else None for text in texts]


def _note_names(register: Register, good: list[int], names: list[list[dict[str, str]]]) -> Iterable[Issue]:
    for i, entries in zip(good, names, strict=True):
        if not entries:
            columns = sorted({c for _, source in register.spec.record.names() for c in source.read()})
            yield register.issue(
                IssueCode.NAME_MISSING,
                Severity.NOTE,
                i,
                record_id=register.ids[i],
                field=", ".join(columns),
            )
        for entry in entries:
            if _MARKUP.search(entry["text"]):
                yield register.issue(
                    IssueCode.NAME_MARKUP,
                    Severity.NOTE,
                    i,
                    record_id=register.ids[i],
                    field="name",
                )


def _note_urls(register: Register, good: list[int], urls: list[str | None]) -> Iterable[Issue]:
    column = register.spec.record.url
    for i, url, text in zip(good, urls, register.texts(column, good), strict=True):
        if text and not url:
            yield register.issue(
                IssueCode.URL_UNUSABLE,
                Severity.NOTE,
                i,
                record_id=register.ids[i],
                field=column,
            )


def _note_places(register: Register, places: Places, rejected: Iterable[int]) -> Iterable[Issue]:
    rejected = set(rejected)
    for note in sorted(places.notes, key=lambda n: (n.code, register.ids[n.row])):
        if note.row not in rejected:
            yield register.issue(
                note.code,
                Severity.NOTE,
                note.row,
                record_id=register.ids[note.row],
                field=note.column,
                value=note.value,
                hint=note.hint,
            )


def _null(texts: Sequence[str]) -> list[str | None]:
    return [text or None for text in texts]


def _name(cell: Cell | None) -> str | None:
    return cell.name() if cell else None
