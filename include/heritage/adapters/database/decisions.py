"""Rounds, votes and the decision log in SQL: implements the port DecisionStore."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Engine, Row, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from heritage.adapters.database.appeals import SqlAppealStore
from heritage.adapters.database.decision_rows import as_row, of_row, unreadable
from heritage.adapters.database.engine import one_at_a_time, reading
from heritage.adapters.database.schema import DECISIONS, PULLS, ROUND_PROPOSALS, ROUNDS, VOTES
from heritage.errors import GovernanceError
from heritage.governance.ballot import counting
from heritage.model.digest import canonical_json
from heritage.model.governance import Decision, Pull, Ranked, Round, RoundKind, RoundState, Seal, Vote
from heritage.ports.decisions import Count, SealBook

_RANKED = TypeAdapter(Ranked)
_BALLOTS = (ROUNDS, ROUND_PROPOSALS, VOTES, PULLS, DECISIONS)


class SqlDecisionStore(SqlAppealStore):
    """Decisions on SQLite or PostgreSQL; `engine.upgrade` must have run. `book` keeps elsewhere where the log
    ends; without one nobody does."""

    def __init__(self, engine: Engine, book: SealBook | None = None) -> None:
        super().__init__(engine)
        self._book = book

    def open_round(
        self,
        round_id: str,
        proposals: Sequence[Ranked],
        seats: Sequence[str],
        opened_at: datetime,
        closes_at: datetime,
        kind: RoundKind = RoundKind.REGULAR,
        terms: str = "",
    ) -> Round:
        """Opens a round; the same id again gives the round that stands."""
        standing = self.round(round_id)
        if standing is not None:
            return standing
        opened = Round(
            round_id=round_id,
            opened_at=opened_at,
            closes_at=closes_at,
            state=RoundState.OPEN,
            seats=tuple(seats),
            proposals=tuple(proposals),
            kind=kind,
            terms=terms,
        )
        try:
            with self._engine.begin() as connection:
                _insert_round(connection, opened)
        except IntegrityError:
            standing = self.round(round_id)  # somebody opened it in the same moment
            if standing is None:
                raise
            return standing
        return opened

    def round(self, round_id: str) -> Round | None:
        """The round with everything that is put to the vote, or None."""
        with reading(self._engine) as connection:
            return _read_round(connection, round_id)

    def rounds(self) -> list[Round]:
        """All rounds, oldest first."""
        return self._rounds()

    def heads(self) -> list[Round]:
        """All rounds, oldest first, without the proposals in them."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(ROUNDS).order_by(ROUNDS.c.opened_at, ROUNDS.c.round_id)).all()
            pulls = _read_pulls(connection)
        return [_round(row, (), pulls.get(row.round_id, ())) for row in rows]

    def open_rounds(self) -> list[Round]:
        """Those that can still be voted in, oldest first."""
        return self._rounds(ROUNDS.c.state == RoundState.OPEN)

    def cast(self, round_id: str, vote: Vote, ends: datetime | None = None) -> None:
        """Keeps the vote beside the earlier ones. Raises GovernanceError when it cannot count."""
        with self._engine.begin() as connection:
            _check_open(connection, round_id, vote.proposal_id, ends)
            connection.execute(insert(VOTES).values(round_id=round_id, **asdict(vote)))

    def pull(self, round_id: str, pull: Pull, ends: datetime | None = None) -> None:
        """Keeps that a member wants a vote on an item; a second time changes nothing. Raises likewise."""
        with self._engine.begin() as connection:
            _check_open(connection, round_id, pull.proposal_id, ends)
            same = (PULLS.c.round_id == round_id, PULLS.c.proposal_id == pull.proposal_id)
            standing = select(PULLS.c.member).where(*same, PULLS.c.member == pull.member)
            if connection.scalar(standing) is None:
                connection.execute(insert(PULLS).values(round_id=round_id, **asdict(pull)))

    def end_voting(self, round_id: str, at: datetime) -> Round:
        """Moves the deadline to `at` unless it has passed; who is voting in the same moment is in before, or
        is refused."""
        with self._engine.begin() as connection:
            round_ = _read_round(connection, round_id, for_update=True)
            if round_ is None:
                raise GovernanceError(f"There is no round {round_id}.")
            if round_.state is not RoundState.OPEN:
                raise GovernanceError(f"Round {round_id} is closed already: its decisions stand in the log.")
            if round_.closes_at <= at:
                return round_
            connection.execute(update(ROUNDS).where(ROUNDS.c.round_id == round_id).values(closes_at=at))
        return replace(round_, closes_at=at)

    def votes(self, round_id: str) -> list[Vote]:
        """The vote that counts of each member on each proposal: the last one cast."""
        return counting(self.cast_votes(round_id).get(round_id, []))

    def cast_votes(self, round_id: str | None = None) -> Mapping[str, list[Vote]]:
        """Every vote ever cast, by round, in the order in which they came."""
        with reading(self._engine) as connection:
            return _read_cast(connection, round_id)

    def close_round(self, round_id: str, count: Count) -> list[Decision]:
        """Counts, appends and closes in one transaction; of two closers at once one gets GovernanceError."""
        with self._engine.begin() as connection:
            one_at_a_time(connection, DECISIONS)  # closers of whatever round: the log has one last line
            round_ = _read_round(connection, round_id, for_update=True)
            if round_ is None:
                raise GovernanceError(f"There is no round {round_id}.")
            if round_.state is not RoundState.OPEN:
                raise GovernanceError(f"Round {round_id} is closed already: its decisions stand in the log.")
            last = connection.execute(select(DECISIONS).order_by(DECISIONS.c.number.desc()).limit(1)).first()
            decisions = list(
                count(
                    round_,
                    _read_cast(connection, round_id).get(round_id, []),
                    of_row(last) if last else None,
                )
            )
            if decisions:
                connection.execute(insert(DECISIONS), [as_row(decision) for decision in decisions])
            connection.execute(
                update(ROUNDS).where(ROUNDS.c.round_id == round_id).values(state=RoundState.CLOSED)
            )
        return decisions

    def log(self) -> list[Decision]:
        """The whole decision log in order. Raises GovernanceError naming a line that cannot be read."""
        with reading(self._engine) as connection:
            try:
                rows = connection.execute(select(DECISIONS).order_by(DECISIONS.c.number)).all()
            except OperationalError:
                raise GovernanceError(unreadable(connection)) from None
        return [of_row(row) for row in rows]

    def fingerprint(self) -> str:
        """Another one as soon as anything in a round, on its ballot, in a vote, pull or decision is."""
        found = sha256()
        raw = "TEXT" if self._engine.dialect.name == "postgresql" else "BLOB"  # also what is no text any more
        with reading(self._engine) as connection:
            for table in _BALLOTS:
                columns = ", ".join(f"CAST({column.name} AS {raw})" for column in table.c)
                order = ", ".join(column.name for column in table.primary_key)
                for row in connection.execute(text(f"SELECT {columns} FROM {table.name} ORDER BY {order}")):  # noqa: S608
                    found.update(repr(tuple(row)).encode())
        return found.hexdigest()

    def keep_seal(self, seal: Seal) -> None:
        """Keeps where the log ends in the book."""
        if self._book is not None:
            self._book.keep(seal)

    def seals(self) -> list[Seal]:
        """What the book has, the longest log last."""
        return self._book.seals() if self._book is not None else []

    def _rounds(self, *conditions: ColumnElement[bool]) -> list[Round]:
        query = select(ROUNDS.c.round_id).where(*conditions).order_by(ROUNDS.c.opened_at, ROUNDS.c.round_id)
        with reading(self._engine) as connection:
            found = [_read_round(connection, round_id) for round_id in connection.scalars(query).all()]
        return [round_ for round_ in found if round_ is not None]


def _check_open(connection: Connection, round_id: str, proposal_id: str, ends: datetime | None) -> None:
    # The shared lock holds a closing round back until this is in (SQLite has one writer).
    standing = connection.execute(
        select(ROUNDS.c.state, ROUNDS.c.closes_at)
        .where(ROUNDS.c.round_id == round_id)
        .with_for_update(read=True)
    ).first()
    if standing is None:
        raise GovernanceError(f"There is no round {round_id}.")
    if standing.state != RoundState.OPEN:
        raise GovernanceError(f"Round {round_id} is closed: its votes stand.")
    if ends is not None and standing.closes_at != ends:
        raise GovernanceError(f"Voting in round {round_id} has just been ended: its votes stand.")
    known = select(ROUND_PROPOSALS.c.position).where(
        ROUND_PROPOSALS.c.round_id == round_id, ROUND_PROPOSALS.c.proposal_id == proposal_id
    )
    if connection.scalar(known) is None:
        raise GovernanceError(f"Proposal {proposal_id} is not on the ballot of round {round_id}.")


def _insert_round(connection: Connection, opened: Round) -> None:
    connection.execute(
        insert(ROUNDS).values(
            round_id=opened.round_id,
            opened_at=opened.opened_at,
            closes_at=opened.closes_at,
            state=opened.state,
            seats=list(opened.seats),
            kind=opened.kind,
            terms=opened.terms,
        )
    )
    if opened.proposals:
        connection.execute(
            insert(ROUND_PROPOSALS),
            [
                {
                    "round_id": opened.round_id,
                    "proposal_id": ranked.proposal.proposal_id,
                    "position": position,
                    "ranked": canonical_json(_RANKED.dump_python(ranked, mode="json")),
                }
                for position, ranked in enumerate(opened.proposals)
            ],
        )


def _read_round(connection: Connection, round_id: str, for_update: bool = False) -> Round | None:
    query = select(ROUNDS).where(ROUNDS.c.round_id == round_id)
    with _told(f"Round {round_id}"):
        row = connection.execute(query.with_for_update() if for_update else query).first()
        if row is None:
            return None
        ranked = connection.scalars(
            select(ROUND_PROPOSALS.c.ranked)
            .where(ROUND_PROPOSALS.c.round_id == round_id)
            .order_by(ROUND_PROPOSALS.c.position)
        )
        proposals = tuple(_RANKED.validate_python(json.loads(content)) for content in ranked)
        pulls = _read_pulls(connection, PULLS.c.round_id == round_id).get(round_id, ())
        return _round(row, proposals, pulls)


def _read_pulls(connection: Connection, *conditions: ColumnElement[bool]) -> dict[str, tuple[Pull, ...]]:
    """By round, in the order in which they came."""
    columns = (PULLS.c.round_id, PULLS.c.member, PULLS.c.proposal_id, PULLS.c.reason, PULLS.c.pulled_at)
    rows = connection.execute(select(*columns).where(*conditions).order_by(PULLS.c.pulled_at, PULLS.c.member))
    found: dict[str, tuple[Pull, ...]] = {}
    for round_id, *pull in rows:
        found[round_id] = (*found.get(round_id, ()), Pull(*pull))
    return found


def _round(row: Row[Any], proposals: tuple[Ranked, ...], pulls: tuple[Pull, ...]) -> Round:
    return Round(
        round_id=row.round_id,
        opened_at=row.opened_at,
        closes_at=row.closes_at,
        state=RoundState(row.state),
        seats=tuple(row.seats),
        proposals=proposals,
        kind=RoundKind(row.kind),
        pulls=pulls,
        terms=row.terms,
    )


def _read_cast(connection: Connection, round_id: str | None) -> dict[str, list[Vote]]:
    columns = (VOTES.c.round_id, *(VOTES.c[name] for name in Vote.__dataclass_fields__))
    query = select(*columns).order_by(VOTES.c.vote_number)
    if round_id is not None:
        query = query.where(VOTES.c.round_id == round_id)
    found: dict[str, list[Vote]] = {}
    with _told(f"A vote in round {round_id}" if round_id else "A vote"):
        for of, *vote in connection.execute(query):
            found.setdefault(of, []).append(Vote(*vote))
    return found


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Raises GovernanceError where something in the database is no text, no time or no JSON any more."""
    try:
        yield
    except (ValueError, OperationalError) as error:
        if isinstance(error, OperationalError) and "decode" not in str(error.orig):
            raise
        raise GovernanceError(f"{what} cannot be read: it was changed outside the product.") from None
