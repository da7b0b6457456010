"""Score, place, and how steady the place is when the weights are not quite these (SMAA)."""

from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heritage.model.governance import Criteria, Proposal, Ranked
from heritage.priority.settings import PrioritySettings, Robustness, Weights

Floats = NDArray[np.float64]
_CELLS = 2_000_000
"""Scores that are held in memory at once."""


def contributions(criteria: Criteria, weights: Weights) -> dict[str, float]:
    """Weight times value of each criterion; the score is their sum.

    Criterion names are `urgency`, `relevance`, `equity` and `readiness`.
    """
    return {name: weight * getattr(criteria, name) for name, weight in weights.model_dump().items()}


def in_order(
    proposals: Sequence[Proposal], weights: Weights
) -> list[tuple[Proposal, float, dict[str, float]]]:
    """The proposals with score and contributions, best first.

    Ties go to the higher equity, then the lower cost in reviewer-hours, then the id.
    """
    parts = [contributions(proposal.criteria, weights) for proposal in proposals]
    scored = [(one, sum(part.values()), part) for one, part in zip(proposals, parts, strict=True)]
    return sorted(scored, key=lambda found: (-found[1], *tie(found[0])))


def tie(proposal: Proposal) -> tuple[float, float, str]:
    """What settles the order of equal scores, the lower first."""
    return -proposal.criteria.equity, proposal.reviewer_hours, proposal.proposal_id


def place(proposals: Sequence[Proposal], settings: PrioritySettings, budget_hours: float) -> list[Ranked]:
    """The proposals with score, rank and robustness under a budget of reviewer-hours, best first.

    Ties go to the higher equity, then the lower cost in reviewer-hours, then the id.
    """
    if not proposals:
        return []
    scored = in_order(proposals, settings.weights)
    shares = funded_shares(
        [proposal.criteria for proposal, _, _ in scored],
        settings,
        costs=[proposal.reviewer_hours for proposal, _, _ in scored],
        budget=budget_hours,
    )
    return [
        Ranked(
            proposal=proposal,
            rank=rank,
            score=score,
            contributions=part,
            p_funded=share,
            robustness=_robustness(share, settings.robustness),
        )
        for rank, ((proposal, score, part), share) in enumerate(zip(scored, shares, strict=True), start=1)
    ]


def funded_shares(
    criteria: Sequence[Criteria],
    settings: PrioritySettings,
    *,
    costs: Sequence[float],
    budget: float,
) -> list[float]:
    """For each candidate the share of sampled weightings under which it is funded.

    Every weight is multiplied by a number drawn evenly between the two factors, and the weights are brought
    back to a sum of 1. The budget is spent in order of score; what does not fit any more is left out and
    the next is tried. Candidates come in order of preference: the earlier wins a tie. With costs of 1 the
    budget is a number of places.
    """
    rules = settings.robustness
    base = np.array(list(settings.weights.model_dump().values()))
    factors = np.random.default_rng(rules.seed).uniform(*rules.factor, size=(rules.draws, base.size))
    weights = base * factors
    weights /= weights.sum(axis=1, keepdims=True)
    values = np.array([astuple(c) for c in criteria])
    price = np.array(costs, dtype=float)
    funded = np.zeros(len(values), dtype=np.int64)
    at_once = max(1, _CELLS // len(values))
    for start in range(0, rules.draws, at_once):
        order = np.argsort(-added_up(values, weights[start : start + at_once]), axis=1, kind="stable")
        funded += _funded(order, price, budget)
    return [float(count) / rules.draws for count in funded]


def added_up(values: Floats, weights: Floats) -> Floats:
    """The scores: a row for each row of weights, a column for each row of values.

    Added up criterion by criterion, so that equal candidates get equal scores on every machine.
    """
    scores = np.zeros((len(weights), len(values)))
    for k in range(values.shape[1]):
        scores += weights[:, [k]] * values[:, k]
    return scores


def _funded(order: NDArray[np.intp], price: Floats, budget: float) -> NDArray[np.int64]:
    """How often each candidate is funded, where each row of `order` is an order in which to buy."""
    funded = np.zeros(len(price), dtype=np.int64)
    left = np.full(len(order), float(budget))
    for position in range(order.shape[1]):
        candidate = order[:, position]
        fits: NDArray[Any] = price[candidate] <= left + 1e-9
        left -= np.where(fits, price[candidate], 0.0)
        funded += np.bincount(candidate[fits], minlength=funded.size)
    return funded


def _robustness(share: float, rules: Robustness) -> str:
    if share >= rules.robust_in:
        return "robust in"
    return "robust out" if share <= rules.robust_out else "contested"
