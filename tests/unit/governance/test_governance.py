"""Ballot, equal shares and the decision log, with the figures of acceptance case 18."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from heritage.errors import GovernanceError
from heritage.governance.ballot import Answer, body_quorum, check_closing, check_vote
from heritage.governance.decide import decide
from heritage.governance.equal_shares import Funded, equal_shares
from heritage.governance.log import BEGINNING, verify, verify_rounds
from heritage.model.governance import (
    Criteria,
    Gate,
    LicenceAnswer,
    Proposal,
    Ranked,
    Rehearsal,
    Result,
    Round,
    RoundState,
    Scope,
    Vote,
)
from terms_examples import terms_of

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
END = NOON + timedelta(days=7)
SEATS = ("Ada", "Bo", "Chidi", "Dana", "Eva", "Fay", "Gil")
SETTINGS = terms_of(SEATS)
CODES = {"+": "for", "-": "against", "o": "abstain", "r": "recused"}


def ranked(proposal_id: str, hours: float = 1.0, licence: LicenceAnswer = LicenceAnswer.ALLOW) -> Ranked:
    proposal = Proposal(
        proposal_id=proposal_id,
        dataset="xx_churches",
        snapshot="s1",
        title=proposal_id,
        kind="identifiers",
        scope=Scope.ALL,
        content_hash="c",
        edits_digest="e",
        rehearsal=Rehearsal(1, 0, 1, 0, 0, 0, 0, 0.1),
        gates=(Gate("licence", True, licence),),
        criteria=Criteria(0.1, 0.2, 0.3, 0.4),
        reviewer_hours=hours,
    )
    return Ranked(proposal, 1, 0.5, {"urgency": 0.5}, 0.9, "robust in")


def round_of(*proposals: Ranked, seats: tuple[str, ...] = SEATS) -> Round:
    return Round("r1", NOON, END, RoundState.OPEN, seats, proposals)


def votes(**answers: str) -> list[Vote]:
    """`p1="++-o."`: what each seat says in turn; a dot is no answer."""
    return [
        Vote(seat, proposal_id, CODES[code], NOON)
        for proposal_id, codes in answers.items()
        for seat, code in zip(SEATS, codes, strict=False)
        if code != "."
    ]


def result(codes: str, **options) -> tuple[Result, str]:
    (decision,) = decide(round_of(ranked("p1", **options)), votes(p1=codes), SETTINGS, END, None)
    return decision.result, decision.reasons


@pytest.mark.parametrize(("seats", "needed"), [(1, 4), (6, 4), (7, 5), (8, 5), (9, 6), (10, 6), (35, 21)])
def test_quorum(seats, needed):
    assert body_quorum(seats, SETTINGS) == needed


def test_case_18_four_of_seven_decide_nothing():
    outcome, reasons = result("++++...")
    assert outcome is Result.DEFERRED
    assert "4 of 7 members took part (quorum 5" in reasons


def test_case_18_two_votes_without_a_stake_decide_nothing():
    outcome, reasons = result("++rrrrr")
    assert outcome is Result.DEFERRED
    assert "2 votes without a stake in it, 3 are needed" in reasons


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ("+++--oo", Result.APPROVED),
        ("++---oo", Result.REFUSED),
        ("++--ooo", Result.DEFERRED),
        ("ooooooo", Result.DEFERRED),
        ("+oooooo", Result.APPROVED),
        ("+++rrrr", Result.APPROVED),
        (".......", Result.DEFERRED),
    ],
)
def test_the_majority_decides_and_a_tie_defers(codes, expected):
    assert result(codes)[0] is expected


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ("++++--o", Result.APPROVED),  # 4 of 6 are two thirds exactly
        ("++++---", Result.REFUSED),
        ("++-oooo", Result.APPROVED),
        ("+++---o", Result.DEFERRED),
    ],
)
def test_a_licence_that_the_body_may_open_takes_two_thirds(codes, expected):
    assert result(codes, licence=LicenceAnswer.BODY_DECISION)[0] is expected


def test_who_is_recused_on_one_item_counts_on_the_others_and_for_the_quorum():
    decisions = decide(
        round_of(ranked("p1"), ranked("p2")), votes(p1="rr+++..", p2="--+++.."), SETTINGS, END, None
    )
    first, second = decisions
    assert (first.result, first.recusals, first.votes) == (
        Result.APPROVED,
        ("Ada", "Bo"),
        {"Chidi": "for", "Dana": "for", "Eva": "for"},
    )
    assert second.result is Result.APPROVED
    assert first.reasons.startswith(
        "Approved by the majority. Votes: 3 for, 0 against, 0 abstained, Ada, Bo recused."
    )


def test_only_seats_count():
    strangers = [Vote(f"guest {n}", "p1", "for", NOON) for n in range(20)]
    (decision,) = decide(round_of(ranked("p1")), strangers, SETTINGS, END, None)
    assert decision.result is Result.DEFERRED
    assert decision.votes == {}


def test_a_decision_is_bound_to_what_was_decided_on():
    ballot = ranked("p1")
    edited = replace(ballot, proposal=replace(ballot.proposal, content_hash="other"))
    mine, theirs = (
        decide(round_of(r), votes(p1="+++++"), SETTINGS, END, None)[0].inputs_hash for r in (ballot, edited)
    )
    assert mine != theirs


# --- Who may vote, and when ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vote", "rule"),
    [
        (Vote("Mallory", "p1", "for", NOON), "no seat"),
        (Vote("ada", "p1", "for", NOON), "no seat"),
        (Vote("Ada", "p9", "for", NOON), "no proposal 'p9'"),
        (
            Vote("Ada", "p1", "yes", NOON),
            "'yes' is no answer on 'p1': give one of for, against, abstain, recused",
        ),
        (Vote("Ada", "p1", "for", END), "takes no votes any more"),
    ],
)
def test_a_vote_that_breaks_a_rule_is_refused_with_the_rule(vote, rule):
    with pytest.raises(GovernanceError, match=rule):
        check_vote(round_of(ranked("p1")), vote, SETTINGS)


def test_every_answer_of_a_seat_is_accepted_while_the_round_is_open():
    ballot = round_of(ranked("p1"))
    for answer in Answer:
        check_vote(ballot, Vote("Ada", "p1", answer, NOON), SETTINGS)
    with pytest.raises(GovernanceError, match="no votes any more"):
        check_vote(replace(ballot, state=RoundState.CLOSED), Vote("Ada", "p1", "for", NOON), SETTINGS)


def test_a_round_closes_at_its_deadline_or_when_every_answer_is_in():
    ballot = round_of(ranked("p1"), ranked("p2"))
    with pytest.raises(GovernanceError, match="missing from Gil"):
        check_closing(ballot, votes(p1="+++++++", p2="++++++"), NOON, SETTINGS)
    check_closing(ballot, votes(p1="+++++++", p2="++++++r"), NOON, SETTINGS)
    check_closing(ballot, [], END, SETTINGS)


def test_settings_name_each_seat_once():
    with pytest.raises(ValidationError, match="more than one seat for Ada"):
        terms_of(["Ada", "Bo", "Ada"])


# --- Method of Equal Shares ------------------------------------------------------------------------------

P1, P2, Q = "p1", "p2", "q"
COSTS = {P1: 50.0, P2: 50.0, Q: 28.0}
FIVE, TWO = SEATS[:5], SEATS[5:]


def supporters(members):
    return dict.fromkeys(members, 1.0)


def test_case_18_a_minority_gets_its_share():
    scores = {P1: supporters(FIVE), P2: supporters(FIVE), Q: supporters(TWO)}
    funded = equal_shares(COSTS, scores, SEATS, 100)
    assert [bought.item for bought in funded] == [P1, Q]
    assert funded[0].paid == pytest.approx(dict.fromkeys(FIVE, 10.0))
    assert funded[1].paid == pytest.approx(dict.fromkeys(TWO, 14.0))


def test_case_18_a_recused_supporter_makes_the_other_item_cheaper():
    scores = {P1: supporters(FIVE[1:]), P2: supporters(FIVE), Q: supporters(TWO)}
    assert {bought.item for bought in equal_shares(COSTS, scores, SEATS, 100)} == {P2, Q}


def test_who_runs_out_of_money_pays_all_of_it_and_the_others_the_rest():
    costs = {"first": 6.0, "second": 12.0}
    scores = {"first": {"a": 1.0}, "second": {"a": 1.0, "b": 1.0}}
    funded = equal_shares(costs, scores, ["a", "b"], 20)
    assert [bought.item for bought in funded] == ["first", "second"]
    assert funded[1].paid == pytest.approx({"a": 4.0, "b": 8.0})


def test_the_leftover_buys_by_score_and_costs_of_nothing_are_always_met():
    scores = {"free": {}, "liked": {"a": 3.0}, "less": {"b": 1.0}}
    funded = equal_shares({"free": 0.0, "liked": 8.0, "less": 7.0}, scores, ["a", "b"], 12)
    assert funded == [Funded("free", {}), Funded("liked", {})]
    assert equal_shares({"x": 1.0}, {}, [], 0.5) == []


elections = st.integers(1, 6).flatmap(
    lambda voters: st.tuples(
        st.just([f"v{n}" for n in range(voters)]),
        st.dictionaries(
            st.sampled_from("abcdefg"),
            st.tuples(
                st.floats(0.1, 50),
                st.dictionaries(st.sampled_from([f"v{n}" for n in range(voters)]), st.integers(1, 5)),
            ),
            max_size=7,
        ),
        st.floats(1, 100),
    )
)


@settings(deadline=None)
@given(elections)
def test_equal_shares_never_overspends_and_nobody_pays_beyond_an_equal_share(election):
    voters, items, budget = election
    costs = {item: cost for item, (cost, _) in items.items()}
    funded = equal_shares(costs, {item: scores for item, (_, scores) in items.items()}, voters, budget)
    assert len({bought.item for bought in funded}) == len(funded)
    assert sum(costs[bought.item] for bought in funded) <= budget + 1e-6
    for voter in voters:
        assert sum(bought.paid.get(voter, 0) for bought in funded) <= budget / len(voters) + 1e-6
    for bought in funded:
        if bought.paid:
            assert sum(bought.paid.values()) == pytest.approx(costs[bought.item], abs=1e-6)
    left = budget - sum(costs[bought.item] for bought in funded)
    missing = costs.keys() - {bought.item for bought in funded}
    assert all(costs[item] > left for item in missing)


def least_price(cost, liked, purse):
    """Of a unit of score, by the definition: the least at which those who like it can pay at all."""
    if sum(purse[voter] for voter in liked) < cost:
        return None
    left, units = Fraction(cost), sum(liked.values())
    for voter in sorted(liked, key=lambda v: purse[v] / liked[v]):
        if left / units * liked[voter] <= purse[voter]:
            break
        left, units = left - purse[voter], units - liked[voter]
    return left / units


@settings(deadline=None)
@given(elections, st.integers(1, 3))
def test_equal_shares_buy_what_is_cheapest_each_time_and_all_that_can_be_paid(election, digits):
    voters, items, budget = election
    costs = {item: max(round(cost, -1) / digits, 1.0) for item, (cost, _) in items.items()}  # many are alike
    scores = {item: liked for item, (_, liked) in items.items()}
    purse = {voter: Fraction(budget) / len(voters) for voter in voters}
    waiting = set(costs)
    for bought in equal_shares(costs, scores, voters, budget):
        if not bought.paid:
            break
        prices = {i: least_price(costs[i] - 1e-6, scores[i], purse) for i in waiting}
        assert prices[bought.item] <= min(p for p in prices.values() if p is not None) + 1e-5
        for voter, hours in bought.paid.items():
            purse[voter] -= min(Fraction(hours), purse[voter])
        waiting.remove(bought.item)
    assert all(least_price(costs[i] + 1e-6, scores[i], purse) is None for i in waiting)


def test_at_one_price_the_lower_cost_goes_first_then_the_id():
    scores = {item: {"a": 2.0, "b": 2.0} for item in ("z", "x", "y")} | {"half": {"a": 1.0, "b": 1.0}}
    costs = {"z": 4.0, "x": 4.0, "y": 4.0, "half": 2.0}
    assert [bought.item for bought in equal_shares(costs, scores, ["a", "b"], 11)] == ["half", "x", "y"]


# --- The log ---------------------------------------------------------------------------------------------


def written_log(rounds: int = 2, proposals: int = 2):
    log, closed = [], []
    for number in range(rounds):
        items = [ranked(f"p{n}") for n in range(proposals)]
        ballot = replace(round_of(*items), round_id=f"r{number}")
        cast = votes(**{f"p{n}": "+++++-r" for n in range(proposals)})
        log += decide(ballot, cast, SETTINGS, END, log[-1] if log else None)
        closed.append(replace(ballot, state=RoundState.CLOSED))
    return log, closed


LOG, ROUNDS = written_log()


def test_a_log_as_it_was_written_has_no_faults():
    assert [d.number for d in LOG] == [1, 2, 3, 4]
    assert LOG[0].prev_hash == BEGINNING
    assert verify(LOG) == []
    assert verify([]) == []
    assert verify_rounds(LOG, ROUNDS) == []


CHANGES = {
    "number": 9,
    "round_id": "r9",
    "proposal_id": "p9",
    "dataset": "yy_other",
    "inputs_hash": "0" * 64,
    "result": Result.REFUSED,
    "votes": {"Ada": "against"},
    "recusals": ("Bo",),
    "quorum": 1,
    "reasons": "Because.",
    "decided_at": NOON.isoformat(),
    "prev_hash": "f" * 64,
    "hash": "f" * 64,
}


@settings(deadline=None)
@given(st.integers(0, 3), st.sampled_from(sorted(CHANGES)))
def test_tampering_with_any_field_of_any_line_is_found(position, field):
    bent = list(LOG)
    bent[position] = replace(bent[position], **{field: CHANGES[field]})
    faults = verify(bent)
    assert faults
    assert f"Line {position + 1} " in faults[0]


@settings(deadline=None)
@given(st.integers(0, 2))
def test_a_line_removed_before_the_end_is_found(position):
    assert verify(LOG[:position] + LOG[position + 1 :])[0].startswith(f"Line {position + 1} ")


@settings(deadline=None)
@given(st.permutations(LOG))
def test_only_the_written_order_holds(shuffled):
    assert (verify(shuffled) == []) == (shuffled == LOG)


@settings(deadline=None)
@given(st.integers(0, 3), st.integers(0, 3))
def test_a_line_put_in_twice_is_found(source, position):
    assert verify([*LOG[:position], LOG[source], *LOG[position:]])


def test_a_line_cut_off_at_the_end_is_missed_by_its_closed_round():
    cut = LOG[:-1]
    assert verify(cut) == []
    assert verify_rounds(cut, ROUNDS) == [
        "The log has no decision on proposal p1 of round r1, which is closed."
    ]
    still_open = [ROUNDS[0], replace(ROUNDS[1], state=RoundState.OPEN)]
    assert verify_rounds(LOG[:2], still_open) == []


def test_a_ballot_changed_after_the_vote_is_found():
    ballot = ROUNDS[0].proposals[1]
    bent = replace(ballot, proposal=replace(ballot.proposal, content_hash="other"))
    rounds = [replace(ROUNDS[0], proposals=(ROUNDS[0].proposals[0], bent)), ROUNDS[1]]
    assert verify_rounds(LOG, rounds) == [
        "Line 2 of the decision log decided on another version of proposal p1 of round r0."
    ]


answers = st.text("+-or.", min_size=7, max_size=7)


@settings(deadline=None)
@given(answers, answers)
def test_a_round_replays_to_the_same_decisions_from_its_log(first, second):
    ballot = round_of(ranked("p1"), ranked("p2"))
    log = decide(ballot, votes(p1=first, p2=second), SETTINGS, END, None)
    again = [
        Vote(member, d.proposal_id, answer, NOON)
        for d in log
        for member, answer in [*d.votes.items(), *((member, "recused") for member in d.recusals)]
    ]
    assert decide(ballot, again, SETTINGS, END, None) == log
    assert verify(log) == []
