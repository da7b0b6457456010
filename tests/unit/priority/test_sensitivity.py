"""What would make a proposal first: doing it does, and less of it does not."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heritage.model.governance import Criteria, LicenceAnswer, Proposal, Ranked
from heritage.priority.sensitivity import Sensitivity, sensitivities, what_would_change, with_weight
from heritage.priority.settings import PrioritySettings, Weights
from heritage.priority.weighing import in_order
from ranking_examples import BODY, proposal, question

CRITERIA = ["urgency", "relevance", "equity", "readiness"]
# Round figures, so that ties and proposals that are the same come up too.
value = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.25, 0.5, 1.0]))
many = st.lists(st.builds(Criteria, value, value, value, value), min_size=1, max_size=8)
parts = st.lists(st.integers(0, 9), min_size=4, max_size=4).filter(any)


def body(weights: list[int]) -> PrioritySettings:
    shares = [weight / sum(weights) for weight in weights]
    return BODY.model_copy(update={"weights": Weights(**dict(zip(CRITERIA, shares, strict=True)))})


def ranked(values: list[Criteria], weights: Weights) -> list[Ranked]:
    proposals = [proposal(f"p{n}", one, hours=1 + n % 3) for n, one in enumerate(values)]
    order = in_order(proposals, weights)
    return [Ranked(one, rank, score, part, 0.5, "") for rank, (one, score, part) in enumerate(order, start=1)]


def first(proposals: list[Proposal], weights: Weights) -> str:
    return in_order(proposals, weights)[0][0].proposal_id


@settings(max_examples=300)
@given(many, parts)
def test_a_change_that_is_told_makes_it_first(values, weights):
    rules = body(weights)
    order = ranked(values, rules.weights)
    proposals = [one.proposal for one in order]
    for at, found in enumerate(sensitivities(order, rules)):
        assert found.first == (at == 0)
        if found.weight:
            changed = with_weight(rules.weights, found.weight.criterion, found.weight.to)
            assert first(proposals, changed) == (found.other if found.first else found.proposal_id)
        elif found.value:
            raised = replace(proposals[at].criteria, **{found.value.criterion: found.value.to})
            changed = [*proposals[:at], replace(proposals[at], criteria=raised), *proposals[at + 1 :]]
            assert first(changed, rules.weights) == found.proposal_id
            assert found.value.now < found.value.to <= 1


@settings(max_examples=100)
@given(many, parts, st.floats(0, 1), st.sampled_from(CRITERIA))
def test_no_smaller_change_of_one_weight_would_do(values, weights, share, criterion):
    rules = body(weights)
    order = ranked(values, rules.weights)
    proposals = [one.proposal for one in order]
    now = getattr(rules.weights, criterion)
    for found in sensitivities(order, rules):
        reach = abs(found.weight.to - found.weight.now) - 1.1e-3 if found.weight else 1.0
        to = now + (2 * share - 1) * max(0.0, reach)
        if 0 <= to <= 1 and reach > 0:
            winner = first(proposals, with_weight(rules.weights, criterion, to))
            slivers = found.weight is None and winner == found.proposal_id and not found.first
            assert (winner == found.proposal_id) == found.first or (
                slivers and _sliver(proposals, rules.weights, criterion, to, found.proposal_id)
            )


def _sliver(proposals: list[Proposal], weights: Weights, criterion: str, to: float, who: str) -> bool:
    """Whether it is first there by less than is told: in between two numbers of six decimals, or by a tie."""
    around = [min(1.0, max(0.0, to + step)) for step in (-2e-6, 2e-6)]
    return any(first(proposals, with_weight(weights, criterion, one)) != who for one in around)


def test_case_17_what_would_change():
    values = {
        "A": Criteria(0.90, 0.50, 0.40, 0.60),
        "B": Criteria(0.20, 0.80, 0.30, 0.90),
        "D": Criteria(0.45, 0.70, 0.95, 0.40),
        "E": Criteria(0.05, 0.60, 0.70, 0.80),
    }
    order = in_order([proposal(name, one) for name, one in values.items()], BODY.weights)
    said = what_would_change([Ranked(p, n, s, c, 0.5, "") for n, (p, s, c) in enumerate(order, 1)], BODY)
    assert [one.text for one in said] == [
        "It is first. A would be, if equity counted 22.9 % instead of 30 %.",
        "It would be first if equity counted 22.9 % instead of 30 %.",
        "No other weight of one criterion makes it first. It would be first if its urgency rose from 0.05 to "
        "0.584.",
        "It would be first if readiness counted 39.3 % instead of 15 %.",
    ]


def test_one_that_another_beats_in_everything_is_told_so():
    values = [Criteria(0.9, 0.9, 0.9, 0.9), Criteria(0.5, 0.5, 0.5, 0.5), Criteria(0.0, 0.0, 0.0, 0.0)]
    best, middle, last = sensitivities(ranked(values, BODY.weights), BODY)
    assert best == Sensitivity("p0", first=True)
    assert (middle.weight, middle.value, middle.other) == (None, None, "p0")
    assert last.other == "p0"
    one, two, _ = what_would_change(ranked(values, BODY.weights), BODY)
    assert one == "It is first, and no other weight of one criterion changes that."
    assert two == "No weights and no rise of one criterion make it first: p0 is at least as good in all."


def test_a_question_is_not_ranked_and_competes_with_nobody():
    asked = question("q")
    assert asked.gates[0].answer == LicenceAnswer.BODY_DECISION.value
    alone = [
        Ranked(asked, 1, 0.0, {}, 1.0, ""),
        Ranked(proposal("p", Criteria(0, 0, 0, 0)), 2, 0.0, {}, 1.0, ""),
    ]
    assert what_would_change(alone, BODY) == [
        "It is a question: it is answered, not ranked.",
        "It is first, and no other weight of one criterion changes that.",
    ]
    assert what_would_change([], BODY) == []


@pytest.mark.parametrize("to", [0.0, 0.4, 1.0])
def test_the_other_weights_keep_their_proportions(to):
    changed = with_weight(BODY.weights, "equity", to)
    assert changed.equity == to
    assert changed.urgency * BODY.weights.readiness == pytest.approx(changed.readiness * BODY.weights.urgency)
