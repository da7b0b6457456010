"""Decides which item of the index each record of a snapshot is."""

import logging
from collections import Counter
from dataclasses import dataclass, replace

import pyarrow as pa

from heritage.model.digest import inputs_digest
from heritage.ports.files import ItemIndex, SnapshotStore
from heritage.reconcile import Settings
from heritage.reconcile import reconcile as decide
from heritage.spec.loader import LoadedSpec

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Records by decision."""

    match: int
    review: int
    new: int


def reconcile(
    loaded: LoadedSpec, snapshot: str, *, store: SnapshotStore, index: ItemIndex, settings: Settings
) -> Reconciled:
    """Writes `matches` of a snapshot from its records and the index; a rerun on the same inputs is free."""
    spec = loaded.spec
    settings = replace(settings, identifier=spec.item.identifier)
    inputs = inputs_digest(
        "reconcile",
        store.digest(spec.id, snapshot, "records"),
        index.version(),
        settings.digest,
        spec.item.identifier or "",
    )
    if store.current(spec.id, snapshot, "matches", inputs):
        log.info("Snapshot %s of %s is reconciled already.", snapshot, spec.id)
        return _counts(store.read_table(spec.id, snapshot, "matches", columns=["decision"]))
    records = store.read_table(spec.id, snapshot, "records")
    items = index.items()
    matches = decide(records, items, settings)
    store.write_table(spec.id, snapshot, "matches", matches, inputs)
    counts = _counts(matches)
    log.info(
        "Reconciled %d records with %d items: %d matched, %d for people to review, %d new.",
        records.num_rows,
        items.num_rows,
        counts.match,
        counts.review,
        counts.new,
    )
    return counts


def _counts(matches: pa.Table) -> Reconciled:
    decisions = Counter(matches.column("decision").to_pylist())
    return Reconciled(decisions["match"], decisions["review"], decisions["new"])
