"""What of an approved edit is still to be added, by what the wiki says now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from heritage.errors import HeritageError
from heritage.model.constraint import ConstraintList
from heritage.model.edit import Content
from heritage.ports.clock import Clock
from heritage.ports.decisions import Journal, JournalEntry
from heritage.ports.wiki import Entity, WikiReader
from heritage.statements.afterwards import without_delivered
from heritage.statements.content_json import from_json
from heritage.statements.difference import diff
from heritage.statements.live import LiveItem, parse_entity
from heritage.statements.renewing import due
from heritage.statements.scrutiny.core import forbidding, scrutinise
from heritage.statements.sendable import sendable
from heritage.steps.constraints import ConstraintReader
from heritage.steps.plan_upload import UploadBatch
from heritage.steps.read_ahead import Ahead, ReadAhead


class Skip(HeritageError):
    """This edit is not to be sent; the text says why, its first words up to a colon are counted."""


@dataclass(frozen=True, slots=True)
class _Kept:
    record_id: str
    content: Content
    entity: Entity | None


class Preparation:
    """Compares the entries of a batch with the wiki, in their order, and knows what was delivered before."""

    def __init__(
        self,
        batch: UploadBatch,
        journal: Journal,
        reader: WikiReader,
        clock: Clock,
        upcoming: Sequence[JournalEntry],
        ahead: Ahead,
        constraints: ConstraintList,
    ) -> None:
        self._identifier = batch.identifier
        self._constraints = ConstraintReader(reader, constraints)
        self._ahead = ReadAhead(reader, clock, batch.identifier, upcoming, ahead)
        self._delivered: dict[str, list[Content]] = {}
        self._made: dict[str, str] = {}
        self._kept: dict[str, _Kept] = {}
        for entry in journal.delivered(batch.target, batch.dataset):
            self._remember(entry, entry.qid)

    def prepare(self, entry: JournalEntry) -> tuple[Content, Entity | None]:
        """What of the approved content is still to be added, and the item as it is now (None: to be made).

        Raises Skip.
        """
        kept = self._kept.get(entry.edit_id)
        if kept and self._still_holds(entry, kept.entity):
            return kept.content, kept.entity
        return self._compare(entry)

    def ahead(self, entry: JournalEntry) -> Content:
        """What will be to add when its turn comes: `prepare` gives the very same as long as nothing has
        changed. Raises Skip."""
        content, entity = self._compare(entry)
        self._kept[entry.edit_id] = _Kept(entry.record_id, content, entity)
        return content

    def _still_holds(self, entry: JournalEntry, entity: Entity | None) -> bool:
        return not self._standing(entry) if entity is None else self._ahead.item(entry) is entity

    def _compare(self, entry: JournalEntry) -> tuple[Content, Entity | None]:
        content, faults = sendable(from_json(entry.content))
        if faults:
            raise Skip(f"not sendable: {'; '.join(fault.text for fault in faults)}")
        if entry.qid is None:
            if self._identifier is None:
                raise Skip("the register has no property of its own: a new item could not be found again")
            if standing := self._standing(entry):
                raise Skip(f"has an item now: {', '.join(standing)}")
            self._refuse_forbidden(content, None)
            return content, None
        entity = self._ahead.item(entry)
        if entity is None:
            raise Skip(f"not there: {entry.qid} is deleted, or has no counterpart on this wiki")
        item = parse_entity(entity)
        result = diff(content, item, self._identifier)
        additions, removed = without_delivered(result.additions, self._delivered.get(entry.record_id, ()))
        renewals, changed = due(content.renewals, entity)
        additions = replace(additions, renewals=renewals)
        if additions.empty:
            against = (*result.conflicts, *removed, *changed)
            raise Skip(f"conflict: {'; '.join(against)}" if against else "already there")
        self._refuse_forbidden(additions, item)
        return additions, entity

    def _standing(self, entry: JournalEntry) -> Sequence[str]:
        """The items that a record has already."""
        made = self._made.get(entry.record_id)
        return [made] if made else self._ahead.carriers(entry)

    def _refuse_forbidden(self, additions: Content, item: LiveItem | None) -> None:
        """The item, or what the wiki demands of a property, may have changed since the edit was proposed."""
        known = self._constraints.about([(additions, item)])
        if against := forbidding(scrutinise(additions, item, known)):
            raise Skip(f"constraint: {'; '.join(against)}")

    def delivered(self, entry: JournalEntry, qid: str, content: Content | None = None) -> None:
        """The content of an entry stands on the wiki now, on this item."""
        self._remember(entry, qid, content)
        self._forget(entry, qid)

    def look_again(self, entry: JournalEntry) -> None:
        """The item of an entry is not what it was."""
        self._forget(entry)

    def _forget(self, entry: JournalEntry, *qids: str) -> None:
        self._ahead.forget(entry, *qids)
        for edit_id in [one for one, kept in self._kept.items() if kept.record_id == entry.record_id]:
            del self._kept[edit_id]

    def _remember(self, entry: JournalEntry, qid: str | None, content: Content | None = None) -> None:
        self._delivered.setdefault(entry.record_id, []).append(content or from_json(entry.content))
        if qid:
            self._made[entry.record_id] = qid
