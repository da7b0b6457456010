"""Reviewers under their pseudonyms, and how campaigns stand, in SQL: parts of the port ReviewStore."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, Select, case, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from heritage.adapters.database.engine import reading
from heritage.adapters.database.review_rows import in_lots, place_of
from heritage.adapters.database.review_schema import (
    CAMPAIGN_HEALTH,
    CAMPAIGN_STATES,
    REVIEW_ANSWERS,
    REVIEW_COMMENTS,
    REVIEW_PARTICIPANTS,
    REVIEW_STANDINGS,
    REVIEW_TASKS,
    REVIEWERS,
)
from heritage.model.review import DONT_KNOW, CampaignState, Reviewer, Verdict
from heritage.ports.reviews import HealthFound, Participant, Progress, StateSet, Trust

R, P, S = REVIEWERS.c, REVIEW_PARTICIPANTS.c, REVIEW_STANDINGS.c
A, T = REVIEW_ANSWERS.c, REVIEW_TASKS.c


class SqlReviewPeople:
    """People and campaigns on SQLite or PostgreSQL; `engine.upgrade` must have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def join(self, user: str, pseudonym: str, at: datetime) -> Reviewer:
        """See ReviewStore."""
        standing = self.reviewer(user)
        if standing is not None:
            return standing
        joined = Reviewer(pseudonym, user, ranked=False, joined_at=at)
        try:
            with self._engine.begin() as connection:
                connection.execute(
                    insert(REVIEWERS).values(
                        **asdict(joined), gold_seen=0, gold_right=0, weight=1.0, pattern=""
                    )
                )
        except IntegrityError:
            standing = self.reviewer(user)  # they came by two ways at once
            if standing is None:
                raise
            return standing
        return joined

    def reviewer(self, user: str) -> Reviewer | None:
        """See ReviewStore."""
        with reading(self._engine) as connection:
            row = connection.execute(select(REVIEWERS).where(R.user == user)).first()
        return Reviewer(row.pseudonym, row.user, row.ranked, row.joined_at) if row else None

    def rank(self, pseudonym: str, ranked: bool) -> None:
        """See ReviewStore."""
        with self._engine.begin() as connection:
            connection.execute(update(REVIEWERS).where(R.pseudonym == pseudonym).values(ranked=ranked))

    def forget(self, pseudonym: str) -> None:
        """See ReviewStore."""
        theirs = select(A.number).where(A.reviewer == pseudonym)
        with self._engine.begin() as connection:
            connection.execute(
                update(REVIEWERS).where(R.pseudonym == pseudonym).values(user=None, ranked=False)
            )
            connection.execute(delete(REVIEW_COMMENTS).where(REVIEW_COMMENTS.c.number.in_(theirs)))

    def trust(self, pseudonyms: Collection[str]) -> dict[str, Trust]:
        """See ReviewStore."""
        with reading(self._engine) as connection:
            rows = [
                row
                for lot in in_lots(pseudonyms)
                for row in connection.execute(select(REVIEWERS).where(R.pseudonym.in_(lot)))
            ]
        return {row.pseudonym: Trust(row.gold_seen, row.gold_right, row.weight, row.pattern) for row in rows}

    def set_trust(self, trust: Mapping[str, Trust]) -> None:
        """See ReviewStore."""
        with self._engine.begin() as connection:
            for pseudonym, found in sorted(trust.items()):
                connection.execute(update(REVIEWERS).where(R.pseudonym == pseudonym).values(**asdict(found)))

    def progress(self, campaign: str) -> Progress:
        """See ReviewStore."""
        counted = (
            select(S.verdict, func.count())
            .where(S.campaign == campaign, S.gold.is_(False))
            .group_by(S.verdict)
        )
        took_part = select(func.count(), func.coalesce(func.sum(P.answers), 0)).where(P.campaign == campaign)
        with reading(self._engine) as connection:
            verdicts = {Verdict(verdict): count for verdict, count in connection.execute(counted)}
            reviewers, answers = connection.execute(took_part).one()
        return Progress(verdicts, int(answers), reviewers)

    def participants(self, campaign: str) -> list[Participant]:
        """See ReviewStore."""
        with reading(self._engine) as connection:
            rows = connection.execute(_participants().where(P.campaign == campaign).order_by(P.reviewer))
            return [_participant(row) for row in rows]

    def participations(self, pseudonym: str) -> dict[str, Participant]:
        """See ReviewStore."""
        with reading(self._engine) as connection:
            rows = connection.execute(_participants().where(P.reviewer == pseudonym).order_by(P.campaign))
            return {row.campaign: _participant(row) for row in rows}

    def count_agreement(self, campaign: str) -> None:
        """See ReviewStore."""
        newest = select(func.max(A.number)).where(A.campaign == campaign).group_by(A.task_id, A.reviewer)
        right = case((T.gold != "", T.gold), else_=S.choice)
        counted = (
            select(A.reviewer, func.count().label("judged"), func.sum(case((A.choice == right, 1), else_=0)))
            .join_from(REVIEW_ANSWERS, REVIEW_TASKS, A.task_id == T.task_id)
            .join(REVIEW_STANDINGS, A.task_id == S.task_id)
            .where(
                A.number.in_(newest),
                A.expert.is_(False),
                A.choice.not_in(["", DONT_KNOW]),
                (T.gold != "") | (S.verdict == Verdict.ACCEPTED.value),
            )
            .group_by(A.reviewer)
        )
        with self._engine.begin() as connection:
            for reviewer, judged, agreed in connection.execute(counted).all():
                connection.execute(
                    update(REVIEW_PARTICIPANTS)
                    .where(P.campaign == campaign, P.reviewer == reviewer)
                    .values(judged=judged, agreed=agreed)
                )

    def steered_by(self, pseudonym: str) -> list[tuple[str, StateSet]]:
        """See ReviewStore."""
        states = CAMPAIGN_STATES.c
        query = select(CAMPAIGN_STATES).where(states.set_by == pseudonym).order_by(states.number)
        with reading(self._engine) as connection:
            return [(row.campaign, _state(row)) for row in connection.execute(query)]

    def state(self, campaign: str) -> StateSet | None:
        """See ReviewStore."""
        states = CAMPAIGN_STATES.c
        query = select(CAMPAIGN_STATES).where(states.campaign == campaign).order_by(states.number.desc())
        with reading(self._engine) as connection:
            row = connection.execute(query.limit(1)).first()
        return _state(row) if row else None

    def set_state(self, campaign: str, state: StateSet) -> None:
        """See ReviewStore."""
        with self._engine.begin() as connection:
            connection.execute(
                insert(CAMPAIGN_STATES).values(
                    campaign=campaign,
                    state=state.state.value,
                    reason=state.reason,
                    set_by=state.by,
                    at=state.at,
                )
            )

    def health(self, campaign: str) -> HealthFound | None:
        """See ReviewStore."""
        found = CAMPAIGN_HEALTH.c
        query = select(CAMPAIGN_HEALTH).where(found.campaign == campaign).order_by(found.number.desc())
        with reading(self._engine) as connection:
            row = connection.execute(query.limit(1)).first()
        return HealthFound(row.answers, row.judged, row.alpha, row.redundancy, row.at) if row else None

    def set_health(self, campaign: str, health: HealthFound) -> None:
        """See ReviewStore."""
        with self._engine.begin() as connection:
            connection.execute(insert(CAMPAIGN_HEALTH).values(campaign=campaign, **asdict(health)))


def cursor_of(campaign: str, reviewer: str) -> int:
    """Where somebody begins who never answered."""
    return place_of(f"{campaign}/{reviewer}")


def _participants() -> Select[Any]:
    return select(REVIEW_PARTICIPANTS, R.ranked).join(REVIEWERS, R.pseudonym == P.reviewer)


def _participant(row: Row[Any]) -> Participant:
    return Participant(row.reviewer, row.ranked, row.answers, row.gold, row.judged, row.agreed)


def _state(row: Row[Any]) -> StateSet:
    return StateSet(CampaignState(row.state), row.reason, row.set_by, row.at)
