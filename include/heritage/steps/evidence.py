"""Reads the evidence that a register's own columns hold: each way of writing it once, then for all rows."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.errors import SourceChanged
from heritage.mapping.columns import Columns
from heritage.mapping.date_columns import Dates
from heritage.mapping.dates import DateReader
from heritage.mapping.text import same
from heritage.model.arrow import pc, with_columns
from heritage.model.codes import codes, first_rows
from heritage.model.evidence import Evidence
from heritage.model.issue import IssueCode
from heritage.model.tables import EVIDENCE
from heritage.risk.causes import Causes
from heritage.risk.explain import not_understood
from heritage.risk.ledger import Row
from heritage.risk.reading import Part, Reading, read_value
from heritage.risk.rows import evidence_table, with_ids
from heritage.risk.scheme import Scheme
from heritage.risk.text import cell_values, fold
from heritage.spec.dataset import DatasetSpec, Listing
from heritage.spec.record import Cell


@dataclass(frozen=True, slots=True)
class Means:
    """What evidence is read with. `seen` is the day on which the register said this last."""

    schemes: Mapping[str, Scheme]
    causes: Causes
    dates: DateReader
    seen: date


@dataclass(frozen=True, slots=True)
class Fault:
    """A word that nobody knows, or evidence that is refused: in which column, how often, and where first.

    `vocabulary` is the file of `_vocabularies/risk` by which it was read: a scheme, or `causes`.
    """

    code: IssueCode
    vocabulary: str
    column: str
    value: str
    records: int
    first: str


@dataclass(frozen=True, slots=True)
class EvidenceRead:
    """What the rows of one snapshot say.

    `table` has the schema EVIDENCE, with the ids of the rows themselves. `spoke` counts the rows that say
    something, `unread` are those of which not everything was understood, `taken_back` those that say that
    there is nothing (any more). `silent` are the listings that no row says anything to. `told` is what a
    person should know beside the evidence, by row.
    """

    table: pa.Table
    faults: tuple[Fault, ...]
    spoke: int
    unread: frozenset[Row]
    taken_back: frozenset[Row]
    silent: tuple[Listing, ...]
    told: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Said:
    """What one way of filling the columns of a listing comes to."""

    readings: tuple[Reading, ...]
    refused: IssueCode | None = None
    date: str = ""


def read_evidence(
    spec: DatasetSpec, snapshot: str, records: pa.Table, cells: Columns, means: Means
) -> EvidenceRead:
    """The evidence in the columns that the description lists under `risk`.

    `records` has record_id and url, `cells` the register's own columns of the same rows. Raises SourceChanged
    when a column of evidence is in none of the rows.
    """
    tables, faults = [EVIDENCE.empty_table()], list[Fault]()
    spoke = np.zeros(records.num_rows, dtype=bool)
    unread, taken_back = set[Row](), set[Row]()
    told: dict[str, tuple[str, ...]] = {}
    silent: list[Listing] = []
    ids: list[Any] = records["record_id"].to_pylist()
    for listing in spec.risk:
        scheme = means.schemes[listing.scheme]
        _refuse_missing(spec, listing, cells, records.num_rows)
        ways, first = _ways(cells, listing)
        said = list(_say(listing, cells.take(first), scheme, means))
        speaks = np.array([bool(one.readings) for one in said], dtype=bool)[ways]
        spoke |= speaks
        if not speaks.any():
            silent.append(listing)
        tables.append(_spread(spec, snapshot, records, ways, said, means.seen))
        carriers = [ids[row] for row in first.tolist()]
        faults += _faults(listing, said, np.bincount(ways, minlength=len(said)), carriers)
        odd = [i for i, one in enumerate(said) if one.refused or any(_tells(r) for r in one.readings)]
        for row in np.flatnonzero(np.isin(ways, odd)):
            record, one = ids[row], said[ways[row]]
            if one.refused or any(not reading.known for reading in one.readings):
                unread.add((record, scheme.id))
            elif all(reading.evidence is None for reading in one.readings):
                taken_back.add((record, scheme.id))
            told[record] = (*told.get(record, ()), *filter(None, map(_tells, one.readings)))
    return EvidenceRead(
        with_ids(pa.concat_tables(tables)),
        tuple(faults),
        int(spoke.sum()),
        frozenset(unread),
        frozenset(taken_back),
        tuple(silent),
        told,
    )


def _refuse_missing(spec: DatasetSpec, listing: Listing, cells: Columns, rows: int) -> None:
    if rows and not any(map(cells.has, listing.field.read())):
        raise SourceChanged(
            f"{spec.id}: the column {listing.field.name()!r}, from which risk evidence is read, is in none "
            f"of the {rows} rows; no level is closed on that. Correct risk.field in the description."
        )


def _ways(cells: Columns, listing: Listing) -> tuple[np.ndarray, np.ndarray]:
    """For every row the number of the way in which its columns are filled, and the first row of each way."""
    ways = codes(*(cells.raw(name) for name in dict.fromkeys(listing.read())))
    return ways, first_rows(ways)


def _say(listing: Listing, rows: Columns, scheme: Scheme, means: Means) -> Iterator[_Said]:
    """What each of the rows, all of which are different, comes to."""
    texts = {name: rows.raw(name).to_pylist() for name in listing.read()}
    days = Dates(means.dates, rows, listing.observed).first_days() if listing.observed else []
    said, sure, causes = (_words(rows, cell) for cell in (listing.field, listing.certainty, listing.causes))
    when = {name: {fold(word) for word in words} for name, words in listing.when.items()}

    def beside(name: str | None, i: int) -> str | None:
        return texts[name][i] if name else None

    for i in range(len(rows)):
        values = dict.fromkeys(said.get(i, ()))
        if not values or any(fold(texts[name][i] or "") not in words for name, words in when.items()):
            yield _Said(())
            continue
        observed = days[i] if listing.observed else means.seen
        readings = tuple(
            reading
            for value in values
            if (
                reading := read_value(
                    scheme,
                    value,
                    record_id="",
                    observed=observed or means.seen,
                    root=beside(listing.root, i),
                    adjust=beside(listing.adjust, i),
                    certainty=sure.get(i, ()),
                    causes=causes.get(i, ()),
                    vocabulary=means.causes,
                )
            )
        )
        dated = any(reading.evidence for reading in readings)
        if dated and (observed is None or observed > means.seen):
            code = IssueCode.RISK_UNDATED if observed is None else IssueCode.RISK_FUTURE
            names = listing.observed.read() if listing.observed else ()
            yield _Said(readings, code, ", ".join(filter(None, (texts[name][i] for name in names))))
        else:
            yield _Said(readings)


def _words(rows: Columns, cell: Cell | None) -> dict[int, tuple[str, ...]]:
    """What a cell says in each of the rows in which it says anything."""
    if cell is None:
        return {}
    parts, found = rows.parts(cell), dict[int, tuple[str, ...]]()
    for row, text in zip(parts.rows.tolist(), parts.texts.to_pylist(), strict=True):
        found[row] = (*found.get(row, ()), *cell_values(text))
    return found


def _spread(
    spec: DatasetSpec,
    snapshot: str,
    records: pa.Table,
    ways: np.ndarray,
    said: Sequence[_Said],
    seen: date,
) -> pa.Table:
    """The evidence of each way for every row that is filled so."""
    items: list[Evidence] = []
    starts, counts = np.zeros(len(said), dtype=np.int64), np.zeros(len(said), dtype=np.int64)
    for i, one in enumerate(said):
        mine = [] if one.refused else [reading.evidence for reading in one.readings if reading.evidence]
        starts[i], counts[i] = len(items), len(mine)
        items += mine
    many = counts[ways]
    rows = np.repeat(np.arange(len(ways)), many)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(many) - many, many)
    table, of = evidence_table(items).take(starts[ways[rows]] + within), records.take(rows)
    own: dict[str, Any] = {
        "record_id": of["record_id"],
        "url": pc.coalesce(of["url"], table["url"]),
        "register": same(spec.id, len(rows)),
        "snapshot": same(snapshot, len(rows)),
        "licence": same(spec.licence.id, len(rows)),
        "retrieved": pa.array(np.full(len(rows), seen, dtype="datetime64[D]")),
    }
    return with_columns(table, own)


def _tells(reading: Reading) -> str:
    """What of a reading is no evidence and must be told."""
    if any(part is Part.VALUE for part, _ in reading.unknown):
        return not_understood(reading.value)
    if reading.unknown:
        return "; ".join(not_understood(word) for _, word in reading.unknown)
    return "" if reading.evidence else reading.note or f"the register says {reading.value}"


def _faults(
    listing: Listing, said: Sequence[_Said], counts: np.ndarray, first: Sequence[str]
) -> Iterator[Fault]:
    columns = {
        Part.VALUE: listing.field.name(),
        Part.ADJUST: listing.adjust or "",
        Part.CERTAINTY: listing.certainty.name() if listing.certainty else "",
        Part.CAUSES: listing.causes.name() if listing.causes else "",
    }
    dates = listing.observed.name() if listing.observed else ""
    found: Counter[tuple[IssueCode, str, str, str]] = Counter()
    where: dict[tuple[IssueCode, str, str, str], str] = {}
    for one, count, record in zip(said, counts.tolist(), first, strict=True):
        keys = {
            (
                IssueCode.RISK_UNMAPPED,
                "causes" if part is Part.CAUSES else listing.scheme,
                columns[part],
                word,
            )
            for r in one.readings
            for part, word in r.unknown
        }
        if one.refused:
            keys.add((one.refused, listing.scheme, dates, one.date))
        for key in keys:
            found[key] += count
            where.setdefault(key, record)
    for key, count in found.most_common():
        yield Fault(*key, count, where[key])
