"""What the wiki says of the items that come next: many a request, never older than may be relied on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from heritage.ports.clock import Clock
from heritage.ports.decisions import JournalEntry
from heritage.ports.wiki import READ_TOGETHER, Entity, WikiReader


@dataclass(frozen=True, slots=True)
class Ahead:
    """How far a look goes and how long it is relied on, in seconds.

    `items` are read together (the API gives 50), `identifiers` looked up together. What was read longer ago
    than `fresh` is relied on only if the wiki says that its revision is still the newest; for who carries an
    identifier is asked again after `search`: a search does not know the newest items anyway.
    """

    items: int = READ_TOGETHER
    identifiers: int = 20
    fresh: float = 5.0
    search: float = 60.0


@dataclass(frozen=True, slots=True)
class _Seen:
    entity: Entity | None
    at: datetime


class ReadAhead:
    """Looks at the wiki for entries in their order; an entry that is asked for again is looked at anew when
    it was forgotten."""

    def __init__(
        self,
        reader: WikiReader,
        clock: Clock,
        identifier: str | None,
        upcoming: Sequence[JournalEntry],
        ahead: Ahead,
    ) -> None:
        self._reader, self._clock, self._identifier, self._ahead = reader, clock, identifier, ahead
        self._upcoming = upcoming
        self._places = {entry.edit_id: place for place, entry in enumerate(upcoming)}
        self._items: dict[str, _Seen] = {}
        self._carriers: dict[str, tuple[Sequence[str], datetime]] = {}

    def item(self, entry: JournalEntry) -> Entity | None:
        """The item of an entry as it is now, following redirects; None when it is deleted."""
        qid = str(entry.qid)
        seen = self._items.get(qid)
        if seen is None:
            self._read(self._next(entry, lambda other: other.qid, self._ahead.items))
        elif self._older(seen.at, self._ahead.fresh):
            self._refresh(self._next(entry, lambda other: other.qid, self._ahead.items))
        return self._items[qid].entity

    def carriers(self, entry: JournalEntry) -> Sequence[str]:
        """The items that carry the identifier of an entry that is to become an item."""
        found = self._carriers.get(entry.record_id)
        if found is None or self._older(found[1], self._ahead.search):
            wanted = self._next(
                entry, lambda other: None if other.qid else other.record_id, self._ahead.identifiers
            )
            at = self._clock.now()
            answers = self._reader.find_by_identifiers(str(self._identifier), wanted)
            self._carriers |= {value: (qids, at) for value, qids in answers.items()}
        return self._carriers[entry.record_id][0]

    def forget(self, entry: JournalEntry, *qids: str) -> None:
        """What was seen of an entry and of these items is not true any more, or not needed."""
        gone = {str(entry.qid), *qids}
        for asked, seen in list(self._items.items()):
            if asked in gone or (seen.entity and seen.entity["id"] in gone):
                del self._items[asked]
        self._carriers.pop(entry.record_id, None)

    def _next(self, entry: JournalEntry, of: Callable[[JournalEntry], str | None], most: int) -> list[str]:
        """The first `most` of what is wanted of this entry and those after it."""
        place = self._places.get(entry.edit_id)
        following: Iterable[JournalEntry] = (
            () if place is None else self._upcoming[place + 1 : place + 2 * most]
        )
        wanted = dict.fromkeys(value for other in (entry, *following) if (value := of(other)))
        return list(wanted)[:most]

    def _read(self, qids: Sequence[str]) -> None:
        at = self._clock.now()
        found = self._reader.read(qids)
        self._items |= {qid: _Seen(found.get(qid), at) for qid in qids}

    def _refresh(self, qids: Sequence[str]) -> None:
        at = self._clock.now()
        known = [qid for qid in qids if qid in self._items]
        newest = self._reader.latest(known)
        changed = []
        for qid in known:
            seen = self._items[qid]
            if newest.get(qid) == (int(seen.entity["lastrevid"]) if seen.entity else None):
                self._items[qid] = replace(seen, at=at)
            else:
                changed.append(qid)
        if changed:
            self._read(changed)

    def _older(self, at: datetime, seconds: float) -> bool:
        return self._clock.now() - at > timedelta(seconds=seconds)
