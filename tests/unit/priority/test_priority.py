"""Criteria, score and robustness."""

from dataclasses import replace

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from heritage.model.governance import Criteria
from heritage.priority.criteria import Coverage, Group, equity, readiness, relevance, representation
from heritage.priority.settings import PrioritySettings
from heritage.priority.weighing import contributions, funded_shares, place
from ranking_examples import BODY as SETTINGS
from ranking_examples import VOCABULARIES, proposal

unit = st.floats(0, 1)
criteria = st.builds(Criteria, unit, unit, unit, unit)


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
    content = yaml.safe_load((VOCABULARIES / "priority.yaml").read_text(encoding="utf-8"))
    content[path[0]][path[1]] = value
    with pytest.raises(ValidationError, match=message):
        PrioritySettings.model_validate(content)


def test_many_draws_and_many_proposals_give_what_they_give_some_at_a_time(monkeypatch):
    values = [Criteria(n / 7 % 1, n / 5 % 1, n / 3 % 1, n / 11 % 1) for n in range(23)]
    costs = [1 + n % 4 for n in range(23)]
    whole = funded_shares(values, SETTINGS, costs=costs, budget=20)
    monkeypatch.setattr("heritage.priority.weighing._CELLS", 1000)
    assert funded_shares(values, SETTINGS, costs=costs, budget=20) == whole
    assert sum(0 < share < 1 for share in whole) > 0
