"""Pulls the items of the index from a query service (WDQS, QLever), slice by slice."""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from heritage.adapters.harvest.answer import Answer
from heritage.adapters.harvest.protocols.pages import at, whole
from heritage.adapters.harvest.session import Session
from heritage.adapters.harvest.solutions import ACCEPT, Solutions, solutions
from heritage.adapters.wikidata.above import Hierarchy, number
from heritage.adapters.wikidata.facts import PREFIXES, facts_pattern, item_of, rows_of
from heritage.adapters.wikidata.parts import Parts
from heritage.adapters.wikidata.polite import Sessions, in_groups, in_session
from heritage.adapters.wikidata.slices import Slice, items, slices_of
from heritage.errors import SourceChanged, SourceUnavailable
from heritage.model.digest import digest_json
from heritage.reconcile.items import Row
from heritage.spec.index_rules import IndexRules, Scope

log = logging.getLogger(__name__)

_PART = 20_000

Progress = Callable[[int, int], None]


class QueryServicePull:
    """One pull of the index. One question at a time; what has come is not asked for again after a kill.

    `session` gives the polite session in which a part is asked for; its pages are dropped once the part
    stands. A slice with more items than the rules let be, or which the service cannot answer for, is split.
    An answer that breaks off, is an error with status 200, or has other rows than the service counts, is
    asked for again and then refused: SourceUnavailable, or SourceChanged where asking again cannot help.
    """

    def __init__(
        self,
        url: str,
        scope: Scope,
        rules: IndexRules,
        parts: Parts,
        session: Sessions,
        progress: Progress | None = None,
    ) -> None:
        self._url, self._scope, self._rules, self._parts = url, scope, rules, parts
        self._open, self._progress = session, progress
        self._seen: set[int] = set()

    def run(self) -> None:
        """Brings all items of the scope, and then the classes and areas that they name; notes down `as_of`,
        the time that the data of the service are of."""
        if self._parts.note("as_of") is None:
            self._parts.write_note("as_of", self._as_of().isoformat())
        slices = list(slices_of(self._scope, self._classes(), self._rules.classes_together))
        for file in self._parts.files():
            for table in file.batches(["qid"]):
                self._seen.update(number(str(qid)) for qid in table["qid"].to_pylist())
        for done, one in enumerate(slices, start=1):
            self._slice(one)
            if self._progress:
                self._progress(done, len(slices))
        self._context()

    def _as_of(self) -> datetime:
        with in_session(self._open, "as-of") as session:
            [found] = self._ask(
                session,
                "SELECT (MAX(?time) AS ?said) WHERE { "
                "VALUES ?what { <http://www.wikidata.org> wikibase:Dump } ?what schema:dateModified ?time }",
            )
            try:
                said = datetime.fromisoformat(str(at(found, "said", "value")))
                if said.tzinfo is None:
                    raise ValueError
            except ValueError:
                raise session.changed(
                    self._url, "the service does not say of when its data are (schema:dateModified)"
                ) from None
            return said

    def _classes(self) -> list[str]:
        """The roots and every class below them, level by level; circles end where they began."""
        known: list[str] | None = self._parts.note("classes")
        if known is None:
            found = level = set(self._scope.roots)
            with in_session(self._open, "classes") as session:
                while level:
                    below: set[str] = set()
                    for some in in_groups(sorted(level, key=number), self._rules.items_together):
                        pattern = f"VALUES ?above {{ {items(some)} }} ?item wdt:P279 ?above ."
                        below |= self._listed(session, pattern)
                    level = below - found
                    found = found | level
            known = sorted(found, key=number)
            self._parts.write_note("classes", known)
            log.info("%d classes stand under the %d of the rules.", len(known), len(self._scope.roots))
        return known

    def _slice(self, one: Slice) -> None:
        """Brings a slice, or the two that it was split into."""
        name = f"slice-{one.name}"
        if self._parts.has(name) or self._parts.note(name) == "empty":
            return
        if self._parts.note(name) != "split":
            with in_session(self._open, name) as session:
                listed = self._items_of(session, one)
                if listed is not None:
                    self._bring(session, one, listed)
                    return
            self._parts.write_note(name, "split")
        for half in one.halves() or ():
            self._slice(half)

    def _items_of(self, session: Session, one: Slice) -> set[str] | None:
        """The items of a slice; None where it has to be split: too many, or too many for the service."""
        count = None
        try:
            count = self._count(session, one.pattern(), "DISTINCT ?item")
            if count <= self._rules.most_items:
                return self._listed(session, one.pattern(), count)
        except SourceUnavailable as error:
            few = count is not None and count <= self._rules.items_together
            if few or one.halves() is None:  # it has time to count them: less of them will not help
                raise
            self._or_down(session, error)
        many = "too many for the service" if count is None else str(count)
        log.info("The %s are %s: asked for in two halves.", one.title, many)
        return None

    def _bring(self, session: Session, one: Slice, listed: set[str]) -> None:
        name = f"slice-{one.name}"
        fresh = sorted((qid for qid in listed if number(qid) not in self._seen), key=number)
        if not fresh:
            self._parts.write_note(name, "empty")
            return
        rows = 0
        with self._parts.writing(name) as add:
            for row in self._facts(session, fresh):
                add(row)
                rows += 1
        if rows < len(fresh):
            gone = len(fresh) - rows
            log.info("%d of the %s were deleted or merged while they were read.", gone, one.title)
        self._seen.update(map(number, fresh))
        log.info("%d %s came, %d of them new.", len(listed), one.title, rows)

    def _context(self) -> None:
        """Brings classes, areas and designations that items name, and what lies above them, step by step."""
        asked: set[str] = set(self._parts.note("asked") or ())
        while missing := Hierarchy.of(self._parts.files()).missing() - asked:
            log.info("%d classes and areas are named by items and not there yet.", len(missing))
            for some in in_groups(sorted(missing, key=number), _PART):
                name = f"context-{digest_json(some)[:12]}"
                if not self._parts.has(name):
                    with in_session(self._open, name) as session, self._parts.writing(name) as add:
                        for row in self._facts(session, some):
                            add(row | {"context": True})
            asked |= missing
            self._parts.write_note("asked", sorted(asked, key=number))

    def _facts(self, session: Session, qids: Sequence[str]) -> Iterator[Row]:
        """The rows of these items; a group for which the service runs out of time is halved."""
        waiting = [list(some) for some in in_groups(qids, self._rules.items_together)][::-1]
        while waiting:
            some = waiting.pop()
            try:
                found = self._told(session, some)
            except SourceUnavailable as error:
                if len(some) == 1:
                    raise
                self._or_down(session, error)
                middle = len(some) // 2
                waiting += [some[middle:], some[:middle]]
                continue
            yield from found

    def _told(self, session: Session, qids: Sequence[str]) -> list[Row]:
        pattern = facts_pattern(qids)
        count = self._count(session, pattern, "*")
        query = f"SELECT ?item ?what ?a ?b ?c ?d ?e WHERE {{ {pattern} }}"
        found = self._rows(session, query, count, page=f"facts-{digest_json(list(qids))[:16]}.json")
        try:
            return rows_of(found)
        except ValueError as error:
            raise session.changed(self._url, f"it says of an item what none can say ({error})") from None

    def _listed(self, session: Session, pattern: str, count: int | None = None) -> set[str]:
        """The items of a pattern, as many as the service counts."""
        if count is None:
            count = self._count(session, pattern, "DISTINCT ?item")
        found = self._rows(session, f"SELECT DISTINCT ?item WHERE {{ {pattern} }}", count)
        return {qid for one in found if (qid := item_of(one.get("item")))}

    def _rows(self, session: Session, query: str, count: int, page: str = "") -> Solutions:
        """The solutions of a query, if they are as many as were counted; else it is asked again."""
        said: list[Solutions] = []

        def check(answer: Answer) -> None:
            found = self._read(session, answer)
            if len(found) != count:
                raise SourceUnavailable(
                    f"{session.dataset}: the service counts {count} rows and sent {len(found)}: it cuts its "
                    "answers, or the items changed meanwhile. Try again later."
                )
            said.append(found)

        asked: dict[str, Any] = {"url": self._url, "form": {"query": PREFIXES + query}, "headers": ACCEPT}
        if page:
            answer = session.page(page, **asked, check=check, repeats=True)
            return said[-1] if said else self._read(session, answer)
        session.ask(**asked, check=check)
        return said[-1]

    def _count(self, session: Session, pattern: str, what: str) -> int:
        [found] = self._ask(session, f"SELECT (COUNT({what}) AS ?n) WHERE {{ {pattern} }}")
        count = whole(at(found, "n", "value"))
        if count is None:
            raise session.changed(self._url, "the service does not count what it is asked to count")
        return count

    def _ask(self, session: Session, query: str) -> Solutions:
        """The one solution of a query that always has one."""
        return self._rows(session, query, 1)

    def _read(self, session: Session, answer: Answer) -> Solutions:
        return solutions(session, answer, "")

    def _or_down(self, session: Session, error: SourceUnavailable) -> None:
        """Raises the error of a service that answers nothing now, or that asks us to wait."""
        if error.retry_after is not None:
            raise error
        try:
            self._ask(session, "SELECT (1 AS ?n) WHERE {}")
        except (SourceUnavailable, SourceChanged):
            raise error from None
