"""A round from its opening to the upload's permission, on a real database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from heritage.adapters.database.decisions import SqlDecisionStore
from heritage.adapters.database.engine import connect, upgrade
from heritage.errors import GovernanceError
from heritage.model.governance import Criteria, Gate, Proposal, Ranked, Rehearsal, Result, RoundState, Scope
from heritage.steps.govern import approved, cast_vote, check_log, closable, close_round, decided, open_round
from terms_examples import terms_of

BUNDLED = terms_of(())
SETTINGS = terms_of(("Ada", "Bo", "Chidi", "Dana", "Eva"))
START = datetime(2026, 11, 21, 12, tzinfo=UTC)


class MovableClock:
    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def engine(tmp_path):
    url = f"sqlite:///{tmp_path}/heritage.db"
    upgrade(url)
    return connect(url)


@pytest.fixture
def store(engine) -> SqlDecisionStore:
    return SqlDecisionStore(engine)


def ranked(kind: str, content: str = "c1", *, passed: bool = True) -> Ranked:
    proposal = Proposal(
        proposal_id=f"xx_churches-{kind}-all-{content}",
        dataset="xx_churches",
        snapshot="s1",
        title=kind,
        kind=kind,
        scope=Scope.ALL,
        content_hash=content,
        edits_digest="e1",
        rehearsal=Rehearsal(1, 0, 1, 0, 0, 0, 0, 0.1),
        gates=(Gate("licence", passed, "ALLOW"),),
        criteria=Criteria(0.1, 0.2, 0.3, 0.4),
        reviewer_hours=1.0,
    )
    return Ranked(proposal, 1, 0.5, {"urgency": 0.5}, 0.9, "robust in")


def opened(store, clock, *proposals, settings=SETTINGS):
    return open_round(proposals, decisions=store, clock=clock, settings=settings)


def vote_all(store, clock, round_, answer="for"):
    for seat in round_.seats:
        for item in round_.proposals:
            cast_vote(
                round_.round_id, seat, item.proposal.proposal_id, answer, "", decisions=store, clock=clock
            )


def close(store, clock, round_):
    return close_round(round_.round_id, decisions=store, clock=clock, settings=SETTINGS)


def test_from_the_ballot_to_what_stands_approved(store, clock):
    names, places = ranked("names"), ranked("place")
    round_ = opened(store, clock, names, places)
    assert round_.closes_at == START + timedelta(days=7)
    assert not closable(round_.round_id, decisions=store, clock=clock)
    vote_all(store, clock, round_)
    cast_vote(
        round_.round_id, "Ada", places.proposal.proposal_id, "recused", "mine", decisions=store, clock=clock
    )
    assert closable(round_.round_id, decisions=store, clock=clock)
    first, second = close(store, clock, round_)
    assert (first.result, second.result, second.recusals) == (Result.APPROVED, Result.APPROVED, ("Ada",))
    assert store.round(round_.round_id).state is RoundState.CLOSED
    assert [(a.decision, a.proposal) for a in approved(store)] == [
        (first, names.proposal),
        (second, places.proposal),
    ]
    assert decided(store) == {names.proposal.proposal_id, places.proposal.proposal_id}
    assert check_log(store) == []
    assert not closable(round_.round_id, decisions=store, clock=clock)


def test_opening_is_safe_to_repeat_and_puts_nothing_on_two_ballots(store, clock):
    names, places = ranked("names"), ranked("place")
    first = opened(store, clock, names)
    clock.at += timedelta(days=1)
    assert opened(store, clock, names) == first
    second = opened(store, clock, names, places)
    assert second.proposals == (places,)
    assert first.round_id[0].isalpha(), "JSON reads an id of digits alone as a number"
    assert opened(store, clock, places, names) == second
    assert len(store.rounds()) == 2


def test_what_was_deferred_can_be_brought_again(store, clock):
    first = opened(store, clock, ranked("names"))
    clock.at += timedelta(days=8)
    (decision,) = close(store, clock, first)
    assert decision.result is Result.DEFERRED
    assert decided(store) == frozenset()
    second = opened(store, clock, ranked("names"))
    assert second.round_id != first.round_id
    assert second.state is RoundState.OPEN


def test_nothing_is_opened_without_seats_proposals_or_passed_gates(store, clock):
    with pytest.raises(GovernanceError, match="0 members whose term covers today"):
        opened(store, clock, ranked("names"), settings=BUNDLED)
    with pytest.raises(GovernanceError, match="no proposal"):
        opened(store, clock)
    with pytest.raises(GovernanceError, match="a step is missing: xx_churches-names-all-c1"):
        opened(store, clock, ranked("names", passed=False))
    assert store.rounds() == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"round_id": "nowhere"}, "no round 'nowhere'"),
        ({"member": "Mallory"}, "no seat"),
        ({"proposal_id": "p9"}, "no proposal"),
        ({"answer": "maybe"}, "no answer"),
    ],
)
def test_a_vote_that_breaks_a_rule_leaves_no_trace(store, clock, change, rule):
    round_ = opened(store, clock, ranked("names"))
    given = {
        "round_id": round_.round_id,
        "member": "Ada",
        "proposal_id": "xx_churches-names-all-c1",
        "answer": "for",
        "reason": "",
    }
    with pytest.raises(GovernanceError, match=rule):
        cast_vote(**given | change, decisions=store, clock=clock)
    assert store.votes(round_.round_id) == []


def test_votes_end_with_the_deadline_and_with_the_round(store, clock):
    round_ = opened(store, clock, ranked("names"))
    vote_all(store, clock, round_)
    clock.at = round_.closes_at
    with pytest.raises(GovernanceError, match="takes no votes"):
        vote_all(store, clock, round_, "against")
    close(store, clock, round_)
    clock.at = START
    with pytest.raises(GovernanceError, match="takes no votes"):
        vote_all(store, clock, round_, "against")


def test_closing_waits_for_all_answers_or_the_deadline(store, clock):
    round_ = opened(store, clock, ranked("names"))
    with pytest.raises(GovernanceError, match="not all answers are in"):
        close(store, clock, round_)
    assert store.round(round_.round_id).state is RoundState.OPEN
    with pytest.raises(GovernanceError, match="no round"):
        close_round("nowhere", decisions=store, clock=clock, settings=SETTINGS)
    vote_all(store, clock, round_)
    close(store, clock, round_)
    with pytest.raises(GovernanceError, match="closed already"):
        close(store, clock, round_)
    assert len(store.log()) == 1


def run_round(store, clock, proposal, answer):
    round_ = opened(store, clock, proposal)
    vote_all(store, clock, round_, answer)
    return close(store, clock, round_)[0]


def test_a_later_ruling_on_the_same_question_takes_the_place_of_the_earlier(store, clock):
    run_round(store, clock, ranked("names", "c1"), "for")
    kept = run_round(store, clock, ranked("place", "c1"), "for")
    newer = run_round(store, clock, ranked("names", "c2"), "for")
    assert [a.decision for a in approved(store)] == [kept, newer]
    run_round(store, clock, ranked("names", "c3"), "against")
    run_round(store, clock, ranked("place", "c2"), "abstain")  # deferred: the earlier approval stands
    assert [a.decision for a in approved(store)] == [kept]


def unlock(engine, table):
    with engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {table}_no_update"))
        connection.execute(text(f"DROP TRIGGER {table}_no_delete"))


def test_nothing_stands_approved_or_is_added_while_the_log_is_broken(store, engine, clock):
    for n in range(3):
        run_round(store, clock, ranked("names", f"c{n}"), "against")
    unlock(engine, "decisions")
    with engine.begin() as connection:
        connection.execute(text("UPDATE decisions SET result = 'approved' WHERE number = 2"))
    assert check_log(store)[0].startswith("Line 2 of the decision log")
    with pytest.raises(GovernanceError, match="nothing stands approved: Line 2"):
        approved(store)
    with pytest.raises(GovernanceError, match="nothing is added to it: Line 2"):
        run_round(store, clock, ranked("names", "c9"), "for")


def test_a_ballot_changed_after_the_vote_is_no_permission(store, engine, clock):
    run_round(store, clock, ranked("names", "c1"), "for")
    unlock(engine, "round_proposals")
    with engine.begin() as connection:
        connection.execute(
            text('UPDATE round_proposals SET ranked = replace(ranked, \'"content_hash":"c1"\', :other)'),
            {"other": '"content_hash":"c2"'},
        )
    with pytest.raises(GovernanceError, match="another version"):
        approved(store)


def test_the_last_line_cannot_be_cut_off_unseen(store, engine, clock):
    run_round(store, clock, ranked("names", "c1"), "against")
    unlock(engine, "decisions")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM decisions"))
    assert "no decision on proposal xx_churches-names-all-c1" in check_log(store)[0]


def test_the_same_proposal_with_other_content_is_another_proposal(store, clock):
    first = opened(store, clock, ranked("names", "c1"))
    second = opened(store, clock, replace(ranked("names", "c2")))
    assert first.round_id != second.round_id
