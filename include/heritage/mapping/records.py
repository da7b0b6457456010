"""Rows of a register become records or are rejected with a reason: each row one of both, never none."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import pyarrow as pa

from heritage.mapping.countries import RowCountries, compare_with_countries
from heritage.mapping.date_columns import Dates
from heritage.mapping.drift import column_shapes
from heritage.mapping.making import Making, Told
from heritage.mapping.places import Places, point_columns, read_places, widen_shared
from heritage.mapping.register import Register
from heritage.mapping.rejects import reject_rows, rejected_table
from heritage.mapping.terms import countries_of, find_countries
from heritage.mapping.world import World
from heritage.model.arrow import pc
from heritage.model.issue import Issue, Severity
from heritage.model.row import SourceRows
from heritage.model.tables import RECORDS
from heritage.spec.dataset import DatasetSpec
from heritage.spec.thresholds import PlaceRules

_AT_ONCE = 50_000  # records that are made together: what bounds the memory
_THREADS = 2


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
    kept = np.ones(register.rows, dtype=bool)
    kept[list(rejects)] = False
    good = np.flatnonzero(kept)
    good = good[pc.sort_indices(register.ids.take(pa.array(good))).to_numpy()]
    widen_shared(places, good, rules, columns)
    dates = Dates(world.dates(spec.record.name))
    dated = {"inception": spec.record.inception, "designated": spec.record.designated}
    read = {name: dates.of(register.columns, cell, good) for name, cell in dated.items()}
    making = Making(register, good, read, places, countries, find_countries(spec.item, world))
    told, parts = Told(), []
    with ThreadPoolExecutor(_THREADS) as threads:  # functions of columns let other threads run meanwhile
        for part, more in threads.map(making.records, range(0, len(good), _AT_ONCE), repeat(_AT_ONCE)):
            parts.append(part)
            told.add(more)
    issues = (
        *register.notes,
        *told.names,
        *told.urls,
        *_note_places(register, places, rejects.keys()),
        *dates.issues(spec.id),
        *told.counted(spec.id),
    )
    return MappedRows(
        pa.Table.from_batches(parts, schema=RECORDS),
        rejected_table(register, rejects),
        told.terms.table(),
        column_shapes(register),
        issues,
        dict(register.left_out),
    )


def _countries(register: Register, world: World) -> RowCountries:
    """The items of the countries of each row, of the register's column or of the description."""
    item = register.spec.item
    texts = register.columns.texts(register.spec.record.country)
    return countries_of(texts, find_countries(item, world), item.country)


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
