"""The upload journal in SQL: implements the port Journal. Every method is committed when it returns."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, Row, and_, case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from heritage.adapters.database.engine import durably, quickly, reading
from heritage.adapters.database.moves import UNSETTLED, moved
from heritage.adapters.database.schema import BATCH_GROUNDS, BATCHES, EDITS
from heritage.errors import GovernanceError
from heritage.model.digest import canonical_json, digest_json
from heritage.model.edit import EditState
from heritage.ports.decisions import Batch, Ground, JournalEntry, Outcome, SentDay

_GROUND = TypeAdapter(Ground)


class SqlJournal:
    """The journal on SQLite or PostgreSQL; `engine.upgrade` must have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
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
            again = self._skipped_before(connection, target, entries[0].dataset, min(numbers, default=0))
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

    def pending(self, batch_id: str) -> list[JournalEntry]:
        """Entries planned or sending, in the order they were planned."""
        return self._read(batch_id, EDITS.c.state.in_(UNSETTLED))

    def entries(self, batch_id: str) -> list[JournalEntry]:
        """All entries of a batch, in the order they were planned."""
        return self._read(batch_id)

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
        """Puts edits back to how they stood before `sending`, all or none."""
        moves = [
            (entry, {"content": before.content, "sent_at": before.sent_at, "attempts": before.attempts})
            for entry, before in edits
        ]
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
        """What became of a batch; counted by the database, a batch may have 100,000 edits."""

        def number(*conditions: Any) -> Any:
            return func.sum(case((and_(*conditions), 1), else_=0))

        skipped, confirmed = EDITS.c.state == EditState.SKIPPED, EDITS.c.state == EditState.CONFIRMED
        refused = EDITS.c.reason.startswith("refused,", autoescape=True)
        query = select(
            func.min(EDITS.c.dataset).label("dataset"),
            number(EDITS.c.state.in_([EditState.PLANNED, EditState.SENDING])).label("waiting"),
            number(confirmed).label("confirmed"),
            number(skipped, ~refused).label("skipped"),
            number(skipped, refused).label("refused"),
            number(confirmed, EDITS.c.creates).label("new_items"),
            func.min(EDITS.c.sent_at).label("began"),
            func.max(EDITS.c.settled_at).label("ended"),
        ).where(EDITS.c.batch_id == batch_id)
        with reading(self._engine) as connection:
            row = connection.execute(query).one()
        return None if row.dataset is None else Outcome(**row._mapping)

    def delivered(self, target: str, dataset: str) -> list[JournalEntry]:
        """Every confirmed entry of a dataset on a target, oldest first."""
        query = (
            select(EDITS)
            .where(EDITS.c.target == target, EDITS.c.dataset == dataset, EDITS.c.state == EditState.CONFIRMED)
            .order_by(EDITS.c.settled_at, EDITS.c.position)
        )
        with reading(self._engine) as connection:
            return [_entry(row) for row in connection.execute(query)]

    def settled(self, target: str, dataset: str, decisions: Sequence[int]) -> frozenset[str]:
        """Ids of the edits of a dataset of which nothing is left to send on a target by these decisions."""
        query = select(EDITS.c.edit_id).where(
            EDITS.c.target == target,
            EDITS.c.dataset == dataset,
            EDITS.c.state.in_([EditState.CONFIRMED, EditState.SKIPPED]),
        )
        with reading(self._engine) as connection:
            again = self._skipped_before(connection, target, dataset, min(decisions, default=0))
            return frozenset(connection.scalars(query)) - again

    def _skipped_before(
        self, connection: Connection, target: str, dataset: str, decision: int
    ) -> frozenset[str]:
        """Edits that were skipped in a batch of earlier decisions alone: people have decided anew since."""
        rows = connection.execute(
            select(EDITS.c.edit_id, BATCHES.c.decision_numbers)
            .join(BATCHES, BATCHES.c.batch_id == EDITS.c.batch_id)
            .where(EDITS.c.target == target, EDITS.c.dataset == dataset, EDITS.c.state == EditState.SKIPPED)
        )
        return frozenset(row.edit_id for row in rows if max(row.decision_numbers, default=0) < decision)

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

    def _keep_grounds(self, connection: Connection, batch_id: str, grounds: Sequence[Ground]) -> None:
        if not grounds:
            return
        rows = [
            {"batch_id": batch_id, "ground": digest_json(asdict(one)), "content": canonical_json(asdict(one))}
            for one in grounds
        ]
        connection.execute(self._insert(BATCH_GROUNDS).on_conflict_do_nothing(), rows)

    def _read(self, batch_id: str, *conditions: Any) -> list[JournalEntry]:
        query = select(EDITS).where(EDITS.c.batch_id == batch_id, *conditions).order_by(EDITS.c.position)
        with reading(self._engine) as connection:
            return [_entry(row) for row in connection.execute(query)]

    def _move(self, entry: JournalEntry, state: EditState, **values: Any) -> JournalEntry:
        """Changes the row only if it still stands as the caller read it."""
        with quickly(self._engine) as connection:  # what is lost with the machine is looked at once more
            return moved(connection, state, [(entry, values)])[0]


def _entry(row: Row[Any]) -> JournalEntry:
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
