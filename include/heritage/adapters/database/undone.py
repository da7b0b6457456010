"""The journal of what is taken back, in SQL: implements the port UndoneEdits."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from heritage.adapters.database.engine import reading
from heritage.adapters.database.schema import UNDONE_EDITS
from heritage.errors import BatchTaken
from heritage.ports.decisions import JournalEntry
from heritage.ports.orders import UndoneEntry, UndoState


class SqlUndoneEdits:
    """The journal on SQLite or PostgreSQL; `engine.upgrade` must have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    def begin(self, target: str, entry: JournalEntry) -> UndoneEntry:
        """Where the taking back of an edit stands; written down as begun when it is not yet."""
        row = {
            "target": target,
            "edit_id": entry.edit_id,
            "batch_id": entry.batch_id,
            "state": UndoState.SENDING,
            "reason": "",
            "content": "",
            "attempts": 0,
        }
        with self._engine.begin() as connection:
            connection.execute(self._insert(UNDONE_EDITS).values(row).on_conflict_do_nothing())
            return _entry(connection.execute(select(UNDONE_EDITS).where(*_same(target, entry.edit_id))).one())

    def sending(self, entry: UndoneEntry, content: str, at: datetime) -> UndoneEntry:
        """Writes down what is about to be sent. Raises BatchTaken when another run has moved the entry."""
        return self._move(
            entry, state=UndoState.SENDING, content=content, sent_at=at, attempts=entry.attempts + 1
        )

    def settled(
        self, entry: UndoneEntry, state: UndoState, reason: str, revision: int | None, at: datetime
    ) -> UndoneEntry:
        """Writes down how it ended. Raises BatchTaken likewise."""
        return self._move(
            entry,
            state=state,
            reason=reason,
            revision=entry.revision if revision is None else revision,
            settled_at=at,
        )

    def entries(self, batch_id: str) -> list[UndoneEntry]:
        """All entries of a batch, by edit."""
        query = (
            select(UNDONE_EDITS)
            .where(UNDONE_EDITS.c.batch_id == batch_id)
            .order_by(UNDONE_EDITS.c.target, UNDONE_EDITS.c.edit_id)
        )
        with reading(self._engine) as connection:
            return [_entry(row) for row in connection.execute(query)]

    def of(self, target: str, edit_ids: Sequence[str]) -> list[UndoneEntry]:
        """Those of these edits that were begun to be taken back."""
        query = select(UNDONE_EDITS).where(
            UNDONE_EDITS.c.target == target, UNDONE_EDITS.c.edit_id.in_(edit_ids)
        )
        with reading(self._engine) as connection:
            return [_entry(row) for row in connection.execute(query)]

    def reasons(self, batch_id: str, states: Collection[UndoState]) -> dict[str, int]:
        """Why entries of a batch ended in one of these states, in full, and how many each."""
        query = (
            select(UNDONE_EDITS.c.reason, func.count().label("number"))
            .where(UNDONE_EDITS.c.batch_id == batch_id, UNDONE_EDITS.c.state.in_(states))
            .group_by(UNDONE_EDITS.c.reason)
        )
        with reading(self._engine) as connection:
            return {row.reason: row.number for row in connection.execute(query)}

    def counts(self, batch_id: str) -> dict[UndoState, int]:
        """Entries by state; every state is there."""
        query = (
            select(UNDONE_EDITS.c.state, func.count().label("number"))
            .where(UNDONE_EDITS.c.batch_id == batch_id)
            .group_by(UNDONE_EDITS.c.state)
        )
        with reading(self._engine) as connection:
            found = {row.state: row.number for row in connection.execute(query)}
        return {state: found.get(state, 0) for state in UndoState}

    def _move(self, entry: UndoneEntry, **values: Any) -> UndoneEntry:
        """Changes the row only if it still stands as the caller read it."""
        with self._engine.begin() as connection:
            row = connection.execute(
                update(UNDONE_EDITS)
                .where(
                    *_same(entry.target, entry.edit_id),
                    UNDONE_EDITS.c.state == entry.state,
                    UNDONE_EDITS.c.attempts == entry.attempts,
                )
                .values(**values)
                .returning(UNDONE_EDITS)
            ).first()
        if row is None:
            raise BatchTaken(
                f"The taking back of edit {entry.edit_id} of batch {entry.batch_id} is not "
                f"{entry.state.value} after {entry.attempts} attempts any more: another run is at work."
            )
        return _entry(row)


def _same(target: str, edit_id: str) -> tuple[Any, Any]:
    return UNDONE_EDITS.c.target == target, UNDONE_EDITS.c.edit_id == edit_id


def _entry(row: Row[Any]) -> UndoneEntry:
    return UndoneEntry(
        target=row.target,
        edit_id=row.edit_id,
        batch_id=row.batch_id,
        state=UndoState(row.state),
        reason=row.reason,
        content=row.content,
        revision=row.revision,
        sent_at=row.sent_at,
        attempts=row.attempts,
        settled_at=row.settled_at,
    )
