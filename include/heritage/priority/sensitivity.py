"""What would have to change for a proposal to be first, and what would take its place from the first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from heritage.model.governance import Ranked
from heritage.model.said import Said, Value
from heritage.priority.settings import PrioritySettings, Weights
from heritage.priority.weighing import Floats, added_up, tie

_PLACES = (3, 4, 5, 6)
"""A change is told with as many decimals as it needs to be made."""
_TOO_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Change:
    """The weight, or else the value, of one `criterion` that goes from `now` to `to`, both in [0, 1]."""

    criterion: str
    now: float
    to: float


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """`weight` is the smallest change of one weight that makes the proposal first, or, of the first, that
    brings another there; `value` the smallest rise of one criterion where no weight does. `other` is the
    proposal that takes over, or that stays before this one whatever the weights are."""

    proposal_id: str
    first: bool
    weight: Change | None = None
    value: Change | None = None
    other: str = ""


def what_would_change(ranked: Sequence[Ranked], settings: PrioritySettings) -> list[Said]:
    """A sentence for each, in the order given; `ranked` are all of one ranking."""
    titles = {one.proposal.proposal_id: one.proposal.title for one in ranked}
    found = {one.proposal_id: one for one in sensitivities(ranked, settings)}
    return [
        _words(found[of.proposal_id], titles)
        if (of := one.proposal).scored
        else Said("It is a question: it is answered, not ranked.")
        for one in ranked
    ]


def sensitivities(ranked: Sequence[Ranked], settings: PrioritySettings) -> Iterator[Sensitivity]:
    """What would change for each that is scored, in the order given."""
    scored = [one for one in ranked if one.proposal.scored]
    if scored:
        field = _Field(scored, settings.weights)
        yield from (field.of(field.row[one.proposal.proposal_id]) for one in scored)


def with_weight(weights: Weights, criterion: str, to: float) -> Weights:
    """The weights with one changed and the others scaled, so that they still come to 1."""
    others = {name: weight for name, weight in weights.model_dump().items() if name != criterion}
    rest = sum(others.values())
    shares = {name: weight / rest if rest else 1 / len(others) for name, weight in others.items()}
    return Weights(**{criterion: to}, **{name: (1 - to) * share for name, share in shares.items()})


class _Field:
    """All that compete, a row each in the order in which they win ties, so that the first of the best is the
    one that stands first."""

    def __init__(self, scored: Sequence[Ranked], weights: Weights) -> None:
        self._in_tie_order = sorted((one.proposal for one in scored), key=tie)
        self.row = {proposal.proposal_id: row for row, proposal in enumerate(self._in_tie_order)}
        self._weights, self._names = weights, list(weights.model_dump())
        self._values: Floats = np.array(
            [[getattr(proposal.criteria, name) for name in self._names] for proposal in self._in_tie_order]
        )
        self._scores = self._scored(weights)
        self._first = int(np.argmax(self._scores))
        # With weight t on a criterion the score of a proposal is t * value + (1 - t) * rest.
        self._rests = [self._scored(with_weight(weights, name, 0.0)) for name in self._names]

    def of(self, at: int) -> Sensitivity:
        proposal_id = self._id(at)
        if at == self._first:
            change = _smallest(self._ways_down())
            other = self._id(self._first_with(change)) if change else ""
            return Sensitivity(proposal_id, True, change, other=other)
        if weight := _smallest(self._ways_up(at)):
            return Sensitivity(proposal_id, False, weight)
        return Sensitivity(proposal_id, False, None, _smallest(self._rises(at)), self._before_always(at))

    def _id(self, row: int) -> str:
        return self._in_tie_order[row].proposal_id

    def _scored(self, weights: Weights) -> Floats:
        """Added up criterion by criterion, as `contributions` are."""
        scores: Floats = added_up(self._values, np.array([list(weights.model_dump().values())]))[0]
        return scores

    def _first_with(self, change: Change) -> int:
        return int(np.argmax(self._scored(with_weight(self._weights, change.criterion, change.to))))

    def _now(self) -> Iterator[tuple[int, str, float]]:
        for k, name in enumerate(self._names):
            yield k, name, float(getattr(self._weights, name))

    def _ways_up(self, at: int) -> Iterator[Change]:
        for k, name, now in self._now():
            least, most = self._interval(at, k)
            to = _above(least, most) if least >= now else _below(most, least)
            if to is not None and self._first_with(change := Change(name, now, to)) == at:
                yield change

    def _ways_down(self) -> Iterator[Change]:
        for k, name, now in self._now():
            least, most = self._interval(self._first, k)
            for to in (_above(most, 1.0), _below(least, 0.0)):
                if to is not None and self._first_with(change := Change(name, now, to)) != self._first:
                    yield change

    def _interval(self, at: int, k: int) -> tuple[float, float]:
        """Between which weights of a criterion it beats every other; empty when the second is lower."""
        rise = (self._values[at, k] - self._rests[k][at]) - (self._values[:, k] - self._rests[k])
        start = self._rests[k][at] - self._rests[k]
        flat = np.abs(rise) < _TOO_CLOSE
        behind = flat & (start <= -_TOO_CLOSE)
        behind[:at] |= flat[:at] & (np.abs(start[:at]) < _TOO_CLOSE)
        if behind.any():
            return 1.0, 0.0
        bounds = -start / np.where(flat, 1.0, rise)
        least = float(np.max(bounds, initial=0.0, where=~flat & (rise > 0)))
        most = float(np.min(bounds, initial=1.0, where=~flat & (rise < 0)))
        return least, most

    def _rises(self, at: int) -> Iterator[Change]:
        lacking = float(self._scores[self._first] - self._scores[at])
        for k, name, weight in self._now():
            value = float(self._values[at, k])
            to = _above(value + lacking / weight, 1.0) if weight > 0 else None
            if to is not None:
                raised = self._values[at].copy()
                raised[k] = to
                weights = np.array([list(self._weights.model_dump().values())])
                if added_up(raised[np.newaxis], weights)[0, 0] > self._scores[self._first]:
                    yield Change(name, value, to)

    def _before_always(self, at: int) -> str:
        """The best proposal that is at least as good in all criteria and wins ties, if there is one."""
        found = np.flatnonzero((self._values[:at] >= self._values[at]).all(axis=1)).tolist()
        return self._id(max(found, key=lambda row: float(self._scores[row]))) if found else ""


def _smallest(changes: Iterator[Change]) -> Change | None:
    return min(changes, key=lambda one: abs(one.to - one.now), default=None)


def _above(edge: float, most: float) -> float | None:
    """The first round number beyond the edge and below `most`, which is a limit of its own only at 1."""
    for places in _PLACES:
        to: float = round((floor(edge * 10**places + _TOO_CLOSE) + 1) / 10**places, places)
        if to < most - _TOO_CLOSE or (most >= 1 and to <= 1):
            return to
    return None


def _below(edge: float, least: float) -> float | None:
    for places in _PLACES:
        to: float = round((ceil(edge * 10**places - _TOO_CLOSE) - 1) / 10**places, places)
        if to > least + _TOO_CLOSE or (least <= 0 and to >= 0):
            return to
    return None


def _words(found: Sensitivity, titles: Mapping[str, str]) -> Said:
    if found.first:
        return _words_of_first(found, titles)
    if found.weight:
        return Said(
            "It would be first if {criterion} counted {to:.6g} % instead of {now:.6g} %.",
            _weights_said(found.weight),
        )
    before: dict[str, Value] = {"other": titles.get(found.other, "")}
    if found.value is None:
        if found.other:
            return Said(
                "No weights and no rise of one criterion make it first: {other} is at least as good in all.",
                before,
            )
        return Said("Neither another weight nor a rise of one criterion alone makes it first.")
    rise: dict[str, Value] = {
        "criterion": Said(found.value.criterion),
        "now": found.value.now,
        "to": found.value.to,
    }
    if found.other:
        return Said(
            "No weights make it first, for {other} is at least as good in all criteria. It would be first if "
            "its {criterion} rose from {now:.2f} to {to:.6g}.",
            {**before, **rise},
        )
    return Said(
        "No other weight of one criterion makes it first. It would be first if its {criterion} rose from "
        "{now:.2f} to {to:.6g}.",
        rise,
    )


def _words_of_first(found: Sensitivity, titles: Mapping[str, str]) -> Said:
    if found.weight is None:
        return Said("It is first, and no other weight of one criterion changes that.")
    values: dict[str, Value] = {**_weights_said(found.weight), "other": titles[found.other]}
    return Said(
        "It is first. {other} would be, if {criterion} counted {to:.6g} % instead of {now:.6g} %.", values
    )


def _weights_said(change: Change) -> dict[str, Value]:
    """Weights in per cent of the whole."""
    criterion = Said(change.criterion)
    return {"criterion": criterion, "now": round(100 * change.now, 4), "to": round(100 * change.to, 4)}
