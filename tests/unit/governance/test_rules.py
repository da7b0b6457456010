"""Every rule of quorum, majority, tie, recusal, term, consent, hours and share: one row each."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from body_examples import ROLES, SEATS, ask, ranked
from heritage.errors import GovernanceError
from heritage.governance.acting import may
from heritage.governance.agenda import Part, agenda_of
from heritage.governance.ballot import answers_for, check_closing, check_pull, check_vote, missing
from heritage.governance.decide import decide
from heritage.governance.log import verify
from heritage.governance.quarter import Quarter, quarter_before
from heritage.governance.replay import replay
from heritage.governance.settings import GovernanceSettings, Role
from heritage.governance.terms import as_text
from heritage.model.governance import (
    DecisionType,
    LicenceAnswer,
    Pull,
    Ranked,
    Result,
    Round,
    RoundKind,
    RoundState,
    Vote,
)
from terms_examples import EVER, terms_of, terms_with

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
END = NOON + timedelta(days=7)
TERMS = terms_of(SEATS, roles=ROLES, budget_hours=100)
CODES = {"+": "for", "-": "against", "o": "abstain", "r": "recused"} | {str(n): str(n) for n in range(6)}
IN, OUT = "robust in", "robust out"


def round_of(*items: Ranked, terms=TERMS, seats=SEATS, kind=RoundKind.REGULAR, pulled=()) -> Round:
    pulls = tuple(Pull("Gil", item, "let us talk", NOON) for item in pulled)
    return Round("r1", NOON, END, RoundState.OPEN, seats, items, kind, pulls, as_text(terms))


def votes(seats=SEATS, **answers: str) -> list[Vote]:
    """`p1="5510-r."`: what each seat says in turn; a dot is no answer."""
    return [
        Vote(seat, item, CODES[code], NOON, "because")
        for item, codes in answers.items()
        for seat, code in zip(seats, codes, strict=False)
        if code != "."
    ]


def rule(round_: Round, terms=TERMS, **answers: str):
    return decide(round_, votes(round_.seats, **answers), terms, END, None)


QUESTION, QUALIFIED, BALLOT, CONSENT, LATER = "question", "two thirds", "ballot", "consent", "later"
ITEMS = {
    QUESTION: ask("p"),
    QUALIFIED: ask("p", LicenceAnswer.BODY_DECISION, DecisionType.LICENCE),
    BALLOT: ranked("p"),
    CONSENT: ranked("p", robustness=IN),
    LATER: ranked("p", robustness=OUT),
}
APPROVED, REFUSED, DEFERRED = Result.APPROVED, Result.REFUSED, Result.DEFERRED

RULES = [
    # part, what the seven seats say on it, what they say on another item, result, why
    ("quorum: 4 of 7 decide nothing", QUESTION, "++++...", ".......", DEFERRED, "too few of the 7 members"),
    ("quorum: 4 of 7 decide nothing by scores", BALLOT, "5555...", ".......", DEFERRED, "too few of the 7"),
    ("quorum: silence of all is no consent", CONSENT, ".......", ".......", DEFERRED, "too few of the 7"),
    ("quorum: 5 of 7 decide", QUESTION, "+++++..", ".......", APPROVED, "quorum 5"),
    (
        "quorum: votes elsewhere take part",
        QUESTION,
        "+++....",
        "...+++.",
        APPROVED,
        "6 of 7 members",
    ),
    ("quorum: the recused take part", QUESTION, "+++rr..", ".......", APPROVED, "5 of 7 members"),
    (
        "votes: 2 are too few",
        QUESTION,
        "++rrrrr",
        ".......",
        DEFERRED,
        "2 votes without a stake",
    ),
    (
        "votes: 2 scores are too few",
        BALLOT,
        "55rrrrr",
        ".......",
        DEFERRED,
        "2 votes without",
    ),
    (
        "votes: consent of 2 is none",
        CONSENT,
        "++rrrrr",
        ".......",
        DEFERRED,
        "2 members without",
    ),
    ("votes: 3 are enough", QUESTION, "+++rrrr", ".......", APPROVED, "Approved by the majority"),
    ("votes: an abstention is one", QUESTION, "+oorrrr", ".......", APPROVED, "Approved by the majority"),
    ("majority: more for", QUESTION, "+++--oo", ".......", APPROVED, "Approved by the majority"),
    (
        "majority: one for, none against",
        QUESTION,
        "+oooooo",
        ".......",
        APPROVED,
        "Approved by the majority",
    ),
    ("majority: more against", QUESTION, "++---oo", ".......", REFUSED, "Refused by the majority"),
    ("tie: as many for as against", QUESTION, "++--ooo", ".......", DEFERRED, "as many for as against"),
    ("tie: all abstain", QUESTION, "ooooooo", ".......", DEFERRED, "as many for as against"),
    ("two thirds: 4 of 6 are just enough", QUALIFIED, "++++--o", ".......", APPROVED, "2/3 of the votes"),
    ("two thirds: 4 of 7 are not", QUALIFIED, "++++---", ".......", REFUSED, "asks for 2/3"),
    ("two thirds: abstentions do not count", QUALIFIED, "++-oooo", ".......", APPROVED, "2/3 of the votes"),
    ("two thirds: a tie defers", QUALIFIED, "+++---o", ".......", DEFERRED, "as many for as against"),
    (
        "two thirds: fewer for",
        QUALIFIED,
        "++---oo",
        ".......",
        REFUSED,
        "Refused by the majority",
    ),
    ("consent: nobody asks for a vote", CONSENT, ".......", "+++++..", APPROVED, "nobody asked for a vote"),
    ("consent: some agree aloud", CONSENT, "++.....", "+++++..", APPROVED, "2 agreed"),
    ("ballot: support that the hours pay for", BALLOT, "5100000", ".......", APPROVED, "equal shares"),
    ("ballot: every score 0", BALLOT, "0000000", ".......", REFUSED, "every score is 0"),
    ("ballot: nobody gives a score", BALLOT, "ooooooo", ".......", DEFERRED, "nobody gave it a score"),
    ("later: waits", LATER, ".......", "+++++..", DEFERRED, "Waits for another round"),
]


@pytest.mark.parametrize(
    ("part", "codes", "elsewhere", "result", "why"), [row[1:] for row in RULES], ids=[r[0] for r in RULES]
)
def test_a_rule(part, codes, elsewhere, result, why):
    decision, _ = rule(round_of(ITEMS[part], ask("other")), p=codes, other=elsewhere)
    assert decision.result is result
    assert why in decision.reasons


def test_what_members_can_answer_depends_on_the_part():
    assert answers_for(Part.QUESTION) == ("for", "against", "abstain", "recused")
    assert answers_for(Part.CONSENT) == ("for", "recused")
    assert answers_for(Part.BALLOT) == ("0", "1", "2", "3", "4", "5", "abstain", "recused")
    assert answers_for(Part.LATER) == ()


# --- The agenda ------------------------------------------------------------------------------------------


def parts(round_: Round) -> dict[str, str]:
    return {item.proposal.proposal_id: part.value for part, item in agenda_of(round_).parts()}


def test_the_agenda_passes_what_is_robust_as_long_as_the_hours_hold_and_tries_the_next():
    items = [
        ranked("first", 60, IN, 1),
        ranked("beyond", 50, IN, 2),
        ranked("fits", 40, IN, 3),
        ranked("contested", 5, "contested", 4),
        ranked("out", 1, OUT, 5),
        ask("question"),
    ]
    agenda = agenda_of(round_of(*items))
    assert parts(round_of(*items)) == {
        "question": "question",
        "first": "consent",
        "fits": "consent",
        "beyond": "ballot",
        "contested": "ballot",
        "out": "later",
    }
    assert agenda.hours == 0


def test_a_pull_moves_its_own_item_alone_and_its_hours_go_to_the_ballot():
    items = [ranked("first", 60, IN, 1), ranked("beyond", 50, IN, 2), ranked("out", 1, OUT, 3)]
    round_ = round_of(*items, pulled=("first", "out"))
    assert parts(round_) == {"first": "ballot", "beyond": "ballot", "out": "ballot"}
    assert agenda_of(round_).hours == 100


def test_agreeing_before_a_pull_is_no_score_and_is_asked_again():
    round_ = round_of(ranked("p", robustness=IN), ask("other"), pulled=("p",))
    agreed = votes(p="+++++++", other="+++++++")
    assert missing(round_, agreed, NOON, TERMS) == dict.fromkeys(SEATS, ("p",))
    (decision, _) = decide(round_, agreed, TERMS, END, None)
    assert (decision.result, decision.votes["Ada"]) == (DEFERRED, "for")
    assert "0 votes without a stake" in decision.reasons


@pytest.mark.parametrize(
    ("pull", "why"),
    [
        (Pull("Zoe", "in", "why", NOON), "no seat"),
        (Pull("Ada", "in", " ", NOON), "a pull needs a reason"),
        (Pull("Ada", "in", "x" * 2001, NOON), "2000 are the most"),
        (Pull("Ada", "nowhere", "why", NOON), "no proposal 'nowhere'"),
        (Pull("Ada", "contested", "why", NOON), "is voted on anyway"),
        (Pull("Ada", "q", "why", NOON), "is voted on anyway"),
        (Pull("Ada", "in", "why", END), "takes no votes any more"),
    ],
)
def test_a_pull_that_breaks_a_rule_is_refused(pull, why):
    round_ = round_of(ranked("in", robustness=IN), ranked("out", robustness=OUT), ranked("contested"), ask())
    with pytest.raises(GovernanceError, match=why):
        check_pull(round_, pull, TERMS)
    for item in ("in", "out"):
        check_pull(round_, Pull("Ada", item, "why", NOON), TERMS)


# --- Interests and terms ---------------------------------------------------------------------------------


def seating(members) -> GovernanceSettings:
    given = terms_with((), roles=ROLES, budget_hours=100)
    return GovernanceSettings.model_validate(given | {"members": members})


@pytest.mark.parametrize(
    "wrong",
    [
        {"budget_hours": float("inf")},
        {"body": "two\nlines"},
        {"body": ""},
        {"voting_days": 10**9},
        {"open_after_days": 10**12},
        {"review_months": 10**6},
    ],
)
def test_terms_that_no_round_could_keep_are_refused(wrong):
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        terms_of(SEATS, **wrong)


def test_roles_of_airflow_are_taken_in_any_case():
    terms = terms_of(("Ada",), airflow_roles={"member": ["Op"]})
    assert may(terms, "Ada", Role.MEMBER, NOON.date(), ["OP"])
    assert not may(terms, "Ada", Role.MEMBER, NOON.date(), ["user"])


def with_interest(**about) -> GovernanceSettings:
    members = [{"user": name, **EVER} for name in SEATS]
    members[0]["interests"] = [{"why": "employer", **about}]
    return seating(members)


@pytest.mark.parametrize(
    ("about", "concerned"),
    [
        ({"datasets": ["xx_churches"]}, True),
        ({"datasets": ["yy_other"]}, False),
        ({"publishers": ["national register"]}, True),
        ({"publishers": ["Another"]}, False),
        ({"countries": ["xx"]}, True),
        ({"countries": ["yy"]}, False),
    ],
)
def test_who_has_declared_an_interest_is_recused_whatever_they_answer(about, concerned):
    terms = with_interest(**about)
    item = ranked("p", publisher="National Register")
    round_ = round_of(item, terms=terms)
    (decision,) = decide(round_, votes(p="0555555"), terms, END, None)
    assert decision.recusals == (("Ada",) if concerned else ())
    assert ("Ada" in decision.votes) is not concerned
    vote = Vote("Ada", "p", "5", NOON)
    if concerned:
        assert "Ada" not in missing(round_, [], NOON, terms)
        with pytest.raises(GovernanceError, match=r"recused from 'p' by a declared interest \(employer\)"):
            check_vote(round_, vote, terms)
        pulled = round_of(replace(item, robustness=IN), terms=terms)
        with pytest.raises(GovernanceError, match="cannot pull it: ask another member"):
            check_pull(pulled, Pull("Ada", "p", "mine", NOON), terms)
    else:
        check_vote(round_, vote, terms)


def test_a_seat_is_kept_for_the_round_but_nobody_votes_after_their_term():
    ends = date(2026, 11, 23)
    members = [{"user": name, **EVER} for name in SEATS[1:]] + [
        {"user": "Ada", "from": "2026-01-01", "until": ends}
    ]
    terms = seating(members)
    assert "Ada" in terms.seats(ends)
    assert "Ada" not in terms.seats(ends + timedelta(days=1))
    round_ = round_of(ask("p"), terms=terms)
    check_vote(round_, Vote("Ada", "p", "for", datetime(2026, 11, 23, 23, 59, tzinfo=UTC)), terms)
    after = datetime(2026, 11, 24, tzinfo=UTC)
    with pytest.raises(GovernanceError, match="The term of 'Ada' is over"):
        check_vote(round_, Vote("Ada", "p", "for", after), terms)
    assert "Ada" not in missing(round_, [], after, terms)
    (decision,) = rule(round_, terms, p="++++++.")
    assert (decision.votes["Ada"], decision.quorum) == ("for", 5), (
        "what they said before counts, and their seat"
    )


def test_somebody_named_after_the_round_opened_has_no_seat_in_it():
    round_ = round_of(ask("p"))
    later = terms_of((*SEATS, "Zoe"))
    with pytest.raises(GovernanceError, match="its seats are those of the day on which it was opened"):
        check_vote(round_, Vote("Zoe", "p", "for", NOON), later)


def test_a_round_closes_early_only_when_all_who_can_have_answered_all_that_they_can():
    round_ = round_of(ranked("in", robustness=IN), ranked("p"), ranked("out", robustness=OUT))
    said = votes(**{"in": "+++++++", "p": "555555r"})
    check_closing(round_, said, NOON, TERMS)
    for one in (said[:-1], said[1:]):
        with pytest.raises(GovernanceError, match="not all answers are in"):
            check_closing(round_, one, NOON, TERMS)
    check_closing(round_, [], END, TERMS)


# --- Hours -----------------------------------------------------------------------------------------------


def funded(decisions) -> set[str]:
    return {one.proposal_id for one in decisions if one.result is APPROVED}


P1, P2, Q = ranked("p1", 50), ranked("p2", 50, rank=2), ranked("q", 28, rank=3)


def test_case_18_a_minority_gets_its_share_in_a_round():
    decisions = rule(round_of(P1, P2, Q), p1="1111100", p2="1111100", q="0000011")
    assert [one.result for one in decisions] == [APPROVED, DEFERRED, APPROVED]
    assert dict(decisions[0].paid) == dict.fromkeys(SEATS[:5], 10.0)
    assert dict(decisions[2].paid) == dict.fromkeys(SEATS[5:], 14.0)
    assert "the 100 reviewer-hours of the ballot went to other proposals" in decisions[1].reasons


def test_case_18_a_recused_supporter_leaves_the_item_dearer_and_pays_nothing_for_it():
    decisions = rule(round_of(P1, P2, Q), p1="r111100", p2="1111100", q="0000011")
    assert [one.result for one in decisions] == [DEFERRED, APPROVED, APPROVED]
    assert dict(decisions[1].paid)["Ada"] == 10.0, "their share stays for other items"


def test_case_18_seven_seats_four_present_no_decision():
    decisions = rule(round_of(P1, P2, Q), p1="1111...", p2="1111...", q="0000...")
    assert {one.result for one in decisions} == {DEFERRED}
    assert all("4 of 7 members took part (quorum 5" in one.reasons for one in decisions)


def test_case_18_an_item_left_with_two_unrecused_votes_is_deferred():
    first, second, _ = rule(round_of(P1, P2, Q), p1="11rrrrr", p2="1111100", q="0000011")
    assert (first.result, second.result) == (DEFERRED, APPROVED)


def test_the_consent_agenda_is_paid_first():
    decisions = rule(
        round_of(ranked("in", 60, IN), P1, Q), **{"in": "+++++++", "p1": "5555555", "q": "1111111"}
    )
    assert funded(decisions) == {"in", "q"}, "40 hours are left: p1 takes 50"


def well(item: str, hours: float, robustness: str = "contested", rank: int = 1) -> Ranked:
    return ranked(item, hours, robustness, rank, under_covered=False)


def test_well_covered_proposals_take_their_part_of_the_hours_and_no_more():
    round_ = round_of(well("a", 40, rank=1), well("b", 40, rank=2), ranked("c", 60, rank=3))
    said = votes(a="5555555", b="4444444", c="0000001")
    decisions = decide(round_, said, TERMS, END, None)
    assert funded(decisions) == {"a", "c"}
    assert "3/10 of the quarter's reviewer-hours are kept" in decisions[1].reasons
    assert "the share kept for what is covered least pays for it" in decisions[2].reasons
    waived = decide(round_, said, TERMS, END, None, quarter=Quarter(waived=True))
    assert funded(waived) == {"a", "b"}


def test_the_body_waives_the_share_in_the_round_itself():
    round_ = round_of(well("a", 40), well("b", 40, rank=2), ask("w", kind=DecisionType.PORTFOLIO))
    assert funded(rule(round_, a="5555555", b="5555555", w="++++++-")) == {"a", "b", "w"}
    assert funded(rule(round_, a="5555555", b="5555555", w="------+")) == {"a"}


def test_the_share_is_of_the_quarter():
    round_ = round_of(well("a", 40))
    assert funded(decide(round_, votes(a="5555555"), TERMS, END, None)) == {"a"}
    much = Quarter(well_covered=120)
    assert funded(decide(round_, votes(a="5555555"), TERMS, END, None, quarter=much)) == set()
    balanced = Quarter(well_covered=120, under_covered=60)
    assert funded(decide(round_, votes(a="5555555"), TERMS, END, None, quarter=balanced)) == {"a"}


def test_a_quarter_begins_anew():
    round_ = round_of(well("a", 40), ask("w", kind=DecisionType.PORTFOLIO))
    log = rule(round_, a="5555555", w="+++++++")
    assert quarter_before(END, log, [round_]) == Quarter(40, 0, waived=True)
    assert quarter_before(datetime(2027, 1, 1, tzinfo=UTC), log, [round_]) == Quarter()


# --- What is not carried out as voted --------------------------------------------------------------------


def test_what_vanished_while_voting_keeps_its_votes_and_decides_nothing():
    round_ = round_of(ranked("p"), ranked("q", rank=2))
    first, second = decide(
        round_, votes(p="5555555", q="5555555"), TERMS, END, None, stale={"p": "it is gone."}
    )
    assert (first.result, first.votes["Ada"], second.result) == (DEFERRED, "5", APPROVED)
    assert first.reasons.startswith("Stale: it is gone. Votes: 7 of 7 scores above 0")


def test_what_the_secretary_returns_is_deferred_with_the_reason():
    round_ = round_of(ranked("p"), ranked("in", robustness=IN))
    said = votes(**{"p": "5555555", "in": "+++++++"})
    decisions = decide(round_, said, TERMS, END, None, returned="two votes came by letter (Sekai)")
    assert {one.result for one in decisions} == {DEFERRED}
    assert all(one.reasons.startswith("Returned to the body: two votes came by letter") for one in decisions)


def test_a_decision_says_who_was_of_another_mind_and_when_it_is_looked_at_again():
    (decision,) = rule(round_of(ask("p")), p="+++++-o")
    assert decision.dissent == (("Fay", "because"),)
    assert (decision.effective, decision.review_by) == (END.isoformat(), "2027-11-28")
    assert decision.options == ("for", "against", "abstain", "recused")
    (refused,) = rule(round_of(ask("p")), p="+-----o")
    assert (refused.dissent, refused.effective, refused.review_by) == ((("Ada", "because"),), "", "")


# --- What holds whatever people vote ---------------------------------------------------------------------

ROBUSTNESS = st.sampled_from([IN, OUT, "contested"])
ballots = st.lists(
    st.tuples(st.sampled_from([0.5, 7.0, 20.0, 33.3, 50.0]), ROBUSTNESS, st.booleans(), st.booleans()),
    min_size=1,
    max_size=6,
)
answers = st.text("012345or.", min_size=7, max_size=7)


@settings(deadline=None, max_examples=60)
@given(ballots, st.data(), st.booleans())
def test_whatever_is_voted_the_hours_hold_the_recused_pay_nothing_and_the_log_replays(shape, data, waived):
    items = [
        ranked(f"p{n}", hours, robustness, n + 1, under_covered=under)
        for n, (hours, robustness, under, _) in enumerate(shape)
    ]
    pulled = tuple(f"p{n}" for n, (_, steady, _, pull) in enumerate(shape) if pull and steady != "contested")
    members = [{"user": name, **EVER} for name in SEATS]
    if data.draw(st.booleans()):
        members[0]["interests"] = [{"why": "funder", "datasets": ["xx_churches"]}]
    terms = seating(members)
    questions = [ask("w", kind=DecisionType.PORTFOLIO)] if waived else []
    round_ = round_of(*items, *questions, terms=terms, pulled=pulled)
    agenda, cast = agenda_of(round_), []
    for part, item in agenda.parts():
        codes = data.draw(answers)
        said = votes(**{item.proposal.proposal_id: codes})
        cast += [one if one.answer in answers_for(part) else replace(one, answer="for") for one in said]
    log = decide(round_, cast, terms, END, None)
    hours = {item.proposal.proposal_id: item.proposal for item in items}
    approved = [one for one in log if one.result is APPROVED and one.proposal_id in hours]
    spent = sum(hours[one.proposal_id].reviewer_hours for one in approved)
    assert spent <= 100 + 1e-6
    if not waived:
        covered = [hours[one.proposal_id] for one in approved]
        assert sum(p.reviewer_hours for p in covered if not p.under_covered) <= 70 + 1e-6
    for one in log:
        assert not {member for member, _ in one.paid}.intersection(one.recusals)
        assert not set(one.votes).intersection(one.recusals)
    paid = {seat: sum(dict(one.paid).get(seat, 0) for one in log) for seat in SEATS}
    assert all(amount <= 100 for amount in paid.values())
    assert verify(log) == []
    assert replay(log, [round_], round_, terms) == log


def test_stale_and_returned_rounds_replay_too():
    round_ = round_of(ranked("p"), ranked("q", rank=2))
    said = votes(p="5555550", q="555555r")
    stale = decide(round_, said, TERMS, END, None, stale={"p": "it is gone."})
    assert replay(stale, [round_], round_, TERMS) == stale
    returned = decide(round_, said, TERMS, END, None, returned="by letter (Sekai)")
    assert replay(returned, [round_], round_, TERMS) == returned


def test_a_decision_that_the_rules_do_not_give_does_not_replay():
    round_ = round_of(ranked("p"))
    log = decide(round_, votes(p="0000000"), TERMS, END, None)
    assert replay([replace(log[0], result=APPROVED)], [round_], round_, TERMS) != [
        replace(log[0], result=APPROVED)
    ]


def test_shares_are_exact():
    assert TERMS.qualified_majority == Fraction(2, 3)
    assert round_of(ask()).terms == as_text(type(TERMS).model_validate_json(as_text(TERMS)))
