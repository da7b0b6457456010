"""What stands in the upload journal, in SQL."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, Row, func, select

from heritage.adapters.database.engine import reading
from heritage.adapters.database.moves import UNSETTLED
from heritage.adapters.database.outcomes import outcome_columns, read_outcome
from heritage.adapters.database.schema import BATCH_GROUNDS, BATCHES, EDITS
from heritage.model.edit import EditState
from heritage.ports.decisions import Batch, Ground, JournalEntry, Outcome, SentDay

_GROUND = TypeAdapter(Ground)
_LAST_FIRST = (EDITS.c.sent_at.is_(None), EDITS.c.sent_at.desc(), EDITS.c.position)


class JournalReader:
    """Those methods of the port Journal that only read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def pending(self, batch_id: str) -> list[JournalEntry]:
        """Entries planned or sending, in the order they were planned."""
        return self._read(batch_id, EDITS.c.state.in_(UNSETTLED))

    def entries(self, batch_id: str) -> list[JournalEntry]:
        """All entries of a batch, in the order they were planned."""
        return self._read(batch_id)

    def page(self, batch_id: str, state: EditState | None, first: int, most: int) -> list[JournalEntry]:
        """Entries of a batch, of one state if it is given, from the `first` (0) on, the last sent first."""
        found = (
            select(EDITS.c.position)
            .where(EDITS.c.batch_id == batch_id, *([EDITS.c.state == state] if state else []))
            .order_by(*_LAST_FIRST)
            .offset(first)
            .limit(most)
        )
        query = select(EDITS).where(EDITS.c.position.in_(found)).order_by(*_LAST_FIRST)
        with reading(self._engine) as connection:
            return [entry_of(row) for row in connection.execute(query)]

    def reasons(self, batch_id: str) -> Mapping[str, int]:
        """Why entries of a batch were skipped, and how many each."""
        query = (
            select(EDITS.c.reason, func.count().label("number"))
            .where(EDITS.c.batch_id == batch_id, EDITS.c.state == EditState.SKIPPED)
            .group_by(EDITS.c.reason)
        )
        with reading(self._engine) as connection:
            return {row.reason: row.number for row in connection.execute(query)}

    def dataset(self, batch_id: str) -> str:
        """Whose edits those of a batch are; empty while it has none."""
        query = select(EDITS.c.dataset).where(EDITS.c.batch_id == batch_id).limit(1)
        with reading(self._engine) as connection:
            return connection.scalar(query) or ""

    def counts(self, batch_id: str) -> dict[EditState, int]:
        """Entries by state; every state is there."""
        query = (
            select(EDITS.c.state, func.count().label("number"))
            .where(EDITS.c.batch_id == batch_id)
            .group_by(EDITS.c.state)
        )
        with reading(self._engine) as connection:
            found = {row.state: row.number for row in connection.execute(query)}
        return {state: found.get(state, 0) for state in EditState}

    def outcome(self, batch_id: str) -> Outcome | None:
        """What became of a batch; None when none of its edits stands in the journal (any more)."""
        query = select(*outcome_columns(EDITS, EDITS.c.creates)).where(EDITS.c.batch_id == batch_id)
        with reading(self._engine) as connection:
            return read_outcome(connection.execute(query).one())

    def delivered(self, target: str, dataset: str) -> list[JournalEntry]:
        """Every confirmed entry of a dataset on a target, oldest first."""
        query = (
            select(EDITS)
            .where(EDITS.c.target == target, EDITS.c.dataset == dataset, EDITS.c.state == EditState.CONFIRMED)
            .order_by(EDITS.c.settled_at, EDITS.c.position)
        )
        with reading(self._engine) as connection:
            return [entry_of(row) for row in connection.execute(query)]

    def settled(self, target: str, dataset: str, decisions: Sequence[int]) -> frozenset[str]:
        """Ids of the edits of a dataset of which nothing is left to send on a target by these decisions."""
        query = select(EDITS.c.edit_id).where(
            EDITS.c.target == target,
            EDITS.c.dataset == dataset,
            EDITS.c.state.in_([EditState.CONFIRMED, EditState.SKIPPED]),
        )
        with reading(self._engine) as connection:
            again = skipped_before(connection, target, dataset, decisions)
            return frozenset(connection.scalars(query)) - again

    def sent(self, target: str) -> list[SentDay]:
        """What was confirmed on a target, by batch and day, oldest first."""
        query = select(EDITS.c.dataset, EDITS.c.batch_id, EDITS.c.settled_at).where(
            EDITS.c.target == target, EDITS.c.state == EditState.CONFIRMED
        )
        with reading(self._engine) as connection:
            days = Counter(
                (row.settled_at.date(), row.dataset, row.batch_id) for row in connection.execute(query)
            )
        return [SentDay(dataset, batch, day, edits) for (day, dataset, batch), edits in sorted(days.items())]

    def batches(self) -> list[Batch]:
        """All batches, newest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(BATCHES).order_by(BATCHES.c.planned_at.desc(), BATCHES.c.batch_id)
            ).all()
            grounds: dict[str, list[Ground]] = defaultdict(list)
            for one in connection.execute(select(BATCH_GROUNDS).order_by(BATCH_GROUNDS.c.ground)):
                grounds[one.batch_id].append(_GROUND.validate_json(one.content))
            return [
                Batch(
                    r.batch_id, r.target, tuple(r.decision_numbers), r.planned_at, tuple(grounds[r.batch_id])
                )
                for r in rows
            ]

    def _read(self, batch_id: str, *conditions: Any) -> list[JournalEntry]:
        query = select(EDITS).where(EDITS.c.batch_id == batch_id, *conditions).order_by(EDITS.c.position)
        with reading(self._engine) as connection:
            return [entry_of(row) for row in connection.execute(query)]


def skipped_before(
    connection: Connection, target: str, dataset: str, decisions: Sequence[int]
) -> frozenset[str]:
    """Edits that were skipped in a batch of earlier decisions alone, for people have decided anew since; or
    in one of these decisions and others, which ended with one of the others."""
    first, wanted = min(decisions, default=0), set(decisions)
    rows = connection.execute(
        select(EDITS.c.edit_id, BATCHES.c.decision_numbers)
        .join(BATCHES, BATCHES.c.batch_id == EDITS.c.batch_id)
        .where(EDITS.c.target == target, EDITS.c.dataset == dataset, EDITS.c.state == EditState.SKIPPED)
    )
    return frozenset(
        row.edit_id
        for row in rows
        if max(row.decision_numbers, default=0) < first or wanted < set(row.decision_numbers)
    )


def entry_of(row: Row[Any]) -> JournalEntry:
    """An edit as it stands in the journal."""
    return JournalEntry(
        edit_id=row.edit_id,
        batch_id=row.batch_id,
        dataset=row.dataset,
        record_id=row.record_id,
        qid=row.qid,
        state=EditState(row.state),
        reason=row.reason,
        content=row.content,
        revision=row.revision,
        sent_at=row.sent_at,
        attempts=row.attempts,
        settled_at=row.settled_at,
        creates=row.creates,
    )
