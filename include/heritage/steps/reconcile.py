"""Decides which item of the index each record of a snapshot is."""

import logging
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from math import isinf

import pyarrow as pa

from heritage.model.arrow import pc, with_columns
from heritage.model.digest import inputs_digest
from heritage.model.tables import MATCHES, RECONCILED, TO_RECONCILE
from heritage.ports.files import ItemIndex, SnapshotStore
from heritage.reconcile import Settings, answers, prepare
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
        known = store.read_table(spec.id, snapshot, "matches", columns=["decision"])
        return _reconciled(_decisions(known))
    records = store.read_table(spec.id, snapshot, "records", columns=TO_RECONCILE)
    items = index.items(RECONCILED)
    many = items.num_rows
    ready = prepare(items, settings)
    del items  # what is asked for again is in `ready`
    settings = chosen(spec, snapshot, records, ready, store=store, settings=settings, inputs=inputs)
    decided = answers(records, ready, settings)
    log.info(_names_told(decided.by_name, settings))
    counts, held_back = Counter[str](), 0
    with store.table_in_parts(spec.id, snapshot, "matches", MATCHES, inputs) as write:
        for part in decided.parts():
            if stale:
                held_back += _decisions(part)["new"]
                part = _none_new(part, index.as_of(), fresh_days)
            write(part)
            counts.update(_decisions(part))
    if held_back:
        log.warning(
            "%s: %d records that seem new wait for a refreshed one (DAG wikidata_index).",
            _why_stale(index.as_of(), fresh_days),
            held_back,
        )
    log.info(
        "Reconciled %d records with %d items as of %s: %d matched, %d for people to review, %d new.",
        records.num_rows,
        many,
        f"{index.as_of():%Y-%m-%d}",
        counts["match"],
        counts["review"],
        counts["new"],
    )
    return _reconciled(counts)


def _names_told(by_name: float, settings: Settings) -> str:
    """Whether names can be trusted in this register, where a side has no place."""
    if isinf(by_name):
        return (
            "Names alone decide nothing in this register: where its places tell, too few of the items that "
            "carry a record's name lie near."
        )
    if by_name > settings.match_unplaced:
        return (
            "The places of this register do not bear its names out well enough: by name alone nothing below "
            f"{by_name:.0%} is matched."
        )
    return (
        "Nothing tells that names repeat in this register: by name alone records are matched from "
        f"{by_name:.0%} on."
    )


def _why_stale(as_of: datetime, fresh_days: int) -> str:
    return f"The index of items is of {as_of:%Y-%m-%d}, more than {fresh_days} days old"


def _decisions(matches: pa.Table) -> Counter[str]:
    return Counter(map(str, matches["decision"].to_pylist()))


def _none_new(matches: pa.Table, as_of: datetime, fresh_days: int) -> pa.Table:
    """New records go to review, with the reason."""
    why = _why_stale(as_of, fresh_days)
    said = f"{why}, so it cannot tell that there is no item yet: refresh it. "
    told = {
        "decision": pa.scalar("review"),
        "reason": pc.binary_join_element_wise(said, matches["reason"], ""),
    }
    new = pc.equal(matches["decision"], "new")
    return with_columns(
        matches, {name: pc.if_else(new, value, matches[name]) for name, value in told.items()}
    )


def _reconciled(counts: Counter[str]) -> Reconciled:
    return Reconciled(counts["match"], counts["review"], counts["new"])
