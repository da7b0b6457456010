"""The gate for what is said of a record's risk: sentences, evidence and history, as they may leave the house.

A sentence quotes sources, which may tell the place in words; a distance to a known area tells it in figures,
and so do areas that everybody can lay over each other: which of them a hidden place lies in or near is not
told. What helps a thief (R11) is left out everywhere, and so is who reported from a war, for good, and what
they reported, for some weeks (R14).
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from heritage.disclosure.areas import too_small
from heritage.disclosure.names import Positions
from heritage.disclosure.rules import Reporters
from heritage.disclosure.telling import tells_place, told_by_id
from heritage.disclosure.words import Flags
from heritage.model.arrow import Array, pc, with_columns
from heritage.model.disclosure import Disclosure
from heritage.model.evidence import NEARBY, Relation

TELLING = "What is said of it is not shown here, because its words would tell where the site is."
NEAR = (
    "It lies in or near an area of danger; which one is not shown, because that would tell where the site is."
)
FOR_THIEVES = "What is said of it is not shown here, because it would help a thief."
REPORTED = "What is said of it is not shown here, to protect those who reported it."
_SENTENCES = ("explanation", "question", "meaning", "raw_value")
_FIGURES = {"distance_m": None, "uncertainty_m": None, "url": "", "entry": None}
"""How far it is from what everybody can find, and pages that show it; what stands there instead."""
_A_REPORT = {"source": "a report", "url": "", "entry": None, "distance_m": None}
_LEAVING = [member.value for member in Disclosure if member is not Disclosure.S5]


def told(table: pa.Table, records: pa.Table, risk: pa.Table) -> pa.Table:
    """Rows about records (RISK, HISTORY, TASKS, or some of their columns with `record_id`) as they may leave:
    none of a record that is withheld, and no sentence that tells more than its class allows.

    `records` needs record_id and address, `risk` record_id, disclosure and disclosure_rules; where `records`
    has the municipality, no sentence names it unless `area_degrees` of `risk` say that it is large enough.
    """
    held = _held(records, risk)
    return _rewritten(*held.rows(table), held)


def told_evidence(
    evidence: pa.Table, records: pa.Table, risk: pa.Table, reporters: Reporters, today: date
) -> pa.Table:
    """Evidence (schema EVIDENCE) as it may leave: no assessor, and no area that a hidden place lies in."""
    held = _held(records, risk)
    evidence, at = held.rows(evidence)
    waits = _reported(evidence, reporters) & _recent(evidence, reporters, today) & held.reported[at]
    places = (
        pc.fill_null(pc.equal(evidence["relation"], Relation.WITHIN.value), True).to_numpy() & held.hidden[at]
    )
    kept = ~waits & ~places
    evidence, at = evidence.filter(pa.array(kept)), at[kept]
    return _rewritten(_without_reporter(evidence, held.reported[at], reporters), at, held)


@dataclass(frozen=True, slots=True)
class _Held:
    """The records, and of each its address, its municipality where that is withheld, whether it leaves at
    all, whether its class hides its place, and whether the rules on thieves (R11) and on those who reported
    (R14) apply."""

    ids: Array
    addresses: Array
    areas: Array
    leaves: Flags
    hidden: Flags
    thieves: Flags
    reported: Flags

    def rows(self, table: pa.Table) -> tuple[pa.Table, Positions]:
        """The rows about records that leave, and the position of the record of each."""
        at = pc.fill_null(pc.index_in(table["record_id"], value_set=self.ids), -1).to_numpy()
        kept = at >= 0
        kept[kept] = self.leaves[at[kept]]
        return table.filter(pa.array(kept)), at[kept]


def _held(records: pa.Table, risk: pa.Table) -> _Held:
    """A record without a ruling, or with one that we do not know, does not leave; of several rulings the
    strictest holds, with the rules of all."""
    ids = records["record_id"].combine_chunks()
    at = pc.fill_null(pc.index_in(risk["record_id"], value_set=ids), -1).to_numpy()
    about = at >= 0
    at, risk = at[about], risk.filter(pa.array(about))
    classes = pc.fill_null(pc.index_in(risk["disclosure"], value_set=pa.array(_LEAVING)), -1).to_numpy()
    strictest = np.full(len(ids), -1)
    np.maximum.at(strictest, at, classes)
    barred = np.zeros(len(ids), dtype=bool)
    barred[at[classes < 0]] = True
    rules = risk["disclosure_rules"].combine_chunks()
    named, of = pc.list_flatten(rules), at[pc.list_parent_indices(rules).to_numpy()]

    def under(rule: str) -> Flags:
        flags = np.zeros(len(ids), dtype=bool)
        flags[of[pc.equal(named, rule).to_numpy(zero_copy_only=False)]] = True
        return flags

    return _Held(
        ids,
        records["address"].combine_chunks(),
        _areas(records, risk, strictest, at),
        leaves=(strictest >= 0) & ~barred & ~told_by_id(ids, strictest > 0),
        hidden=strictest > 0,
        thieves=under("R11"),
        reported=under("R14"),
    )


def _areas(records: pa.Table, risk: pa.Table, strictest: Positions, at: Positions) -> Array:
    """The municipality of each record, null where it may be told; the least extent ruled holds."""
    if "municipality" not in records.column_names:
        return pa.nulls(records.num_rows, pa.string())
    extents = np.zeros(records.num_rows)
    if "area_degrees" in risk.column_names:
        extents[at] = np.inf
        np.minimum.at(extents, at, pc.fill_null(risk["area_degrees"], 0.0).to_numpy())
    classes = pc.take(pa.array(_LEAVING), pa.array(np.maximum(strictest, 0)))
    municipality = records["municipality"].combine_chunks()
    return pc.if_else(pa.array(too_small(classes, extents)), municipality, pa.scalar(None, pa.string()))


def _rewritten(table: pa.Table, at: Positions, held: _Held) -> pa.Table:
    """Rows about the records at these positions, without what tells more than their class allows."""
    hidden, thieves, reported = held.hidden[at], held.thieves[at], held.reported[at]
    for name in _SENTENCES:
        if name in table.column_names:
            said = table[name].is_valid().to_numpy()
            near = hidden & pc.fill_null(pc.match_substring(table[name], NEARBY), False).to_numpy()
            table = _where(table, "next_expiry", near, None)  # the day on which the area was seen
            telling = _telling(table[name], said & hidden & ~near & ~thieves & ~reported, at, held)
            for flags, instead in (
                (near, NEAR),
                (telling, TELLING),
                (said & reported, REPORTED),
                (said & thieves, FOR_THIEVES),
            ):
                table = _where(table, name, flags, instead)
    for name, instead_of_it in _FIGURES.items():
        table = _where(table, name, hidden, instead_of_it)
    return table


def _telling(texts: Array, asked: Flags, at: Positions, held: _Held) -> Flags:
    """Which of the texts that are asked about tell the place of their record."""
    rows = np.flatnonzero(asked)
    secrets = (column.take(at[rows]).to_pylist() for column in (held.addresses, held.areas))
    flags = np.zeros(len(asked), dtype=bool)
    flags[rows] = [tells_place(*one) for one in zip(texts.take(rows).to_pylist(), *secrets, strict=True)]
    return flags


def _reported(evidence: pa.Table, reporters: Reporters) -> Flags:
    """By people who can be found."""
    named = pc.fill_null(pc.not_equal(evidence["assessor"], ""), False)
    return np.asarray(named.to_numpy() | _by_scheme(evidence, reporters), dtype=bool)


def _by_scheme(evidence: pa.Table, reporters: Reporters) -> Flags:
    flags: Flags = pc.is_in(evidence["scheme"], value_set=pa.array(reporters.schemes, pa.string())).to_numpy()
    return flags


def _recent(evidence: pa.Table, reporters: Reporters, today: date) -> Flags:
    """Since when they said so is not long ago, or not known."""
    since = pc.max_element_wise(evidence["observed"], evidence["published"])
    before = pa.scalar(today - timedelta(days=reporters.delay_days), pa.date32())
    flags: Flags = pc.fill_null(pc.greater(since, before), True).to_numpy()
    return flags


def _without_reporter(evidence: pa.Table, at_war: Flags, reporters: Reporters) -> pa.Table:
    """An author, a blog: a person, wherever it is. Of a war, the report is not named either."""
    reports = _by_scheme(evidence, reporters)
    evidence = _where(evidence, "assessor", np.ones(evidence.num_rows, dtype=bool), "")
    evidence = _where(evidence, "independence_group", reports, "")
    for name, instead in _A_REPORT.items():
        evidence = _where(evidence, name, reports & at_war, instead)
    return evidence


def _where(table: pa.Table, name: str, flags: Flags, instead: str | None) -> pa.Table:
    """The table with something else in these rows of a column, if it has that column."""
    if name not in table.column_names or not flags.any():
        return table
    column = table[name]
    return with_columns(table, {name: pc.if_else(pa.array(flags), pa.scalar(instead, column.type), column)})
