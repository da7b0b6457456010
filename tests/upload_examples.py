"""Batches under way over a real journal and order book, as the pages on uploads ask for them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from heritage.adapters.database.engine import connect, upgrade
from heritage.adapters.database.journal import SqlJournal
from heritage.adapters.database.orders import SqlOrderBook
from heritage.adapters.database.undone import SqlUndoneEdits
from heritage.model.edit import EditState
from heritage.model.upload import Action, Order
from heritage.model.visit import Visit
from heritage.ports.decisions import Batch, JournalEntry
from heritage.ports.orders import BatchStanding, BatchState, UndoState
from heritage.ports.overview import BatchRow
from heritage.ports.schedule import CapacityEntry, KeptPlan
from heritage.ports.upload_pages import BatchPage, UploadServices
from heritage.schedule.capacity import Capacity, read_capacity
from heritage.schedule.plan import Change, Placed, Plan, Status, Tier, Waiting, WeekLoad
from heritage.steps import orders
from heritage.steps.became import became
from heritage.steps.overview import batch_rows
from heritage.steps.upload_page import batch_page

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
EVIL = '<script>alert(1)</script>" onmouseover="alert(2)\u202e'
BATCH = "0f3a9c21b7d4"


@dataclass
class Uploads:
    """`folder` holds the database; without one there are no batches. `title` is that of the register."""

    folder: Path | None = None
    title: str = "Churches of Testland"
    given: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    entry: CapacityEntry = field(
        default_factory=lambda: CapacityEntry(Capacity(edits_per_week=10_000, hours_per_week=24))
    )
    kept: KeptPlan | None = None
    pilot: int = 10
    visits: Sequence[Visit] = ()
    _stores: Any = None

    def services(self) -> UploadServices:
        return UploadServices(
            self.batch, self.standing, self.order, lambda: self.kept, lambda: self.entry, self.enter
        )

    @property
    def stores(self) -> tuple[SqlJournal, SqlOrderBook, SqlUndoneEdits]:
        if self._stores is None:
            url = f"sqlite:///{self.folder}/heritage.sqlite"
            upgrade(url)
            engine = connect(url)
            self._stores = SqlJournal(engine), SqlOrderBook(engine), SqlUndoneEdits(engine)
        found: tuple[SqlJournal, SqlOrderBook, SqlUndoneEdits] = self._stores
        return found

    def rows(self) -> list[BatchRow]:
        return list(batch_rows(self.stores[0])) if self.folder else []

    def fill(self, edits: int, *, confirmed: int, skipped: Mapping[str, int]) -> "Uploads":
        """A batch of so many edits, the first ones settled."""
        journal = self.stores[0]
        content = json.dumps({"labels": {"en": EVIL}})
        made = [
            JournalEntry(
                f"{n:016x}", BATCH, "xx_churches", f"zzid{n}zz", f"Q{n + 1}" if n % 3 else None,
                EditState.PLANNED, "", content, None, None, 0,
            )
            for n in range(edits)
        ]  # fmt: skip
        journal.plan(BATCH, (7,), "test.wikidata", made, NOW)
        waiting = iter(journal.pending(BATCH))
        for n in range(confirmed):
            at = NOW + timedelta(minutes=n)
            entry = journal.sending(next(waiting), content, at)
            journal.confirmed(entry, entry.qid or f"Q{9000 + n}", 5000 + n, at)
        for reason, count in skipped.items():
            for _ in range(count):
                journal.skipped(next(waiting), reason, NOW)
        return self

    def batch(self, batch_id: str, page: int, only: EditState | None) -> BatchPage | None:
        if self.folder is None or batch_id != BATCH:
            return None
        journal, _, undone = self.stores
        return batch_page(
            Batch(BATCH, "test.wikidata", (7,), NOW),
            self.standing(batch_id),
            journal=journal,
            undone=undone,
            titles={"xx_churches": self.title},
            stopped=None,
            per_minute=60,
            wiki="https://test.wikidata.org/w/index.php",
            page=page,
            only=only,
            became=became(self.visits, journal.counts(BATCH)),
        )

    def standing(self, batch_id: str) -> BatchStanding:
        if self.folder is None:
            nothing = dict.fromkeys(UndoState, 0)
            return BatchStanding(batch_id, BatchState.DONE, "", (), (), self.pilot, 0, 0, nothing)
        journal, book, undone = self.stores
        return orders.standing(batch_id, orders=book, journal=journal, undone=undone, pilot=self.pilot)

    def order(self, user: str, batch_id: str, action: Action, reason: str) -> BatchStanding:
        journal, book, undone = self.stores
        wanted = Order(batch_id, action, reason, user, NOW)
        return orders.give_order(wanted, orders=book, journal=journal, undone=undone, pilot=self.pilot)

    def enter(self, user: str, content: Mapping[str, Any]) -> CapacityEntry:
        self.entry = CapacityEntry(read_capacity(content), user, NOW)
        self.given.append((user, content))
        return self.entry


def plan(title: str = "Churches of Testland") -> KeptPlan:
    """Eight weeks, one of them frozen, three batches and one without a place."""
    start = date(2026, 11, 23)
    load = WeekLoad(start, "2026-W48", 10_000, 24, 4, 2, 18, 6_000, 14.5)
    weeks = [
        replace(
            load, monday=start + timedelta(weeks=n), week=f"2026-W{48 + n}", planned_edits=9_000 - 1_000 * n
        )
        for n in range(5)
    ]
    weeks[2] = replace(weeks[2], edits=0, planned_edits=0, frozen=f"Freeze: {title}")
    placed = [
        Placed(f"{n:012x}", "xx", f"{title} {n}", Tier.DECIDED, start + timedelta(weeks=n), (900,) * (n + 1),
               (300,) * (n + 1), f"It starts when {title} is through.")
        for n in range(3)
    ]  # fmt: skip
    waiting = Waiting("a" * 12, "yy", title, Tier.BACKLOG, f"No room: {title}.")
    changes = (Change("a" * 12, f"{title} slipped by a week."),)
    made = Plan(
        "1", "test.wikidata", tuple(weeks), tuple(placed), (waiting,), Status.OPTIMAL, (), (), changes,
        (f"Hours are short: {title}",),
    )  # fmt: skip
    return KeptPlan(made, "inputs", NOW)
