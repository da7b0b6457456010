"""Score, place, and how steady the place is when the weights are not quite these (SMAA)."""

from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heritage.model.governance import Criteria, Proposal, Ranked
from heritage.priority.settings import PrioritySettings, Robustness

Floats = NDArray[np.float64]


def contributions(criteria: Criteria, settings: PrioritySettings) -> dict[str, float]:
    """Weight times value of each criterion; the score is their sum.

    Criterion names are `urgency`, `relevance`, `equity` and `readiness`.
    """
    weights = settings.weights.model_dump()
    return {name: weight * getattr(criteria, name) for name, weight in weights.items()}


def place(proposals: Sequence[Proposal], settings: PrioritySettings, budget_hours: float) -> list[Ranked]:
    """The proposals with score, rank and robustness under a budget of reviewer-hours, best first.

    Ties go to the higher equity, then the lower cost in reviewer-hours, then the id.
    """
    if not proposals:
        return []
    parts = [contributions(p.criteria, settings) for p in proposals]
    scored = sorted(zip(proposals, parts, strict=True), key=lambda pair: (-_score(pair[1]), *_tie(pair[0])))
    shares = funded_shares(
        [p.criteria for p, _ in scored],
        settings,
        costs=[p.reviewer_hours for p, _ in scored],
        budget=budget_hours,
    )
    return [
        Ranked(
            proposal=proposal,
            rank=rank,
            score=_score(part),
            contributions=part,
            p_funded=share,
            robustness=_robustness(share, settings.robustness),
        )
        for rank, ((proposal, part), share) in enumerate(zip(scored, shares, strict=True), start=1)
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
    # Added up criterion by criterion, so that equal candidates get equal scores on every machine.
    values = np.array([astuple(c) for c in criteria])
    scores: Floats = sum((weights[:, [k]] * values[:, k] for k in range(base.size)), start=np.zeros(()))
    order = np.argsort(-scores, axis=1, kind="stable")
    price = np.array(costs, dtype=float)
    funded = np.zeros(order.shape[1], dtype=np.int64)
    left = np.full(rules.draws, float(budget))
    for position in range(order.shape[1]):
        candidate = order[:, position]
        fits: NDArray[Any] = price[candidate] <= left + 1e-9
        left -= np.where(fits, price[candidate], 0.0)
        funded += np.bincount(candidate[fits], minlength=funded.size)
    return [float(count) / rules.draws for count in funded]


def _score(part: dict[str, float]) -> float:
    return sum(part.values())


def _tie(proposal: Proposal) -> tuple[float, float, str]:
    return -proposal.criteria.equity, proposal.reviewer_hours, proposal.proposal_id


def _robustness(share: float, rules: Robustness) -> str:
    if share >= rules.robust_in:
        return "robust in"
    return "robust out" if share <= rules.robust_out else "contested"
