"""A round from its opening to the upload's permission, on a real database."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from body_examples import START, Body, Clock, ranked
from heritage.adapters.database.engine import connect, upgrade
from heritage.errors import DecisionMissing, GovernanceError
from heritage.model.governance import Gate, Result, RoundState
from heritage.model.said import Said
from heritage.steps.govern_standing import approved, check_log, decided
from terms_examples import terms_of


@pytest.fixture
def engine(tmp_path):
    url = f"sqlite:///{tmp_path}/heritage.db"
    upgrade(url)
    return connect(url)


@pytest.fixture
def body(engine) -> Body:
    return Body(engine)


NAMES, PLACE = "names-c1", "place-c1"


def test_from_the_ballot_to_what_stands_approved(body):
    names, places = ranked(NAMES), ranked(PLACE)
    round_ = body.open(names, places)
    assert round_.closes_at == START + timedelta(days=7)
    assert not body.closable(round_)
    body.all_vote(round_)
    body.vote(round_, "Ada", PLACE, "recused", "mine")
    assert body.closable(round_)
    first, second = body.close(round_, confirmed_by="Sekai")
    assert (first.result, second.result, second.recusals) == (Result.APPROVED, Result.APPROVED, ("Ada",))
    assert body.now(round_).state is RoundState.CLOSED
    assert [(a.decision, a.proposal) for a in approved(body.store, body.clock.now())] == [
        (first, names.proposal),
        (second, places.proposal),
    ]
    assert decided(body.store, body.clock.now()) == {NAMES, PLACE}
    assert check_log(body.store) == []
    assert not body.closable(round_)


def test_everything_that_people_did_is_put_down_but_not_what_they_voted(body):
    round_ = body.open(ranked(NAMES), ranked(PLACE, robustness="robust in"), by="Sekai")
    body.pull(round_, "Bo", PLACE, "whose place?")
    body.all_vote(round_)
    body.vote(round_, "Ada", NAMES, "recused", "mine")
    body.end(round_)
    body.close(round_, confirmed_by="Sekai")
    told = [(one.user, one.action, one.detail) for one in body.actions.about(round_.round_id)]
    assert told[:2] == [("Sekai", "open", "2 proposals"), ("Bo", "pull", PLACE)]
    assert ("Gil", "vote", NAMES) in told
    assert told[-4:] == [
        ("Ada", "recuse", NAMES),
        ("Heritage Guard", "end voting", ""),
        ("Sekai", "confirm", ""),
        ("Heritage Guard", "close", "2 approved, 0 refused, 0 deferred"),
    ]
    assert not any("5" in one.detail for one in body.actions.about(round_.round_id))


def test_opening_is_safe_to_repeat_and_puts_nothing_on_two_ballots(body):
    names, places = ranked(NAMES), ranked(PLACE)
    first = body.open(names)
    body.clock.at += timedelta(days=1)
    assert body.open(names) == first
    second = body.open(names, places)
    assert second.proposals == (places,)
    assert first.round_id[0].isalpha(), "JSON reads an id of digits alone as a number"
    assert body.open(places, names) == second
    assert len(body.store.rounds()) == 2


def test_what_was_deferred_can_be_brought_again(body):
    first = body.open(ranked(NAMES))
    body.clock.at += timedelta(days=8)
    (decision,) = body.close(first)
    assert decision.result is Result.DEFERRED
    assert decided(body.store, body.clock.now()) == frozenset()
    second = body.open(ranked(NAMES))
    assert second.round_id != first.round_id
    assert second.state is RoundState.OPEN


def test_nothing_is_opened_without_seats_proposals_or_passed_gates(engine, body):
    with pytest.raises(GovernanceError, match="0 members whose term covers today"):
        Body(engine, terms_of(())).open(ranked(NAMES))
    with pytest.raises(DecisionMissing, match="no proposal"):
        body.open()
    with pytest.raises(GovernanceError, match=f"a step is missing: {NAMES}"):
        body.open(ranked(NAMES, gates=(Gate("licence", False, Said("DENY")),)))
    with pytest.raises(GovernanceError, match="'Bo' cannot open a round: it takes the secretary or chair"):
        body.open(ranked(NAMES), by="Bo")
    assert body.store.rounds() == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"round_id": "nowhere"}, "no round 'nowhere'"),
        ({"member": "Mallory"}, "no seat"),
        ({"item": "p9"}, "no proposal"),
        ({"answer": "maybe"}, "no answer"),
        ({"answer": "6"}, "no answer"),
        (
            {"answer": "for"},
            "'for' is no answer on 'names-c1': give one of 0, 1, 2, 3, 4, 5, abstain, recused",
        ),
        ({"reason": "x" * 2001}, "2000 are the most"),
    ],
)
def test_a_vote_that_breaks_a_rule_leaves_no_trace(body, change, rule):
    round_ = body.open(ranked(NAMES))
    given = {"member": "Ada", "item": NAMES, "answer": "5", "reason": ""} | change
    voted_in = replace(round_, round_id=given.pop("round_id", round_.round_id))
    with pytest.raises(GovernanceError, match=rule):
        body.vote(voted_in, **given)
    assert body.store.votes(round_.round_id) == []
    assert [one.action for one in body.actions.about(round_.round_id)] == ["open"]


def test_an_item_of_another_round_is_not_voted_on(body):
    first, second = body.open(ranked(NAMES)), body.open(ranked(PLACE))
    with pytest.raises(GovernanceError, match=f"no proposal '{PLACE}' in round {first.round_id}"):
        body.vote(first, "Ada", PLACE, "5")
    assert body.store.votes(second.round_id) == []


def test_votes_end_with_the_deadline_and_with_the_round(body):
    round_ = body.open(ranked(NAMES))
    body.all_vote(round_)
    body.clock.at = round_.closes_at
    with pytest.raises(GovernanceError, match="takes no votes"):
        body.all_vote(round_, yes=False)
    body.close(round_)
    body.clock.at = START
    with pytest.raises(GovernanceError, match="takes no votes"):
        body.all_vote(round_, yes=False)


def test_a_member_votes_anew_until_voting_ends_and_the_last_answer_counts(body):
    round_ = body.open(ranked(NAMES))
    body.all_vote(round_, yes=False)
    body.all_vote(round_)
    assert len(body.store.votes(round_.round_id)) == 7
    ended = body.end(round_)
    assert ended.closes_at == body.clock.now()
    with pytest.raises(GovernanceError, match="takes no votes any more"):
        body.vote(round_, "Ada", NAMES, "0")
    assert body.close(round_)[0].result is Result.APPROVED


def test_closing_waits_for_all_answers_or_the_deadline(body):
    round_ = body.open(ranked(NAMES))
    with pytest.raises(GovernanceError, match="not all answers are in"):
        body.close(round_)
    with pytest.raises(GovernanceError, match="not all answers are in"):
        body.end(round_)
    assert body.now(round_).state is RoundState.OPEN
    with pytest.raises(GovernanceError, match="no round"):
        body.close(replace(round_, round_id="nowhere"))
    body.all_vote(round_)
    body.close(round_)
    with pytest.raises(GovernanceError, match="closed already"):
        body.close(round_)
    assert len(body.store.log()) == 1


def test_a_later_ruling_on_the_same_question_takes_the_place_of_the_earlier(body):
    def standing():
        return [one.decision for one in approved(body.store, body.clock.now())]

    body.run(ranked("names-c1"))
    (kept,) = body.run(ranked("place-c1"))
    (newer,) = body.run(ranked("names-c2", content_hash="c2"))
    assert standing() == [kept, newer]
    body.run(ranked("names-c3", content_hash="c3"), yes=False)
    deferred = body.open(ranked("place-c2", content_hash="c2"))
    body.clock.at += timedelta(days=7)
    body.close(deferred)
    assert standing() == [kept]


def unlock(engine, table):
    with engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {table}_no_update"))
        connection.execute(text(f"DROP TRIGGER {table}_no_delete"))


def test_nothing_stands_approved_or_is_added_while_the_log_is_broken(body, engine):
    for n in range(3):
        body.run(ranked(f"names-c{n}", content_hash=f"c{n}"), yes=False)
    unlock(engine, "decisions")
    with engine.begin() as connection:
        connection.execute(text("UPDATE decisions SET result = 'approved' WHERE number = 2"))
    assert check_log(body.store)[0].startswith("Line 2 of the decision log")
    with pytest.raises(GovernanceError, match="nothing stands approved: Line 2"):
        approved(body.store, body.clock.now())
    with pytest.raises(GovernanceError, match="nothing is added to it: Line 2"):
        body.run(ranked("names-c9"))


def test_a_ballot_changed_after_the_vote_is_no_permission(body, engine):
    body.run(ranked(NAMES))
    unlock(engine, "round_proposals")
    with engine.begin() as connection:
        connection.execute(
            text('UPDATE round_proposals SET ranked = replace(ranked, \'"content_hash":"c1"\', :other)'),
            {"other": '"content_hash":"c2"'},
        )
    with pytest.raises(GovernanceError, match="another version"):
        approved(body.store, body.clock.now())


def test_the_last_line_cannot_be_cut_off_unseen(body, engine):
    body.run(ranked(NAMES), yes=False)
    unlock(engine, "decisions")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM decisions"))
    assert f"no decision on proposal {NAMES}" in check_log(body.store)[0]


def test_the_same_proposal_with_other_content_is_another_proposal(body):
    first = body.open(ranked("names-c1"))
    second = body.open(ranked("names-c2"))
    assert first.round_id != second.round_id


def test_a_round_keeps_the_terms_that_it_was_opened_with(body):
    round_ = body.open(ranked(NAMES))
    stricter = Body(body.engine, terms_of(("Zoe",), quorum_least=7), Clock(body.clock.at))
    stricter.all_vote(round_)
    (decision,) = stricter.close(round_)
    assert (decision.result, decision.quorum) == (Result.APPROVED, 5)
