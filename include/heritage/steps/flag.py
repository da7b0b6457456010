"""Flags each record with its risk level, the evidence behind it, and how exactly it may be published."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.model.arrow import Array, pc
from heritage.model.disclosure import Disclosure
from heritage.model.evidence import Level, Status
from heritage.model.tables import EVIDENCE, RISK
from heritage.ports.files import SnapshotStore
from heritage.risk.history import history_since, task_table, worsened
from heritage.risk.ledger import carry
from heritage.risk.questions import questions
from heritage.risk.rows import evidence_table
from heritage.spec.loader import LoadedSpec
from heritage.steps.assess import Assessed, assess
from heritage.steps.disclose import NEEDED, Disclosed, disclose
from heritage.steps.flagging import (
    MARKS,
    Flagging,
    carried_from,
    known_flagging,
    risk_inputs,
    source_marks,
)
from heritage.steps.gather import (
    CONSERVATION,
    from_layers,
    from_registers,
    from_wikidata,
    items_of,
)
from heritage.steps.own_evidence import (
    OwnEvidence,
    earlier_evidence,
    from_register,
    own_evidence,
    told_faults,
)

_log = logging.getLogger(__name__)
_TOLD = 5


@dataclass(frozen=True, slots=True)
class Flagged:
    """`at_risk` counts records from at_risk upward, `withheld` those that are not published exactly.

    `worse` counts records that became critical or lost today, by level; `closed` evidence that its source
    ended; `tasks` open questions. `unmapped` are terms that nobody knows and evidence that was refused,
    `noted` what the rules of disclosure noticed, each in a sentence.
    """

    at_risk: int
    by_level: dict[str, int]
    withheld: int
    worse: dict[str, int]
    evidence: int
    closed: int
    tasks: int
    unmapped: tuple[str, ...]
    noted: tuple[str, ...]


def flag(loaded: LoadedSpec, snapshot: str, given: Flagging) -> Flagged:
    """Writes `evidence`, `risk`, `history` and `tasks` of a snapshot and counts what they say.

    Evidence comes from the register's own columns that the description lists under `risk`, and from whoever
    else speaks of its records; what it had in the last good snapshot is carried on. The level depends on the
    day, because evidence expires. Raises SourceChanged when a column of evidence is gone.
    """
    store, spec, today = given.store, loaded.spec, given.clock.now().date()
    marks = source_marks(loaded, snapshot, given)

    @cache  # it is asked for when evidence is gathered, when it is judged, or never
    def own() -> OwnEvidence:
        return own_evidence(loaded, snapshot, store=store, vocabularies=given.vocabularies, world=given.world)

    if not store.current(spec.id, snapshot, "evidence", marks["evidence"]):
        gathered = _gathered(loaded, snapshot, own(), given)
        store.write_table(spec.id, snapshot, "evidence", gathered, marks["evidence"])
    evidence = store.read_table(spec.id, snapshot, "evidence", EVIDENCE.names).cast(EVIDENCE)
    inputs = risk_inputs(marks, evidence, today)
    known = known_flagging(loaded, snapshot, store)
    if known.get("risk") == inputs:
        counts: dict[str, Any] = {
            name: tuple(v) if isinstance(v, list) else v for name, v in known["counts"].items()
        }
        told_today = known["day"] == today.isoformat()
        return Flagged(**counts) if told_today else replace(Flagged(**counts), worse={})
    flagged, worse = _judge(loaded, snapshot, own(), evidence, given, today, inputs)
    turns = pc.filter(evidence["valid_until"], pc.greater(evidence["valid_until"], pa.scalar(today)))
    content = marks | {
        "risk": inputs,
        "day": today.isoformat(),
        "next_turn": pc.min(turns).as_py().isoformat() if len(turns) else None,
        "counts": asdict(flagged),
        "worse": worse,
    }
    store.write_json(spec.id, snapshot, MARKS, content)
    _tell(flagged)
    return flagged


def _gathered(loaded: LoadedSpec, snapshot: str, own: OwnEvidence, given: Flagging) -> pa.Table:
    """All that is said of the records, and what was said of them once."""
    store, spec = given.store, loaded.spec
    before = earlier_evidence(spec, carried_from(loaded, snapshot, store), store)
    others = given.others.of(loaded)
    ids = store.read_table(spec.id, snapshot, "records", ["record_id"])["record_id"].combine_chunks()
    tables = [carry(own.table, from_register(before, spec.id), own.pull)]
    items: dict[str, str] = {}
    if others.index and others.index_version():
        items = items_of(loaded, snapshot, ids, others.index, store)
        wikidata = from_wikidata(items, before, others.index, given.vocabularies)
        tables.append(wikidata.table)
        if wikidata.unknown:
            _log.warning(
                "%d states of conservation on Wikidata are unknown to the scheme %s: %s.",
                *(len(wikidata.unknown), CONSERVATION, ", ".join(sorted(wikidata.unknown)[:_TOLD])),
            )
    tables += from_registers(loaded, ids, items, others, store)
    tables += from_layers(loaded, snapshot, before, others, given.vocabularies, store)
    known = set(ids.to_pylist())
    tables.append(evidence_table(one for one in given.reports if one.record_id in known))
    gathered = pa.concat_tables(tables)
    return gathered.sort_by([("record_id", "ascending"), ("evidence_id", "ascending")])


def _judge(
    loaded: LoadedSpec,
    snapshot: str,
    own: OwnEvidence,
    evidence: pa.Table,
    given: Flagging,
    today: date,
    inputs: str,
) -> tuple[Flagged, dict[str, str]]:
    """Weighs, decides, and writes what is other than it was; with the records of which was told today that
    they are worse, each with its level."""
    store, spec = given.store, loaded.spec
    records = store.read_table(spec.id, snapshot, "records", list(NEEDED)).sort_by("record_id")
    ids: list[Any] = records["record_id"].to_pylist()
    found = assess(ids, evidence, own.read.told, today, given.vocabularies.combination())
    disclosed = disclose(
        loaded,
        snapshot,
        records,
        found,
        store=store,
        rules=given.vocabularies.disclosure(),
        requests=given.requests,
        index=given.others.index if given.others.index_version() else None,
        decided_on=store.captured(spec.id, snapshot).retrieved_at.date(),
        today=today,
    )
    risk = _risk(ids, found, disclosed)
    before = carried_from(loaded, snapshot, store)
    history = history_since(_earlier(loaded, before, "history", store), risk, today)
    tasks = _tasks(loaded, ids, found, disclosed, _earlier(loaded, before, "tasks", store), today)
    for name, table in (("history", history), ("tasks", tasks), ("risk", risk)):
        standing = _earlier(loaded, snapshot, name, store)
        if standing is None or not standing.equals(table):  # unchanged, it costs nothing downstream
            store.write_table(spec.id, snapshot, name, table, inputs)
    counts, classes = (_counted(risk[name]) for name in ("level", "disclosure"))
    marks = known_flagging(loaded, before, store) if before else {}
    told: dict[str, str] = marks.get("worse", {}) if marks.get("day") == today.isoformat() else {}
    worse = worsened(history, today)
    flagged = Flagged(
        at_risk=sum(count for level, count in counts.items() if Level(level).endangered),
        by_level={level.value: counts[level.value] for level in Level},
        withheld=risk.num_rows - classes[Disclosure.S0.value],
        worse=dict(Counter(level for record, level in worse.items() if told.get(record) != level)),
        evidence=evidence.num_rows,
        closed=int(pc.sum(pc.equal(evidence["status"], Status.CLOSED.value)).as_py() or 0),
        tasks=tasks.num_rows,
        unmapped=tuple(map(str, told_faults(spec, own))),
        noted=tuple(map(str, disclosed.issues)),
    )
    return flagged, told | worse


def _counted(column: Array) -> Counter[str]:
    return Counter({one["values"]: one["counts"] for one in column.value_counts().to_pylist()})


def _earlier(loaded: LoadedSpec, snapshot: str | None, name: str, store: SnapshotStore) -> pa.Table | None:
    try:
        return store.read_table(loaded.spec.id, snapshot, name) if snapshot else None
    except FileNotFoundError:
        return None


def _risk(ids: Sequence[str], found: Assessed, disclosed: Disclosed) -> pa.Table:
    assessments = [pattern.assessment for pattern in found.patterns]
    weighed: dict[str, list[Any]] = {
        "level": [a.level.value for a in assessments],
        "confidence": [a.confidence for a in assessments],
        "support": [a.support for a in assessments],
        "flags": [list(a.flags) for a in assessments],
        "explanation": [pattern.explanation for pattern in found.patterns],
        "next_expiry": [a.next_expiry for a in assessments],
        "last_level": [a.last_level.value if a.last_level else None for a in assessments],
    }
    columns: dict[str, Any] = {
        name: found.column(values, RISK.field(name).type) for name, values in weighed.items()
    }
    columns["record_id"] = pa.array(ids, pa.string())
    columns |= disclosed.columns
    return pa.Table.from_arrays([columns[name] for name in RISK.names], schema=RISK)


def _tasks(
    loaded: LoadedSpec,
    ids: Sequence[str],
    found: Assessed,
    disclosed: Disclosed,
    before: pa.Table | None,
    today: date,
) -> pa.Table:
    asked = [tuple(questions(p.assessment, p.explanation, p.delisted)) for p in found.patterns]
    some = np.array([bool(one) for one in asked], dtype=bool)
    rows: list[int] = np.flatnonzero(some[found.codes]).tolist()
    listed = [(ids[i], question) for i in rows for question in asked[found.codes[i]]]
    return task_table(loaded.spec.id, [*listed, *disclosed.asked], before, today)


def _tell(flagged: Flagged) -> None:
    _log.info(
        "Flagged %d records: %d at risk or worse, %d not published exactly, %d terms or dates of evidence "
        "that are not used, %d open questions, %d pieces of evidence that their source ended.",
        sum(flagged.by_level.values()),
        flagged.at_risk,
        flagged.withheld,
        len(flagged.unmapped),
        flagged.tasks,
        flagged.closed,
    )
    if flagged.worse:
        told = ", ".join(f"{count} {level}" for level, count in sorted(flagged.worse.items()))
        _log.warning("Worse than when last looked at: %s.", told)
    for issue in (*flagged.unmapped[:_TOLD], *flagged.noted[:_TOLD]):
        _log.info("%s", issue)
