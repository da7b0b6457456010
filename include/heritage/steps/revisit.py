"""Looks again at the items of our edits, 30 days after each and then yearly, and writes down what became of
them.

Nothing is written to the wiki: what people removed stays removed, and people are told.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from heritage.model.edit import Content
from heritage.model.visit import Fate, Finding, Gains, PastRevision, Visit
from heritage.ports.clock import Clock
from heritage.ports.revisits import Due, RegisterSays, VisitStore, WikiPast
from heritage.ports.wiki import READ_TOGETHER, Entity
from heritage.spec.revisits import RevisitRules
from heritage.statements.aftermath import (
    drifted,
    gained,
    is_emptied,
    links_of,
    losses,
    parts_of,
    why_lost,
    worst,
)
from heritage.statements.content_json import from_json
from heritage.statements.live import LiveItem, parse_entity
from heritage.statements.summary import undo_id

log = logging.getLogger(__name__)

RECORD = "record"
"""In `drift`: the register does not have the record any more."""


@dataclass(frozen=True, slots=True)
class Revisited:
    """What one run found of a dataset: edits by what became of them, how many items others have enriched, and
    of how many edits the register says something else now."""

    dataset: str
    visited: int
    fates: Mapping[Fate, int]
    enriched: int
    drifted: int


def due_before(rules: RevisitRules, now: datetime) -> datetime:
    """What was settled until then is due for the first time."""
    return now - timedelta(days=rules.first_days)


def revisit(
    dataset: str,
    target: str,
    *,
    visits: VisitStore,
    wiki: WikiPast,
    says: RegisterSays,
    rules: RevisitRules,
    clock: Clock,
    progress: Callable[[int, int], None] | None = None,
) -> Revisited:
    """Visits what is due of a dataset on a target, 50 items a request, and writes each 50 down before it goes
    on: killed and run again, it visits nothing twice. Raises WikiBusy when the wiki does not answer."""
    now = clock.now()
    before = due_before(rules, now)
    total = visits.due_counts(target, before, now).get(dataset, 0)
    visitor = _Visitor(target, visits, wiki, says, rules, now)
    fates: Counter[Fate] = Counter()
    visited = enriched = changed = 0
    while some := visits.due(target, dataset, before, now, READ_TOGETHER):
        found = list(visitor.visit(some))
        visits.add(found)
        visited += len(found)
        fates.update(one.fate for one in found)
        enriched += len({one.item for one in found if one.gains and one.gains.any})
        changed += sum(bool(one.drift) for one in found)
        if progress:
            progress(visited, max(visited, total))
    log.info(
        "Looked again at %d edits of %s: %s; others have enriched %d items; of %d edits the register says "
        "something else now.",
        *(visited, dataset, in_words(fates), enriched, changed),
    )
    return Revisited(dataset, visited, dict(fates), enriched, changed)


def in_words(fates: Mapping[Fate, int]) -> str:
    """Counts in the order of the fates.

    >>> in_words({Fate.REMOVED: 1, Fate.KEPT: 7})
    '7 kept, 1 removed'
    """
    return ", ".join(f"{fates[fate]:,} {fate.value}" for fate in Fate if fates.get(fate)) or "none"


@dataclass(frozen=True, slots=True)
class _Visitor:
    target: str
    visits: VisitStore
    wiki: WikiPast
    says: RegisterSays
    rules: RevisitRules
    now: datetime

    def visit(self, due: Sequence[Due]) -> Iterator[Visit]:
        """One visit for each edit. An item that nobody has edited since is not read."""
        entries = [one.entry for one in due]
        qids = sorted({entry.qid for entry in entries if entry.qid})
        latest = self.wiki.latest(qids)
        edited = [e for e in entries if e.qid and latest.get(e.qid, e.revision) != e.revision]
        items = self.wiki.read(sorted({entry.qid for entry in edited if entry.qid}))
        past = self.wiki.as_of([entry.revision for entry in edited if entry.revision])
        ours = self.visits.ours_on(self.target, qids)
        register = self.says({entry.record_id for entry in entries})
        for one in due:
            qid, revision = one.entry.qid or "", one.entry.revision or 0
            content = from_json(one.entry.content)
            drift = _drift(content, one.entry.record_id, register)
            if qid in latest and latest[qid] == revision:
                yield self._made(one, content, revision, qid, (), Gains(), drift)
            elif qid in items:
                also = [from_json(text) for text in ours.get(qid, ())]
                yield self._edited(one, content, items[qid], past.get(revision), also, drift)
            else:
                yield self._made(one, content, None, "", (), None, drift)

    def _edited(
        self,
        due: Due,
        content: Content,
        entity: Entity,
        own: PastRevision | None,
        also: Sequence[Content],
        drift: tuple[str, ...],
    ) -> Visit:
        now = parse_entity(entity)
        before = parse_entity(own.entity) if own and own.entity else None
        lost = losses(content, due.entry.edit_id, now)
        if lost:
            lost = self._why(lost, undo_id(due.entry.edit_id), own, before, now)
        gains = None
        if before and own and own.entity and now.qid == due.entry.qid:
            gains = gained(before, now, also, (links_of(own.entity), links_of(entity)))
        return self._made(due, content, now.revision, now.qid, lost, gains, drift)

    def _why(
        self,
        lost: tuple[Finding, ...],
        undo: str,
        own: PastRevision | None,
        before: LiveItem | None,
        now: LiveItem,
    ) -> tuple[Finding, ...]:
        later = self.wiki.since(own.title, own.revision) if own else ()
        emptied = is_emptied(before, now, self.rules)
        return why_lost(
            lost, own=own, later=later, user=self.wiki.user, undo=undo, emptied=emptied, rules=self.rules
        )

    def _made(
        self,
        due: Due,
        content: Content,
        revision: int | None,
        item: str,
        lost: tuple[Finding, ...],
        gains: Gains | None,
        drift: tuple[str, ...],
    ) -> Visit:
        entry, parts = due.entry, parts_of(content)
        return Visit(
            target=self.target,
            edit_id=entry.edit_id,
            batch_id=entry.batch_id,
            dataset=entry.dataset,
            qid=entry.qid or "",
            occasion=due.occasion,
            visited_at=self.now,
            due_again=self._again(entry.settled_at or self.now),
            item=item,
            revision=revision,
            fate=worst(lost, Fate.KEPT if item == entry.qid else Fate.MERGED if item else Fate.DELETED),
            parts=parts,
            kept=parts - len(lost) if item else 0,
            findings=lost,
            gains=gains,
            drift=drift,
        )

    def _again(self, settled_at: datetime) -> datetime:
        """The next of the days on which an edit is due, reckoned from the edit: late visits shift none."""
        first, year = (
            settled_at + timedelta(days=self.rules.first_days),
            timedelta(days=self.rules.again_days),
        )
        return first + year * (max(0, (self.now - first) // year) + 1)


def _drift(content: Content, record_id: str, register: Mapping[str, Content | None]) -> tuple[str, ...]:
    if record_id not in register:
        return ()
    said = register[record_id]
    return (RECORD,) if said is None else drifted(content, said)
