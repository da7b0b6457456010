"""The records of a register that may be told exactly, with their items: for files that others get."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from heritage.disclosure.gate import for_wiki
from heritage.errors import DecisionMissing
from heritage.licence.leaving import Credit, Leaves, let_out
from heritage.model.arrow import pc
from heritage.model.disclosure import Disclosure
from heritage.ports.files import SnapshotStore
from heritage.spec.dataset import DatasetSpec
from heritage.steps.claims import Claims, matched
from heritage.steps.rulings import raised, rulings_in_force

WITHHELD = "disclosure keeps something of them back"
SILENT = frozenset({"R11", "R14"})
"""Rules by which nothing is said of a record's danger: it would help a thief, or harm who reported."""
_COLUMNS = (
    *("record_id", "name", "lang", "names", "municipality", "address", "lat", "lon", "precision_m"),
    *("place_method", "url", "image", "links", "country", "class_item", "designation_item", "admin_item"),
    *("inception", "designated"),
)


@dataclass(frozen=True, slots=True)
class Exact:
    """`records` in columns of RECORDS, by id; `items` and `levels` of them, a level only where it may be
    told; `kept_back` counts the others by reason."""

    records: pa.Table
    items: Mapping[str, str]
    levels: Mapping[str, str]
    kept_back: Mapping[str, int]
    credit: Credit | None = None


def exact_records(
    spec: DatasetSpec, *, store: SnapshotStore, basis: str, leaves: Leaves | None = None
) -> Exact:
    """Of the newest good snapshot; `basis` is the digest of the rules of disclosure in force. With `leaves`
    what the licence lets out, without them for the owner of the register alone.

    Raises DecisionMissing before the register was flagged, DecisionStale when that was by other rules.
    """
    snapshot = store.last_good(spec.id)
    try:
        if snapshot is None:
            raise FileNotFoundError
        records = store.read_table(spec.id, snapshot, "records", _COLUMNS)
        risk = rulings_in_force(store, spec.id, snapshot, basis, ["level"])
    except FileNotFoundError:
        raise DecisionMissing(
            f"{spec.id} has no good snapshot that was flagged: run `heritage run {spec.id}`"
        ) from None
    items = matched(store, spec.id, snapshot)
    told = for_wiki(records, raised(risk, Claims.read(store, spec.id).stricter(items)))
    told = told.filter(pc.equal(told["disclosure"], Disclosure.S0.value)).sort_by("record_id")
    kept: Counter[str] = Counter({WITHHELD: records.num_rows - told.num_rows})
    credit = None
    if leaves is not None:
        free = let_out(told, spec.id, leaves)
        kept.update({f"{one.reason} {one.opens}": one.count for one in free.kept_back})
        told, credit = free.records, free.credit
    ids = set(told["record_id"].to_pylist())
    ruled = risk.filter(pc.is_in(risk["record_id"], value_set=told["record_id"].combine_chunks()))
    levels = {
        row["record_id"]: row["level"]
        for row in ruled.select(["record_id", "level", "disclosure_rules"]).to_pylist()
        if not SILENT & set(row["disclosure_rules"] or ())
    }
    own = {record_id: qid for record_id, qid in items.items() if record_id in ids and qid}
    return Exact(told, own, levels, +kept, credit)
