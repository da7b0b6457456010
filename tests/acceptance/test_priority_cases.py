"""Cases 16 and 17 of the domain details, part f, with their numbers."""

import pytest

from heritage.adapters.files import FileStore
from heritage.model.evidence import Level
from heritage.model.governance import Criteria
from heritage.priority.criteria import Coverage, Group, equity, representation, urgency
from heritage.priority.weighing import contributions, funded_shares, place
from ranking_examples import BODY as SETTINGS
from ranking_examples import BOTH, by_what, edit, proposal, ranking, snapshot, spec

CASE_17 = {
    "A": Criteria(0.90, 0.50, 0.40, 0.60),
    "B": Criteria(0.20, 0.80, 0.30, 0.90),
    "C": Criteria(0.10, 0.50, 0.35, 0.90),
    "D": Criteria(0.45, 0.70, 0.95, 0.40),
    "E": Criteria(0.05, 0.60, 0.70, 0.80),
}


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


def test_case_16_through_the_ranking_of_a_register(tmp_path):
    store = FileStore(str(tmp_path))
    levels = ["critical"] + ["at_risk"] * 2 + ["unknown"] * 7
    edits = [edit("xx_churches", str(n), BOTH, level) for n, level in enumerate(levels, start=1)]
    snapshot(store, edits, levels)
    found = by_what(ranking(store, spec()))["identifiers", "all"].criteria
    snapshot(store, edits, levels, risk={"disclosure": "S4"}, record={"lat": None, "lon": None})
    withheld = by_what(ranking(store, spec()))["identifiers", "all"].criteria
    assert found.urgency == withheld.urgency == pytest.approx(0.385)
    assert withheld.readiness == found.readiness == 1


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
