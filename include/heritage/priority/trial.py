"""The ranking with weights that somebody tries out for themselves; nothing of it is kept."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from heritage.errors import EntryRefused
from heritage.model.governance import Ranked
from heritage.priority.settings import PrioritySettings, Weights
from heritage.priority.weighing import in_order

_MOST = 1_000_000
_NUMBER = re.compile(r"[0-9]{1,12}([.,][0-9]{0,12})?")


@dataclass(frozen=True, slots=True)
class Tried:
    """A proposal as it stands with the body's weights and with those that are tried."""

    proposal_id: str
    title: str
    rank: int
    score: float
    tried_rank: int
    tried_score: float
    contributions: Mapping[str, float]
    """With the tried weights: their sum is the score."""

    @property
    def up(self) -> int:
        """Places won; below zero, lost."""
        return self.rank - self.tried_rank


@dataclass(frozen=True, slots=True)
class Trial:
    """`body` and `tried` are weights by criterion, each together 1; `rows` are in the tried order."""

    body: Mapping[str, float]
    tried: Mapping[str, float]
    rows: tuple[Tried, ...]


def trial(ranked: Sequence[Ranked], settings: PrioritySettings, given: Mapping[str, object]) -> Trial:
    """The proposals of one ranking, in the order that the `given` weights put them in.

    Raises EntryRefused as `read_weights` does. Questions are left out: they are not ranked.
    """
    tried = read_weights(given)
    scored = [one for one in ranked if one.proposal.scored]
    before = sorted(scored, key=lambda one: one.rank)
    ranks = {one.proposal.proposal_id: (rank, one.score) for rank, one in enumerate(before, start=1)}
    order = in_order([one.proposal for one in scored], tried)
    rows = (
        Tried(proposal.proposal_id, proposal.title, *ranks[proposal.proposal_id], rank, score, parts)
        for rank, (proposal, score, parts) in enumerate(order, start=1)
    )
    return Trial(settings.weights.model_dump(), tried.model_dump(), tuple(rows))


def read_weights(given: Mapping[str, object]) -> Weights:
    """Numbers of 0 or more, or text that says one, brought to a sum of 1.

    Raises EntryRefused with a sentence for each criterion whose weight cannot be.
    """
    names = list(Weights.model_fields)
    faults = [
        (name, f"There is no such criterion: give {', '.join(names)}.") for name in given if name not in names
    ]
    weights: dict[str, float] = {}
    for name in names:
        try:
            weights[name] = _number(given.get(name))
        except ValueError as refused:
            faults.append((name, str(refused)))
    if not faults and not any(weights.values()):
        faults.append(("", "All weights are 0: give at least one criterion a weight above 0."))
    if faults:
        raise EntryRefused(tuple(faults))
    total = sum(weights.values())
    return Weights(**{name: weight / total for name, weight in weights.items()})


def _number(given: object) -> float:
    if given is None or (isinstance(given, str) and not given.strip()):
        raise ValueError("Give this criterion a weight; 0 leaves it out.")
    if isinstance(given, str):
        text = given.strip()
        if text.startswith(("-", "\u2212")) and _NUMBER.fullmatch(text[1:].strip()):
            raise ValueError("A weight cannot be below 0.")
        if not _NUMBER.fullmatch(text):
            raise ValueError("This is not a number: write one like 30 or 0.3.")
        given = float(text.replace(",", "."))
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise ValueError("This is not a number: write one like 30 or 0.3.")
    if given < 0:
        raise ValueError("A weight cannot be below 0.")
    if given > _MOST:
        raise ValueError(f"This is too large: the most is {_MOST:,}.")
    return float(given)
