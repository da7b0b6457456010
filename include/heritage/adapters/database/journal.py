"""Implements the port Journal in SQL. Every method is committed when it returns."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.dialects import postgresql, sqlite

from heritage.adapters.database.engine import durably, quickly
from heritage.adapters.database.journal_reading import JournalReader, skipped_before
from heritage.adapters.database.moves import moved
from heritage.adapters.database.schema import BATCH_GROUNDS, BATCHES, EDITS
from heritage.errors import GovernanceError
from heritage.model.digest import canonical_json, digest_json
from heritage.model.edit import EditState
from heritage.ports.decisions import Ground, JournalEntry


class SqlJournal(JournalReader):
    """The journal on SQLite or PostgreSQL; `engine.upgrade` must have run."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    def plan(
        self,
        batch_id: str,
        decision_numbers: Sequence[int],
        target: str,
        entries: Sequence[JournalEntry],
        at: datetime,
        grounds: Sequence[Ground] = (),
    ) -> int:
        """Adds, as planned, what does not stand in the journal of `target` yet; gives how many are new."""
        numbers = list(decision_numbers)
        with self._engine.begin() as connection:
            connection.execute(
                self._insert(BATCHES)
                .values(batch_id=batch_id, target=target, decision_numbers=numbers, planned_at=at)
                .on_conflict_do_nothing()
            )
            standing = connection.execute(select(BATCHES).where(BATCHES.c.batch_id == batch_id)).one()
            if (standing.target, standing.decision_numbers) != (target, numbers):
                raise GovernanceError(
                    f"Batch {batch_id} was planned for {standing.target} by decisions "
                    f"{standing.decision_numbers}; it cannot be planned for {target} by decisions {numbers}."
                )
            self._keep_grounds(connection, batch_id, grounds)
            if not entries:
                return 0
            again = skipped_before(connection, target, entries[0].dataset, numbers)
            for entry in (entry for entry in entries if entry.edit_id in again):
                connection.execute(
                    update(EDITS)
                    .where(
                        EDITS.c.target == target,
                        EDITS.c.edit_id == entry.edit_id,
                        EDITS.c.state == EditState.SKIPPED,
                    )
                    .values(
                        batch_id=batch_id,
                        state=EditState.PLANNED,
                        reason="",
                        content=entry.content,
                        qid=entry.qid,
                        settled_at=None,
                    )
                )
            added = connection.execute(
                self._insert(EDITS).on_conflict_do_nothing().returning(EDITS.c.edit_id),
                [
                    {
                        "target": target,
                        "edit_id": entry.edit_id,
                        "batch_id": batch_id,
                        "dataset": entry.dataset,
                        "record_id": entry.record_id,
                        "qid": entry.qid,
                        "creates": entry.qid is None,
                        "state": EditState.PLANNED,
                        "reason": entry.reason,
                        "content": entry.content,
                        "attempts": 0,
                    }
                    for entry in entries
                ],
            )
            return len(added.all()) + len(again & {entry.edit_id for entry in entries})

    def sending(self, entry: JournalEntry, content: str, at: datetime) -> JournalEntry:
        """See `sending_together`, of one."""
        return self.sending_together([(entry, content)], at)[0]

    def sending_together(self, edits: Sequence[tuple[JournalEntry, str]], at: datetime) -> list[JournalEntry]:
        """Writes down what is about to be sent, all or none.

        It is on the disk when this returns: an edit that only the wiki knew of would be neither undone with
        its batch nor kept from coming back.
        """
        moves = [
            (entry, {"content": content, "sent_at": at, "attempts": entry.attempts + 1})
            for entry, content in edits
        ]
        with durably(self._engine) as connection:
            return moved(connection, EditState.SENDING, moves)

    def unsent(self, edits: Sequence[tuple[JournalEntry, JournalEntry]]) -> None:
        """Puts edits back to how they stood before `sending`, all or none.

        The attempt stays counted: a run that found the edit being sent, and waits, must not take a later
        sending for that one.
        """
        moves = [(entry, {"content": before.content, "sent_at": before.sent_at}) for entry, before in edits]
        with quickly(self._engine) as connection:  # else the wiki is asked for them
            moved(connection, EditState.PLANNED, moves)

    def confirmed(self, entry: JournalEntry, qid: str, revision: int, at: datetime) -> JournalEntry:
        """The edit was read back from the wiki as this revision of this item."""
        return self._move(entry, EditState.CONFIRMED, qid=qid, revision=revision, settled_at=at)

    def confirmed_together(self, made: Sequence[tuple[JournalEntry, str, int]], at: datetime) -> None:
        """The edits were read back: all are confirmed, or none when another run has moved one."""
        moves = [
            (entry, {"qid": qid, "revision": revision, "settled_at": at}) for entry, qid, revision in made
        ]
        with quickly(self._engine) as connection:  # else the wiki is asked once more
            moved(connection, EditState.CONFIRMED, moves)

    def skipped(self, entry: JournalEntry, reason: str, at: datetime) -> JournalEntry:
        """The edit is not sent, or not sent again, for this reason."""
        return self._move(entry, EditState.SKIPPED, reason=reason, settled_at=at)

    def _keep_grounds(self, connection: Connection, batch_id: str, grounds: Sequence[Ground]) -> None:
        if not grounds:
            return
        rows = [
            {"batch_id": batch_id, "ground": digest_json(asdict(one)), "content": canonical_json(asdict(one))}
            for one in grounds
        ]
        connection.execute(self._insert(BATCH_GROUNDS).on_conflict_do_nothing(), rows)

    def _move(self, entry: JournalEntry, state: EditState, **values: Any) -> JournalEntry:
        """Changes the row only if it still stands as the caller read it."""
        with quickly(self._engine) as connection:  # what is lost with the machine is looked at once more
            return moved(connection, state, [(entry, values)])[0]
