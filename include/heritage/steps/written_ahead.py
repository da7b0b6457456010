"""Edits that are written down some together before they are sent: the disk is waited for once, not for each.

Why it is safe: what stands in the journal as being sent may or may not be on the wiki, and whoever finds it
there asks the wiki before anything else; so it does no harm if it was not sent. But nobody may send it once
another run may have asked in vain and sent it anew: it goes within seconds, or is written down once more,
which fails when another run has moved it.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from heritage.errors import BatchTaken
from heritage.model.edit import Content
from heritage.ports.clock import Clock
from heritage.ports.decisions import Journal, JournalEntry
from heritage.statements.content_json import to_json


@dataclass(frozen=True, slots=True)
class _Note:
    before: JournalEntry
    standing: JournalEntry
    content: Content


class WrittenAhead:
    """What this run has written down as being sent, and has not sent yet."""

    def __init__(self, journal: Journal, clock: Clock, within: float) -> None:
        """`within`: seconds after which what was written down is not sent without writing it down again."""
        self._journal, self._clock, self._within = journal, clock, timedelta(seconds=within)
        self._notes: dict[str, _Note] = {}

    def __len__(self) -> int:
        return len(self._notes)

    def standing(self, entry: JournalEntry) -> JournalEntry:
        """An entry as the journal has it."""
        note = self._notes.get(entry.edit_id)
        return note.standing if note else entry

    def sending(
        self, entry: JournalEntry, content: Content, following: Sequence[tuple[JournalEntry, Content]]
    ) -> JournalEntry:
        """The entry, on the disk as being sent with this content (the very one that was written down, if it
        was); with it those `following` that are not yet."""
        note, now = self._notes.pop(entry.edit_id, None), self._clock.now()
        if note and note.content is content and now - (note.standing.sent_at or now) <= self._within:
            return note.standing
        if not following:
            return self._journal.sending(entry, to_json(content), now)
        edits = [(entry, content), *following]
        standing = self._journal.sending_together([(one, to_json(adds)) for one, adds in edits], now)
        for (before, adds), stands in zip(edits[1:], standing[1:], strict=True):
            self._notes[before.edit_id] = _Note(before, stands, adds)
        return standing[0]

    def forget(self, entry: JournalEntry) -> None:
        """It is settled without being sent."""
        self._notes.pop(entry.edit_id, None)

    def put_back(self) -> None:
        """The run ends: what was not sent is planned again, so that nobody need look for it on the wiki."""
        edits = [(note.standing, note.before) for note in self._notes.values()]
        self._notes.clear()
        if edits:
            with suppress(BatchTaken):  # another run looks for them
                self._journal.unsent(edits)
