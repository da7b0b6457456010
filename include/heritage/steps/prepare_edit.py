"""What of an approved edit is still to be added, by what the wiki says now."""

from collections.abc import Sequence

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
from heritage.statements.scrutiny.core import forbidding, scrutinise
from heritage.statements.sendable import sendable
from heritage.steps.constraints import ConstraintReader
from heritage.steps.plan_upload import UploadBatch
from heritage.steps.read_ahead import Ahead, ReadAhead


class Skip(HeritageError):
    """This edit is not to be sent; the text says why, its first words up to a colon are counted."""


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
        for entry in journal.delivered(batch.target, batch.dataset):
            self._remember(entry, entry.qid)

    def prepare(self, entry: JournalEntry) -> tuple[Content, Entity | None]:
        """What of the approved content is still to be added, and the item as it is now (None: to be made).

        Raises Skip.
        """
        content, faults = sendable(from_json(entry.content))
        if faults:
            raise Skip(f"not sendable: {'; '.join(fault.text for fault in faults)}")
        if entry.qid is None:
            if self._identifier is None:
                raise Skip("the register has no property of its own: a new item could not be found again")
            made = self._made.get(entry.record_id)
            standing = [made] if made else self._ahead.carriers(entry)
            if standing:
                raise Skip(f"has an item now: {', '.join(standing)}")
            self._refuse_forbidden(content, None)
            return content, None
        entity = self._ahead.item(entry)
        if entity is None:
            raise Skip(f"not there: {entry.qid} is deleted, or has no counterpart on this wiki")
        item = parse_entity(entity)
        result = diff(content, item, self._identifier)
        additions, removed = without_delivered(result.additions, self._delivered.get(entry.record_id, ()))
        if additions.empty:
            against = (*result.conflicts, *removed)
            raise Skip(f"conflict: {'; '.join(against)}" if against else "already there")
        self._refuse_forbidden(additions, item)
        return additions, entity

    def _refuse_forbidden(self, additions: Content, item: LiveItem | None) -> None:
        """The item, or what the wiki demands of a property, may have changed since the edit was proposed."""
        known = self._constraints.about([(additions, item)])
        if against := forbidding(scrutinise(additions, item, known)):
            raise Skip(f"constraint: {'; '.join(against)}")

    def delivered(self, entry: JournalEntry, qid: str, content: Content | None = None) -> None:
        """The content of an entry stands on the wiki now, on this item."""
        self._remember(entry, qid, content)
        self._ahead.forget(entry, qid)

    def look_again(self, entry: JournalEntry) -> None:
        """The item of an entry is not what it was."""
        self._ahead.forget(entry)

    def _remember(self, entry: JournalEntry, qid: str | None, content: Content | None = None) -> None:
        self._delivered.setdefault(entry.record_id, []).append(content or from_json(entry.content))
        if qid:
            self._made[entry.record_id] = qid
