"""Only what was decided on, and still stands, is planned."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from proposal_case import ENTITIES, LOADED, Case

from heritage.errors import DecisionMissing, DecisionStale, GovernanceError
from heritage.licence.gate import GateAnswer
from heritage.licence.permission import Permission, PermissionKind, Target
from heritage.licence.permission import Scope as PermissionScope
from heritage.model.edit import EditState, Kind
from heritage.model.governance import (
    Criteria,
    Decision,
    Gate,
    LicenceAnswer,
    Proposal,
    Rehearsal,
    Result,
    Scope,
)
from heritage.ports.decisions import JournalEntry
from heritage.statements.content_json import from_json
from heritage.statements.selection import content_hash, select
from heritage.steps.govern_standing import Approved
from heritage.steps.plan_upload import plan, still_free
from heritage.steps.upload import planned as upload_plan
from wikibase_sandbox.testing import running

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ROWS = (
    {"record_id": "1", "qid": "Q11", "designation_item": "Q501", "level": "at_risk"},
    {"record_id": "2", "qid": "Q12", "designation_item": "Q501"},
    {"record_id": "3"},
)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with running(tmp_path_factory.mktemp("wiki") / "wiki.sqlite") as sandbox:
        sandbox.seed(entities=ENTITIES)
        yield sandbox


@pytest.fixture
def case(tmp_path, sandbox):
    case = Case(tmp_path, sandbox.api_url)
    case.hold(*ROWS)
    case.propose()
    return case


def ruling(case, kind, scope=Scope.ALL, number=1, round_id="r1", region="", **changed):
    edits = case.store.read_table("xx_towers", case.snapshot, "edits")
    proposal = Proposal(
        proposal_id=f"{kind}-{scope}",
        dataset="xx_towers",
        snapshot=case.snapshot,
        title="Towers",
        kind=kind.value,
        scope=scope,
        content_hash=content_hash(select(edits, [kind], scope, region)),
        edits_digest=case.store.digest("xx_towers", case.snapshot, "edits"),
        rehearsal=Rehearsal(0, 0, 0, 0, 0, 0, 0, 0.0),
        gates=(Gate("licence", True, "ALLOW"),),
        criteria=Criteria(0.5, 0.5, 0.5, 0.5),
        reviewer_hours=0.0,
        licence=FACTS,
        region=region,
    )
    line = (Result.APPROVED, {}, (), 4, "", "2026-11-21", "0", "1")
    decision = Decision(number, round_id, proposal.proposal_id, "xx_towers", "h", *line)
    return Approved(decision, replace(proposal, **changed))


FACTS = "what was known of the rights"


def answers(answer=LicenceAnswer.ALLOW, permission=None, facts=FACTS):
    given = GateAnswer(Target.WIKIDATA, answer, "Because.", "CC0-1.0", "https://e.example", facts, permission)
    return dict.fromkeys(Kind, given)


def planned(case, *rulings, **given):
    return plan(
        LOADED,
        rulings,
        target="sandbox",
        licence=answers(**given),
        store=case.store,
        journal=case.journal,
        basis="rules",
    )


def records(batch):
    return dict(zip(batch.edits["record_id"].to_pylist(), batch.edits["kinds"].to_pylist(), strict=True))


def test_nothing_approved_nothing_planned(case):
    with pytest.raises(DecisionMissing, match="xx_towers"):
        planned(case)
    with pytest.raises(DecisionMissing):
        planned(case, ruling(case, Kind.NAMES, dataset="yy_other"))


def test_all_kinds_of_a_round_make_one_edit_an_item(case):
    [batch] = planned(
        case,
        ruling(case, Kind.DESIGNATION),
        ruling(case, Kind.NAMES, Scope.AT_RISK, number=2),
        ruling(case, Kind.NEW_ITEMS, number=3),
    )
    assert records(batch) == {"1": ["designation", "names"], "2": ["designation"], "3": ["new_items"]}
    assert (batch.decisions, batch.identifier, batch.title, batch.target) == (
        (1, 2, 3),
        "P1216",
        "Towers",
        "sandbox",
    )
    assert len(batch.batch_id) == 12
    assert {s.property for s in from_json(batch.edits["additions"][0].as_py()).statements} == {"P1435"}


def test_the_same_rulings_make_the_same_batch_and_each_round_its_own(case):
    one, other = ruling(case, Kind.DESIGNATION), ruling(case, Kind.NAMES, round_id="r2", number=2)
    first, second = planned(case, one, other)
    assert [batch.batch_id for batch in planned(case, one, other)] == [first.batch_id, second.batch_id]
    assert first.batch_id != second.batch_id


@pytest.mark.parametrize("changed", [{"content_hash": "0" * 64}, {"edits_digest": "gone"}])
def test_edits_other_than_those_decided_on_are_stale(case, changed):
    with pytest.raises(DecisionStale):
        planned(case, ruling(case, Kind.DESIGNATION, **changed))


def test_a_gate_that_has_closed_since_stops_the_upload(case):
    approved = ruling(case, Kind.DESIGNATION)
    for closed in (LicenceAnswer.LINK_ONLY, LicenceAnswer.NEEDS_WAIVER, LicenceAnswer.BODY_DECISION, "DENY"):
        with pytest.raises(GovernanceError, match=r"licence does not allow designation .* Because"):
            planned(case, approved, answer=LicenceAnswer(closed))
    shut = ruling(case, Kind.DESIGNATION, gates=(Gate("ethics", False, "", "write the note"),))
    with pytest.raises(GovernanceError):
        planned(case, shut)


def test_a_decision_under_another_licence_is_stale_even_where_the_new_one_allows_it(case):
    with pytest.raises(DecisionStale, match="licence of xx_towers is not what it was at decision 1"):
        planned(case, ruling(case, Kind.DESIGNATION), facts="other facts")
    with pytest.raises(DecisionStale):
        planned(case, ruling(case, Kind.DESIGNATION, licence=""))


def test_the_hash_of_the_permission_and_the_records_it_is_about_are_the_batch_s(case):
    scope = PermissionScope(rows=("2", "7"))
    given = Permission(
        "xx_towers",
        "CC-BY-4.0",
        Target.WIKIDATA,
        PermissionKind.WAIVER,
        date(2026, 1, 7),
        "Board",
        scope=scope,
    )
    [batch] = planned(case, ruling(case, Kind.DESIGNATION), permission=given)
    assert records(batch) == {"2": ["designation"]}
    [ground] = batch.grounds
    assert (ground.kind, ground.permission, ground.facts) == ("designation", given.hash, FACTS)
    still_free(batch, answers(permission=given))
    for other in (answers(), answers(LicenceAnswer.DENY), answers(permission=given, facts="new"), {}):
        with pytest.raises(GovernanceError, match="stops, what waits is not sent"):
            still_free(batch, other)
    with pytest.raises(GovernanceError, match="never put to the licence gate"):
        still_free(replace(batch, grounds=()), answers())


def test_a_record_that_says_something_else_now_makes_the_decision_stale(case):
    approved = ruling(case, Kind.DESIGNATION)
    case.harvest("second")
    case.hold({**ROWS[0], "designation_item": "Q502"}, *ROWS[1:])
    with pytest.raises(DecisionStale, match="newer snapshot"):
        planned(case, approved)
    case.propose()
    with pytest.raises(DecisionStale, match=r"1 of 2 edits .* record 1"):
        planned(case, approved)


def test_a_new_snapshot_that_says_the_same_is_not_stale_and_its_new_records_wait_for_a_decision(case):
    approved = ruling(case, Kind.DESIGNATION)
    case.harvest("second")
    case.hold(*ROWS, {"record_id": "9", "qid": "Q13", "designation_item": "Q501"})
    case.propose()
    [batch] = planned(case, approved)
    assert records(batch) == {"1": ["designation"], "2": ["designation"]}


def test_what_is_withheld_or_delisted_since_is_left_out(case):
    approved = ruling(case, Kind.NEW_ITEMS), ruling(case, Kind.DESIGNATION, number=2)
    case.hold({**ROWS[0], "disclosure": "S5"}, ROWS[1], version="v2")
    case.propose()
    [batch] = planned(case, *approved)
    assert records(batch) == {"2": ["designation"]}


@pytest.mark.parametrize("disclosure", ["S4", "S5"])
def test_nothing_is_sent_of_a_place_that_was_flagged_after_the_edits_were_made(case, disclosure):
    place = {**ROWS[0], "lat": 53.0, "lon": -1.0, "precision_m": 10.0, "place_method": "given"}
    case.hold(place, *ROWS[1:], version="v2")
    case.propose()
    approved = ruling(case, Kind.PLACE)
    assert planned(case, approved)
    case.hold({**place, "disclosure": disclosure}, *ROWS[1:], version="v3")
    with pytest.raises(DecisionStale, match=r"Disclosure has changed for 1 of 1 edits"):
        planned(case, approved)


def test_rulings_by_other_rules_than_those_in_force_allow_nothing(case):
    approved = ruling(case, Kind.DESIGNATION)
    assert planned(case, approved)
    case.hold({**ROWS[0], "basis": "older rules"}, *ROWS[1:], version="v2")
    case.propose()
    with pytest.raises(DecisionStale, match="rules of disclosure have changed"):
        planned(case, approved)


def settle_all(case, batch, *, skipped=False):
    """Every edit of the batch is confirmed, or skipped, as an upload would do."""
    at = datetime(2026, 11, 21, tzinfo=UTC)
    entries = [
        JournalEntry(
            row["edit_id"],
            batch.batch_id,
            "xx_towers",
            row["record_id"],
            row["qid"],
            EditState.PLANNED,
            "",
            row["additions"],
            None,
            None,
            0,
        )
        for row in batch.edits.to_pylist()
    ]
    case.journal.plan(batch.batch_id, batch.decisions, "sandbox", entries, at)
    for entry in case.journal.pending(batch.batch_id):
        if skipped:
            case.journal.skipped(entry, "edit conflict", at)
        else:
            case.journal.confirmed(case.journal.sending(entry, entry.content, at), entry.qid or "Q1", 5, at)


def test_a_batch_that_is_settled_is_left_out_even_when_the_register_changed(case):
    approved = ruling(case, Kind.DESIGNATION)
    [batch] = planned(case, approved)
    settle_all(case, batch)
    case.harvest("second")
    case.hold({**ROWS[0], "designation_item": "Q502"})
    assert planned(case, approved) == []


def test_what_another_round_has_brought_already_is_not_planned_again(case):
    at_risk = ruling(case, Kind.DESIGNATION, Scope.AT_RISK)
    everything = ruling(case, Kind.DESIGNATION, round_id="r2", number=2)
    [first, second] = planned(case, at_risk, everything)
    assert (list(records(first)), list(records(second))) == (["1"], ["1", "2"])
    settle_all(case, first)
    [second] = planned(case, at_risk, everything)
    assert list(records(second)) == ["2"]


def test_what_was_skipped_is_tried_again_by_a_later_decision_and_by_no_other(case):
    at_risk = ruling(case, Kind.DESIGNATION, Scope.AT_RISK)
    [first] = planned(case, at_risk)
    settle_all(case, first, skipped=True)
    assert planned(case, at_risk) == []
    [second] = planned(case, at_risk, ruling(case, Kind.DESIGNATION, round_id="r2", number=2))
    assert list(records(second)) == ["1", "2"]


def test_a_region_is_planned_alone_and_never_twice_whatever_else_was_approved(case):
    rows = [row | {"admin_item": "Q502" if row["record_id"] != "2" else "Q145"} for row in ROWS]
    case.hold(*rows, version="v2")
    case.propose()
    region = ruling(case, Kind.DESIGNATION, Scope.REGION, region="Q502")
    [batch] = planned(case, region)
    assert records(batch) == {"1": ["designation"]}
    at_risk = ruling(case, Kind.DESIGNATION, Scope.AT_RISK, number=2)
    [together] = planned(case, region, at_risk, ruling(case, Kind.NEW_ITEMS, Scope.REGION, 3, region="Q502"))
    assert records(together) == {"1": ["designation"], "3": ["new_items"]}

    whole = ruling(case, Kind.DESIGNATION, number=4, round_id="r2")
    batches = planned(case, region, at_risk, whole)
    assert [sorted(records(one)) for one in batches] == [["1"], ["1", "2"]]
    new = [
        case.journal.plan(one.batch_id, one.decisions, "sandbox", upload_plan(one), NOW) for one in batches
    ]
    assert new == [1, 1], "what the region brought is not brought again by the whole"
    with pytest.raises(DecisionStale):
        planned(case, replace(region, proposal=replace(region.proposal, region="Q145")))
