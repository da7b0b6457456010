"""The decision store on real databases: what is append-only stays, and of two closers one wins."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from heritage.adapters.database.decisions import SqlDecisionStore
from heritage.adapters.database.engine import connect
from heritage.errors import GovernanceError
from heritage.model.governance import (
    Criteria,
    Decision,
    Gate,
    Proposal,
    Pull,
    Ranked,
    Rehearsal,
    Result,
    RoundState,
    Scope,
    Vote,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SEATS = ("Ada", "Bo", "Chidi", "Dana")


def ranked(proposal_id: str, rank: int = 1) -> Ranked:
    proposal = Proposal(
        proposal_id=proposal_id,
        dataset="xx_kirchen",
        snapshot="s1",
        title="Kirchenregister, Straße: Kennungen",
        kind="identifiers",
        scope=Scope.ALL,
        content_hash="c" * 64,
        edits_digest="e1",
        rehearsal=Rehearsal(7, 1, 20, 2, 3, 0, 1, 0.7),
        gates=(Gate("licence", True, "ALLOW"),),
        criteria=Criteria(0.385, 1 / 3, 0.1 + 0.2, 0.9),
        reviewer_hours=0.1,
        reasons=("10 % of the records are critical.",),
    )
    return Ranked(proposal, rank, 0.605, {"urgency": 0.1155}, 0.9, "robust in")


def line(number: int, round_id: str, proposal_id: str = "p1", hash: str = "") -> Decision:
    return Decision(
        number=number,
        round_id=round_id,
        proposal_id=proposal_id,
        dataset="xx_kirchen",
        inputs_hash="i" * 64,
        result=Result.APPROVED,
        votes={"Ada": "for", "Bo": "for", "Chidi": "against"},
        recusals=("Dana",),
        quorum=4,
        reasons="2 for, 1 against.",
        decided_at=NOON.isoformat(),
        prev_hash="",
        hash=hash or f"hash-{number}",
    )


@pytest.fixture
def store(engine) -> SqlDecisionStore:
    return SqlDecisionStore(engine)


def open_round(store: SqlDecisionStore, round_id: str = "r1"):
    return store.open_round(round_id, [ranked("p1"), ranked("p2", 2)], SEATS, NOON, NOON + timedelta(days=7))


def test_a_round_comes_back_to_the_digit(store):
    opened = open_round(store)
    assert store.round("r1") == opened
    assert store.rounds() == store.open_rounds() == [opened]
    assert store.round("r2") is None


def test_the_heads_are_the_rounds_without_what_is_in_them(store):
    opened = [open_round(store, "r1"), open_round(store, "r2")]
    pull = Pull("Ada", "p2", "look at it", NOON)
    store.pull("r2", pull)
    assert store.round("r2") == replace(opened[1], pulls=(pull,))
    assert store.heads() == [
        replace(opened[0], proposals=()),
        replace(opened[1], proposals=(), pulls=(pull,)),
    ]


def test_opening_the_same_round_again_gives_the_one_that_stands(store):
    opened = open_round(store)
    again = store.open_round("r1", [ranked("other")], ("Eve",), NOON + timedelta(1), NOON + timedelta(2))
    assert again == opened


def test_many_openers_at_once_get_one_round(database_url, store):
    def opener(_):
        return open_round(SqlDecisionStore(connect(database_url)))

    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(opener, range(6)))
    assert opened == store.rounds() * 6


def test_every_vote_is_kept_and_the_last_one_counts(store, engine):
    open_round(store)
    first = Vote("Ada", "p1", "against", NOON, "too early")
    second = replace(first, answer="for", cast_at=NOON + timedelta(hours=1), reason="now it is ready")
    other = Vote("Ada", "p2", "abstain", NOON)
    for vote in (first, other, second):
        store.cast("r1", vote)
    assert store.votes("r1") == [other, second]
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM votes")) == 3


def test_a_vote_on_nothing_is_refused(store):
    open_round(store)
    with pytest.raises(GovernanceError, match="no round r9"):
        store.cast("r9", Vote("Ada", "p1", "for", NOON))
    with pytest.raises(GovernanceError, match="not on the ballot"):
        store.cast("r1", Vote("Ada", "p9", "for", NOON))


def test_closing_hands_over_round_votes_and_last_line_and_appends(store):
    open_round(store, "r1")
    open_round(store, "r2")
    store.cast("r2", Vote("Bo", "p1", "for", NOON))
    store.close_round("r1", lambda *_: [line(1, "r1")])
    seen = []

    def count(round_, votes, last):
        seen.append((round_.round_id, [vote.member for vote in votes], last))
        return [line(2, "r2"), line(3, "r2", "p2")]

    assert [d.number for d in store.close_round("r2", count)] == [2, 3]
    assert seen == [("r2", ["Bo"], line(1, "r1"))]
    assert store.log() == [line(1, "r1"), line(2, "r2"), line(3, "r2", "p2")]
    closed = store.round("r2")
    assert closed is not None
    assert closed.state is RoundState.CLOSED
    assert store.open_rounds() == []
    assert [r.round_id for r in store.rounds()] == ["r1", "r2"]


def test_a_count_that_fails_leaves_the_round_open(store):
    open_round(store)

    def count(*_):
        raise GovernanceError("too early")

    with pytest.raises(GovernanceError, match="too early"):
        store.close_round("r1", count)
    assert store.log() == []
    store.cast("r1", Vote("Ada", "p1", "for", NOON))
    assert len(store.votes("r1")) == 1


def test_a_closed_round_takes_no_vote_and_no_second_closing(store):
    open_round(store)
    store.close_round("r1", lambda *_: [line(1, "r1")])
    with pytest.raises(GovernanceError, match="closed"):
        store.cast("r1", Vote("Ada", "p1", "for", NOON))
    with pytest.raises(GovernanceError, match="closed already"):
        store.close_round("r1", lambda *_: [line(2, "r1", "p2")])
    with pytest.raises(GovernanceError, match="no round"):
        store.close_round("r9", lambda *_: [])


def test_of_several_closers_at_once_exactly_one_wins(database_url, store):
    open_round(store)
    start = threading.Barrier(5)

    def closer(_):
        mine = SqlDecisionStore(connect(database_url))
        start.wait()
        try:
            mine.close_round("r1", lambda *_: [line(1, "r1"), line(2, "r1", "p2")])
        except GovernanceError:
            return "refused"
        return "closed"

    with ThreadPoolExecutor(5) as pool:
        outcomes = sorted(pool.map(closer, range(5)))
    assert outcomes == ["closed", "refused", "refused", "refused", "refused"]
    assert [d.number for d in store.log()] == [1, 2]


def test_rounds_closed_at_once_stand_in_one_unbroken_log(database_url, store):
    rounds = [f"r{n}" for n in range(6)]
    for round_id in rounds:
        open_round(store, round_id)
    start = threading.Barrier(len(rounds))

    def closer(round_id):
        mine = SqlDecisionStore(connect(database_url))
        start.wait()
        mine.close_round(
            round_id, lambda round_, votes, last: [line(last.number + 1 if last else 1, round_id)]
        )

    with ThreadPoolExecutor(len(rounds)) as pool:
        list(pool.map(closer, rounds))
    assert [d.number for d in store.log()] == [1, 2, 3, 4, 5, 6]
    assert sorted(d.round_id for d in store.log()) == rounds


def test_no_vote_falls_between_counting_and_closing(database_url, store):
    """A vote is either counted or refused, however the two meet."""
    open_round(store)
    counting = threading.Event()

    def voter():
        counting.wait(10)
        try:
            SqlDecisionStore(connect(database_url)).cast("r1", Vote("Bo", "p1", "for", NOON))
        except GovernanceError:
            return "refused"
        return "kept"

    counted = []
    with ThreadPoolExecutor(1) as pool:
        vote = pool.submit(voter)

        def count(round_, votes, last):
            counting.set()
            counted.extend(votes)
            return [line(1, "r1")]

        store.close_round("r1", count)
        outcome = vote.result(30)
    assert outcome == "refused"
    assert store.votes("r1") == counted


@pytest.mark.parametrize("table", ["decisions", "votes", "round_proposals"])
@pytest.mark.parametrize("change", ["UPDATE {} SET proposal_id = 'p1'", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_what_is_append_only(store, engine, table, change):
    open_round(store)
    store.cast("r1", Vote("Ada", "p1", "for", NOON))
    store.close_round("r1", lambda *_: [line(1, "r1")])
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(text(change.format(table)))


def test_the_database_refuses_decisions_and_votes_that_belong_to_nothing(store, engine):
    open_round(store)
    with pytest.raises(SQLAlchemyError):
        store.close_round("r1", lambda *_: [line(1, "r9")])
    assert store.log() == []


def test_an_unreadable_line_is_named(store, engine):
    open_round(store)
    store.close_round("r1", lambda *_: [line(1, "r1"), line(2, "r1", "p2")])
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER decisions_no_update"))
        else:
            connection.execute(text("DROP TRIGGER decisions_append_only ON decisions"))
        connection.execute(text("UPDATE decisions SET votes = 'nonsense' WHERE number = 2"))
    with pytest.raises(GovernanceError, match="Line 2 of the decision log"):
        store.log()


def test_times_without_a_zone_are_refused(store):
    with pytest.raises(SQLAlchemyError, match="without a zone"):
        store.open_round("r1", [], SEATS, datetime(2026, 1, 1), NOON)  # noqa: DTZ001
