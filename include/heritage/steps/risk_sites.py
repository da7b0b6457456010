"""The sites of one register as the pages on risk look at them: cut to what may be told, one row a site."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from heritage.disclosure.evidence_gate import told, told_evidence
from heritage.disclosure.gate import place_for_export
from heritage.disclosure.rules import DisclosureRules
from heritage.disclosure.summary import summary_rulings
from heritage.model.arrow import Array, pc
from heritage.model.evidence import Level, Status
from heritage.model.tables import EVIDENCE, RECORDS, RISK, TASKS
from heritage.ports.files import SnapshotStore
from heritage.ports.risk_pages import FLAGS, WORST_FIRST
from heritage.spec.dataset import DatasetSpec

_RECORD = (
    *("record_id", "name", "lang", "names", "type", "designation", "municipality", "country", "address"),
    *("url", "lat", "lon", "precision_m"),
)
_EVIDENCE = (
    *("record_id", "scheme", "causes", "observed", "published", "valid_until", "assessor"),
    *("relation", "status", "register"),
)
_RANKS = {level.value: rank for rank, level in enumerate(WORST_FIRST)}


@dataclass(frozen=True, slots=True)
class RegisterRisk:
    """A flagged snapshot. `rulings` are as decided, `summary` as they hold for summaries of risk; both have
    the columns of RISK without `evidence`.

    `sites` has a row for each record that may be told: record_id, rank (in WORST_FIRST), support, country
    (item, empty when not stated), age (days since the newest evidence in force was seen, NaN without any),
    flags (a bit each, in the order of FLAGS), causes (a tuple of ids), tasks, lat and lon (NaN without a
    place), cell (degrees, NaN where exact), and its rows in the tables: record, ruling.
    """

    spec: DatasetSpec
    snapshot: str
    records: pa.Table
    rulings: pa.Table
    summary: pa.Table
    sites: pd.DataFrame
    hidden: int
    """Records that are shown nowhere."""
    sources: frozenset[str] = frozenset()
    """The registers and layers whose evidence is in force."""

    @property
    def told_less(self) -> int:
        """Records of which summaries of risk tell less than their class allows, because there is war."""
        raised: Any = pc.not_equal(self.rulings["disclosure"], self.summary["disclosure"])
        return int(pc.sum(raised).as_py() or 0)


def read_register(
    spec: DatasetSpec, snapshot: str, *, store: SnapshotStore, rules: DisclosureRules, today: date
) -> RegisterRisk:
    """Reads a flagged snapshot, also one that was flagged before all of today's tables and columns were kept.

    Raises FileNotFoundError when it was never flagged.
    """
    records = table_of(store, spec.id, snapshot, "records", _RECORD, RECORDS)
    rulings = table_of(store, spec.id, snapshot, "risk", RISK.names, RISK)
    evidence = _optional(store, spec.id, snapshot, "evidence", _EVIDENCE, EVIDENCE)
    at_war = embattled(evidence, rules, today)
    summary = summary_rulings(rulings, records, rules.conflict, at_war=at_war, country=spec.item.country)
    places = place_for_export(records, summary)
    ids = places["record_id"]
    at_record = pc.index_in(ids, value_set=records["record_id"].combine_chunks())
    at_ruling = pc.index_in(ids, value_set=summary["record_id"].combine_chunks())
    risk = summary.select(["level", "support", "flags"]).take(at_ruling)
    frame = pd.DataFrame(
        {
            "record_id": ids.to_pandas(),
            "rank": risk["level"].to_pandas().map(_RANKS).fillna(_RANKS["unknown"]).astype("int8"),
            "support": risk["support"].to_numpy(),
            "country": pc.fill_null(records["country"].take(at_record), spec.item.country or "").to_pandas(),
            "flags": _bits(risk["flags"]),
            "lat": places["lat"].to_numpy(),
            "lon": places["lon"].to_numpy(),
            "cell": places["cell_degrees"].to_numpy(),
            "record": at_record.to_numpy(),
            "ruling": at_ruling.to_numpy(),
        }
    ).drop_duplicates("record_id")
    in_force = evidence.filter(_in_force(evidence, today))
    about = _about(in_force, records), _about(in_force, summary)
    in_force = told_evidence(in_force, *about, rules.reporters, today)
    frame["age"] = frame["record_id"].map(_ages(in_force, today))
    causes = _causes(in_force)
    frame["causes"] = pd.Series([causes.get(one, ()) for one in frame["record_id"]], frame.index, "object")
    asked = _optional(store, spec.id, snapshot, "tasks", TASKS.names, TASKS)
    asked = told(asked, _about(asked, records), _about(asked, summary))
    counts = asked["record_id"].to_pandas().value_counts()
    frame["tasks"] = frame["record_id"].map(counts).fillna(0).astype("int16")
    hidden = pc.count_distinct(records["record_id"]).as_py() - len(frame)
    sources = frozenset(map(str, filter(None, in_force["register"].unique().to_pylist())))
    return RegisterRisk(spec, snapshot, records, rulings, summary, frame, hidden, sources)


def table_of(
    store: SnapshotStore, dataset: str, snapshot: str, name: str, columns: Sequence[str], schema: pa.Schema
) -> pa.Table:
    """Some columns of a table; those that an older version did not keep are null."""
    try:
        table = store.read_table(dataset, snapshot, name, columns=list(columns))
    except KeyError:
        table = store.read_table(dataset, snapshot, name)
    missing = [column for column in columns if column not in table.column_names]
    for column in missing:
        table = table.append_column(column, pa.nulls(table.num_rows, schema.field(column).type))
    return table.select(list(columns))


def embattled(evidence: pa.Table, rules: DisclosureRules, today: date) -> list[str]:
    """The records near which there is fighting, by evidence in force."""
    fighting = pc.is_in(evidence["scheme"], value_set=pa.array(rules.conflict.schemes, pa.string()))
    found = evidence["record_id"].filter(pc.and_(fighting, _in_force(evidence, today)))
    return [str(one) for one in found.unique().to_pylist()]


def ranked_levels(ranks: pd.Series) -> dict[Level, int]:
    """How many sites each level has, the worst first."""
    counts = ranks.value_counts()
    return {level: int(counts[rank]) for rank, level in enumerate(WORST_FIRST) if rank in counts.index}


def _optional(
    store: SnapshotStore, dataset: str, snapshot: str, name: str, columns: Sequence[str], schema: pa.Schema
) -> pa.Table:
    try:
        return table_of(store, dataset, snapshot, name, columns, schema)
    except FileNotFoundError:
        return schema.empty_table().select(list(columns))


def _in_force(evidence: pa.Table, today: date) -> Array:
    live = pc.equal(evidence["status"], Status.LIVE.value)
    return pc.and_(live, pc.greater(evidence["valid_until"], pa.scalar(today, pa.date32())))


def _about(rows: pa.Table, table: pa.Table) -> pa.Table:
    """What a table says of the records that the rows are about: the gates look at each row."""
    return table.filter(pc.is_in(table["record_id"], value_set=rows["record_id"].combine_chunks()))


def _ages(in_force: pa.Table, today: date) -> pd.Series:
    seen = in_force.select(["record_id", "observed"]).to_pandas()
    newest = pd.to_datetime(seen["observed"]).groupby(seen["record_id"]).max()
    return (pd.Timestamp(today) - newest).dt.days.astype("float64")


def _causes(in_force: pa.Table) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for row in in_force.select(["record_id", "causes"]).to_pylist():
        found.setdefault(row["record_id"], set()).update(row["causes"] or ())
    return {record_id: tuple(sorted(causes)) for record_id, causes in found.items()}


def _bits(flags: Array) -> np.ndarray:
    bits = np.zeros(len(flags), dtype="uint8")
    parents = pc.list_parent_indices(flags).to_numpy()
    values = pc.list_flatten(flags)
    for bit, flag in enumerate(FLAGS):
        np.bitwise_or.at(bits, parents[pc.equal(values, flag).to_numpy(zero_copy_only=False)], 1 << bit)
    return bits
