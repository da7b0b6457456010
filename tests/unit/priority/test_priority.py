"""Criteria, score and robustness, with the figures of the acceptance cases 16 and 17."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from heritage.model.evidence import Level
from heritage.model.governance import Criteria, Proposal, Rehearsal, Scope
from heritage.priority.criteria import Coverage, Group, equity, readiness, relevance, representation, urgency
from heritage.priority.settings import PrioritySettings
from heritage.priority.weighing import contributions, funded_shares, place

FILE = Path(__file__).parents[3] / "datasets" / "_vocabularies" / "priority.yaml"
SETTINGS = PrioritySettings.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))

CASE_17 = {
    "A": Criteria(0.90, 0.50, 0.40, 0.60),
    "B": Criteria(0.20, 0.80, 0.30, 0.90),
    "C": Criteria(0.10, 0.50, 0.35, 0.90),
    "D": Criteria(0.45, 0.70, 0.95, 0.40),
    "E": Criteria(0.05, 0.60, 0.70, 0.80),
}
unit = st.floats(0, 1)
criteria = st.builds(Criteria, unit, unit, unit, unit)


def proposal(proposal_id: str, values: Criteria, hours: float = 1.0) -> Proposal:
    return Proposal(
        proposal_id=proposal_id,
        dataset="xx_churches",
        snapshot="s1",
        title=proposal_id,
        kind="identifiers",
        scope=Scope.ALL,
        content_hash="c",
        edits_digest="e",
        rehearsal=Rehearsal(1, 0, 1, 0, 0, 0, 0, 0.1),
        gates=(),
        criteria=values,
        reviewer_hours=hours,
    )


def test_case_16_urgency_counts_the_unknown():
    levels = {Level.CRITICAL: 10, Level.AT_RISK: 20, Level.UNKNOWN: 70}
    assert urgency(levels, SETTINGS) == pytest.approx(0.385)
    assert urgency({}, SETTINGS) == 0.0


def test_case_16_a_group_left_behind_weighs_more_than_the_remainder_of_one_that_is_covered():
    vernacular = Group("vernacular", proposed=810, matched=90, registered=900)
    colonial = Group("colonial", proposed=20, matched=380, registered=400)
    left_behind = Coverage(90, 900, representation([vernacular], reference=0.331))
    remainder = Coverage(380, 400, representation([colonial], reference=0.331))
    assert equity(left_behind, SETTINGS) == pytest.approx(0.80, abs=0.005)
    assert equity(remainder, SETTINGS) == pytest.approx(0.025, abs=0.0005)


def test_groups_that_nobody_named_leave_the_gap_alone_to_speak():
    assert representation([], reference=0.5) is None
    assert equity(Coverage(25, 100, None), SETTINGS) == pytest.approx(0.75)
    assert equity(Coverage(0, 0, None), SETTINGS) == 0.0
    assert representation([Group("g", 1, 0, 10)], reference=0.0) == 0.0


def test_relevance_adds_what_is_documented():
    assert relevance(False, False, False, SETTINGS) == 0
    assert relevance(True, False, True, SETTINGS) == pytest.approx(0.7)
    assert relevance(True, True, True, SETTINGS) == pytest.approx(1)


def test_readiness_falls_with_doubtful_matches():
    assert readiness(0.9, 0.1) == pytest.approx(0.81)


def test_case_17_scores():
    scores = {name: round(sum(contributions(c, SETTINGS.weights).values()), 3) for name, c in CASE_17.items()}
    assert scores == {"D": 0.655, "A": 0.605, "E": 0.495, "B": 0.485, "C": 0.395}


def test_case_17_chances_to_be_among_the_first_two():
    shares = funded_shares(list(CASE_17.values()), SETTINGS, costs=[1] * 5, budget=2)
    chances = dict(zip(CASE_17, shares, strict=True))
    assert chances["D"] == pytest.approx(1.00, abs=0.005)
    assert chances["A"] == pytest.approx(0.90, abs=0.01)
    assert chances["E"] == pytest.approx(0.09, abs=0.01)
    assert chances["B"] == pytest.approx(0.02, abs=0.01)
    assert chances["C"] == pytest.approx(0.00, abs=0.005)


def test_case_17_needs_no_ballot_for_the_first_two():
    ranked = place([proposal(name, c) for name, c in CASE_17.items()], SETTINGS, budget_hours=2)
    assert [(r.rank, r.proposal.proposal_id, r.robustness) for r in ranked] == [
        (1, "D", "robust in"),
        (2, "A", "robust in"),
        (3, "E", "robust out"),
        (4, "B", "robust out"),
        (5, "C", "robust out"),
    ]
    assert ranked[0].contributions == pytest.approx(
        {"urgency": 0.135, "relevance": 0.175, "equity": 0.285, "readiness": 0.06}
    )


def test_a_place_that_hangs_on_the_weights_is_contested():
    urgent, relevant = Criteria(0.9, 0.1, 0.5, 0.5), Criteria(0.1, 1.0, 0.5, 0.5)
    ranked = place([proposal("u", urgent), proposal("r", relevant)], SETTINGS, budget_hours=1)
    assert [r.robustness for r in ranked] == ["contested", "contested"]
    assert sum(r.p_funded for r in ranked) == pytest.approx(1)


def test_ties_go_to_the_higher_equity_then_the_lower_cost_then_the_id():
    same = Criteria(0.5, 0.5, 0.5, 0.5)
    # urgency and equity weigh the same: 0.5 of either is 0.15
    fair, urgent = Criteria(0.0, 0.0, 0.5, 0.0), Criteria(0.5, 0.0, 0.0, 0.0)
    ranked = place(
        [
            proposal("urgent", urgent),
            proposal("fair", fair),
            proposal("dear", same, hours=3),
            proposal("b", same),
            proposal("a", same),
        ],
        SETTINGS,
        budget_hours=2,
    )
    assert [r.proposal.proposal_id for r in ranked] == ["a", "b", "dear", "fair", "urgent"]
    assert [r.p_funded for r in ranked][:3] == [1.0, 1.0, 0.0]


def test_the_budget_passes_over_what_does_not_fit():
    big, small = Criteria(1, 1, 1, 1), Criteria(0.1, 0.1, 0.1, 0.1)
    ranked = place([proposal("big", big, 200), proposal("small", small, 10)], SETTINGS, budget_hours=100)
    assert [(r.proposal.proposal_id, r.p_funded) for r in ranked] == [("big", 0.0), ("small", 1.0)]


def test_nothing_to_rank():
    assert place([], SETTINGS, budget_hours=10) == []


@settings(deadline=None)
@given(st.lists(criteria, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_in_which_proposals_come_changes_nothing(values, random):
    few = SETTINGS.model_copy(
        update={"robustness": SETTINGS.robustness.model_copy(update={"draws": 50})},
    )
    proposals = [proposal(f"p{i}", c, hours=1 + i % 3) for i, c in enumerate(values)]
    shuffled = list(proposals)
    random.shuffle(shuffled)
    ranked = place(proposals, few, budget_hours=4)
    assert ranked == place(shuffled, few, budget_hours=4)
    assert all(0 <= r.score <= 1 + 1e-9 and 0 <= r.p_funded <= 1 for r in ranked)
    assert [r.score for r in ranked] == sorted((r.score for r in ranked), reverse=True)


@settings(deadline=None)
@given(criteria, st.sampled_from(["urgency", "relevance", "equity", "readiness"]), unit)
def test_a_better_value_never_lowers_the_score(values, name, higher):
    raised = replace(values, **{name: max(higher, getattr(values, name))})
    before, after = (sum(contributions(c, SETTINGS.weights).values()) for c in (values, raised))
    assert after >= before - 1e-12


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("weights", "urgency"), 0.5, "add up to 1.2"),
        (("relevance", "planned_reuse"), 0.9, "add up to"),
        (("urgency", "levels"), {"unknown": 0.3}, "levels without a figure: none_known"),
        (("robustness", "robust_out"), 0.9, "robust_out below robust_in"),
        (("effort", "minutes"), 1, "Extra inputs"),
    ],
)
def test_wrong_settings_are_refused_with_the_reason(path, value, message):
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    content[path[0]][path[1]] = value
    with pytest.raises(ValidationError, match=message):
        PrioritySettings.model_validate(content)
