"""The endangered sites that a report names, with the sentences that the licences of their sources allow."""

from dataclasses import dataclass
from datetime import date

import pandas as pd
import pyarrow as pa

from heritage.disclosure.evidence_gate import told_evidence
from heritage.disclosure.rules import DisclosureRules
from heritage.licence.leaving import Credit, Leaves, let_quote
from heritage.model.arrow import Array, pc, with_columns
from heritage.model.evidence import Level
from heritage.model.tables import EVIDENCE
from heritage.ports.files import SnapshotStore
from heritage.ports.reports import EndangeredRecord
from heritage.steps.risk_sites import RegisterRisk, table_of

_WORST_FIRST = {level.value: -(level.number or 0) for level in Level}


@dataclass(frozen=True, slots=True)
class Danger:
    """The worst sites first; `more` are not listed. `named` are those whose words are quoted."""

    records: tuple[EndangeredRecord, ...]
    more: int
    named: tuple[Credit, ...]


def danger(
    register: RegisterRisk,
    shown: pd.DataFrame,
    *,
    store: SnapshotStore,
    leaves: Leaves,
    rules: DisclosureRules,
    today: date,
    most: int,
) -> Danger:
    """Of the records that may be shown (see `report_parts.shown_records`), the endangered ones."""
    endangered = shown[shown["endangered"]]
    listed = endangered.assign(order=endangered["level"].map(_WORST_FIRST))
    listed = listed.sort_values(["order", "name"], kind="stable").head(most)
    ids = pa.array(listed.index, pa.string())
    said = pa.table({"record_id": ids, "explanation": pa.array(listed["explanation"], pa.string())})
    evidence = _evidence(register, ids, store, rules, today)
    quoted = let_quote(said, evidence, leaves)
    sentences = map(str, quoted.rows["explanation"].to_pylist())
    records = tuple(
        EndangeredRecord(
            name=text(row["name"]) or str(record_id),
            lang=text(row["lang"]),
            level=Level(row["level"]),
            explanation=sentence,
            next_expiry=row["next_expiry"] if pd.notna(row["next_expiry"]) else None,
            url=text(row["url"]),
            source=quoted.links.get(str(record_id)),
        )
        for (record_id, row), sentence in zip(listed.iterrows(), sentences, strict=True)
    )
    return Danger(records, len(endangered) - len(records), quoted.named)


def text(value: object) -> str | None:
    """A text of a column, None where it is empty."""
    return str(value) if isinstance(value, str) and value else None


def _evidence(
    register: RegisterRisk, ids: Array, store: SnapshotStore, rules: DisclosureRules, today: date
) -> pa.Table:
    """Who says what of these records, with the addresses that the disclosure gate lets out."""
    try:
        found = table_of(store, register.spec.id, register.snapshot, "evidence", EVIDENCE.names, EVIDENCE)
    except FileNotFoundError:  # flagged before evidence was kept
        return EVIDENCE.empty_table()
    found = found.filter(pc.is_in(found["record_id"], value_set=ids))
    records = register.records.filter(pc.is_in(register.records["record_id"], value_set=ids))
    rulings = register.summary.filter(pc.is_in(register.summary["record_id"], value_set=ids))
    out = told_evidence(found, records, rulings, rules.reporters, today)
    urls = dict(zip(out["evidence_id"].to_pylist(), out["url"].to_pylist(), strict=True))
    shown = pa.array([urls.get(one) or "" for one in found["evidence_id"].to_pylist()], pa.string())
    return with_columns(found, {"url": shown})
