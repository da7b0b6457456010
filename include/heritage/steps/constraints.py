"""Reads from the target wiki what edits are judged by: constraints, classes and the items that are values."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace

from heritage.model.constraint import ConstraintList
from heritage.model.edit import Content, Snak
from heritage.ports.wiki import Entity, WikiReader
from heritage.statements import properties as p
from heritage.statements.live import LiveItem, parse_entity
from heritage.statements.scrutiny.constraints import Constraints, all_snaks, item_values, needed
from heritage.statements.scrutiny.reading import CONSTRAINT, constraints_of

log = logging.getLogger(__name__)

MOST_READ = 2000
"""Values, and as many classes, that are read for one run; about what is beyond, nothing is found."""


class ConstraintReader:
    """Knows what it has read: asking again about edits that are alike costs no request.

    Where the wiki has no constraints of its own (no P2302), `bundled` holds.
    """

    def __init__(self, reader: WikiReader, bundled: ConstraintList) -> None:
        self._reader, self._bundled = reader, bundled
        self._known: Constraints | None = None
        self._asked: set[str] = set()
        self._items: dict[str, LiveItem] = {}
        self._missing: set[str] = set()
        self._room = {"values": MOST_READ, "classes": MOST_READ}

    def about(
        self,
        edits: Iterable[tuple[Content, LiveItem | None]],
        held: Mapping[tuple[str, str], str] | None = None,
    ) -> Constraints:
        """What these edits (content and item, None for a new one) are to be judged by. `held` is passed on.

        Raises WikiBusy when the wiki does not answer.
        """
        edits = list(edits)
        known = self._constraints({snak.property for content, _ in edits for snak in _snaks(content)})
        values: set[str] = set()
        classes: set[str] = set()
        for content, live in edits:
            wanted = needed(content, live, known)
            values |= wanted[0]
            classes |= wanted[1]
        self._read(values, "values")
        for qid in values & self._items.keys():
            classes.update(item_values(self._items[qid], p.INSTANCE_OF))
            classes.update(item_values(self._items[qid], p.SUBCLASS_OF))
        self._climb(classes)
        return replace(known, items=self._items, held={} if held is None else held)

    def _constraints(self, properties: set[str]) -> Constraints:
        if self._known is None:
            own = CONSTRAINT in self._reader.properties([CONSTRAINT])
            source = None if own else f"by the list of {self._bundled.version}"
            self._known = Constraints({} if own else self._bundled.by_property, source=source)
            if not own:
                log.info("The wiki states no property constraints; edits are judged %s.", source)
        fresh = properties - self._asked
        if self._known.source is None and fresh:
            self._asked |= fresh
            entities = self._reader.properties(sorted(fresh))
            read = {pid: constraints_of(entity) for pid, entity in entities.items()}
            self._known = replace(self._known, by_property={**self._known.by_property, **read})
        return self._known

    def _climb(self, classes: set[str]) -> None:
        """Reads classes and all above them."""
        seen: set[str] = set()
        while ahead := classes - seen:
            seen |= ahead
            self._read(ahead, "classes")
            classes = {above for one in ahead for above in item_values(self._items.get(one), p.SUBCLASS_OF)}

    def _read(self, qids: set[str], sort: str) -> None:
        unread, room = sorted(qids - self._items.keys() - self._missing), self._room[sort]
        if len(unread) > room > 0:
            log.warning("The edits name more %s than the %d that are looked at.", sort, MOST_READ)
        unread = unread[:room]
        self._room[sort] -= len(unread)
        found = self._reader.read(unread) if unread else {}
        self._items |= {asked: parse_entity(self._of_use(entity)) for asked, entity in found.items()}
        self._missing |= set(unread) - found.keys()

    def _of_use(self, entity: Entity) -> Entity:
        """The item less what is never looked at: that of a country has thousands of statements."""
        claims = entity.get("claims") or {}
        back = self._known.pointing_back() if self._known else frozenset()
        return {
            "id": entity["id"],
            "claims": {pid: claims[pid] for pid in claims if pid in {p.INSTANCE_OF, p.SUBCLASS_OF, *back}},
        }


def _snaks(content: Content) -> Iterable[Snak]:
    for statement in content.statements:
        yield from all_snaks(statement)
    for addition in content.references:
        yield from addition.reference
