"""Decides which item of the index each record of a snapshot is."""

import logging
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from math import isinf

import pyarrow as pa

from heritage.model.arrow import Array, pc, with_columns
from heritage.model.digest import inputs_digest
from heritage.model.review import Verdict
from heritage.model.tables import MATCHES, RECONCILED
from heritage.ports.files import SnapshotStore
from heritage.ports.reviews import ReviewStore
from heritage.reconcile import Settings, face, prepare, settle
from heritage.spec.dataset import DatasetSpec
from heritage.steps.pair_weights import chosen
from heritage.steps.partitions import Comparison, Partitions
from heritage.steps.refresh_index import is_stale
from heritage.steps.review_overlay import Overlay, read_overlay

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Records by decision, and how many of them people decided."""

    match: int
    review: int
    new: int
    by_people: int = 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is asked beside the comparison before a record is decided.

    With an index that is older than `fresh_days` no record is new: it may have got an item meanwhile. What
    people settled in `reviews` is laid over the matches.
    """

    fresh_days: int
    now: datetime
    reviews: ReviewStore | None = None


def reconcile(spec: DatasetSpec, snapshot: str, comparison: Comparison, judgement: Judgement) -> Reconciled:
    """Writes `matches` of a snapshot from its records and the index; a rerun on the same inputs is free.

    A register of more records than are compared together is compared in partitions, those first that others
    have not compared already; the matches are the same.

    No record is new whose place lies in another country than its own: its item was looked for around the
    wrong place. What people settled on data that has changed since goes stale.
    """
    given = _Given.of(spec, snapshot, comparison, judgement)
    store, index, people = comparison.store, comparison.index, given.people
    records = given.partitions.records
    if given.done:
        log.info("Snapshot %s of %s is reconciled already.", snapshot, spec.id)
        known = store.read_table(spec.id, snapshot, "matches", columns=["decision"])
        given.partitions.remove()
        return _reconciled(_decisions(known), len(people.settled))
    abroad = _abroad(store, spec.id, snapshot)
    ready = prepare(index.items(RECONCILED), given.settings)
    settings = chosen(
        spec, snapshot, records, ready, store=store, settings=given.settings, inputs=given.inputs
    )
    facing = face(records, ready, settings)
    decided = settle(facing, given.partitions.pairs(facing), ready, settings)
    log.info(_names_told(decided.by_name, settings))
    counts, held_back = Counter[str](), 0
    why_stale = _why_stale(index.as_of(), judgement.fresh_days)
    with store.table_in_parts(spec.id, snapshot, "matches", MATCHES, given.inputs) as write:
        for part in map(people.lay, decided.parts()):
            part = _none_new(part, _ABROAD, pc.is_in(part["record_id"], value_set=abroad))
            if given.stale:
                held_back += _decisions(part)["new"]
                part = _none_new(
                    part, f"{why_stale}, so it cannot tell that there is no item yet: refresh it. "
                )
            write(part)
            counts.update(_decisions(part))
    given.partitions.remove()
    if judgement.reviews and (people.settled or people.stale):
        _tell_people(people, judgement.reviews, judgement.now)
    if held_back:
        log.warning(
            "%s: %d records that seem new wait for a refreshed one (DAG wikidata_index).",
            *(why_stale, held_back),
        )
    log.info(
        "Reconciled %d records with %d items as of %s: %d matched, %d for people to review, %d new.",
        *(records.num_rows, ready.items.rows, f"{index.as_of():%Y-%m-%d}"),
        *(counts["match"], counts["review"], counts["new"]),
    )
    return _reconciled(counts, len(people.laid))


def left_to_compare(
    spec: DatasetSpec, snapshot: str, comparison: Comparison, judgement: Judgement
) -> list[int]:
    """The partitions, by number, that others may compare (`compare_partition`) before `reconcile` is asked
    for the same; none of a small register, or of one that is reconciled already."""
    given = _Given.of(spec, snapshot, comparison, judgement)
    return [] if given.done else list(range(len(given.partitions.ranges)))


@dataclass(frozen=True, slots=True)
class _Given:
    """What a register is reconciled by, and whether it was by just that already."""

    settings: Settings
    people: Overlay
    partitions: Partitions
    stale: bool
    inputs: str
    done: bool

    @classmethod
    def of(cls, spec: DatasetSpec, snapshot: str, comparison: Comparison, judgement: Judgement) -> "_Given":
        comparison = comparison.of(spec)
        store, index, settings = comparison.store, comparison.index, comparison.settings
        partitions = Partitions.of(spec, snapshot, comparison)
        stale = is_stale(index.as_of(), judgement.fresh_days, judgement.now)
        people = Overlay()
        if judgement.reviews:
            people = read_overlay(spec.id, partitions.records, index, judgement.reviews)
        inputs = inputs_digest(
            "reconcile",
            store.digest(spec.id, snapshot, "records"),
            index.version(),
            settings.digest,
            spec.item.identifier or "",
            "stale" if stale else "fresh",
            spec.reconcile.weights,
            *filter(None, [people.digest]),
        )
        done = store.current(spec.id, snapshot, "matches", inputs)
        return cls(settings, people, partitions, stale, inputs, done)


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


_ABROAD = (
    "The register's coordinates lie in another country than it states, so its item may have been looked for "
    "in the wrong place: check them. "
)


def _abroad(store: SnapshotStore, dataset: str, snapshot: str) -> Array:
    """Ids of the records whose place lies in another country (`mapping.countries`)."""
    places = store.read_table(dataset, snapshot, "records", columns=["record_id", "place_method"])
    there = places.filter(pc.equal(places["place_method"], "abroad"))
    return there["record_id"].combine_chunks()


def _none_new(matches: pa.Table, why: str, among: Array | None = None) -> pa.Table:
    """New records, or those `among` them, go to review, with the reason."""
    told = {
        "decision": pa.scalar("review"),
        "reason": pc.binary_join_element_wise(why, matches["reason"], ""),
    }
    new = pc.equal(matches["decision"], "new")
    if among is not None:
        new = pc.and_(new, among)
    return with_columns(
        matches, {name: pc.if_else(new, value, matches[name]) for name, value in told.items()}
    )


def _tell_people(people: Overlay, reviews: ReviewStore, now: datetime) -> None:
    """What had an effect is counted anew no more; what does not fit the data any more counts for nothing."""
    reviews.use(people.laid, "reconcile", now)
    tasks = [one for task_id in people.stale if (one := reviews.task(task_id)) is not None]
    gone = {one.task.task_id: replace(one.outcome, verdict=Verdict.STALE) for one in tasks}
    reviews.settle(gone, "What it was asked on has changed.", now)
    log.info(
        "People decided %d records; what they said of %d others was said of data that has changed since.",
        len(people.laid),
        len(gone),
    )


def _reconciled(counts: Counter[str], by_people: int) -> Reconciled:
    return Reconciled(counts["match"], counts["review"], counts["new"], by_people)
