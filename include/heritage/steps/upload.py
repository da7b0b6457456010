"""Carries approved edits to the wiki, each exactly once."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from heritage.errors import BatchHeld, HeritageError
from heritage.model.constraint import NO_LIST, ConstraintList
from heritage.model.edit import Content, EditState
from heritage.ports.clock import Clock
from heritage.ports.decisions import Journal, JournalEntry
from heritage.ports.pace import Pace
from heritage.ports.wiki import WikiReader, WikiWriter
from heritage.statements.content_json import from_json
from heritage.steps.courier import Courier, summary_of
from heritage.steps.plan_upload import UploadBatch
from heritage.steps.prepare_edit import Preparation, Skip
from heritage.steps.upload_limits import UploadLimits

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """Where the batch stands: `waiting` edits are planned or sending, `skipped` are counted by reason,
    `sent_now` were confirmed in this run. In a dry run `waiting` would be sent."""

    batch_id: str
    waiting: int
    confirmed: int
    skipped: Mapping[str, int]
    sent_now: int


def upload(
    batch: UploadBatch,
    *,
    journal: Journal,
    writer: WikiWriter,
    pace: Pace,
    clock: Clock,
    wait: Callable[[float], None],
    limits: UploadLimits,
    permitted: Callable[[], None],
    constraints: ConstraintList = NO_LIST,
    held: Callable[[str], str | None] = lambda _: None,
    limit: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Uploaded:
    """Sends the batch, one edit an item, and gives where it stands.

    Safe to repeat after any crash: what was being sent is looked for on the wiki before anything else.
    `permitted` asks the licence gate anew, and raises when it has closed: what waits stays unsent then.
    `held` says, before every write, why a batch may not go on (an order, a pilot that nobody has looked at);
    the upload ends there, as when `wait` raises BatchHeld. What an earlier batch left undone obeys the orders
    of that batch too. `constraints` hold where the wiki states none of its own: an edit that a mandatory one
    forbids by now is skipped. With a `limit` the batch stops when so many of its edits are on the wiki in
    all. Raises WikiStopped (stop page, block), CircuitOpen (too much trouble in a row), WikiBusy (try later)
    and BatchTaken (another run is at work).
    """
    permitted()
    added = write_down(batch, journal, clock)
    log.info(
        "Batch %s of %s: %d edits, %d of them new.", batch.batch_id, batch.title, batch.edits.num_rows, added
    )
    pending = _pending(batch, journal)
    confirmed = journal.counts(batch.batch_id)[EditState.CONFIRMED]
    courier = Courier(
        batch,
        pending,
        journal=journal,
        writer=writer,
        pace=pace,
        clock=clock,
        wait=wait,
        limits=limits,
        permitted=permitted,
        held=held,
        constraints=constraints,
        room=None if limit is None else limit - confirmed,
    )
    with _read_back(courier):
        for done, entry in enumerate(pending):
            if limit is not None and confirmed + courier.sent >= limit and entry.state is EditState.PLANNED:
                log.info("Batch %s stops at %d edits: more of it may not go yet.", batch.batch_id, limit)
                break
            if entry.batch_id != batch.batch_id and held(entry.batch_id):
                continue
            try:
                courier.settle(entry)
            except BatchHeld as order:
                log.info("Batch %s goes no further now: %s", batch.batch_id, order)
                break
            if progress:
                progress(done + 1, len(pending))
    result = _standing(batch, journal, courier.sent)
    skipped = ", ".join(f"{number} {reason}" for reason, number in result.skipped.items()) or "none"
    log.info(
        "Batch %s: %d confirmed, %d of them now; %d waiting; skipped: %s.",
        *(batch.batch_id, result.confirmed, result.sent_now, result.waiting, skipped),
    )
    return result


@contextmanager
def _read_back(courier: Courier) -> Iterator[None]:
    """Also when the upload is stopped, what was made is confirmed if the wiki still answers; else the next
    run looks for it."""
    try:
        yield
    except HeritageError:
        courier.put_back()
        with suppress(HeritageError):
            courier.read_back()
        raise
    courier.put_back()
    try:
        courier.read_back()
    except BatchHeld as order:
        log.info("The next run reads back the last edits: %s", order)


def _standing(batch: UploadBatch, journal: Journal, sent: int) -> Uploaded:
    states = journal.counts(batch.batch_id)
    waiting = states[EditState.PLANNED] + states[EditState.SENDING]
    skipped = by_cause(journal.reasons(batch.batch_id))
    return Uploaded(batch.batch_id, waiting, states[EditState.CONFIRMED], skipped, sent)


def counted(reason: str) -> str:
    """What reasons are counted by: the words up to a colon. What follows may say what a record says, which
    was told when the edit was approved and may be withheld today."""
    return reason.partition(":")[0]


def by_cause(reasons: Mapping[str, int]) -> dict[str, int]:
    """Reasons and how often each, by what they are counted by, the most frequent first."""
    causes: Counter[str] = Counter()
    for reason, number in reasons.items():
        causes[counted(reason)] += number
    return dict(causes.most_common())


def contents_of(batch: UploadBatch) -> list[Content]:
    """What the edits of a batch add."""
    return [from_json(str(additions)) for additions in batch.edits["additions"].to_pylist()]


def planned(batch: UploadBatch) -> list[JournalEntry]:
    """The edits of a batch as the journal begins with them."""
    return [
        JournalEntry(
            edit_id=row["edit_id"],
            batch_id=batch.batch_id,
            dataset=batch.dataset,
            record_id=row["record_id"],
            qid=row["qid"],
            state=EditState.PLANNED,
            reason="",
            content=row["additions"],
            revision=None,
            sent_at=None,
            attempts=0,
        )
        for row in batch.edits.to_pylist()
    ]


def _pending(batch: UploadBatch, journal: Journal) -> list[JournalEntry]:
    """What is to be settled, what was being sent first; also what an earlier batch left undone, if it is
    approved now. What is not approved any more stays where it is."""
    approved = set(batch.edits["edit_id"].to_pylist())
    others = [
        other.batch_id
        for other in journal.batches()
        if other.target == batch.target and other.batch_id != batch.batch_id
    ]
    entries = [
        entry
        for batch_id in (batch.batch_id, *others)
        for entry in journal.pending(batch_id)
        if entry.edit_id in approved
    ]
    return sorted(entries, key=lambda entry: entry.state is not EditState.SENDING)


def write_down(batch: UploadBatch, journal: Journal, clock: Clock) -> int:
    """Plans the edits of a batch in the journal, and gives how many of them were not there yet."""
    return journal.plan(
        batch.batch_id, batch.decisions, batch.target, planned(batch), clock.now(), batch.grounds
    )


def dry_run(
    batch: UploadBatch,
    *,
    journal: Journal,
    reader: WikiReader,
    clock: Clock,
    limits: UploadLimits,
    constraints: ConstraintList = NO_LIST,
    progress: Callable[[int, int], None] | None = None,
) -> Uploaded:
    """What an upload would do now, `waiting` edits; it has nothing to write with, neither the wiki nor the
    journal."""
    skipped: Counter[str] = Counter()
    entries = planned(batch)
    preparation = Preparation(batch, journal, reader, clock, entries, limits.ahead, constraints)
    for done, entry in enumerate(entries):
        try:
            content, entity = preparation.prepare(entry)
            summary = summary_of(batch, entry, content, limits.edit_groups, new=entity is None)
            log.info("Dry run, %s: %s", entity["id"] if entity else "a new item", summary)
        except Skip as skip:
            skipped[counted(str(skip))] += 1
        if progress:
            progress(done + 1, len(entries))
    waiting = len(entries) - skipped.total()
    return Uploaded(batch.batch_id, waiting, 0, dict(skipped.most_common()), 0)
