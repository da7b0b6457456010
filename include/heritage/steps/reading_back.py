"""Edits of which the wiki says that they were made: read back many a request, then confirmed."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from heritage.model.edit import Content
from heritage.ports.clock import Clock
from heritage.ports.decisions import Journal, JournalEntry
from heritage.ports.wiki import Entity, WikiReader, WriteResult
from heritage.statements.afterwards import lacking
from heritage.statements.content_json import from_json
from heritage.statements.live import parse_entity
from heritage.steps.upload_limits import UploadLimits

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Made:
    entry: JournalEntry
    result: WriteResult
    content: Content | None
    since: datetime
    looks: int = 0


class Unread:
    """They stay in the journal as being sent until they were read back: after a crash the wiki is asked."""

    def __init__(self, journal: Journal, reader: WikiReader, clock: Clock, limits: UploadLimits) -> None:
        self._journal, self._reader, self._clock, self._limits = journal, reader, clock, limits
        self._made: list[_Made] = []

    def add(self, entry: JournalEntry, result: WriteResult, content: Content | None) -> None:
        """`content`: what was sent, where that is at hand; the entry says it too."""
        self._made.append(_Made(entry, result, content, self._clock.now()))

    @property
    def due(self) -> bool:
        """Whether it is time to read."""
        if not self._made:
            return False
        waited = self._clock.now() - self._made[0].since
        full = len(self._made) >= self._limits.read_together
        return full or waited >= timedelta(seconds=self._limits.read_after)

    def read(self) -> bool:
        """Reads the oldest ones, as many as go together; whether any is left. The copy of the wiki that
        answers may be behind, so an edit is looked for several times before it counts as gone again."""
        together = self._made[: self._limits.read_together]
        found = self._reader.read([made.result.qid for made in together]) if together else {}
        done = []
        for made in together:
            entity = found.get(made.result.qid)
            current = entity if entity and int(entity["lastrevid"]) >= made.result.revision else None
            made.looks += 1
            if current or made.looks >= self._limits.attempts:
                _tell(made, current)
                done.append(made)
        self._confirm(done)
        told = {made.entry.edit_id for made in done}
        self._made = [made for made in self._made if made.entry.edit_id not in told]
        return bool(self._made)

    def _confirm(self, done: Sequence[_Made]) -> None:
        at = self._clock.now()
        if len(done) == 1:
            [one] = done
            self._journal.confirmed(one.entry, one.result.qid, one.result.revision, at)
        elif done:
            found = [(made.entry, made.result.qid, made.result.revision) for made in done]
            self._journal.confirmed_together(found, at)


def _tell(made: _Made, entity: Entity | None) -> None:
    """The edit counts as made even when a person has changed it already: what was removed must not be added
    again."""
    entry = made.entry
    sent = made.content or from_json(entry.content)
    lacks = lacking(sent, parse_entity(entity)) if entity else ("the item",)
    if lacks:
        log.warning(
            "Edit %s was made on %s, which lacks %s now.", entry.edit_id, made.result.qid, ", ".join(lacks)
        )
