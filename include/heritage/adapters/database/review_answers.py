"""Answers and how they are counted, in SQL: parts of the port ReviewStore."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update

from heritage.adapters.database.engine import reading
from heritage.adapters.database.review_people import cursor_of
from heritage.adapters.database.review_rows import answer_of, in_lots, kept, kept_rows, outcome_row
from heritage.adapters.database.review_schema import (
    REVIEW_ANSWERS,
    REVIEW_COMMENTS,
    REVIEW_OUTCOMES,
    REVIEW_PARTICIPANTS,
    REVIEW_STANDINGS,
    REVIEW_TASKS,
    REVIEWERS,
)
from heritage.model.review import Answer, Outcome, ReviewKind, Verdict
from heritage.ports.reviews import Judge, Kept

A, S, P, R = REVIEW_ANSWERS.c, REVIEW_STANDINGS.c, REVIEW_PARTICIPANTS.c, REVIEWERS.c
_COUNTED = (Verdict.OPEN, Verdict.ACCEPTED, Verdict.EXPERT)


class SqlReviewAnswers:
    """Answers on SQLite or PostgreSQL; `engine.upgrade` must have run."""

    _engine: Engine

    def answer(self, answer: Answer, judge: Judge, check: Callable[[Kept, bool], None]) -> tuple[bool, Kept]:
        """See ReviewStore. Of two who answer a task at once one waits for the other, and so do two answers
        of one person."""
        with self._engine.begin() as connection:
            connection.execute(
                select(R.pseudonym).where(R.pseudonym == answer.reviewer).with_for_update()
            ).one()
            found = _locked(connection, [answer.task_id])
            if not found:
                raise KeyError(answer.task_id)
            [standing] = found
            known = select(A.number).where(A.reviewer == answer.reviewer, A.key == answer.key)
            if connection.scalar(known) is not None:
                return False, standing
            theirs = select(A.choice, A.given_at).where(
                A.task_id == answer.task_id, A.reviewer == answer.reviewer
            )
            before = connection.execute(theirs.order_by(A.number.desc()).limit(1)).first()
            last = before.choice if before else ""
            check(standing, bool(last))
            if before and answer.given_at <= before.given_at:  # two machines' clocks differ
                answer = replace(answer, given_at=before.given_at + timedelta(microseconds=1))
            _keep(connection, answer, standing, (answer.choice != "") - (last != ""))
            ends = answer.expert or standing.outcome.verdict is Verdict.OPEN
            if standing.task.gold or not ends:
                return True, standing
            [counted] = _count(connection, [standing], lambda *_: judge, answer.given_at)
            return True, counted

    def answers(
        self,
        *,
        task_ids: Collection[str] | None = None,
        campaign: str | None = None,
        since: datetime | None = None,
    ) -> list[Answer]:
        """See ReviewStore."""
        query = select(REVIEW_ANSWERS).order_by(A.number)
        if campaign is not None:
            query = query.where(A.campaign == campaign)
        if since is not None:
            query = query.where(A.given_at > since)
        with reading(self._engine) as connection:
            if task_ids is None:
                return [answer_of(row) for row in connection.execute(query)]
            return [
                answer_of(row)
                for lot in in_lots(task_ids)
                for row in connection.execute(query.where(A.task_id.in_(lot)))
            ]

    def answers_of(self, pseudonym: str) -> list[Answer]:
        """See ReviewStore."""
        comment = func.coalesce(REVIEW_COMMENTS.c.comment, "").label("comment")
        query = select(REVIEW_ANSWERS, comment).outerjoin(
            REVIEW_COMMENTS, REVIEW_COMMENTS.c.number == A.number
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query.where(A.reviewer == pseudonym).order_by(A.number))
            return [answer_of(row, row.comment) for row in rows]

    def gold_answers(self, pseudonym: str) -> list[tuple[Answer, str]]:
        """See ReviewStore."""
        query = select(REVIEW_ANSWERS, REVIEW_TASKS.c.gold.label("right")).join(
            REVIEW_TASKS, REVIEW_TASKS.c.task_id == A.task_id
        )
        with reading(self._engine) as connection:
            rows = connection.execute(
                query.where(A.reviewer == pseudonym, A.gold.is_(True)).order_by(A.number)
            )
            return [(answer_of(row), row.right) for row in rows]

    def comments(self, task_id: str) -> list[str]:
        """See ReviewStore."""
        newest = select(func.max(A.number)).where(A.task_id == task_id).group_by(A.reviewer)
        query = (
            select(REVIEW_COMMENTS.c.comment)
            .join(REVIEW_ANSWERS, REVIEW_COMMENTS.c.number == A.number)
            .where(A.number.in_(newest), A.choice != "")
        )
        with reading(self._engine) as connection:
            return list(connection.scalars(query.order_by(A.number)))

    def recount(
        self, task_ids: Collection[str], judge: Callable[[str, ReviewKind], Judge], at: datetime
    ) -> int:
        """See ReviewStore."""
        changed = 0
        for lot in in_lots(task_ids):
            with self._engine.begin() as connection:
                before = [
                    one
                    for one in _locked(connection, lot)
                    if one.outcome.verdict in _COUNTED and not one.used and not one.task.gold
                ]
                after = _count(connection, before, judge, at)
                changed += sum(one != other for one, other in zip(before, after, strict=True))
        return changed

    def answered_by(self, pseudonym: str) -> list[str]:
        """See ReviewStore."""
        query = (
            select(A.task_id)
            .distinct()
            .join(REVIEW_STANDINGS, S.task_id == A.task_id)
            .where(A.reviewer == pseudonym, S.used.is_(False), S.gold.is_(False))
        )
        with reading(self._engine) as connection:
            return list(connection.scalars(query))


def write_outcome(connection: Connection, task_id: str, outcome: Outcome, reason: str, at: datetime) -> None:
    """Adds what a task comes to now, and moves its standing there."""
    told = outcome_row(outcome)
    connection.execute(insert(REVIEW_OUTCOMES).values(task_id=task_id, **told, reason=reason, at=at))
    connection.execute(update(REVIEW_STANDINGS).where(S.task_id == task_id).values(**told))


def _locked(connection: Connection, task_ids: Sequence[str]) -> list[Kept]:
    """Where tasks stand; nobody else counts them before this transaction ends."""
    query = kept_rows(S.task_id.in_(task_ids)).order_by(S.task_id).with_for_update(of=REVIEW_STANDINGS)
    return [kept(row) for row in connection.execute(query)]


def _keep(connection: Connection, answer: Answer, standing: Kept, more: int) -> None:
    """Adds the answer, and moves its reviewer on behind the task."""
    task = standing.task
    number = connection.execute(
        insert(REVIEW_ANSWERS).values(
            task_id=task.task_id,
            campaign=task.campaign,
            reviewer=answer.reviewer,
            choice=answer.choice,
            given_at=answer.given_at,
            key=answer.key,
            correction=answer.correction,
            seconds=answer.seconds,
            expert=answer.expert,
            gold=bool(task.gold),
        )
    ).inserted_primary_key
    if answer.comment and number is not None:
        connection.execute(insert(REVIEW_COMMENTS).values(number=number[0], comment=answer.comment))
    place: Any = select(S.place).where(S.task_id == task.task_id).scalar_subquery()
    theirs = (P.campaign == task.campaign, P.reviewer == answer.reviewer)
    gold = more if task.gold else 0
    moved = connection.execute(
        update(REVIEW_PARTICIPANTS)
        .where(*theirs)
        .values(answers=P.answers + more, gold=P.gold + gold, **({} if task.gold else {"place": place}))
    )
    if not moved.rowcount:
        connection.execute(
            insert(REVIEW_PARTICIPANTS).values(
                campaign=task.campaign,
                reviewer=answer.reviewer,
                answers=more,
                gold=gold,
                place=cursor_of(task.campaign, answer.reviewer) if task.gold else place,
                judged=0,
                agreed=0,
            )
        )


def _count(
    connection: Connection, standings: Sequence[Kept], judge: Callable[[str, ReviewKind], Judge], at: datetime
) -> list[Kept]:
    """Where the tasks stand by all their answers and today's weights."""
    if not standings:
        return []
    wanted = [one.task.task_id for one in standings]
    by_task: dict[str, list[Answer]] = {one: [] for one in wanted}
    for row in connection.execute(select(REVIEW_ANSWERS).where(A.task_id.in_(wanted)).order_by(A.number)):
        by_task[row.task_id].append(answer_of(row))
    weights = _weights(connection, {answer.reviewer for of in by_task.values() for answer in of})
    counted = []
    for one in standings:
        task_id = one.task.task_id
        outcome = judge(one.task.campaign, one.task.kind)(by_task[task_id], weights)
        if (outcome.verdict, outcome.choice) != (one.outcome.verdict, one.outcome.choice):
            write_outcome(connection, task_id, outcome, "", at)
        elif outcome != one.outcome:
            connection.execute(
                update(REVIEW_STANDINGS).where(S.task_id == task_id).values(**outcome_row(outcome))
            )
        counted.append(Kept(one.task, outcome, one.used))
    return counted


def _weights(connection: Connection, pseudonyms: Collection[str]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for lot in in_lots(pseudonyms):
        rows = connection.execute(select(R.pseudonym, R.weight, R.pattern).where(R.pseudonym.in_(lot)))
        weights |= {row.pseudonym: 0.0 if row.pattern else row.weight for row in rows}
    return weights
