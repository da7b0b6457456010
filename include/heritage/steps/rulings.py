"""The rulings on disclosure of a snapshot, as every exit reads them before it hands records to the gate."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from heritage.errors import DecisionStale
from heritage.model.arrow import pc, put, with_columns
from heritage.model.disclosure import Disclosure
from heritage.ports.files import SnapshotStore

_FOR_THE_GATE = ("record_id", "disclosure", "disclosure_rules", "area_degrees", "disclosure_basis")
_KNOWN = frozenset(Disclosure)


def rulings_in_force(
    store: SnapshotStore, dataset: str, snapshot: str, basis: str, also: Sequence[str] = ()
) -> pa.Table:
    """The columns of RISK that the gate needs, and those that are named `also`.

    `basis` is the digest of the rules in force: rulings by others allow nothing. Raises DecisionStale where
    there are such, FileNotFoundError before the snapshot was flagged.
    """
    risk = store.read_table(dataset, snapshot, "risk", [*_FOR_THE_GATE, *also])
    if set(pc.unique(risk["disclosure_basis"]).to_pylist()) - {basis}:
        raise DecisionStale(
            f"The rules of disclosure have changed since {dataset} was flagged: flag it again, and let it "
            "propose again."
        )
    return risk


def raised(risk: pa.Table, stricter: Mapping[str, Disclosure]) -> pa.Table:
    """The rulings (`record_id` and `disclosure` among their columns), at least as strict as given by record
    id. A class that we do not know stays: it lets nothing out."""
    ids = pa.array(list(stricter), pa.string())
    at = pc.indices_nonzero(pc.is_in(risk["record_id"], value_set=ids)).to_numpy()
    if not len(at):
        return risk
    rows = risk.select(["record_id", "disclosure"]).take(at).to_pylist()
    classes = [
        max(row["disclosure"], stricter[row["record_id"]])
        if row["disclosure"] in _KNOWN
        else row["disclosure"]
        for row in rows
    ]
    return with_columns(risk, {"disclosure": put(risk["disclosure"], at, classes)})
