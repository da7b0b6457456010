"""Rows of a register become records or are rejected with a reason: each row one of both, never none."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.mapping.columns import Texts
from heritage.mapping.countries import RowCountries, compare_with_countries
from heritage.mapping.date_columns import Dates
from heritage.mapping.drift import column_shapes
from heritage.mapping.places import Places, point_columns, read_places, widen_shared
from heritage.mapping.register import Register
from heritage.mapping.rejects import reject_rows, rejected_table
from heritage.mapping.terms import Terms, countries_of, find_countries
from heritage.mapping.values import image_of, links_of, names_of, urls_of
from heritage.mapping.world import World
from heritage.model.arrow import pc
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.model.row import SourceRows
from heritage.model.tables import RECORDS
from heritage.spec.dataset import DatasetSpec
from heritage.spec.record import Cell
from heritage.spec.thresholds import PlaceRules

_MARKUP = r"</?[A-Za-z][^<>]*>|&(?:#[0-9]+|[A-Za-z]+);"
_AT_ONCE = 50_000  # records that are made together: what bounds the memory


@dataclass(frozen=True, slots=True)
class MappedRows:
    """Tables in the schemas RECORDS (sorted by id), REJECTED (in file order), TERMS and COLUMNS, and what to
    report. `left_out` counts rows that the description does not take, by the code of the note about them."""

    records: pa.Table
    rejected: pa.Table
    terms: pa.Table
    columns: pa.Table
    issues: tuple[Issue, ...]
    left_out: Mapping[str, int]


def map_rows(spec: DatasetSpec, rows: Iterable[SourceRows], world: World, rules: PlaceRules) -> MappedRows:
    """Every row as a record or rejected; which of both does not depend on the order of the rows.

    Raises SourceChanged when the file has no rows, a mapped column is not there, or a personal column
    may hide under a new name.
    """
    register = Register(spec, rows)
    columns = point_columns(spec.record.point)
    places = read_places(spec.record.point, register.columns, rules)
    countries = _countries(register, world)
    compare_with_countries(places, countries, world, rules, columns)
    rejects = reject_rows(register, places)
    good = np.setdiff1d(np.arange(register.rows), np.fromiter(rejects, dtype=int))
    good = good[pc.sort_indices(register.ids.take(pa.array(good))).to_numpy()]
    widen_shared(places, good, rules, columns)
    making = _Making(register, places, countries, world)
    parts = [making.records(good[start : start + _AT_ONCE]) for start in range(0, len(good), _AT_ONCE)]
    issues = (
        *register.notes,
        *making.name_notes,
        *making.url_notes,
        *_note_places(register, places, rejects.keys()),
        *making.link_notes(),
        *making.dates.issues(spec.id),
        *making.terms.issues(spec.id),
    )
    return MappedRows(
        pa.Table.from_batches(parts, schema=RECORDS),
        rejected_table(register, rejects),
        making.terms.table(),
        column_shapes(register),
        issues,
        dict(register.left_out),
    )


def _countries(register: Register, world: World) -> RowCountries:
    """The items of the countries of each row, of the register's column or of the description."""
    item = register.spec.item
    texts = register.columns.texts(register.spec.record.country)
    return countries_of(texts, find_countries(item, world), item.country)


@dataclass(slots=True)
class _Making:
    """Makes records of rows, some at a time, and collects what is to be told of all of them."""

    register: Register
    places: Places
    countries: RowCountries
    world: World
    terms: Terms = field(default_factory=Terms)
    name_notes: list[Issue] = field(default_factory=list)
    url_notes: list[Issue] = field(default_factory=list)
    unusable_links: Counter[str] = field(default_factory=Counter)
    dates: Dates = field(init=False)

    def __post_init__(self) -> None:
        self.dates = Dates(self.world.dates(self.register.spec.record.name))

    def records(self, at: np.ndarray) -> pa.RecordBatch:
        """The rows `at` in the schema RECORDS."""
        register, spec, places = self.register, self.register.spec, self.places
        record, columns = spec.record, register.columns.take(at)
        ids = register.ids.take(pa.array(at))
        names = names_of(columns, record)
        self._note_names(at, names.listed)
        urls, bad_urls = urls_of(columns, record, ids)
        for i in at[bad_urls].tolist():
            self.url_notes.append(self._note(IssueCode.URL_UNUSABLE, i, _name(record.url)))
        links, unusable = links_of(columns, record.links)
        self.unusable_links.update(unusable)
        if record.country:
            found = find_countries(spec.item, self.world)
            self.terms.count_countries(columns.texts(record.country), record.country.name(), found)
        files, numbers = register.places(at)
        fields: dict[str, Any] = {
            "dataset": _same(spec.id, len(at)),
            "record_id": ids,
            "kind": _same(spec.kind, len(at)),
            "name": names.first,
            "lang": names.lang,
            "names": names.listed,
            **self._terms(columns),
            "country": pa.array(self.countries.single(), pa.string()).take(
                pa.array(self.countries.codes[at])
            ),
            "address": columns.texts(record.address),
            "inception": self.dates.of(columns, record.inception),
            "designated": self.dates.of(columns, record.designated),
            "lat": pa.array(places.lat[at], from_pandas=True),
            "lon": pa.array(places.lon[at], from_pandas=True),
            "precision_m": pa.array(places.precision_m[at], from_pandas=True),
            "place_method": pa.array(places.method[at], pa.string()),
            "url": urls,
            "image": image_of(columns, record.image),
            "links": links,
            "restriction": columns.texts(record.restriction),
            "file": files,
            "row": numbers,
            "source_row": register.sources(at),
        }
        return pa.RecordBatch.from_arrays([fields[column.name] for column in RECORDS], schema=RECORDS)

    def link_notes(self) -> Iterator[Issue]:
        """A note a column with links that lead nowhere."""
        for column, number in self.unusable_links.items():
            code = IssueCode.LINK_UNUSABLE
            hint = f"{number} link{'s' * (number != 1)}. {code.remedy}"
            yield Issue(code, Severity.NOTE, self.register.spec.id, field=column, hint=hint)

    def _terms(self, columns: Any) -> dict[str, Texts]:
        record, item = self.register.spec.record, self.register.spec.item
        types, designations = columns.texts(record.type), columns.texts(record.designation)
        municipalities = columns.texts(record.municipality)
        status = item.designation if isinstance(item.designation, dict) else {}
        default = item.designation if isinstance(item.designation, str) else None
        look_up = self.terms.look_up
        return {
            "type": types,
            "class_item": look_up(types, _name(record.type), "classes", item.classes, item.class_default),
            "designation": designations,
            "designation_item": look_up(
                designations, _name(record.designation), "designation", status, default
            ),
            "municipality": municipalities,
            "admin_item": look_up(municipalities, _name(record.municipality), "admin", item.admin, None),
        }

    def _note_names(self, at: np.ndarray, listed: Any) -> None:
        columns = sorted({c for _, source in self.register.spec.record.names() for c in source.read()})
        missing = np.flatnonzero(pc.equal(pc.list_value_length(listed), 0).to_numpy(zero_copy_only=False))
        marked = pc.match_substring_regex(pc.struct_field(pc.list_flatten(listed), "text"), _MARKUP)
        parents = pc.list_parent_indices(listed).filter(marked).to_numpy()
        notes = [(i, IssueCode.NAME_MISSING, ", ".join(columns)) for i in missing.tolist()]
        notes += [(i, IssueCode.NAME_MARKUP, "name") for i in parents.tolist()]
        for i, code, name in sorted(notes):
            self.name_notes.append(self._note(code, int(at[i]), name))

    def _note(self, code: IssueCode, i: int, column: str | None) -> Issue:
        return self.register.issue(code, Severity.NOTE, i, record_id=self.register.id(i), field=column)


def _note_places(register: Register, places: Places, rejected: Iterable[int]) -> Iterator[Issue]:
    rejected = set(rejected)
    kept = [
        (note.code, register.id(note.row) or "", note) for note in places.notes if note.row not in rejected
    ]
    for code, record_id, note in sorted(kept, key=lambda one: one[:2]):
        yield register.issue(
            code,
            Severity.NOTE,
            note.row,
            record_id=record_id,
            field=note.column,
            value=note.value,
            hint=note.hint,
        )


def _same(text: str, rows: int) -> Texts:
    return pa.array([text] * rows, pa.string())


def _name(cell: Cell | None) -> str | None:
    return cell.name() if cell else None
