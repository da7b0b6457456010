"""Decides which item of the index each record of a snapshot is."""

import logging
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

import pyarrow as pa

from heritage.model.arrow import pc, with_columns
from heritage.model.digest import inputs_digest
from heritage.model.tables import RECONCILED
from heritage.ports.files import ItemIndex, SnapshotStore
from heritage.reconcile import Settings, prepare
from heritage.reconcile import reconcile as decide
from heritage.spec.loader import LoadedSpec
from heritage.steps.pair_weights import chosen
from heritage.steps.refresh_index import is_stale

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Records by decision."""

    match: int
    review: int
    new: int


def reconcile(
    loaded: LoadedSpec,
    snapshot: str,
    *,
    store: SnapshotStore,
    index: ItemIndex,
    settings: Settings,
    fresh_days: int,
    now: datetime,
) -> Reconciled:
    """Writes `matches` of a snapshot from its records and the index; a rerun on the same inputs is free.

    With an index that is older than `fresh_days` no record is new: it may have got an item meanwhile.
    """
    spec = loaded.spec
    stale = is_stale(index.as_of(), fresh_days, now)
    settings = replace(settings, identifier=spec.item.identifier)
    inputs = inputs_digest(
        "reconcile",
        store.digest(spec.id, snapshot, "records"),
        index.version(),
        settings.digest,
        spec.item.identifier or "",
        "stale" if stale else "fresh",
        spec.reconcile.weights,
    )
    if store.current(spec.id, snapshot, "matches", inputs):
        log.info("Snapshot %s of %s is reconciled already.", snapshot, spec.id)
        return _counts(store.read_table(spec.id, snapshot, "matches", columns=["decision"]))
    records = store.read_table(spec.id, snapshot, "records")
    items = index.items(RECONCILED)
    ready = prepare(items, settings)
    settings = chosen(spec, snapshot, records, ready, store=store, settings=settings, inputs=inputs)
    matches = decide(records, ready, settings)
    if stale:
        matches = _none_new(matches, index.as_of(), fresh_days)
    store.write_table(spec.id, snapshot, "matches", matches, inputs)
    counts = _counts(matches)
    log.info(
        "Reconciled %d records with %d items as of %s: %d matched, %d for people to review, %d new.",
        records.num_rows,
        items.num_rows,
        f"{index.as_of():%Y-%m-%d}",
        counts.match,
        counts.review,
        counts.new,
    )
    return counts


def _none_new(matches: pa.Table, as_of: datetime, fresh_days: int) -> pa.Table:
    """New records go to review, with the reason."""
    new = pc.equal(matches["decision"], "new")
    count = pc.sum(new).as_py() or 0
    if not count:
        return matches
    why = f"The index of items is of {as_of:%Y-%m-%d}, more than {fresh_days} days old"
    log.warning("%s: %d records that seem new wait for a refreshed one (DAG wikidata_index).", why, count)
    said = f"{why}, so it cannot tell that there is no item yet: refresh it. "
    told = {
        "decision": pa.scalar("review"),
        "reason": pc.binary_join_element_wise(said, matches["reason"], ""),
    }
    return with_columns(
        matches, {name: pc.if_else(new, value, matches[name]) for name, value in told.items()}
    )


def _counts(matches: pa.Table) -> Reconciled:
    decisions = Counter(matches.column("decision").to_pylist())
    return Reconciled(decisions["match"], decisions["review"], decisions["new"])
