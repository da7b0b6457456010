"""Carries images to Commons, each exactly once, with what they say as structured data."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from heritage.errors import BatchHeld, SourceUnavailable, WikiStopped
from heritage.model.edit import EditState
from heritage.model.figures import placeless
from heritage.ports.clock import Clock
from heritage.ports.media import MediaEntry, MediaJournal, MediaReader, MediaWriter, Pictures
from heritage.ports.pace import Pace
from heritage.steps.media import MediaBatch
from heritage.steps.media_courier import MediaCourier, MediaLimits
from heritage.steps.media_making import Gone, Making

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MediaUploaded:
    """Where the files of a batch stand; `skipped` are counted by reason, `sent_now` were confirmed in this
    run, and `undescribed` of the confirmed ones lack their structured data. `held` are sentences, why files
    that wait may not go on. In a rehearsal `waiting` would be sent."""

    batch_id: str
    waiting: int
    confirmed: int
    skipped: Mapping[str, int]
    sent_now: int
    undescribed: int = 0
    held: tuple[str, ...] = ()


def upload_media(
    batch: MediaBatch,
    *,
    journal: MediaJournal,
    wiki: MediaWriter,
    pictures: Pictures,
    clock: Clock,
    wait: Callable[[float], None],
    pace: Pace,
    limits: MediaLimits,
    permitted: Callable[[], None],
    held: Callable[[str], str | None],
    progress: Callable[[int, int], None] | None = None,
) -> MediaUploaded:
    """Sends the files of a batch and gives where it stands; safe to repeat after any crash.

    Before every write the stop page is read, `permitted` asks whether images may still leave and raises when
    not, and `held` says why the batch that the file was first planned in may not go on (an order, a pilot
    that nobody has looked at): such a file waits, whatever batch it is in today. A file whose source does
    not answer now waits for the next run. Raises WikiStopped, WikiBusy and BatchTaken.
    """
    permitted()
    rows = {row["edit_id"]: row for row in batch.files.to_pylist()}
    standing_still: dict[str, None] = {}

    def refuse(entry: MediaEntry) -> None:
        if reason := held(entry.batch_id):
            raise BatchHeld(reason)
        if text := wiki.stop_requested():
            raise WikiStopped(f"The stop page says: {placeless(text[:300])}")
        permitted()

    courier = MediaCourier(batch, journal, wiki, pictures, clock, wait, pace, limits, refuse)
    planned = [_planned(batch, row) for row in rows.values()]
    added = journal.plan(batch.target, planned)
    log.info(
        "Batch %s of images of %s: %d files, %d of them new.",
        *(batch.batch_id, batch.title),
        len(rows),
        added,
    )
    entries = journal.entries(batch.target, list(rows))
    pending = [one for one in entries if one.state in (EditState.PLANNED, EditState.SENDING)]
    pending.sort(key=lambda one: one.state is not EditState.SENDING)
    unreachable = 0
    for done, entry in enumerate(pending):
        try:
            refuse(entry)
            courier.settle(entry, rows[entry.edit_id])
            unreachable = 0
        except BatchHeld as order:
            if str(order) not in standing_still:
                log.info("%s", order)
            standing_still[str(order)] = None
        except SourceUnavailable as error:
            _tell(error, rows[entry.edit_id])
            unreachable += 1
            if unreachable >= limits.breaker:
                raise SourceUnavailable(
                    f"The sources of {unreachable} images of {batch.title} in a row do not answer; the next "
                    "run goes on.",
                    error.retry_after,
                ) from None
        if progress:
            progress(done + 1, len(pending))
    return _standing(batch, journal.entries(batch.target, list(rows)), courier.sent, tuple(standing_still))


def rehearse_media(
    batch: MediaBatch,
    *,
    wiki: MediaReader,
    pictures: Pictures,
    progress: Callable[[int, int], None] | None = None,
) -> MediaUploaded:
    """What an upload would do now: every image is fetched and looked for on the wiki, and nothing is written
    anywhere."""
    making, rows = Making(wiki, pictures), batch.files.to_pylist()
    skipped: Counter[str] = Counter()
    for done, row in enumerate(rows):
        try:
            ready = making.ready(_planned(batch, row), row)
            log.info(
                "Dry run: File:%s, %d bytes, about %s.", ready.title, ready.path.stat().st_size, row["qid"]
            )
        except Gone as gone:
            skipped[gone.kind] += 1
        except SourceUnavailable as error:
            _tell(error, row)
            skipped["the source does not answer now"] += 1
        if progress:
            progress(done + 1, len(rows))
    return MediaUploaded(batch.batch_id, len(rows) - skipped.total(), 0, dict(skipped.most_common()), 0)


def _tell(error: SourceUnavailable, row: Mapping[str, Any]) -> None:
    """The address of an image is not for the log where the place is not shown exactly: it may lead there."""
    log.warning("%s", "An image cannot be fetched now." if row["strip"] else error)


def _planned(batch: MediaBatch, row: Mapping[str, Any]) -> MediaEntry:
    return MediaEntry(
        edit_id=row["edit_id"],
        batch_id=batch.batch_id,
        dataset=batch.dataset,
        record_id=row["record_id"],
        source=row["source"],
        title=row["title"],
        sha1=None,
        state=EditState.PLANNED,
        reason="",
        content=row["content"],
        stash="",
        page=None,
        revision=None,
        sent_at=None,
        attempts=0,
    )


def _standing(
    batch: MediaBatch, entries: list[MediaEntry], sent: int, held: tuple[str, ...]
) -> MediaUploaded:
    states = Counter(one.state for one in entries)
    reasons = Counter(one.reason.partition(":")[0] for one in entries if one.state is EditState.SKIPPED)
    waiting = states[EditState.PLANNED] + states[EditState.SENDING]
    undescribed = sum(bool(one.reason) for one in entries if one.state is EditState.CONFIRMED)
    result = MediaUploaded(
        batch.batch_id,
        waiting,
        states[EditState.CONFIRMED],
        dict(reasons.most_common()),
        sent,
        undescribed,
        held,
    )
    log.info(
        "Batch %s: %d files confirmed, %d of them now; %d waiting; skipped: %s.",
        *(batch.batch_id, result.confirmed, sent, waiting),
        ", ".join(f"{number} {reason}" for reason, number in result.skipped.items()) or "none",
    )
    return result
