"""Rows of a register become records or are rejected with a reason: each row one of both, never none."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import pyarrow as pa

from heritage.mapping.countries import RowCountries, compare_with_countries
from heritage.mapping.date_columns import Dates, date_issues
from heritage.mapping.drift import column_shapes
from heritage.mapping.making import IMAGE_TAKEN, Making, Told
from heritage.mapping.places import Places, point_columns, read_places, widen_shared
from heritage.mapping.register import Register
from heritage.mapping.rejects import reject_rows, rejected_table
from heritage.mapping.terms import countries_of, find_countries
from heritage.mapping.world import World
from heritage.model.issue import Issue, Severity
from heritage.model.row import SourceRows
from heritage.model.tables import RECORDS
from heritage.spec.dataset import DatasetSpec
from heritage.spec.thresholds import PlaceRules

_AT_ONCE = 50_000  # records that are made together: what bounds the memory
_THREADS = 2


@dataclass(frozen=True, slots=True)
class Beside:
    """What the rows tell beside their records: tables in the schemas REJECTED (in file order), TERMS and
    COLUMNS, and what to report. `left_out` counts rows that the description does not take, by the code of
    the note about them."""

    rejected: pa.Table
    terms: pa.Table
    columns: pa.Table
    issues: tuple[Issue, ...]
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class MappedRows(Beside):
    """The same with all `records` in the schema RECORDS, sorted by id."""

    records: pa.Table


def map_rows(spec: DatasetSpec, rows: Iterable[SourceRows], world: World, rules: PlaceRules) -> MappedRows:
    """Every row as a record or rejected; which of both does not depend on the order of the rows.

    Raises SourceChanged when the file has no rows, a mapped column is not there, or a personal column
    may hide under a new name.
    """
    parts: list[pa.Table] = []
    beside = hand_records(parts.append, spec, rows, world, rules)
    records = pa.concat_tables([RECORDS.empty_table(), *parts])
    rejected, terms, columns = beside.rejected, beside.terms, beside.columns
    return MappedRows(rejected, terms, columns, beside.issues, beside.left_out, records)


def hand_records(
    take: Callable[[pa.Table], None],
    spec: DatasetSpec,
    rows: Iterable[SourceRows],
    world: World,
    rules: PlaceRules,
) -> Beside:
    """The same without keeping the records: `take` is given some thousands at a time, sorted by id, while
    others make the next ones. What it is given is only good once this function has returned."""
    register = Register(spec, rows)
    told = Told()
    with ThreadPoolExecutor(_THREADS) as threads:  # functions of columns let others run, Python does not
        shapes = threads.submit(column_shapes, register)
        making, rejects = _judged(register, world, rules, threads)
        for part, more in _made(making, threads):
            take(part)
            told.add(more)
    issues = (
        *register.notes,
        *told.names,
        *told.urls,
        *_note_places(register, making.places, rejects.keys()),
        *date_issues(making.dates.values(), making.good, spec.id),
        *told.counted(spec.id),
    )
    rejected, left_out = rejected_table(register, rejects), dict(register.left_out)
    return Beside(rejected, told.terms.table(), shapes.result(), issues, left_out)


def _judged(
    register: Register, world: World, rules: PlaceRules, threads: ThreadPoolExecutor
) -> tuple[Making, dict[int, Issue]]:
    """What is known of the rows before records are made of them, and why some are rejected."""
    record, columns = register.spec.record, register.columns
    by_id, reader = threads.submit(register.by_id), world.dates(record.name)
    read = {
        name: threads.submit(Dates, reader, columns, cell)
        for name, cell in (
            ("inception", record.inception),
            ("designated", record.designated),
            (IMAGE_TAKEN, record.image.date if record.image else None),
        )
    }
    some = columns.slices(_AT_ONCE)
    places = Places.joined(list(threads.map(read_places, repeat(record.point), some, repeat(rules))))
    countries, named = _countries(register, world), point_columns(record.point)
    compare_with_countries(places, countries, world, rules, named)
    order = by_id.result()
    rejects = reject_rows(register, places, order)
    kept = np.ones(register.rows, dtype=bool)
    kept[list(rejects)] = False
    good = order[kept[order]]
    widen_shared(places, good, rules, named)
    dates = {name: one.result() for name, one in read.items()}
    find = find_countries(register.spec.item, world)
    return Making(register, good, dates, places, countries, find), rejects


def _made(making: Making, threads: ThreadPoolExecutor) -> Iterator[tuple[pa.Table, Told]]:
    """All records, some at a time, while the next ones are made: no more of them than there are threads, so
    that who takes them is not left behind and memory is bounded."""
    coming: deque[Future[tuple[pa.Table, Told]]] = deque()
    for start in range(0, len(making.good), _AT_ONCE):
        coming.append(threads.submit(making.records, start, _AT_ONCE))
        if len(coming) > _THREADS:
            yield coming.popleft().result()
    while coming:
        yield coming.popleft().result()


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
