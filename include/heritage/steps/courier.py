"""Brings one edit after another to the wiki: look, write down, send once, read back."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from heritage.errors import (
    CircuitOpen,
    EditConflict,
    HeritageError,
    WikiBusy,
    WikiRefused,
    WikiUnclear,
)
from heritage.model.constraint import ConstraintList
from heritage.model.edit import Content, EditState
from heritage.model.figures import placeless
from heritage.ports.clock import Clock
from heritage.ports.decisions import Journal, JournalEntry
from heritage.ports.pace import Pace
from heritage.ports.wiki import Entity, WikiWriter, WriteResult
from heritage.statements.summary import edit_summary
from heritage.statements.wikibase_json import entity_data
from heritage.steps.arrived import arrived
from heritage.steps.leave import Leave
from heritage.steps.patience import Patience
from heritage.steps.plan_upload import UploadBatch
from heritage.steps.prepare_edit import Preparation, Skip
from heritage.steps.reading_back import Unread
from heritage.steps.upload_limits import UploadLimits
from heritage.steps.written_ahead import WrittenAhead

log = logging.getLogger(__name__)


class Courier:
    """One run over a batch: what it knows of the wiki's mood and of what was delivered before.

    `upcoming` are the entries in the order in which they will be given to `settle`, and no more than `room`
    of them will be sent. Whoever is done with the courier calls `put_back` and `read_back`: what it has not
    read back stays in the journal as being sent.
    """

    def __init__(
        self,
        batch: UploadBatch,
        upcoming: Sequence[JournalEntry],
        *,
        journal: Journal,
        writer: WikiWriter,
        pace: Pace,
        clock: Clock,
        wait: Callable[[float], None],
        limits: UploadLimits,
        permitted: Callable[[], None],
        held: Callable[[str], str | None],
        constraints: ConstraintList,
        room: int | None = None,
    ) -> None:
        self._batch, self._journal, self._writer = batch, journal, writer
        self._pace, self._clock, self._wait, self._limits = pace, clock, wait, limits
        self._leave = Leave(batch.batch_id, writer, clock, limits, permitted, held)
        self._patience = Patience(wait, limits)
        self._began, self._room = clock.now(), room
        self._upcoming = upcoming
        self._places = {entry.edit_id: place for place, entry in enumerate(upcoming)}
        self._preparation = Preparation(batch, journal, writer, clock, upcoming, limits.ahead, constraints)
        self._written = WrittenAhead(journal, clock, limits.sent_within)
        self._slot: datetime | None = None
        self._paced = False
        self._troubles = 0
        self._unread = Unread(journal, writer, clock, limits)
        self._on_wiki: Counter[str] = Counter()
        self.sent = 0
        self._lost = {entry.record_id: entry for entry in _lost_creations(batch, journal)}

    def settle(self, entry: JournalEntry) -> None:
        """Brings an entry to skipped, or onto the wiki, or raises what stops the batch.

        What is on the wiki is confirmed in the journal once it was read back, with others together.
        """
        self._patience.renew()
        if self._unread.due:
            self._patience.ask(self._unread.read)
        if entry.state is EditState.SENDING:
            found = self._look_for(entry, self._began)
            if found:
                self._arrived_as(entry, found)
                return
        self._find_earlier(entry)
        self._send(entry)

    def put_back(self) -> None:
        """What was written down and will not be sent by this run waits as before."""
        self._written.put_back()

    def read_back(self) -> None:
        """Reads back whatever was not yet; waits for a wiki whose copies are behind."""
        self._patience.renew()
        while self._patience.ask(self._unread.read):
            self._wait(self._limits.look_every)

    def _send(self, entry: JournalEntry) -> None:
        """Tries until the edit is on the wiki, or is skipped."""
        conflicts = silences = 0
        entry = self._written.standing(entry)
        while True:
            try:
                content, entity = self._ready(entry)
                following = self._following(entry)
                self._leave.ask(entry)
                entry = self._written.sending(entry, content, following)
                result = self._write(entry, content, entity)
            except Skip as skip:
                self._skip(entry, str(skip))
                return
            except WikiBusy as busy:
                self._patience.hold(busy)
                continue
            except EditConflict as conflict:
                self._preparation.look_again(entry)
                conflicts += 1
                if conflicts >= self._limits.attempts:
                    self._skip(entry, f"edit conflict: {conflict}")
                    return
                continue
            except WikiRefused as refused:
                self._skip(entry, f"refused, {refused.code}: {refused}")
                self._count_trouble(str(refused))
                return
            except WikiUnclear as unclear:
                log.warning("Edit %s: %s Looking on the wiki.", entry.edit_id, placeless(str(unclear)))
                self._preparation.look_again(entry)
                found = self._look_for(entry, self._clock.now())
                if found:
                    self._arrived_as(entry, found)
                self._count_trouble(str(unclear))
                if found:
                    return
                silences += 1
                if silences >= self._limits.attempts:
                    raise WikiBusy(
                        f"Edit {entry.edit_id} could not be made in {silences} attempts; it stays in the "
                        "journal, and the next run goes on with it."
                    ) from None
                continue
            self._arrived_as(entry, result, content)
            self._troubles = 0
            return

    def _ready(self, entry: JournalEntry) -> tuple[Content, Entity | None]:
        """What is to be sent when its time has come. What is skipped takes nobody's turn."""
        ready = self._preparation.prepare(entry)
        self._slot = self._slot or self._pace.slot()
        pause = (self._slot - self._clock.now()).total_seconds()
        self._paced = pause > 0
        if self._paced:
            self._wait(pause)
            ready = self._preparation.prepare(entry)
        self._slot = None
        return ready

    def _following(self, entry: JournalEntry) -> list[tuple[JournalEntry, Content]]:
        """The next edits, which are written down together with this one: as long as nobody has to wait, for
        the pace of the wiki or for the first ones to be read back."""
        if self._paced or self._written or self._on_wiki[entry.batch_id] < self._limits.careful:
            return []
        most = self._limits.written_ahead
        if self._room is not None:
            most = min(most, self._room - self.sent)
        place = self._places[entry.edit_id]
        found = []
        for other in self._upcoming[place + 1 : place + max(most, 1)]:
            if (other.batch_id, other.state) != (entry.batch_id, EditState.PLANNED):
                break
            try:
                found.append((other, self._preparation.ahead(other)))
            except Skip:
                continue
            except HeritageError:
                break  # it is met again, and dealt with, when its turn comes
        return found

    def _find_earlier(self, entry: JournalEntry) -> None:
        """Looks for a creation of the same record that was being sent when a run died and is not approved
        any more in that form; the search of the wiki may not know the item yet, or never."""
        earlier = self._lost.pop(entry.record_id, None) if entry.qid is None else None
        found = self._look_for(earlier, self._began) if earlier else None
        if earlier and found:
            self._arrived_as(earlier, found)

    def _write(self, entry: JournalEntry, content: Content, entity: Entity | None) -> WriteResult:
        groups = self._limits.edit_groups
        summary = summary_of(self._batch, entry, content, groups, new=entity is None)
        data = entity_data(content, entry.edit_id, entity)
        if entity is None:
            return self._writer.create(data, summary)
        return self._writer.add(entity["id"], data, int(entity["lastrevid"]), summary)

    def _look_for(self, entry: JournalEntry, since: datetime) -> WriteResult | None:
        return self._patience.ask(lambda: self._look(entry, since))

    def _look(self, entry: JournalEntry, since: datetime) -> WriteResult | None:
        """The edit, if it reached the wiki. That it did not is said only when it cannot arrive any more: a
        second item would not be refused, and a statement that somebody removes meanwhile would come back.

        `since`: when its answer was missed, or this run began and found it; not when it was written down, for
        a login may have come before the request.
        """
        until = since + timedelta(seconds=self._limits.settle)
        found = arrived(entry, self._writer, self._clock)
        while found is None and self._clock.now() < until:
            self._wait(self._limits.look_every)
            found = arrived(entry, self._writer, self._clock)
        return found

    def _arrived_as(self, entry: JournalEntry, result: WriteResult, content: Content | None = None) -> None:
        """The edit is on the wiki; while the first ones of a batch are made, nobody is asked for the next
        before it was read back."""
        self._preparation.delivered(entry, result.qid, content)
        self._unread.add(entry, result, content)
        self.sent += 1
        if entry.batch_id not in self._on_wiki:
            self._on_wiki[entry.batch_id] = self._journal.counts(entry.batch_id)[EditState.CONFIRMED]
        self._on_wiki[entry.batch_id] += 1
        if self._on_wiki[entry.batch_id] <= self._limits.careful:
            self.read_back()

    def _skip(self, entry: JournalEntry, reason: str) -> None:
        log.info("Edit %s is skipped: %s", entry.edit_id, placeless(reason))  # it may quote a place
        self._journal.skipped(entry, reason, self._clock.now())
        self._written.forget(entry)

    def _count_trouble(self, why: str) -> None:
        self._troubles += 1
        if self._troubles >= self._limits.breaker:
            raise CircuitOpen(
                f"{self._troubles} troubles in a row, the last: {placeless(why)} A person must look before "
                f"batch {self._batch.batch_id} goes on."
            )


def summary_of(
    batch: UploadBatch, entry: JournalEntry, content: Content, edit_groups: str, *, new: bool
) -> str:
    """What the edit of an entry carries in the wiki's history."""
    return edit_summary(
        batch.title,
        content,
        entry.batch_id,
        batch.decisions,
        entry.edit_id,
        new=new,
        edit_groups=edit_groups,
    )


def _lost_creations(batch: UploadBatch, journal: Journal) -> list[JournalEntry]:
    """New items of the dataset that are not of this batch's edits and may have been made unseen."""
    ours = set(batch.edits["edit_id"].to_pylist())
    return [
        entry
        for other in journal.batches()
        if other.target == batch.target
        for entry in journal.pending(other.batch_id)
        if entry.dataset == batch.dataset
        and entry.qid is None
        and entry.state is EditState.SENDING
        and entry.edit_id not in ours
    ]
