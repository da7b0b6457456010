"""Proposals on the real store: what is proposed, how it scores, and what waits for which step."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from heritage.adapters.database.journal import SqlJournal
from heritage.adapters.files import FileStore
from heritage.model.edit import Content, EditState, Kind, ReferenceAddition
from heritage.model.governance import Scope
from heritage.model.tables import EDITS, RISK
from heritage.ports.decisions import JournalEntry
from heritage.priority.settings import Regions
from heritage.statements.selection import content_hash, select
from heritage.steps.rank import Ranking
from ranking_examples import (
    BOTH,
    CLASS,
    IDENTIFIER,
    NOW,
    REFERENCE,
    by_what,
    edit,
    journal_beside,
    ranking,
    settings,
    snapshot,
    spec,
)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(str(tmp_path))


@pytest.fixture
def journal(store: FileStore) -> SqlJournal:
    """The upload journal that every ranking looks at."""
    return journal_beside(store)


def test_a_proposal_for_each_kind_and_one_for_what_is_at_risk_where_that_is_a_part(store):
    mixed = [edit("xx_churches", "1", BOTH, "critical"), edit("xx_churches", "2", BOTH)]
    safe = [edit("xx_churches", "3", Content(statements=(IDENTIFIER,)))]
    new = [edit("xx_churches", "4", BOTH, "at_risk", qid=None)]
    name = snapshot(store, mixed + safe + new, ["critical", "unknown", "unknown", "at_risk"])
    found = by_what(ranking(store))
    assert sorted(found) == [
        ("designation", "all"),
        ("designation", "at_risk"),
        ("identifiers", "all"),
        ("identifiers", "at_risk"),
        ("names", "all"),
        ("names", "at_risk"),
        ("new_items", "all"),
    ]
    proposal = found["identifiers", "at_risk"]
    assert proposal.title == "Churches: identifiers of what is at risk"
    assert (proposal.snapshot, proposal.edits_digest) == (name, "in-edits")
    edits = store.read_table("xx_churches", name, "edits")
    assert proposal.content_hash == content_hash(select(edits, [Kind.IDENTIFIERS], Scope.AT_RISK))
    assert proposal.proposal_id.startswith("xx_churches-identifiers-at_risk-")
    assert proposal.licence


def test_the_rehearsal_counts_what_would_be_added(store):
    reference = ReferenceAddition("Q2$a", "P31", Kind.DESIGNATION, REFERENCE)
    edits = [
        edit("xx_churches", "1", BOTH, conflicts=["P17: France there, Spain here"], withheld=["coordinates"]),
        edit("xx_churches", "2", Content(statements=(CLASS,), references=(reference,))),
        edit("xx_churches", "3", BOTH, qid=None),
    ]
    snapshot(store, edits, ["unknown"] * 3)
    found = by_what(ranking(store, edits_per_minute=4))
    designation = found["designation", "all"].rehearsal
    assert (designation.edits, designation.new_items, designation.statements) == (2, 0, 2)
    assert (designation.references, designation.labels) == (1, 0)
    assert (designation.conflicts, designation.withheld, designation.minutes) == (1, 1, 0.5)
    new = found["new_items", "all"].rehearsal
    assert (new.edits, new.new_items, new.statements, new.labels) == (1, 1, 2, 4)
    effort = settings().effort
    hours = (2 * effort.minutes_per_edit + 1 * effort.minutes_per_review) / 60
    assert found["designation", "all"].reviewer_hours == pytest.approx(hours)


def test_case_16_criteria_come_from_the_records_of_the_proposal(store):
    levels = ["critical"] + ["at_risk"] * 2 + ["unknown"] * 7
    edits = [edit("xx_churches", str(n), BOTH, level) for n, level in enumerate(levels, start=1)]
    relevance = {"community_request": "https://example.org/asked"}
    snapshot(store, edits, levels, decisions=["match"] * 6 + ["review"] * 2 + ["new"] * 2)
    found = by_what(ranking(store, spec(relevance=relevance)))
    criteria = found["identifiers", "all"].criteria
    assert criteria.urgency == pytest.approx(0.385)
    assert criteria.relevance == pytest.approx(0.4)
    assert criteria.readiness == pytest.approx(1 - 2 / 10)
    # chapels (odd ids): 3 of 5 matched; churches: 3 of 5; all: 6 of 10: a gap, and nobody lags
    assert criteria.equity == pytest.approx(0.5 * 0.4)
    assert found["identifiers", "at_risk"].criteria.urgency == pytest.approx(0.5 * (1 + 0.8 * 2) / 3 + 0.5)
    reasons = " ".join(found["identifiers", "all"].reasons)
    assert "3 of 10 records are at risk or worse; nothing is known about 7." in reasons
    assert "https://example.org/asked" in reasons
    assert "6 of 10 records are matched to an item. No type lags behind the others." in reasons


def test_a_group_that_lags_behind_counts_for_equity_and_is_named(store):
    groups = ["barn"] * 5 + ["church"] * 5
    decisions = ["match"] + ["new"] * 4 + ["match"] * 5
    edits = [edit("xx_churches", str(n), BOTH) for n in range(2, 6)]
    snapshot(store, edits, ["unknown"] * 10, groups=groups, decisions=decisions)
    proposal = by_what(ranking(store))["identifiers", "all"]
    assert proposal.criteria.equity == pytest.approx(0.5 * 0.4 + 0.5 * (1 - 0.2 / 0.6))
    lag = "'barn' has the fewest of its records on Wikidata: 20%, against 60% of all"
    assert any(lag in reason for reason in proposal.reasons)


def test_withheld_places_do_not_lower_readiness_and_missing_ones_do(store):
    edits = [edit("xx_churches", "1", BOTH)]
    no_place = {"lat": None, "lon": None}
    snapshot(store, edits, ["unknown"], groups=[None], record=no_place, risk={"disclosure": "S4"})
    assert by_what(ranking(store))["identifiers", "all"].criteria.readiness == 1
    snapshot(store, edits, ["unknown", "unknown"], groups=[None, None], record=no_place)
    assert by_what(ranking(store))["identifiers", "all"].criteria.readiness == pytest.approx(0.8)


def test_what_was_decided_is_not_brought_again_until_it_changes(store):
    snapshot(store, [edit("xx_churches", "1", BOTH)], ["unknown"])
    first = ranking(store)
    decided = {r.proposal.proposal_id for r in first.ranked}
    again = ranking(store, decided=decided)
    assert (again.ranked, again.decided) == ((), 3)
    changed = replace(BOTH, labels={"en": "Saint Mary"})
    snapshot(store, [edit("xx_churches", "1", changed)], ["unknown"])
    third = ranking(store, decided=decided)
    assert third.decided == 0
    assert len(third.ranked) == 3


def gates_of(found: Ranking) -> dict[str, set[str]]:
    return {p.kind: {g.name for g in p.gates if not g.passed} for p in found.gated}


@pytest.mark.parametrize(
    ("licence", "admitted"),
    [
        ("allow", {"designation", "identifiers", "names"}),
        ("body-decision", set()),
        ("link-only", {"identifiers"}),
        ("needs-waiver", set()),
        ("deny", set()),
        ("unheard of", set()),
    ],
)
def test_the_licence_is_a_gate(store, licence, admitted):
    snapshot(store, [edit("xx_churches", "1", BOTH)], ["unknown"])
    found = ranking(store, spec(licence=licence))
    assert {r.proposal.kind for r in found.ranked} == admitted
    assert gates_of(found) == {k: {"licence"} for k in {"designation", "identifiers", "names"} - admitted}
    assert all(g.missing_step for p in found.gated for g in p.gates if not g.passed)


def test_a_disclosure_decision_that_is_overdue_is_a_gate(store):
    overdue = {"disclosure": "S2", "review_by": date(2026, 11, 20)}
    snapshot(store, [edit("xx_churches", "1", BOTH)], ["unknown"], risk=overdue)
    assert gates_of(ranking(store))["identifiers"] == {"sensitivity"}
    last_day = overdue | {"review_by": date(2026, 11, 21)}
    snapshot(store, [edit("xx_churches", "1", BOTH)], ["watch"], risk=last_day)
    assert ranking(store).gated == ()


def test_a_disclosure_decision_that_is_missing_is_a_gate(store):
    name = snapshot(store, [edit("xx_churches", "1", BOTH)], ["unknown"])
    store.write_table("xx_churches", name, "risk", RISK.empty_table(), "none")
    found = ranking(store)
    assert found.ranked == ()
    assert gates_of(found)["identifiers"] == {"sensitivity"}


def test_thin_data_is_a_gate(store):
    thin = {"lat": None, "lon": None, "class_item": None, "admin_item": "", "url": None}
    snapshot(store, [edit("xx_churches", "1", BOTH)], ["unknown"], record=thin)
    assert gates_of(ranking(store))["identifiers"] == {"quality"}


def test_a_register_of_one_group_needs_a_note_on_what_it_leaves_out(store):
    snapshot(store, [edit("xx_churches", "1", BOTH)], ["unknown"], groups=["church"])
    assert gates_of(ranking(store, spec(ethics_note="")))["identifiers"] == {"ethics note"}
    assert len(ranking(store, spec(ethics_note="No mosques, no synagogues.")).ranked) == 3


def test_datasets_without_a_good_snapshot_or_edits_have_nothing_to_propose(store):
    name = snapshot(store, [edit("xx_churches", "1", BOTH)], ["unknown"])
    (Path(store._root) / "xx_churches" / name / "edits.parquet").unlink()
    found = ranking(store, spec(), spec("yy_barns"))
    assert (found.ranked, found.gated, found.decided) == ((), (), 0)


def test_proposals_of_several_datasets_stand_in_one_order(store):
    for dataset, level in (("xx_churches", "none_known"), ("yy_barns", "critical")):
        snapshot(store, [edit(dataset, "1", Content(statements=(IDENTIFIER,)), level)], [level], dataset)
        assert store.last_good(dataset)
    found = ranking(store, spec(), spec("yy_barns"))
    assert [(r.rank, r.proposal.dataset) for r in found.ranked] == [(1, "yy_barns"), (2, "xx_churches")]
    assert ranking(store, spec("yy_barns"), spec()) == found


def taken(row: dict[str, Any], kinds: list[Kind]) -> JournalEntry:
    """An edit as the upload plans it when these kinds of it were approved."""
    [planned] = select(pa.Table.from_pylist([row], schema=EDITS), kinds, Scope.ALL).to_pylist()
    return JournalEntry(
        edit_id=planned["edit_id"],
        batch_id="b1",
        dataset=row["dataset"],
        record_id=row["record_id"],
        qid=row["qid"],
        state=EditState.PLANNED,
        reason="",
        content=planned["additions"],
        revision=None,
        sent_at=None,
        attempts=0,
    )


def test_what_the_upload_has_taken_up_is_not_put_to_the_vote_again(store, journal):
    rows = [edit("xx_churches", "1", BOTH), edit("xx_churches", "2", BOTH)]
    new = edit("xx_churches", "3", BOTH, qid=None)
    snapshot(store, [*rows, new], ["unknown", "unknown", "unknown"])
    before = ranking(store)
    assert {p.proposal.kind for p in before.ranked} == {"identifiers", "designation", "names", "new_items"}

    approved = [Kind.IDENTIFIERS, Kind.NAMES, Kind.NEW_ITEMS]
    journal.plan("b1", [1], "sandbox", [taken(row, approved) for row in [*rows, new]], NOW)
    after = ranking(store)
    assert {p.proposal.kind for p in after.ranked} == {"designation"}
    assert after.decided == 3


def test_a_proposal_that_holds_anything_new_is_brought(store, journal):
    rows = [edit("xx_churches", "1", BOTH), edit("xx_churches", "2", BOTH)]
    snapshot(store, rows, ["unknown", "unknown"])
    journal.plan("b1", [1], "sandbox", [taken(rows[0], [Kind.IDENTIFIERS])], NOW)
    assert "identifiers" in {p.proposal.kind for p in ranking(store).ranked}


def regional(count: int, region: str | None, start: int, **changes: Any) -> list[dict[str, Any]]:
    return [
        edit("xx_churches", str(n), Content(statements=(IDENTIFIER,)), region=region, **changes)
        for n in range(start, start + count)
    ]


def test_what_a_round_cannot_pay_for_is_put_forward_by_region_too(store):
    edits = [
        *regional(6, "Q100", 1),
        *regional(4, "Q200", 7),
        *regional(1, "Q300", 11),
        *regional(2, None, 12),
    ]
    name = snapshot(store, edits, ["unknown"] * 13)
    rules = settings().model_copy(update={"regions": Regions(most=5, least_edits=2)})
    admin = {"identifier": "P9001", "admin": {"North": "Q100", "Northern": "Q100"}}
    hours = 8 * rules.effort.minutes_per_edit / 60
    found = ranking(store, spec(item=admin), settings=rules, budget_hours=hours)
    by_region = {one.proposal.region: one.proposal for one in found.ranked}
    assert {region: one.rehearsal.edits for region, one in by_region.items()} == {
        "": 13,
        "Q100": 6,
        "Q200": 4,
    }
    assert by_region["Q100"].title == "Churches: identifiers in North"
    assert by_region["Q200"].title == "Churches: identifiers in Q200"
    assert by_region["Q100"].scope is Scope.REGION
    stored = store.read_table("xx_churches", name, "edits")
    assert by_region["Q100"].content_hash == content_hash(
        select(stored, [Kind.IDENTIFIERS], Scope.REGION, "Q100")
    )
    assert len({one.proposal_id for one in by_region.values()}) == 3
    assert ranking(store, spec(item=admin), settings=rules).ranked[1:] == (), "a round can pay for all of it"
    one = rules.model_copy(update={"regions": Regions(most=1, least_edits=2)})
    assert {p.proposal.region for p in ranking(store, settings=one, budget_hours=hours).ranked} == {
        "",
        "Q100",
    }


def test_a_register_that_is_covered_less_than_all_together_says_so(store):
    for dataset, decisions in (("xx_churches", ["match", "new", "new"]), ("yy_barns", ["match"] * 3)):
        edits = [edit(dataset, "1", Content(statements=(IDENTIFIER,)))]
        snapshot(store, edits, ["unknown"] * 3, dataset, decisions=decisions)
    found = ranking(store, spec(), spec("yy_barns"))
    proposals = {one.proposal.dataset: one.proposal for one in found.ranked}
    assert [(one, found.under_covered) for one, found in sorted(proposals.items())] == [
        ("xx_churches", True),
        ("yy_barns", False),
    ]
    told = proposals["xx_churches"].reasons[-1]
    assert told == ("Under-covered: 33% of its register is on Wikidata, of all registers together 67%.")
    assert [(one.dataset, one.matched, one.registered) for one in found.covered] == [
        ("xx_churches", 1, 3),
        ("yy_barns", 3, 3),
    ]


def test_a_proposal_whose_groups_lag_is_under_covered_also_where_its_register_is_not(store):
    groups = ["barn"] * 2 + ["church"] * 8
    edits = [edit("xx_churches", n, Content(statements=(IDENTIFIER,))) for n in ("1", "2")]
    snapshot(store, edits, ["unknown"] * 10, groups=groups, decisions=["new"] * 2 + ["match"] * 8)
    [one] = ranking(store).ranked
    assert one.proposal.under_covered
    assert one.proposal.reasons[-1] == (
        "Under-covered: its groups lag behind the register as a whole by 100% on average."
    )


@pytest.mark.parametrize(("disclosure", "named"), [("S0", True), ("S1", False), ("S4", False), ("S5", False)])
def test_a_group_is_named_only_by_a_record_that_is_told_exactly(store, disclosure, named):
    """The register's word for what a place is may tell where it is."""
    groups = ["barn beside the mill"] * 5 + ["church"] * 5
    decisions = ["new"] * 5 + ["match"] * 5
    edits = [edit("xx_churches", str(n), BOTH) for n in range(1, 6)]
    risk = {"disclosure": disclosure}
    snapshot(store, edits, ["unknown"] * 10, groups=groups, decisions=decisions, risk=risk)
    assert ("barn beside the mill" in repr(ranking(store))) == named
    snapshot(store, edits, ["unknown"] * 5, groups=groups[:5], decisions=decisions[:5], risk=risk)
    found = repr(ranking(store, spec(ethics_note="")))
    assert ("The register covers 'barn beside the mill' alone." in found) == named
    assert ("The register covers one group alone." in found) != named
