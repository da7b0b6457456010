"""The gate for what is said of a record's risk: sentences, evidence and history, as they may leave the house.

A sentence quotes sources, which may tell the place in words; a distance to a known area tells it in figures;
what helps a thief (R11) is left out everywhere, and so is who reported from a war, for good, and what they
reported, for some weeks (R14).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from heritage.disclosure.rules import Reporters
from heritage.disclosure.telling import tells_place
from heritage.model.disclosure import Disclosure

TELLING = "What is said of it is not shown here, because its words would tell where the site is."
FOR_THIEVES = "What is said of it is not shown here, because it would help a thief."
REPORTED = "What is said of it is not shown here, to protect those who reported it."
_SENTENCES = ("explanation", "question", "meaning", "raw_value")
_FIGURES = ("distance_m", "uncertainty_m", "url", "entry")
"""How far it is from what everybody can find, and pages that show it."""


def told(table: pa.Table, records: pa.Table, risk: pa.Table) -> pa.Table:
    """Rows about records (RISK, HISTORY, TASKS, or some of their columns with `record_id`) as they may leave:
    none of a record that is withheld, and no sentence that tells more than its class allows.

    `records` needs record_id and address, `risk` record_id, disclosure and disclosure_rules.
    """
    held = _held(records, risk)
    return _rewritten(table, [row for row in table.to_pylist() if row["record_id"] in held], held)


def told_evidence(
    evidence: pa.Table, records: pa.Table, risk: pa.Table, reporters: Reporters, today: date
) -> pa.Table:
    """Evidence (schema EVIDENCE) as it may leave; what is not disclosable stays, and no assessor is named."""
    held = _held(records, risk)
    kept = [
        _without_reporter(row, held[row["record_id"]][1], reporters)
        for row in evidence.to_pylist()
        if row["record_id"] in held
        and row["disclosable"]
        and not _waits(row, held[row["record_id"]][1], reporters, today)
    ]
    return _rewritten(evidence, kept, held)


_Held = Mapping[str, tuple[Disclosure, frozenset[str], str | None]]
"""Class, rules and address of each record that leaves at all."""


def _held(records: pa.Table, risk: pa.Table) -> _Held:
    address = {
        row["record_id"]: row["address"] for row in records.select(["record_id", "address"]).to_pylist()
    }
    known = {member.value for member in Disclosure if member is not Disclosure.S5}
    held: dict[str, tuple[Disclosure, frozenset[str], str | None]] = {}
    barred = set()
    for row in risk.select(["record_id", "disclosure", "disclosure_rules"]).to_pylist():
        record_id, rules = row["record_id"], frozenset(row["disclosure_rules"] or ())
        if row["disclosure"] not in known or record_id not in address:
            barred.add(record_id)
            continue
        disclosure, also, _ = held.get(record_id, (Disclosure.S0, frozenset[str](), None))
        strictest = max(disclosure, Disclosure(row["disclosure"]))
        held[record_id] = strictest, rules | also, address[record_id]
    return {record_id: one for record_id, one in held.items() if record_id not in barred}


def _rewritten(table: pa.Table, rows: list[dict[str, Any]], held: _Held) -> pa.Table:
    return pa.Table.from_pylist([_row(row, *held[row["record_id"]]) for row in rows], schema=table.schema)


def _row(
    row: dict[str, Any], disclosure: Disclosure, rules: frozenset[str], address: str | None
) -> dict[str, Any]:
    hidden = disclosure is not Disclosure.S0
    row = dict(row)
    for name in _SENTENCES:
        if row.get(name) is not None:
            row[name] = _sentence(str(row[name]), hidden, rules, address)
    for name in _FIGURES if hidden else ():
        if name in row:
            row[name] = "" if name == "url" else None
    return row


def _sentence(text: str, hidden: bool, rules: frozenset[str], address: str | None) -> str:
    if "R11" in rules:
        return FOR_THIEVES
    if "R14" in rules:
        return REPORTED
    return TELLING if hidden and tells_place(text, address) else text


def _waits(row: dict[str, Any], rules: frozenset[str], reporters: Reporters, today: date) -> bool:
    since = max(day for day in (row["observed"], row["published"]) if day is not None)
    reported = bool(row["assessor"]) or row["scheme"] in reporters.schemes
    return "R14" in rules and reported and today < since + timedelta(days=reporters.delay_days)


def _without_reporter(row: dict[str, Any], rules: frozenset[str], reporters: Reporters) -> dict[str, Any]:
    row = row | {"assessor": ""}
    if row["scheme"] in reporters.schemes:
        row["independence_group"] = ""  # an author, a blog: a person, wherever it is
        if "R14" in rules:
            row |= {"source": "a report", "url": "", "entry": None, "distance_m": None}
    return row
