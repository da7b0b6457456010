"""Tells a hub of partnerships what was done with whom: an item a dataset, an item a batch, each once."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby

import pyarrow as pa

from heritage.model.digest import digest_json
from heritage.model.edit import Content, Renewal, Statement
from heritage.model.upload import Action
from heritage.ports.decisions import Journal, Outcome
from heritage.ports.media import MediaJournal
from heritage.ports.orders import BatchState, OrderBook, UndoneEdits, UndoState
from heritage.ports.wiki import Entity, WikiReader
from heritage.statements.afterwards import without_delivered
from heritage.statements.content_json import from_json, to_json
from heritage.statements.difference import diff, in_words
from heritage.statements.hub_items import BatchFacts, DatasetFacts, Words, batch_content, dataset_content
from heritage.statements.live import parse_entity
from heritage.statements.renewing import guid_of
from heritage.steps import orders as standings
from heritage.steps.plan_upload import UploadBatch

log = logging.getLogger(__name__)

TOLD = "hub/"
"""Before the id of a dataset in the journal: these edits are about it, not of it."""
_ENDS = frozenset({BatchState.DONE, BatchState.CANCELLED, BatchState.UNDONE})
_EDIT = pa.schema([(name, pa.string()) for name in ("edit_id", "record_id", "qid", "additions")])


@dataclass(frozen=True, slots=True)
class ToTell:
    """What is to be sent of one dataset now, and what is left as people changed it, in sentences. Batches
    wait (`later`) until the dataset has its item. No `batch` when nothing is to be sent."""

    batch: UploadBatch | None
    left: tuple[str, ...]
    later: int = 0

    @property
    def edits(self) -> frozenset[str]:
        """The ids of the edits."""
        return frozenset(map(str, self.batch.edits["edit_id"].to_pylist())) if self.batch else frozenset()


def settled_batches(
    *, journal: Journal, images: MediaJournal, undone: UndoneEdits, orders: OrderBook, pilot: int
) -> dict[str, list[BatchFacts]]:
    """Every batch, of edits or of images, that is done, cancelled or taken back, by dataset."""
    found = [*_of_edits(journal, undone, orders, pilot), *_of_images(images, orders)]
    found.sort(key=lambda one: (one.dataset, one.began, one.batch_id))
    return {dataset: list(group) for dataset, group in groupby(found, lambda one: one.dataset)}


def _of_edits(journal: Journal, undone: UndoneEdits, orders: OrderBook, pilot: int) -> Iterator[BatchFacts]:
    for batch in journal.batches():
        outcome = journal.outcome(batch.batch_id)
        if outcome is None or outcome.waiting or outcome.dataset.startswith(TOLD):
            continue
        stands = standings.standing(
            batch.batch_id, orders=orders, journal=journal, undone=undone, pilot=pilot
        )
        if stands.state in _ENDS:
            facts = _facts(batch.batch_id, batch.target, outcome, batch.planned_at)
            yield replace(facts, decisions=batch.decision_numbers, undone=stands.undone[UndoState.UNDONE])


def _of_images(images: MediaJournal, orders: OrderBook) -> Iterator[BatchFacts]:
    for (target, batch_id), outcome in images.outcomes().items():
        cancelled = any(order.action is Action.CANCEL for order in orders.orders(batch_id))
        if outcome.ended and (cancelled or not outcome.waiting):
            yield replace(_facts(batch_id, target, outcome, outcome.ended), images=True)


def _facts(batch_id: str, target: str, outcome: Outcome, planned_at: datetime) -> BatchFacts:
    began = outcome.began or planned_at
    return BatchFacts(
        batch_id=batch_id,
        dataset=outcome.dataset,
        target=target,
        decisions=(),
        began=began.date(),
        ended=(outcome.ended or began).date(),
        confirmed=outcome.confirmed,
        skipped=outcome.skipped,
        refused=outcome.refused,
        undone=0,
        new_items=outcome.new_items,
    )


def to_tell(
    about: DatasetFacts,
    batches: Sequence[BatchFacts],
    *,
    target: str,
    words: Words,
    journal: Journal,
    orders: OrderBook,
    wiki: WikiReader,
) -> ToTell:
    """What the hub lacks of a dataset and its batches, by what it says now; nothing is written.

    What an earlier run left is settled before anything else is planned for the same item. An item is found
    by the journal, else by our id on the wiki, and is never made where two carry that.
    """
    batch_id = hub_batch(target, about.dataset)
    for order in orders.orders(batch_id):
        if order.action in (Action.CANCEL, Action.UNDO):
            why = f"{order.action} was ordered by {order.given_by}: {order.reason}"
            return ToTell(None, (f"Nothing more is told of {about.dataset}: {why}",))
    teller = _Teller(about.dataset, target, batch_id, words, journal, wiki)
    keys = [about.dataset, *(one.batch_id for one in batches)]
    teller.look(keys)
    teller.tell(about.dataset, dataset_content(about, words))
    item = teller.items.get(about.dataset)
    if item:
        for one in batches:
            teller.tell(one.batch_id, batch_content(one, about.title, item, words))
    edits = pa.Table.from_pylist(teller.rows, schema=_EDIT)
    batch = UploadBatch(batch_id, TOLD + about.dataset, about.title, words.key, target, (), edits)
    later = 0 if item else len(batches)
    return ToTell(batch if teller.rows else None, tuple(teller.left), later)


def hub_batch(target: str, dataset: str) -> str:
    """The batch of all that a hub is told of one dataset."""
    return digest_json([TOLD, target, dataset])[:12]


@dataclass
class _Teller:
    """One look at what the hub has of one dataset."""

    dataset: str
    target: str
    batch_id: str
    words: Words
    journal: Journal
    wiki: WikiReader
    items: dict[str, str] = field(default_factory=dict)
    """Our id to the item."""
    rows: list[dict[str, str | None]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    _told: dict[str, list[Content]] = field(default_factory=dict)
    _entities: Mapping[str, Entity] = field(default_factory=dict)
    _busy: set[str] = field(default_factory=set)
    """What nothing new is planned for: an earlier edit waits, or nobody can say which item it is."""

    def look(self, keys: Sequence[str]) -> None:
        for entry in self.journal.delivered(self.target, TOLD + self.dataset):
            self._told.setdefault(entry.record_id, []).append(from_json(entry.content))
            self.items[entry.record_id] = entry.qid or ""
        for entry in self.journal.pending(self.batch_id):
            self._plan(entry.record_id, entry.qid, entry.content, entry.edit_id)
            self._busy.add(entry.record_id)
        unknown = [key for key in keys if key not in self.items and key not in self._busy]
        carriers = self.wiki.find_by_identifiers(self.words.key, unknown) if unknown else {}
        for key, qids in carriers.items():
            if len(qids) > 1:
                self._busy.add(key)
                self.left.append(
                    f"{' and '.join(qids)} both say {key}: nothing is told before they are merged."
                )
            elif qids:
                self.items[key] = qids[0]
        found = self.wiki.read([self.items[key] for key in keys if key in self.items])
        # a merged item is told of under the id of the one that it leads to
        self.items |= {key: found[qid]["id"] for key, qid in self.items.items() if qid in found}
        self._entities = {entity["id"]: entity for entity in found.values()}

    def tell(self, key: str, content: Content) -> None:
        if key in self._busy:
            return
        qid, told = self.items.get(key), self._told.get(key, [])
        if qid is not None:
            entity = self._entities.get(qid)
            if entity is None:
                self.left.append(f"{qid} ({key}) was deleted: it is not made again.")
                return
            content = self._lacking(f"{qid} ({key})", content, told, entity)
        if not content.empty:
            text = to_json(content)
            # the same figures may be told again after others
            self._plan(key, qid, text, digest_json([self.target, key, qid or "new", text, len(told)])[:16])

    def _lacking(self, name: str, content: Content, told: Sequence[Content], entity: Entity) -> Content:
        last = _last_told(told)
        renewals, fresh = [], []
        for statement in content.statements:
            before, fact = last.get(statement.property), self.words.renewed.get(statement.property)
            if before is None or fact is None:
                fresh.append(statement)
            elif guid_of(statement, entity):
                continue
            elif before != statement and (guid := guid_of(before, entity)):
                renewals.append(Renewal(guid, before, statement))
            else:
                self.left.append(
                    f"{name}: somebody has changed or removed what we told of {fact}; it stays as it is, we "
                    f"would say {in_words(statement.value)}."
                )
        result = diff(replace(content, statements=tuple(fresh)), parse_entity(entity), self.words.key)
        additions, removed = without_delivered(result.additions, told)
        self.left += [f"{name}: {why}." for why in (*result.conflicts, *removed)]
        return replace(additions, renewals=tuple(renewals))

    def _plan(self, key: str, qid: str | None, content: str, edit_id: str) -> None:
        self.rows.append({"edit_id": edit_id, "record_id": key, "qid": qid, "additions": content})


def _last_told(told: Iterable[Content]) -> dict[str, Statement]:
    """What we wrote last of each property."""
    last: dict[str, Statement] = {}
    for content in told:
        last |= {one.property: one for one in content.statements}
        last |= {renewal.after.property: renewal.after for renewal in content.renewals}
    return last


def tell(plan: Callable[[], ToTell], send: Callable[[UploadBatch], object]) -> Iterator[ToTell]:
    """Plans and sends until nothing new is left to send: the batches of a dataset follow its item, and what
    an earlier run left is followed by what has changed since. Gives what each round found."""
    seen: set[str] = set()
    while True:
        found = plan()
        yield found
        if found.batch is None or found.edits <= seen:
            return
        seen |= found.edits
        send(found.batch)
