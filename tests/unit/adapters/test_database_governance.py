"""Emergencies, appeals, retractions, requests and votes at the last moment, on real databases."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from body_examples import ROLES, SEATS, START, Body, ask, ranked
from heritage.adapters.database.helpdesk import SqlHelpdeskStore
from heritage.adapters.database.migrations.versions import v0006_basis
from heritage.adapters.files import FileStore
from heritage.errors import EntryRefused, GovernanceError
from heritage.governance.basis import uncovered
from heritage.governance.decide import decide
from heritage.governance.helpdesk import HelpdeskSettings
from heritage.governance.log import inputs_hash
from heritage.governance.quarter import quarter_before
from heritage.model.governance import DecisionType, RequestState, Result, RoundKind
from heritage.priority.settings import Weights
from heritage.spec.yaml_model import read_model
from heritage.steps import govern_emergency, govern_questions, helpdesk
from heritage.steps.govern_standing import (
    approved,
    approved_weights,
    check_log,
    decided,
    fate,
    recounted,
    suspended,
)
from heritage.steps.media_decided import images_decided, under_appeal
from ranking_examples import BOTH, edit, ranking, snapshot
from register_examples import VOCABULARIES
from terms_examples import terms_of


@pytest.fixture
def body(engine) -> Body:
    return Body(engine)


def emergency(body: Body, item, by="Sekai", reason="the dam breaks", official=True):
    return govern_emergency.open_emergency(
        [item], by, item.proposal.proposal_id, reason, official=official, store=None, **body.bound
    )


def carry(body: Body, item=None):
    """An emergency that the chair and two members carry."""
    round_ = emergency(body, item or ranked("names-c1"))
    for member in ("Ada", "Bo", "Chidi"):
        assert not body.closable(round_)
        body.vote(round_, member, round_.proposals[0].proposal.proposal_id, "for")
    assert body.closable(round_)
    return body.close(round_)[0]


def stands(body: Body) -> list[int]:
    return [one.decision.number for one in approved(body.store, body.clock.now())]


# --- Emergencies -----------------------------------------------------------------------------------------


def test_an_emergency_is_carried_by_the_chair_and_two_members_and_stands_at_once(body):
    decision = carry(body)
    assert (decision.type, decision.result) == (DecisionType.EMERGENCY, Result.APPROVED)
    assert decision.ratify_by == (START + timedelta(days=14)).isoformat()
    assert stands(body) == [1]
    assert body.store.round(decision.round_id).kind is RoundKind.EMERGENCY
    assert body.actions.about(decision.round_id)[0].action == "open emergency"


@pytest.mark.parametrize(
    ("said", "carried"),
    [
        ({"Ada": "for", "Bo": "for", "Chidi": "for"}, True),
        ({"Ada": "for", "Bo": "for"}, False),
        ({"Bo": "for", "Chidi": "for", "Dana": "for", "Eva": "for"}, False),
        ({"Ada": "against", "Bo": "for", "Chidi": "for", "Dana": "for"}, False),
        ({"Ada": "recused", "Bo": "for", "Chidi": "for", "Dana": "for"}, False),
        ({"Ada": "for", "Bo": "for", "Chidi": "recused"}, False),
        ({"Ada": "for", "Bo": "for", "Chidi": "for", "Dana": "against", "Eva": "against"}, True),
    ],
)
def test_who_carries_an_emergency(body, said, carried):
    round_ = emergency(body, ranked("names-c1"))
    for member, answer in said.items():
        body.vote(round_, member, "names-c1", answer)
    assert body.closable(round_) is carried
    body.clock.at += timedelta(hours=72)
    (decision,) = body.close(round_)
    assert decision.result is (Result.APPROVED if carried else Result.DEFERRED)
    if not carried:
        assert "waits for a regular round" in decision.reasons


@pytest.mark.parametrize(
    ("level", "confidence", "opens"),
    [("critical", "high", True), ("critical", "medium", False), ("at_risk", "high", False)],
)
def test_what_is_critical_with_high_confidence_needs_no_request(body, tmp_path, level, confidence, opens):
    store = FileStore(str(tmp_path))
    levels = ["watch", level]
    edits = [edit("xx_churches", str(n), BOTH, one) for n, one in enumerate(levels, start=1)]
    snapshot(store, edits, levels, risk={"confidence": confidence})
    item = ranking(store).ranked[0]
    given = ([item], "Sekai", item.proposal.proposal_id, "the roof fell in")
    if not opens:
        with pytest.raises(GovernanceError, match="is critical with high confidence"):
            govern_emergency.open_emergency(*given, official=False, store=store, **body.bound)
        return
    round_ = govern_emergency.open_emergency(*given, official=False, store=store, **body.bound)
    assert round_.kind is RoundKind.EMERGENCY
    assert body.actions.about(round_.round_id)[0].detail == "Critical: the roof fell in"


def test_case_18_an_emergency_that_nobody_ratifies_lapses_and_may_come_again(body):
    decision = carry(body)
    body.clock.at += timedelta(days=14) - timedelta(seconds=1)
    assert stands(body) == [decision.number]
    body.clock.at += timedelta(seconds=1)
    assert stands(body) == []
    assert decided(body.store, body.clock.now()) == frozenset()
    why = fate(body.store, body.clock.now()).ended[decision.number]
    assert why == "Decision 1 has lapsed: the body did not ratify the emergency by 2026-12-05 12:00 UTC."


@pytest.mark.parametrize("yes", [True, False])
def test_every_regular_round_asks_to_ratify_and_the_answer_holds(body, yes):
    decision = carry(body)
    round_ = body.open(ranked("place-c1"))
    asked = round_.proposals[1].proposal
    assert (asked.proposal_id, asked.supersedes) == ("ratification-1", 1)
    body.all_vote(round_, yes)
    _, answer = body.close(round_)
    assert (answer.type, answer.supersedes) == (DecisionType.RATIFICATION, decision.number)
    body.clock.at += timedelta(days=20 if yes else 0)
    assert (decision.number in stands(body)) is yes
    later = body.open(ranked("images-c1"))
    assert len(later.proposals) == 1, "it is asked once"


def test_a_ratification_alone_opens_a_round_and_too_late_it_changes_nothing(body):
    decision = carry(body)
    round_ = body.open()
    body.clock.at += timedelta(days=14)
    assert [one.proposal.proposal_id for one in round_.proposals] == ["ratification-1"]
    body.clock.at = round_.closes_at - timedelta(hours=1)
    body.all_vote(round_)
    body.clock.at = START + timedelta(days=14)
    body.close(round_)
    assert decision.number not in stands(body)


@pytest.mark.parametrize(
    ("item", "given", "why"),
    [
        (ranked("names-c1"), {"by": "Bo"}, "it takes the secretary or chair"),
        (ranked("names-c1"), {"reason": " "}, "Say why this cannot wait"),
        (ask("q", kind=DecisionType.LICENCE), {}, "cannot be decided as an emergency"),
        (ask("q", kind=DecisionType.SENSITIVITY), {}, "cannot be decided as an emergency"),
    ],
)
def test_an_emergency_that_breaks_a_rule_is_not_opened(body, item, given, why):
    with pytest.raises(GovernanceError, match=why):
        emergency(body, item, **given)
    with pytest.raises(GovernanceError, match="not in the newest ranking, or a gate keeps it back"):
        govern_emergency.open_emergency(
            [], "Sekai", "names-c1", "why", official=True, store=None, **body.bound
        )
    emergency(body, ranked("place-c1"))
    with pytest.raises(GovernanceError, match="in an emergency round already"):
        emergency(body, ranked("place-c1"))
    assert len(body.store.rounds()) == 1


# --- Appeals ---------------------------------------------------------------------------------------------


def test_an_appeal_suspends_at_once_all_that_was_approved_together(body):
    body.run(ranked("names-c1"), ranked("place-c1"))
    assert stands(body) == [1, 2]
    appeal = body.appeal(1)
    assert stands(body) == []
    why = {told for _, told in suspended(body.store, body.clock.now())}
    assert why == {
        f"Decision 1 is under appeal {appeal.appeal_id} since 2026-11-21: nothing of it is sent before the "
        "appeal is heard."
    }
    assert decided(body.store, body.clock.now()) == {"names-c1", "place-c1"}, "nor is it voted on anew"


@pytest.mark.parametrize("upheld", [True, False])
def test_an_appeal_is_heard_by_people_who_did_not_vote(body, upheld):
    body.run(ranked("names-c1"), ranked("place-c1"))
    appeal = body.appeal(1)
    round_ = body.hear(appeal)
    assert body.hear(appeal) == round_
    assert (round_.kind, round_.seats) == (RoundKind.APPEAL, ("Pim", "Pia", "Per"))
    with pytest.raises(GovernanceError, match="no seat"):
        body.vote(round_, "Ada", f"appeal-{appeal.appeal_id}", "for")
    body.all_vote(round_, upheld)
    (decision,) = body.close(round_)
    assert (decision.type, decision.supersedes, decision.quorum) == (DecisionType.APPEAL, 1, 3)
    assert stands(body) == ([2] if upheld else [1, 2])
    assert ("names-c1" in decided(body.store, body.clock.now())) is not upheld
    with pytest.raises(GovernanceError, match=r"no appeal .* that waits"):
        body.hear(appeal)
    with pytest.raises(GovernanceError, match="was appealed before"):
        body.appeal(1)


def test_an_appeal_that_the_panel_does_not_decide_is_heard_again(body):
    body.run(ranked("names-c1"))
    appeal = body.appeal(1)
    first = body.hear(appeal)
    body.all_vote(first, members=("Pim", "Pia"))
    body.clock.at = first.closes_at
    assert body.close(first)[0].result is Result.DEFERRED
    assert stands(body) == []
    assert body.hear(appeal).round_id != first.round_id


def test_whoever_voted_does_not_hear_the_appeal(engine):
    panel = {
        "appeal_panel": [
            {**one, "user": name} for one, name in zip(ROLES["appeal_panel"], SEATS, strict=False)
        ]
    }
    body = Body(engine, terms_of(SEATS, roles=ROLES | panel))
    body.run(ranked("names-c1"))
    appeal = body.appeal(1)
    with pytest.raises(GovernanceError, match=r"needs 3 people .* the terms of reference name 0: name more"):
        body.hear(appeal)


@pytest.mark.parametrize(
    ("number", "given", "why"),
    [
        (9, {}, "There is no decision 9"),
        (1, {"standing": "passer-by"}, "requester, community, data owner"),
        (1, {"by": " "}, "Say who appeals"),
        (2, {}, r"Decision 2 \(priority, deferred\) cannot be appealed"),
        (1, {"days": 15}, "could be appealed until 2026-12-05"),
    ],
)
def test_an_appeal_that_breaks_a_rule_is_not_filed(body, number, given, why):
    body.run(ranked("names-c1"), ranked("place-c1", robustness="robust out"))
    body.clock.at += timedelta(days=given.get("days", 0))
    with pytest.raises(GovernanceError, match=why):
        body.appeal(number, **{name: value for name, value in given.items() if name != "days"})
    assert body.store.appeals() == []
    assert stands(body) == [1]


def test_two_appeals_at_once_are_one(body):
    body.run(ranked("names-c1"))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: _filed(body, n), range(4)))
    assert sorted(found) == [False, False, False, True]
    assert len(body.store.appeals([1])) == 1


def _filed(body: Body, number: int) -> bool:
    try:
        body.appeal(1, by=f"Parish {number}")
    except GovernanceError:
        return False
    return True


def test_images_under_appeal_are_said_to_be_so(body):
    body.run(ranked("images-c1"))
    body.appeal(1)
    asked = {"decisions": body.store, "clock": body.clock}
    assert images_decided("xx_churches", **asked) is None
    assert "Decision 1 is under appeal" in under_appeal("xx_churches", **asked)
    assert under_appeal("yy_barns", **asked) is None


def test_what_the_body_retracts_is_void(body):
    body.run(ranked("names-c1"))
    item = ask("retraction-1", kind=DecisionType.RETRACTION)
    body.run(replace(item, proposal=replace(item.proposal, supersedes=1)))
    assert stands(body) == []
    assert fate(body.store, body.clock.now()).ended == {
        1: "Decision 1 is void: it was withdrawn by decision 2."
    }


def put(body, kind, title="Withdraw it", reason="the source was wrong", by="Sekai", **given):
    return govern_questions.put_question(by, kind, title, reason, **given, **body.bound)


def test_chair_or_secretary_put_questions_to_the_body(body):
    body.run(ranked("names-c1"))
    round_ = put(body, DecisionType.RETRACTION, about=1)
    body.all_vote(round_)
    (decision,) = body.close(round_)
    assert (decision.type, decision.supersedes, decision.dataset) == ("retraction", 1, "xx_churches")
    assert stands(body) == []
    waiver = put(body, DecisionType.PORTFOLIO, "Waive the share", "nothing else is ready")
    body.all_vote(waiver)
    body.close(waiver)
    assert quarter_before(body.clock.now(), body.store.log(), body.store.rounds()).waived


def test_what_is_withdrawn_of_a_withdrawal_or_waiver_has_no_effect_any_more(body):
    body.run(ranked("names-c1"))
    withdrawn = put(body, DecisionType.RETRACTION, about=1)
    body.all_vote(withdrawn)
    body.close(withdrawn)
    assert stands(body) == []
    hearing = body.hear(body.appeal(2))
    body.all_vote(hearing)
    body.close(hearing)
    assert stands(body) == [1], "the withdrawal is void, so what it withdrew stands"
    for kind, about in ((DecisionType.PORTFOLIO, None), (DecisionType.RETRACTION, 4)):
        round_ = put(body, kind, about=about)
        body.all_vote(round_)
        body.close(round_)
    assert not quarter_before(body.clock.now(), body.store.log(), body.store.rounds()).waived
    assert recounted(body.store) == (5, [])


WANTED = {"urgency": "50", "relevance": "25", "equity": "20", "readiness": "5"}


def answered(body, yes=True, weights=WANTED, **given):
    """A question on weights that the body has answered."""
    round_ = put(body, DecisionType.WEIGHTS, f"Weigh {weights}", weights=weights, **given)
    body.all_vote(round_, yes)
    (decision,) = body.close(round_)
    return decision


def weighed(body) -> tuple[int, dict[str, float]] | None:
    found = approved_weights(body.store, body.clock.now())
    return (found.decision.number, dict(found.proposal.weights)) if found else None


def test_the_weights_that_the_body_took_hold_until_it_takes_others_or_withdraws_them(body):
    assert weighed(body) is None
    answered(body, yes=False)
    assert weighed(body) is None, "refused"
    answered(body, reason="we decide again")
    first = {"urgency": 0.5, "relevance": 0.25, "equity": 0.2, "readiness": 0.05}
    assert weighed(body) == (2, first)
    answered(body, weights=dict.fromkeys(WANTED, "1"))
    assert weighed(body) == (3, dict.fromkeys(WANTED, 0.25))
    withdrawn = put(body, DecisionType.RETRACTION, about=3)
    body.all_vote(withdrawn)
    body.close(withdrawn)
    assert weighed(body) == (2, first), "those before stand again"
    assert recounted(body.store) == (4, [])
    assert check_log(body.store) == []


def test_thirds_are_asked_as_they_are_said_and_still_come_to_one(body):
    round_ = put(body, DecisionType.WEIGHTS, weights={**dict.fromkeys(WANTED, "1"), "readiness": "0"})
    asked = round_.proposals[0].proposal
    assert dict(asked.weights) == {"urgency": 0.334, "relevance": 0.333, "equity": 0.333, "readiness": 0.0}
    assert asked.reasons[0].startswith("Weights: urgency 0.334, relevance 0.333")


def test_a_decision_is_bound_to_the_weights_that_were_asked(body):
    (asked,) = put(body, DecisionType.WEIGHTS, weights=WANTED).proposals
    other = replace(asked, proposal=replace(asked.proposal, weights=(("urgency", 1.0),)))
    assert inputs_hash(other) != inputs_hash(asked)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"urgency": "-1"}, "urgency: A weight cannot be below 0."),
        ({"equity": "nan"}, "equity: This is not a number"),
        ({"equity": ""}, "equity: Give this criterion a weight"),
        (dict.fromkeys(WANTED, "0"), "All weights are 0"),
    ],
)
def test_weights_that_cannot_be_are_not_asked(body, changed, why):
    with pytest.raises(EntryRefused, match=why):
        put(body, DecisionType.WEIGHTS, weights=WANTED | changed)
    same = Weights(urgency=0.5, relevance=0.25, equity=0.2, readiness=0.05)
    with pytest.raises(GovernanceError, match="the weights that the body has"):
        put(body, DecisionType.WEIGHTS, weights=WANTED, in_force=same)
    assert body.store.rounds() == []


def test_a_question_comes_with_what_is_ready_and_twice_is_once(body):
    ready = [ranked("names-c1"), ranked("place-c1", rank=2)]
    round_ = put(body, DecisionType.PORTFOLIO, beside=ready)
    assert [one.rank for one in round_.proposals] == [1, 2, 3]
    assert put(body, DecisionType.PORTFOLIO, beside=ready).round_id == round_.round_id
    body.all_vote(round_)
    assert [one.type for one in body.close(round_)] == ["priority", "priority", "portfolio"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"kind": DecisionType.LICENCE}, "no question of this kind"),
        ({"kind": DecisionType.PRIORITY}, "no question of this kind"),
        ({"reason": " "}, "and why"),
        ({"title": "x" * 201}, "200 are the most"),
        ({"reason": "x" * 2001}, "2000 are the most"),
        ({"about": None}, "Name the number"),
        ({"about": 9}, "no decision 9"),
        ({"about": 2}, "only what was approved can be withdrawn"),
        ({"about": 4}, "what the panel upheld is not withdrawn"),
        ({"by": "Bo"}, "it takes the secretary or chair"),
    ],
)
def test_a_question_that_breaks_a_rule_is_not_put(body, given, why):
    body.run(ranked("names-c1"), ranked("place-c1", robustness="robust out"), ranked("label-c1"))
    hearing = body.hear(body.appeal(3))
    body.all_vote(hearing)
    body.close(hearing)
    with pytest.raises(GovernanceError, match=why):
        put(body, **({"kind": DecisionType.RETRACTION, "about": 1} | given))
    assert len(body.store.rounds()) == 2


# --- The last moment -------------------------------------------------------------------------------------


def test_a_vote_while_voting_is_ended_is_in_before_or_refused(body):
    round_ = body.open(ranked("names-c1"))
    body.all_vote(round_, members=SEATS[:6])
    body.vote(round_, "Gil", "names-c1", "0")
    start = threading.Barrier(5)
    refused = []

    def vote(answer: str) -> None:
        start.wait()
        try:
            body.vote(round_, "Gil", "names-c1", answer)
        except GovernanceError as error:
            refused.append(str(error))

    def end() -> None:
        start.wait()
        body.clock.at += timedelta(seconds=1)
        body.end(round_)

    with ThreadPoolExecutor(5) as pool:
        for done in [*(pool.submit(vote, answer) for answer in "1234"), pool.submit(end)]:
            done.result()
    votes = body.store.votes(round_.round_id)
    assert all("ended" in one for one in refused)
    with pytest.raises(GovernanceError):
        body.vote(round_, "Gil", "names-c1", "5")
    (decision,) = body.close(round_)
    assert decision.votes["Gil"] == {vote.member: vote.answer for vote in votes}["Gil"]
    given = sum(one.action == "vote" for one in body.actions.about(round_.round_id))
    assert given == 7 + 4 - len(refused), "every vote that was kept is in, every other was told"


def test_nothing_that_people_did_is_changed_or_deleted(body):
    body.run(ranked("names-c1"))
    body.appeal(1)
    round_ = body.open(ranked("place-c1", robustness="robust in"))
    body.pull(round_, "Ada", "place-c1")
    for table, column in (("appeals", "grounds"), ("pulls", "reason"), ("actions", "detail")):
        for order in (f"UPDATE {table} SET {column} = 'bent'", f"DELETE FROM {table}"):
            with pytest.raises(SQLAlchemyError, match="append-only"), body.engine.begin() as connection:
                connection.execute(text(order))
    assert check_log(body.store) == []


def test_decisions_from_before_what_they_were_made_on_was_kept_stay_as_they_are(body):
    round_ = body.open(ranked("names-c1"))
    body.all_vote(round_)
    old = body.store.close_round(
        round_.round_id, lambda r, votes, last: decide(r, votes, body.terms, START, last)
    )
    with body.engine.begin() as connection:
        connection.execute(text("ALTER TABLE decisions DROP COLUMN basis"))
        with Operations.context(MigrationContext.configure(connection)):
            v0006_basis.upgrade()
    assert body.store.log() == old
    assert check_log(body.store) == []
    assert recounted(body.store) == (1, [])
    body.run(ranked("place-c1"))
    assert uncovered(body.store.log()) == 1
    assert (check_log(body.store), recounted(body.store)) == ([], (2, []))


def test_the_fingerprint_changes_with_whatever_is_written(body):
    seen = [body.store.fingerprint()]
    round_ = body.open(ranked("names-c1"), ranked("place-c1", robustness="robust in"))
    seen.append(body.store.fingerprint())
    body.pull(round_, "Ada", "place-c1")
    seen.append(body.store.fingerprint())
    body.all_vote(round_)
    seen.append(body.store.fingerprint())
    body.close(round_)
    seen.append(body.store.fingerprint())
    assert len(set(seen)) == len(seen)
    assert body.store.fingerprint() == seen[-1]


# --- Helpdesk --------------------------------------------------------------------------------------------

RULES = read_model(VOCABULARIES / "helpdesk.yaml", HelpdeskSettings)
YES = dict.fromkeys(RULES.checklist, "yes")


@pytest.fixture
def desk(body) -> dict:
    return {
        "requests": SqlHelpdeskStore(body.engine),
        "actions": body.actions,
        "clock": body.clock,
        "settings": RULES,
    }


def request(desk, title="Scans of the archive", urgency=3, relevance=4, hours=6.0, **given):
    return helpdesk.ask_helpdesk(
        "Sekai",
        title,
        "…",
        asked_by="Parish",
        urgency=urgency,
        relevance=relevance,
        hours=hours,
        **given,
        **desk,
    )


def assess(body, desk, asked, member, **answers):
    return helpdesk.assess(member, asked.request_id, YES | answers, "", terms=body.terms, **desk)


def to_state(body, desk, asked, state, reason=""):
    return helpdesk.set_request_state("Eno", asked.request_id, state, reason, terms=body.terms, **desk)


def test_requests_are_ranked_by_urgency_and_relevance_an_hour_once_the_checklist_is_passed(body, desk):
    slow = request(desk, "Slow", 3, 4, 6.0)
    quick = request(desk, "Quick", 2, 2, 0.1)
    unsafe = request(desk, "Unsafe", 5, 5, 1.0)
    for asked in (slow, quick, unsafe):
        for member in ("Eno", "Emre"):
            assess(body, desk, asked, member, **({"risk": "no"} if asked is unsafe else {}))
    found = helpdesk.ranked_requests(requests=desk["requests"], settings=RULES)
    assert [(one.file.request.title, one.rank, one.standing.score) for one in found] == [
        ("Quick", 1, 2 * 2 / 0.5),
        ("Slow", 2, 3 * 4 / 6),
        ("Unsafe", None, 25),
    ]
    assert found[2].standing.lacking == ("Risk: 0 yes, 2 no.",)
    assess(body, desk, unsafe, "Eno")
    assess(body, desk, unsafe, "Emre")
    again = helpdesk.ranked_requests(requests=desk["requests"], settings=RULES)
    assert [one.file.request.title for one in again] == ["Unsafe", "Quick", "Slow"], (
        "the last checklist counts"
    )


def test_open_and_accepted_requests_take_hours_and_others_do_not(body, desk):
    first, second = request(desk, hours=6.0), request(desk, "Other", hours=2.0)
    for member in ("Eno", "Ewa"):
        assess(body, desk, first, member)
    assert helpdesk.load_of(desk["requests"].requests()) == helpdesk.Load(2, 4.0)
    to_state(body, desk, first, RequestState.ACCEPTED)
    to_state(body, desk, second, RequestState.DECLINED, "another team does it")
    assert helpdesk.load_of(desk["requests"].requests()) == helpdesk.Load(1, 6.0)
    file = to_state(body, desk, first, RequestState.DONE)
    assert [one.state for one in file.states] == [RequestState.ACCEPTED, RequestState.DONE]
    assert helpdesk.load_of(desk["requests"].requests()) == helpdesk.Load(0, 0.0)
    assert [one.action for one in body.actions.about(first.request_id)] == [
        *("request", "assess", "assess", "request accepted", "request done")
    ]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"title": " "}, "Say what is asked for"),
        ({"urgency": 6}, "Urgency is a whole number from 1 to 5"),
        ({"relevance": 0}, "Relevance is a whole number from 1 to 5"),
        ({"hours": 0.0}, "how many hours"),
        ({"hours": float("nan")}, "how many hours"),
        ({"url": "javascript:alert(1)"}, "must begin with https"),
    ],
)
def test_a_request_that_cannot_be_is_refused(desk, given, why):
    with pytest.raises(GovernanceError, match=why):
        request(desk, **given)
    assert desk["requests"].requests() == []


def test_what_breaks_a_rule_of_the_helpdesk_is_refused(body, desk):
    asked = request(desk)
    with pytest.raises(GovernanceError, match="it takes the expert committee"):
        assess(body, desk, asked, "Ada")
    with pytest.raises(GovernanceError, match="'perhaps' is no answer"):
        assess(body, desk, asked, "Eno", legal="perhaps")
    with pytest.raises(GovernanceError, match="Answer each of technical, legal, risk, sustainability, once"):
        helpdesk.assess("Eno", asked.request_id, {"legal": "yes"}, "", terms=body.terms, **desk)
    with pytest.raises(GovernanceError, match="0 of 2 members of the Expert Committee"):
        to_state(body, desk, asked, RequestState.ACCEPTED)
    with pytest.raises(GovernanceError, match="can become accepted or declined, not done"):
        to_state(body, desk, asked, RequestState.DONE)
    with pytest.raises(GovernanceError, match="every request gets an answer"):
        to_state(body, desk, asked, RequestState.DECLINED)
    with pytest.raises(GovernanceError, match="no request 'h0'"):
        helpdesk.assess("Eno", "h0", YES, "", terms=body.terms, **desk)
