"""Tasks of reviews in SQL; with its parts it implements the port ReviewStore."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from heritage.adapters.database.engine import reading
from heritage.adapters.database.review_answers import SqlReviewAnswers, write_outcome
from heritage.adapters.database.review_people import SqlReviewPeople, cursor_of
from heritage.adapters.database.review_rows import in_lots, kept, kept_rows, standing_row, task_row
from heritage.adapters.database.review_schema import (
    REVIEW_ANSWERS,
    REVIEW_PARTICIPANTS,
    REVIEW_STANDINGS,
    REVIEW_TASKS,
    REVIEW_USES,
)
from heritage.model.review import Outcome, ReviewKind, ReviewTask, Verdict
from heritage.ports.reviews import Kept, Wanted

S, T, A, P = REVIEW_STANDINGS.c, REVIEW_TASKS.c, REVIEW_ANSWERS.c, REVIEW_PARTICIPANTS.c
_Conditions = list[ColumnElement[bool]]


class SqlReviewStore(SqlReviewPeople, SqlReviewAnswers):
    """Reviews on SQLite or PostgreSQL; `engine.upgrade` must have run."""

    def add(self, tasks: Sequence[ReviewTask]) -> int:
        """See ReviewStore."""
        by_id = {task.task_id: task for task in tasks}
        added = 0
        for lot in in_lots(by_id):
            with self._engine.begin() as connection:
                known = set(connection.scalars(select(T.task_id).where(T.task_id.in_(lot))))
                new = [by_id[one] for one in lot if one not in known]
                if new:  # somebody else may add the same in this moment
                    put = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
                    tasks_in = put(REVIEW_TASKS).on_conflict_do_nothing()
                    connection.execute(tasks_in, [task_row(task) for task in new])
                    standings_in = put(REVIEW_STANDINGS).on_conflict_do_nothing()
                    connection.execute(standings_in, [standing_row(task) for task in new])
                added += len(new)
        return added

    def task(self, task_id: str) -> Kept | None:
        """See ReviewStore."""
        with reading(self._engine) as connection:
            row = connection.execute(kept_rows(S.task_id == task_id)).first()
        return kept(row) if row else None

    def tasks(
        self,
        *,
        campaign: str | None = None,
        dataset: str | None = None,
        verdicts: Collection[Verdict] | None = None,
        gold: bool | None = None,
    ) -> list[Kept]:
        """See ReviewStore."""
        conditions: _Conditions = []
        if campaign is not None:
            conditions.append(S.campaign == campaign)
        if dataset is not None:
            conditions.append(S.dataset == dataset)
        if verdicts is not None:
            conditions.append(S.verdict.in_([verdict.value for verdict in verdicts]))
        if gold is not None:
            conditions.append(S.gold.is_(gold))
        with reading(self._engine) as connection:
            rows = connection.execute(kept_rows(*conditions).order_by(S.task_id))
            return [kept(row) for row in rows]

    def next(self, wanted: Wanted, count: int) -> list[Kept]:
        """See ReviewStore. Each of the questions behind it walks along an index from where this person is, so
        that it costs the same however many tasks there are."""
        theirs = select(P.place).where(P.campaign == wanted.campaign, P.reviewer == wanted.reviewer)
        with reading(self._engine) as connection:
            place = connection.scalar(theirs)
            start = cursor_of(wanted.campaign, wanted.reviewer) if place is None else place
            chosen: list[Kept] = []
            for only_experts in (False, True)[: 1 + wanted.experts]:
                walk = _Walk(connection, wanted, start, only_experts)
                chosen += [*walk.nearest_to_an_end(count), *walk.taken([S.gold.is_(True)], count)]
            return chosen

    def escalated(self, wanted: Wanted, offset: int, count: int) -> list[Kept]:
        """See ReviewStore."""
        settles = or_(S.verdict == Verdict.EXPERT.value, and_(S.verdict == Verdict.OPEN.value, S.stuck))
        conditions = [*_free(wanted, answered=True), settles, S.gold.is_(False)]
        query = kept_rows(*conditions).order_by(S.place).offset(offset).limit(count)
        with reading(self._engine) as connection:
            return [kept(row) for row in connection.execute(query)]

    def settled(self, task_ids: Collection[str]) -> dict[str, str]:
        """See ReviewStore."""
        accepted = (S.verdict == Verdict.ACCEPTED.value, S.gold.is_(False))
        with reading(self._engine) as connection:
            return {
                row.task_id: row.choice
                for lot in in_lots(task_ids)
                for row in connection.execute(
                    select(S.task_id, S.choice).where(S.task_id.in_(lot), *accepted)
                )
            }

    def met(self, pseudonym: str, record_ids: Collection[str]) -> set[tuple[str, str, str]]:
        """See ReviewStore."""
        asked = select(T.dataset, T.record_id, T.suggestion).join(REVIEW_ANSWERS, A.task_id == T.task_id)
        with reading(self._engine) as connection:
            return {
                (row.dataset, row.record_id, row.suggestion)
                for lot in in_lots(record_ids)
                for row in connection.execute(asked.where(A.reviewer == pseudonym, T.record_id.in_(lot)))
            }

    def suggested_by(self, pseudonym: str) -> list[Kept]:
        """See ReviewStore."""
        with reading(self._engine) as connection:
            rows = connection.execute(kept_rows(T.proposed_by == pseudonym).order_by(T.made_at, T.task_id))
            return [kept(row) for row in rows]

    def unused(self, kind: ReviewKind, used_for: str) -> list[str]:
        """See ReviewStore."""
        uses = REVIEW_USES.c
        used = exists().where(uses.task_id == S.task_id, uses.used_for == used_for)
        settled = (S.verdict == Verdict.ACCEPTED.value, ~used, S.gold.is_(False))
        query = select(S.dataset).distinct().join(REVIEW_TASKS, T.task_id == S.task_id)
        with reading(self._engine) as connection:
            return list(connection.scalars(query.where(*settled, T.kind == kind.value).order_by(S.dataset)))

    def settle(self, outcomes: Mapping[str, Outcome], reason: str, at: datetime) -> int:
        """See ReviewStore."""
        changed = 0
        for lot in in_lots(outcomes):
            with self._engine.begin() as connection:
                locked = kept_rows(S.task_id.in_(lot)).order_by(S.task_id)
                for row in connection.execute(locked.with_for_update(of=REVIEW_STANDINGS)).all():
                    task_id = row.task_id
                    if kept(row).outcome != outcomes[task_id]:
                        write_outcome(connection, task_id, outcomes[task_id], reason, at)
                        connection.execute(
                            update(REVIEW_STANDINGS).where(S.task_id == task_id).values(used=False)
                        )
                        changed += 1
        return changed

    def use(self, task_ids: Collection[str], used_for: str, at: datetime) -> None:
        """See ReviewStore."""
        uses = REVIEW_USES.c
        for lot in in_lots(task_ids):
            with self._engine.begin() as connection:
                known = set(
                    connection.scalars(
                        select(uses.task_id).where(uses.task_id.in_(lot), uses.used_for == used_for)
                    )
                )
                new = [{"task_id": one, "used_for": used_for, "at": at} for one in lot if one not in known]
                if new:
                    connection.execute(insert(REVIEW_USES), new)
                connection.execute(update(REVIEW_STANDINGS).where(S.task_id.in_(lot)).values(used=True))


class _Walk:
    """Open tasks that one person may be asked, around a place: those behind it first."""

    def __init__(self, connection: Connection, wanted: Wanted, start: int, only_experts: bool) -> None:
        self._connection, self._start = connection, start
        open_ones = [S.verdict == Verdict.OPEN.value, S.experts_only.is_(only_experts)]
        self._open: _Conditions = [S.campaign == wanted.campaign, *open_ones]
        self._free: _Conditions = [*_free(wanted), *open_ones]

    def nearest_to_an_end(self, count: int) -> list[Kept]:
        """Those with most answers, but those that are stuck last; none that test people."""
        found: list[Kept] = []
        for stuck in (False, True):
            same: _Conditions = [S.gold.is_(False), S.stuck.is_(stuck)]
            level = self._next_level(same)
            while level is not None and len(found) < count:
                found += self.taken([*same, S.answers == level], count - len(found))
                level = self._next_level([*same, S.answers < level])
        return found

    def taken(self, conditions: _Conditions, count: int) -> list[Kept]:
        """At most `count` tasks that this person may be asked."""
        found: list[Kept] = []
        for side in (S.place > self._start, S.place <= self._start):
            query = kept_rows(*self._free, *conditions, side).order_by(S.place)
            if len(found) < count:
                found += map(kept, self._connection.execute(query.limit(count - len(found))))
        return found

    def _next_level(self, conditions: _Conditions) -> int | None:
        """The most answers that an open task has."""
        most: int | None = self._connection.scalar(
            select(func.max(S.answers)).where(*self._open, *conditions)
        )
        return most


def _free(wanted: Wanted, *, answered: bool = False) -> _Conditions:
    """The tasks that this person may be asked; those they have answered only if `answered`."""
    conditions: _Conditions = [S.campaign == wanted.campaign, S.proposed_by != wanted.reviewer]
    if not wanted.experts:
        conditions.append(S.experts_only.is_(False))
    if wanted.not_of:
        conditions.append(S.dataset.not_in(sorted(wanted.not_of)))
    if not answered:
        of: _Conditions = [A.task_id == S.task_id, A.reviewer == wanted.reviewer]
        given = REVIEW_ANSWERS.alias()
        taken_back = exists().where(
            given.c.task_id == A.task_id,
            given.c.reviewer == A.reviewer,
            given.c.number > A.number,
            given.c.choice == "",
        )
        conditions.append(~exists().where(*of, A.choice != "", ~taken_back))
    return conditions
