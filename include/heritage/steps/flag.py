"""Flags each record with its risk level, the evidence behind it, and how exactly it may be published."""

import json
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from heritage.disclosure.decide import Ruling, Subject, decide
from heritage.disclosure.rules import DisclosureRules
from heritage.errors import SourceChanged
from heritage.model.digest import digest_json, inputs_digest
from heritage.model.disclosure import Disclosure
from heritage.model.evidence import Level
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.model.tables import RISK
from heritage.ports.clock import Clock
from heritage.ports.files import SnapshotStore
from heritage.ports.vocabularies import Vocabularies
from heritage.risk.combine import Assessment, Combination, combine
from heritage.risk.explain import explain
from heritage.risk.reading import read_value
from heritage.risk.scheme import Scheme
from heritage.risk.text import cell_values
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec

_log = logging.getLogger(__name__)

Values = tuple[tuple[str, ...], ...]
"""The values of one record in each of the description's risk columns, in that order."""

_COLUMNS = [
    *("record_id", "kind", "type", "class_item", "country", "restriction"),
    *("place_method", "precision_m", "url", "source_row"),
]


@dataclass(frozen=True, slots=True)
class Flagged:
    """`at_risk` counts records from at_risk upward, `withheld` those that are not published exactly."""

    at_risk: int
    by_level: dict[str, int]
    withheld: int
    unmapped: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What all records with the same values have in common."""

    evidence: tuple[dict[str, Any], ...]
    """Without the record's own id; the url is the source's unless the record has one."""
    assessment: Assessment
    explanation: str


def flag(
    loaded: LoadedSpec, snapshot: str, *, store: SnapshotStore, vocabularies: Vocabularies, clock: Clock
) -> Flagged:
    """Writes `risk.parquet` (schema RISK, sorted by record id) for a snapshot and counts what it says.

    Evidence comes from the register's own columns that the description lists under `risk`. The level
    depends on the day, because evidence expires. Raises SourceChanged when such a column is gone.
    """
    spec = loaded.spec
    today = clock.now().date()
    schemes = {listing.scheme: vocabularies.scheme(listing.scheme) for listing in spec.risk}
    settings, rules = vocabularies.combination(), vocabularies.disclosure()
    configuration = [v.model_dump(mode="json") for v in (spec, settings, rules, *schemes.values())]
    inputs = inputs_digest(
        "flag", store.digest(spec.id, snapshot, "records"), digest_json(configuration), today.isoformat()
    )
    retrieved = store.captured(spec.id, snapshot).retrieved_at.date()
    table = store.read_table(spec.id, snapshot, "records", columns=_COLUMNS)
    records = table.sort_by("record_id").to_pylist()
    values = _values(spec, records)
    patterns = {v: _pattern(v, spec, schemes, retrieved, today, settings) for v in dict.fromkeys(values)}
    if store.current(spec.id, snapshot, "risk", inputs):
        table = store.read_table(spec.id, snapshot, "risk")
    else:
        table = _table(spec, records, [patterns[v] for v in values], rules, retrieved)
        store.write_table(spec.id, snapshot, "risk", table, inputs)
    flagged = _count(table, _unmapped(spec, schemes, records, values))
    rechecks = sum(patterns[v].assessment.recheck for v in values)
    _log.info(
        "Flagged %d records: %d at risk or worse, %d not published exactly, %d values unknown to their "
        "scheme, %d whose evidence has expired and must be looked at again.",
        table.num_rows,
        flagged.at_risk,
        flagged.withheld,
        len(flagged.unmapped),
        rechecks,
    )
    return flagged


def _values(spec: DatasetSpec, records: Sequence[dict[str, Any]]) -> list[Values]:
    if not spec.risk:
        return [()] * len(records)
    rows = [json.loads(record["source_row"] or "{}") for record in records]
    for listing in spec.risk:
        if rows and not any(listing.field in row for row in rows):
            raise SourceChanged(
                f"{spec.id}: the column {listing.field!r}, from which risk evidence is read, is in none "
                f"of the {len(rows)} rows; no level is closed on that. Correct risk.field in the description."
            )
    return [tuple(cell_values(row.get(listing.field)) for listing in spec.risk) for row in rows]


def _pattern(
    values: Values,
    spec: DatasetSpec,
    schemes: dict[str, Scheme],
    retrieved: date,
    today: date,
    settings: Combination,
) -> _Pattern:
    """A register says today what it said when it was retrieved, so validity runs from that day."""
    readings = tuple(
        reading
        for listing, cell in zip(spec.risk, values, strict=True)
        for value in cell
        if (reading := read_value(schemes[listing.scheme], value, record_id="", observed=retrieved))
    )
    evidence = [reading.evidence for reading in readings if reading.evidence]
    assessment = combine(evidence, today, settings)
    return _Pattern(tuple(map(asdict, evidence)), assessment, explain(assessment, readings))


def _table(
    spec: DatasetSpec,
    records: Sequence[dict[str, Any]],
    patterns: Sequence[_Pattern],
    rules: DisclosureRules,
    retrieved: date,
) -> pa.Table:
    rulings: dict[Subject, Ruling] = {}
    rows = []
    for record, pattern in zip(records, patterns, strict=True):
        subject = _subject(spec, record, pattern.assessment.level, rules)
        if subject not in rulings:
            rulings[subject] = decide(subject, rules, retrieved)
        rows.append(_row(record, pattern, rulings[subject]))
    return pa.Table.from_pylist(rows, schema=RISK)


def _subject(spec: DatasetSpec, record: dict[str, Any], level: Level, rules: DisclosureRules) -> Subject:
    # Only some methods are judged by their precision; without it most records share one ruling.
    judged = record["place_method"] in rules.source_precision.methods
    return Subject(
        kind=record["kind"],
        type=record["type"],
        class_item=record["class_item"],
        country=record["country"] or spec.item.country,
        restriction=record["restriction"],
        place_method=record["place_method"],
        precision_m=record["precision_m"] if judged else None,
        identifier=spec.item.identifier,
        level=level,
    )


def _row(record: dict[str, Any], pattern: _Pattern, ruling: Ruling) -> dict[str, Any]:
    found = pattern.assessment
    evidence = [
        {**item, "record_id": record["record_id"], "url": record["url"] or item["url"]}
        for item in pattern.evidence
    ]
    return {
        "record_id": record["record_id"],
        "level": found.level.value,
        "confidence": found.confidence,
        "support": found.support,
        "flags": found.flags,
        "explanation": pattern.explanation,
        "next_expiry": found.next_expiry,
        "last_level": found.last_level.value if found.last_level else None,
        "evidence": json.dumps(evidence, ensure_ascii=False, default=date.isoformat),
        "disclosure": ruling.disclosure.value,
        "disclosure_rules": [hit.rule for hit in ruling.hits],
        "disclosure_reason": ruling.reason,
        "review_by": ruling.review_by,
    }


def _unmapped(
    spec: DatasetSpec, schemes: dict[str, Scheme], records: Sequence[dict[str, Any]], values: Sequence[Values]
) -> tuple[Issue, ...]:
    """One issue for each value that its scheme does not know, with the first record that carries it."""
    unknown = {
        pattern: [
            (listing.scheme, listing.field, value)
            for listing, cell in zip(spec.risk, pattern, strict=True)
            for value in cell
            if schemes[listing.scheme].meaning_of(value) is None
        ]
        for pattern in set(values)
    }
    carriers: dict[tuple[str, str, str], list[str]] = {}
    for record, pattern in zip(records, values, strict=True):
        for found in unknown[pattern]:
            carriers.setdefault(found, []).append(record["record_id"])
    return tuple(
        Issue(
            IssueCode.RISK_UNMAPPED,
            Severity.NOTE,
            spec.id,
            record_id=ids[0],
            field=field,
            value=value,
            hint=f"{len(ids)} records carry it. Add it to datasets/_vocabularies/risk/{scheme}.yaml.",
        )
        for (scheme, field, value), ids in carriers.items()
    )


def _count(table: pa.Table, unmapped: tuple[Issue, ...]) -> Flagged:
    levels = Counter(map(str, table["level"].to_pylist()))
    classes = Counter(map(str, table["disclosure"].to_pylist()))
    return Flagged(
        at_risk=sum(count for level, count in levels.items() if Level(level).endangered),
        by_level={level.value: levels[level.value] for level in Level},
        withheld=table.num_rows - classes[Disclosure.S0],
        unmapped=unmapped,
    )
