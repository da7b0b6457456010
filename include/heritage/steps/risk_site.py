"""One site's page: its level and why, what sources say, what changed, what is open, and what is withheld."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from heritage.disclosure.evidence_gate import told, told_evidence
from heritage.disclosure.gate import place_for_export, publishable
from heritage.disclosure.rules import DisclosureRules
from heritage.model.arrow import pc
from heritage.model.disclosure import Disclosure
from heritage.model.evidence import Axis, Level, Relation, Status
from heritage.model.tables import EVIDENCE, HISTORY, MATCHES, TASKS
from heritage.model.task import TaskKind
from heritage.ports.files import SnapshotStore
from heritage.ports.risk_pages import OpenTask, Said, SitePage, Turn
from heritage.spec.closed import LOCAL_ITEM
from heritage.steps.risk_list import Sites, site_rows
from heritage.steps.risk_sites import RegisterRisk, table_of

_VERBATIM = (
    *("meaning", "raw_value", "source", "url", "reliability", "credibility", "observed", "valid_until"),
    *("close_reason", "licence"),
)


def site_page(
    sites: Sites,
    dataset: str,
    record_id: str,
    *,
    store: SnapshotStore,
    rules: DisclosureRules,
    today: date,
) -> SitePage | None:
    """The page of a record; None when there is no such record, or none that may be told: which of both, the
    answer does not say."""
    register = sites.registers.get(dataset)
    if register is None:
        return None
    frame = sites.frame
    found = frame[(frame["record_id"] == record_id) & (frame["dataset"] == dataset)]
    if found.empty:
        return None
    [row] = site_rows(sites, found)
    at = found.iloc[0]
    record = register.records.slice(int(at["record"]), 1)
    ruling = register.summary.slice(int(at["ruling"]), 1)
    decided = Disclosure(register.rulings["disclosure"][int(at["ruling"])].as_py())
    summary = Disclosure(ruling["disclosure"][0].as_py())
    [shown] = publishable(record, ruling).to_pylist()
    [place] = place_for_export(record, ruling).to_pylist()
    [said] = told(ruling, record, ruling).to_pylist()
    read = _Of(store, register, record, ruling, sites.cause_names)
    evidence = read.evidence(rules, today)
    return SitePage(
        site=row,
        title=register.spec.title,
        type=shown["type"],
        designation=shown["designation"],
        confidence=said["confidence"],
        next_expiry=said["next_expiry"],
        evidence=None if evidence is None else tuple(evidence),
        history=read.history(),
        tasks=read.tasks(),
        disclosure=decided,
        disclosure_reason=said["disclosure_reason"],
        review_by=said["review_by"],
        at_war=summary is not decided,
        withheld=tuple(shown["withheld"]),
        lat=place["lat"],
        lon=place["lon"],
        cell_degrees=place["cell_degrees"],
        uncertainty_m=place["uncertainty_m"],
        entry=shown["url"],
        item=read.item() if summary is Disclosure.S0 else None,
    )


class _Of:
    """What the tables of a snapshot say of one record, through the gates."""

    def __init__(
        self,
        store: SnapshotStore,
        register: RegisterRisk,
        record: pa.Table,
        ruling: pa.Table,
        cause_names: Mapping[str, str],
    ) -> None:
        self._store, self._register, self._cause_names = store, register, cause_names
        self._record, self._ruling = record, ruling

    def evidence(self, rules: DisclosureRules, today: date) -> Iterator[Said] | None:
        """What is in force first, the newest first."""
        table = self._table("evidence", EVIDENCE)
        if table is None:
            return None
        allowed = told_evidence(table, self._record, self._ruling, rules.reporters, today).to_pylist()
        said = [_said(row, self._cause_names, today) for row in allowed]
        return iter(sorted(said, key=lambda one: (not one.in_force, -one.observed.toordinal(), one.source)))

    def history(self) -> tuple[Turn, ...] | None:
        """The newest change first."""
        table = self._table("history", HISTORY)
        if table is None:
            return None
        rows = told(table, self._record, self._ruling).to_pylist()
        turns = (
            Turn(r["day"], Level(r["before"]) if r["before"] else None, Level(r["after"]), r["explanation"])
            for r in rows
        )
        return tuple(sorted(turns, key=lambda turn: turn.day, reverse=True))

    def tasks(self) -> tuple[OpenTask, ...]:
        table = self._table("tasks", TASKS)
        if table is None:
            return ()
        rows = told(table, self._record, self._ruling).to_pylist()
        return tuple(OpenTask(TaskKind(r["kind"]), r["question"], r["since"]) for r in rows)

    def item(self) -> str | None:
        """Of a certain match; items that exist on a local wiki only have no page on Wikidata."""
        table = self._table("matches", MATCHES)
        for row in table.to_pylist() if table is not None else ():
            if row["decision"] == "match" and row["qid"] and not LOCAL_ITEM.fullmatch(row["qid"]):
                return str(row["qid"])
        return None

    def _table(self, name: str, schema: pa.Schema) -> pa.Table | None:
        try:
            table = table_of(
                self._store, self._register.spec.id, self._register.snapshot, name, schema.names, schema
            )
        except FileNotFoundError:
            return None
        return table.filter(pc.equal(table["record_id"], self._record["record_id"][0]))


def _said(row: dict[str, Any], cause_names: Mapping[str, str], today: date) -> Said:
    status = Status(row["status"])
    return Said(
        **{name: row[name] for name in _VERBATIM},
        distance_m=_figure(row["distance_m"]),
        uncertainty_m=_figure(row["uncertainty_m"]),
        axis=Axis(row["axis"]),
        level=Level.of(min(row["level"], row["cap"])),
        causes=tuple(cause_names[cause] for cause in row["causes"] or () if cause in cause_names),
        relation=Relation(row["relation"]),
        status=status,
        in_force=status is Status.LIVE and today < row["valid_until"],
    )


def _figure(value: float | None) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
