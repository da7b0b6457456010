"""Brings one edit after another to the wiki: look, write down, send once, read back."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from heritage.errors import EditConflict, WikiBusy, WikiRefused, WikiStopped, WikiUnclear
from heritage.model.edit import Content, EditState
from heritage.model.figures import placeless
from heritage.ports.clock import Clock
from heritage.ports.decisions import Journal, JournalEntry
from heritage.ports.wiki import Entity, WikiWriter, WriteResult
from heritage.statements.afterwards import lacking, without_delivered
from heritage.statements.content_json import from_json, to_json
from heritage.statements.difference import diff
from heritage.statements.live import parse_entity
from heritage.statements.sendable import sendable
from heritage.statements.summary import edit_summary
from heritage.statements.wikibase_json import entity_data, statement_guid
from heritage.steps.plan_upload import UploadBatch

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """Seconds and counts that the wiki's rules and its servers set.

    `between_writes`: pace. `settle`: so long after its answer was missed, or a run was found dead, a creation
    cannot arrive any more (the server gives a request up after 60). `look_every`: between looks meanwhile.
    `busy`: a pause when the wiki does not say how long. `attempts`: tries for one edit. `breaker`: troubles
    in a row after which a person must look. `gate`: how long an answer of the licence gate is relied on.
    """

    between_writes: float = 1.0
    settle: float = 90.0
    look_every: float = 10.0
    busy: float = 10.0
    attempts: int = 5
    breaker: int = 5
    gate: float = 60.0


class Skip(Exception):
    """This edit is not to be sent; the text says why, its first words up to a colon are counted."""


class Courier:
    """One run over a batch: what it knows of the wiki's mood and of what was delivered before."""

    def __init__(
        self,
        batch: UploadBatch,
        journal: Journal,
        writer: WikiWriter,
        clock: Clock,
        wait: Callable[[float], None],
        limits: UploadLimits,
        permitted: Callable[[], None],
    ) -> None:
        self._batch, self._journal, self._writer = batch, journal, writer
        self._clock, self._wait, self._limits = clock, wait, limits
        self._permitted, self._asked = permitted, clock.now()
        self._last_write: datetime | None = None
        self._troubles = 0
        self.sent = 0
        self._delivered: dict[str, list[Content]] = {}
        self._items: dict[str, str] = {}
        for entry in journal.delivered(batch.target, batch.dataset):
            self._remember(entry)
        self._lost = {entry.record_id: entry for entry in _lost_creations(batch, journal)}

    def settle(self, entry: JournalEntry) -> None:
        """Brings an entry to confirmed or skipped, or raises what stops the batch."""
        arrived = self._look(entry) if entry.state is EditState.SENDING else None
        if arrived:
            self._confirm(entry, arrived)
            return
        self._find_earlier(entry)
        for _ in range(self._limits.attempts):
            text = self._writer.stop_requested()
            if text:
                raise WikiStopped(f"The stop page says: {text[:300]}")
            self._ask_gate()
            unsettled = self._attempt(entry)
            if unsettled is None:
                return
            entry = unsettled
        raise WikiBusy(
            f"Edit {entry.edit_id} could not be made in {self._limits.attempts} attempts; it stays in the "
            "journal, and the next run goes on with it."
        )

    def _ask_gate(self) -> None:
        """A batch takes hours: a permission may be revoked, or a licence change, meanwhile."""
        now = self._clock.now()
        if now - self._asked >= timedelta(seconds=self._limits.gate):
            self._permitted()
            self._asked = now

    def _find_earlier(self, entry: JournalEntry) -> None:
        """Looks for a creation of the same record that was being sent when a run died and is not approved
        any more in that form; the search of the wiki may not know the item yet, or never."""
        earlier = self._lost.pop(entry.record_id, None) if entry.qid is None else None
        arrived = self._look(earlier) if earlier else None
        if earlier and arrived:
            self._confirm(earlier, arrived)

    def _attempt(self, entry: JournalEntry) -> JournalEntry | None:
        """One try; the entry as it stands when another one is due, None when it is settled."""
        try:
            content, entity = self.prepare(entry)
        except Skip as skip:
            self._skip(entry, str(skip))
            return None
        self._keep_pace()
        entry = self._journal.sending(entry, to_json(content), self._clock.now())
        self._last_write = self._clock.now()
        trouble = ""
        try:
            result: WriteResult | None = self._write(entry, content, entity)
        except WikiBusy as busy:
            log.info("%s", busy)
            self._wait(self._limits.busy if busy.retry_after is None else busy.retry_after)
            return entry
        except EditConflict as conflict:
            if entry.attempts < self._limits.attempts:
                return entry
            self._skip(entry, f"edit conflict: {conflict}")
            return None
        except WikiRefused as refused:
            self._skip(entry, f"refused, {refused.code}: {refused}")
            self._count_trouble(str(refused))
            return None
        except WikiUnclear as unclear:
            log.warning("Edit %s: %s Looking on the wiki.", entry.edit_id, unclear)
            trouble = str(unclear)
            result = self._look(entry)
        if result:
            self._confirm(entry, result)
        self._count_trouble(trouble)
        return None if result else entry

    def _write(self, entry: JournalEntry, content: Content, entity: Entity | None) -> WriteResult:
        summary = self.summary(entry, content, new=entity is None)
        data = entity_data(content, entry.edit_id, entity)
        if entity is None:
            return self._writer.create(data, summary)
        return self._writer.add(entity["id"], data, int(entity["lastrevid"]), summary)

    def prepare(self, entry: JournalEntry) -> tuple[Content, Entity | None]:
        """What of the approved content is still to be added, and the item as it is now (None: to be made)."""
        content, faults = sendable(from_json(entry.content))
        if faults:
            raise Skip(f"not sendable: {'; '.join(faults)}")
        if entry.qid is None:
            if self._batch.identifier is None:
                raise Skip("the register has no property of its own: a new item could not be found again")
            made = self._items.get(entry.record_id)
            found = self._writer.find_by_identifiers(self._batch.identifier, [entry.record_id])
            standing = [made] if made else found[entry.record_id]
            if standing:
                raise Skip(f"has an item now: {', '.join(standing)}")
            return content, None
        entity = self._writer.read([entry.qid]).get(entry.qid)
        if entity is None:
            raise Skip(f"deleted: {entry.qid} is not there any more")
        result = diff(content, parse_entity(entity), self._batch.identifier)
        additions, removed = without_delivered(result.additions, self._delivered.get(entry.record_id, ()))
        if additions.empty:
            against = (*result.conflicts, *removed)
            raise Skip(f"conflict: {'; '.join(against)}" if against else "already there")
        return additions, entity

    def _look(self, entry: JournalEntry) -> WriteResult | None:
        """The edit, if it reached the wiki. For a new item the answer is given only when it cannot arrive
        any more, because a second item would not be refused."""
        found = self._arrived(entry)
        if entry.qid is None:
            # From now, not from when the entry was written down: a login may have come before the request.
            until = self._clock.now() + timedelta(seconds=self._limits.settle)
            while found is None and self._clock.now() < until:
                self._wait(self._limits.look_every)
                found = self._arrived(entry)
        return found

    def _arrived(self, entry: JournalEntry) -> WriteResult | None:
        found = self._writer.find_edit(entry.edit_id, entry.sent_at or self._clock.now())
        if found or entry.qid is None:
            return found
        entity = self._writer.read([entry.qid]).get(entry.qid)
        if entity is None:
            return None
        item = parse_entity(entity)
        statements = from_json(entry.content).statements
        ours = {statement_guid(item.qid, entry.edit_id, statement) for statement in statements}
        standing = any(statement.guid in ours for statement in item.statements)
        return WriteResult(item.qid, item.revision, changed=True) if standing else None

    def _confirm(self, entry: JournalEntry, result: WriteResult) -> None:
        """Reads the item back. The edit counts as made even when a person has changed it already: what was
        removed must not be added again."""
        lacks: tuple[str, ...] = ("the item",)
        for again in range(self._limits.attempts):
            entity = self._writer.read([result.qid]).get(result.qid)
            if entity and int(entity["lastrevid"]) >= result.revision:
                lacks = lacking(from_json(entry.content), parse_entity(entity))
                break
            if again + 1 < self._limits.attempts:
                self._wait(self._limits.look_every)  # the copy that answers is behind
        if lacks:
            log.warning(
                "Edit %s was made on %s, which lacks %s now.", entry.edit_id, result.qid, ", ".join(lacks)
            )
        self._remember(self._journal.confirmed(entry, result.qid, result.revision, self._clock.now()))
        self.sent += 1

    def _skip(self, entry: JournalEntry, reason: str) -> None:
        log.info("Edit %s is skipped: %s", entry.edit_id, placeless(reason))  # it may quote a place
        self._journal.skipped(entry, reason, self._clock.now())

    def _remember(self, entry: JournalEntry) -> None:
        self._delivered.setdefault(entry.record_id, []).append(from_json(entry.content))
        if entry.qid:
            self._items[entry.record_id] = entry.qid

    def _count_trouble(self, why: str) -> None:
        self._troubles = self._troubles + 1 if why else 0
        if self._troubles >= self._limits.breaker:
            raise WikiStopped(
                f"{self._troubles} troubles in a row, the last: {why} A person must look before batch "
                f"{self._batch.batch_id} goes on."
            )

    def _keep_pace(self) -> None:
        if self._last_write:
            passed = (self._clock.now() - self._last_write).total_seconds()
            if passed < self._limits.between_writes:
                self._wait(self._limits.between_writes - passed)

    def summary(self, entry: JournalEntry, content: Content, *, new: bool) -> str:
        return edit_summary(
            self._batch.title, content, entry.batch_id, self._batch.decisions, entry.edit_id, new=new
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
