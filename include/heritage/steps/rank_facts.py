"""What the ranking reads from a snapshot: one row a record, with what the criteria and gates ask about it."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from heritage.model.disclosure import Disclosure
from heritage.model.evidence import Level
from heritage.ports.files import SnapshotStore
from heritage.priority.criteria import Coverage, Group, representation
from heritage.priority.settings import PrioritySettings
from heritage.statements.selection import ENDANGERED

EXACT = [Disclosure.S0, Disclosure.S1]
"""Classes whose place goes out; what is withheld on purpose counts as complete."""


def read_facts(
    dataset: str, snapshot: str, *, store: SnapshotStore, settings: PrioritySettings, today: date
) -> pd.DataFrame:
    """Indexed by record id: `level`, `decision` (match, review, new), `group` (null where the register says
    none), `nameable` (its group may be told with it), `region` (item of the area, of what is told exactly),
    `completeness` of the core fields in [0, 1], `unruled` (no disclosure decision in force)."""
    fields = settings.readiness.core_fields
    columns = {
        "record_id",
        "admin_item",
        settings.equity.group,
        *("lat" if f == "point" else f for f in fields),
    }
    records = store.read_table(dataset, snapshot, "records", columns=sorted(columns)).to_pandas()
    risk = store.read_table(
        dataset, snapshot, "risk", columns=["record_id", "level", "disclosure", "review_by"]
    )
    matches = store.read_table(dataset, snapshot, "matches", columns=["record_id", "decision"])
    frame = (
        records.set_index("record_id")
        .join(risk.to_pandas().set_index("record_id"))
        .join(matches.to_pandas().set_index("record_id"))
    )
    withheld = frame["disclosure"].notna() & ~frame["disclosure"].isin(EXACT)
    filled = [
        frame["lat"].notna() | withheld if field == "point" else frame[field].fillna("").ne("")
        for field in fields
    ]
    review_by = pd.to_datetime(frame["review_by"])
    return pd.DataFrame(
        {
            "level": frame["level"].fillna(Level.UNKNOWN.value),
            "decision": frame["decision"],
            "group": frame[settings.equity.group],
            "nameable": _nameable(frame),
            "region": frame["admin_item"].where(frame["disclosure"].isin(EXACT)),
            "completeness": sum(column.astype(float) for column in filled) / len(filled),
            "unruled": frame["disclosure"].isna() | (review_by < pd.Timestamp(today)),
        }
    )


def endangered(facts: pd.DataFrame) -> pd.DataFrame:
    """Only the records from at_risk upward."""
    return facts[facts["level"].isin(ENDANGERED)]


def groups_of(facts: pd.DataFrame) -> list[str]:
    """The names of all groups that the records belong to, sorted; empty for one that may not be told."""
    named = _named(facts)
    return sorted(str(one) if one in named else "" for one in facts["group"].dropna().unique())


def _nameable(frame: pd.DataFrame) -> pd.Series:
    """The register's own word for what a place is may tell where it is."""
    return frame["disclosure"].eq(Disclosure.S0)


def _named(facts: pd.DataFrame) -> frozenset[str]:
    return frozenset(facts.loc[facts["nameable"], "group"].dropna())


@dataclass(frozen=True, slots=True)
class Lag:
    """The group that lags most behind the others, for the sentence on the report."""

    group: str
    coverage: float
    reference: float


def cover(population: pd.DataFrame, proposed: pd.DataFrame) -> tuple[Coverage, Lag | None]:
    """How the population is covered, and which of the proposal's groups lags most, of those that may be
    told."""
    matched = population["decision"].eq("match")
    known = population["group"].notna()
    table = pd.DataFrame(
        {
            "registered": population["group"].value_counts(),
            "matched": population.loc[matched, "group"].value_counts(),
            "proposed": proposed["group"].value_counts(),
        }
    ).fillna(0)
    groups = [
        Group(
            str(name),
            proposed=int(row["proposed"]),
            matched=int(row["matched"]),
            registered=int(row["registered"]),
        )
        for name, row in table.sort_index().to_dict("index").items()
    ]
    reference = float(matched[known].mean()) if known.any() else 0.0
    coverage = Coverage(int(matched.sum()), len(population), representation(groups, reference))
    named = _named(population)
    behind = [
        group for group in groups if group.proposed and group.coverage < reference and group.name in named
    ]
    last = min(behind, key=lambda group: (group.coverage, -group.proposed, group.name), default=None)
    lag = Lag(last.name, last.coverage, reference) if last else None
    return coverage, lag
