"""Weighs the evidence about every record: records about which the same is said are weighed once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.model.arrow import pc
from heritage.model.codes import codes, first_rows
from heritage.model.evidence import Evidence, Relation
from heritage.risk.combine import Assessment, Combination, combine
from heritage.risk.explain import explain, taken_off
from heritage.risk.ledger import DELISTED_UNKNOWN
from heritage.risk.rows import evidence_of

_OWN = ("record_id", "url", "snapshot", "distance_m", "uncertainty_m")
"""What differs from record to record without any weight."""
_ALIKE = [field.name for field in fields(Evidence) if field.name not in _OWN]


@dataclass(frozen=True, slots=True)
class Pattern:
    """What all records have in common about which the same is said."""

    assessment: Assessment
    explanation: str
    evidence: tuple[Evidence, ...]
    """All of it, ended items too; ids and urls are those of one of the records."""

    @property
    def delisted(self) -> tuple[Evidence, ...]:
        """What was on a list and is there no more, nobody knows why."""
        return tuple(item for item in self.evidence if item.close_reason == DELISTED_UNKNOWN)


@dataclass(frozen=True, slots=True)
class Assessed:
    """For each record, in the order given, the position of its pattern."""

    codes: np.ndarray
    patterns: Sequence[Pattern]

    def column(self, values: Sequence[Any], kind: pa.DataType) -> Any:
        """A value a pattern as a value a record."""
        return pa.array(values, kind).take(pa.array(self.codes))


def assess(
    ids: Sequence[str],
    evidence: pa.Table,
    told: Mapping[str, tuple[str, ...]],
    today: date,
    settings: Combination,
) -> Assessed:
    """The level of each record on that day. `evidence` has the schema EVIDENCE, of other records too; `told`
    is what was read of a record without being evidence."""
    values = pa.array(ids, pa.string())
    of = pc.index_in(evidence["record_id"].combine_chunks(), value_set=values)
    evidence = evidence.filter(pc.is_valid(of))
    record = of.drop_null().to_numpy().astype(np.int64)
    kinds, first = _kinds(evidence)
    items = [evidence_of(row) for row in evidence.take(first).to_pylist()]
    order = np.lexsort((kinds, record))
    bounds = np.searchsorted(record[order], np.arange(len(ids) + 1)).tolist()
    listed = kinds[order].tolist()
    known: dict[tuple[tuple[int, ...], tuple[str, ...]], int] = {((), ()): 0}
    patterns_of = np.zeros(len(ids), dtype=np.int64)  # of most records nobody says anything
    read = pc.index_in(pa.array(list(told), pa.string()), value_set=values).drop_null().to_numpy()
    for i in np.union1d(record, read).tolist():
        key = tuple(listed[bounds[i] : bounds[i + 1]]), told.get(ids[i], ())
        patterns_of[i] = known.setdefault(key, len(known))
    patterns = [_pattern([items[n] for n in numbers], said, today, settings) for numbers, said in known]
    return Assessed(patterns_of, patterns)


def _pattern(items: Sequence[Evidence], told: Sequence[str], today: date, settings: Combination) -> Pattern:
    found = combine(items, today, settings)
    gone = sorted({taken_off(item) for item in items if item.close_reason == DELISTED_UNKNOWN})
    return Pattern(found, explain(found, (*told, *gone)), tuple(items))


def _kinds(evidence: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """For each row the number of what it says, whoever it is about, and the first row of each number."""
    columns: dict[str, Any] = {name: evidence[name] for name in _ALIKE}
    columns["causes"] = pc.binary_join(evidence["causes"], "\n")
    # Only what lies in a whole, or is a part, is told apart by the entry.
    apart = pa.array([Relation.PART_OF.value, Relation.CONTAINS.value])
    columns["entry"] = pc.if_else(pc.is_in(evidence["relation"], apart), evidence["entry"], None)
    kinds = codes(*columns.values())
    return kinds, first_rows(kinds)
