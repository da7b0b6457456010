"""Weights that a register learns from its own candidates, without a label: Fellegi-Sunter by EM.

Fellegi and Sunter (1969, A Theory for Record Linkage) weigh each level of a comparison by log(m/u): how often
it comes among pairs that match, over how often among those that do not. That is an additive model, and the
two shares can be found without labels by expectation maximisation (Winkler 1988; Splink and fastLink do the
same, Enamorado, Fifield and Imai 2019). What is done otherwise here, and why:

- A record has at most one match among its candidates, so what is likely is likely among them and "none of
  these", not pair by pair; the prior is a share of records. Candidates that are many thus prove nothing.
- Levels keep the order of `features.DIRECTION`: of all m and u that do, the likeliest are found by isotonic
  regression of m / (m + u) (likelihood ratio order, Dykstra, Kochar and Robertson 1995).
- What is not known (NaN) is left out of m and u, and weighs nothing.
- u is that of candidates, not of random pairs as Splink samples it: candidates have a word or a place in
  common already, and what they have in common anyway must not count.
- Rare names weigh more (Winkler's term frequencies) because the feature that compares names says how much.
- Comparisons are not quite independent, so each counts only a part of its weight (`Learning.trust`).

What other items and records leave of a pair, and what forbids a match, is not learned: `rivals` and
`objections` read any log-odds.
"""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from scipy.optimize import isotonic_regression

from heritage.model.arrow import pc
from heritage.reconcile.core import Prepared, compare
from heritage.reconcile.features import DIRECTION, Pairs
from heritage.reconcile.model import Additive, Steps
from heritage.reconcile.settings import Learning, Settings
from heritage.reconcile.text import Floats, Ints

_START = 2.0
"""Weight of the best level to begin with; the worst has the opposite."""
_CERTAIN = 0.9
_ALL = 1_000
"""Pairs of a record that are learned from: all that are compared, not the few likely by shipped weights."""


@dataclass(frozen=True, slots=True)
class Learned:
    """The model of pairs, or None and why there is none; `why` is a sentence for a person either way."""

    model: Additive | None
    why: str


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Pairs in an order of their own, whatever the order they came in."""

    record: Ints
    """Numbered from 0 without gaps."""
    count: Floats
    """Candidates of each record."""
    levels: dict[str, Ints]
    """Of each comparison, counted from 0; the number after the last one is for what is not known."""
    every: dict[str, Floats]
    """Pairs of each level."""


@dataclass(frozen=True, slots=True)
class _Fit:
    weights: dict[str, Floats]
    """log(m/u) by level."""
    likely: Floats
    """How likely each pair is a match."""
    matched: float
    """Share of the records with candidates that have a match."""
    rounds: int


def learn_here(records: pa.Table, items: Prepared, settings: Settings) -> tuple[Settings, Learned]:
    """`settings` with the weights that these records teach and the thresholds that go with such weights; the
    same settings, and why, where they teach none.

    The records, at most `Learning.most_records` of them, are compared once for this and once more when they
    are reconciled.
    """
    rules = settings.learning
    order = pc.sort_indices(records["record_id"]).to_numpy()
    every = -(-len(order) // rules.most_records)
    sample = records.take(pa.array(order[:: max(every, 1)]))
    learned = learn(compare(sample, items, replace(settings, kept=_ALL))[2], rules)
    return (settings if learned.model is None else taught(learned.model, settings)), learned


def taught(model: Additive, settings: Settings) -> Settings:
    """`settings` with learned weights and the thresholds that go with such weights."""
    rules = settings.learning
    return replace(
        settings,
        pair_model=model,
        match_placed=rules.match_placed,
        match_unplaced=rules.match_unplaced,
        match_strict=max(rules.match_placed, settings.match_strict),
        low_bar=rules.low_bar,
    )


def learn(pairs: Pairs, rules: Learning) -> Learned:
    """The model of pairs that explains these candidates best; the order of the pairs changes nothing."""
    given = _candidates(pairs, rules)
    records = len(given.count)
    if records < rules.least_records:
        return Learned(None, f"only {records} records have candidates, and {rules.least_records} are needed")
    found = _fitted(given, rules)
    if found is None:
        return Learned(None, f"the weights had not settled after {rules.rounds} rounds")
    expected = float(found.likely.sum())
    if expected < rules.least_matches:
        told = f"about {expected:.0f} matches are expected, and {rules.least_matches:.0f} are needed"
        return Learned(None, told)
    certain = float(found.likely[found.likely >= _CERTAIN].sum()) / expected
    told = (
        f"{records} records with {len(found.likely)} candidates teach, in {found.rounds} rounds, that "
        f"{found.matched:.0%} of them have their item here, and {certain:.0%} of these matches stand out"
    )
    return Learned(_model(given, found, rules), told)


def _candidates(pairs: Pairs, rules: Learning) -> _Candidates:
    order = np.lexsort((pairs.item, pairs.record))
    _, record = np.unique(pairs.record[order], return_inverse=True)
    levels, every = {}, {}
    for name, edges in rules.levels.items():
        column, steps = pairs.columns[name][order], len(edges) + 1
        levels[name] = np.where(np.isnan(column), steps, np.searchsorted(edges, column, side="left"))
        every[name] = np.bincount(levels[name], minlength=steps)[:steps].astype(np.float64)
    return _Candidates(record, np.bincount(record).astype(np.float64), levels, every)


def _fitted(given: _Candidates, rules: Learning) -> _Fit | None:
    """Expectation and maximisation by turns until the weights have settled, None where they do not."""
    weights = {
        name: DIRECTION[name] * np.linspace(-_START, _START, len(every))
        for name, every in given.every.items()
    }
    matched = 0.5
    for rounds in range(1, rules.rounds + 1):
        likely = _expected(given, weights, matched, rules.trust)
        matched = (float(likely.sum()) + 0.5) / (len(given.count) + 1)
        before, weights = weights, _maximised(given, likely, rules.pseudo_records)
        moved = max(float(np.abs(weights[name] - before[name]).max()) for name in weights)
        if moved < rules.settled:
            return _Fit(weights, likely, matched, rounds)
    return None


def _expected(given: _Candidates, weights: dict[str, Floats], matched: float, trust: float) -> Floats:
    """How likely each pair is the match of its record, of which there is at most one."""
    odds = np.zeros(len(given.record))
    for name, column in weights.items():
        odds += np.append(column, 0.0)[given.levels[name]]
    each = np.exp(trust * odds) * (matched / given.count)[given.record]
    none_or_any = np.bincount(given.record, each) + (1 - matched)
    return np.asarray(each / none_or_any[given.record])


def _maximised(given: _Candidates, likely: Floats, pseudo: float) -> dict[str, Floats]:
    """log(m/u) of each level in its order, from pairs of which it is known."""
    found = {}
    for name, levels in given.levels.items():
        every = given.every[name]
        match = np.bincount(levels, likely, minlength=len(every))[: len(every)]
        # as many others to a match as there are here, so that a level that nobody has weighs nothing
        others = (every.sum() + 1) / (match.sum() + 0.5) - 1
        imagined = pseudo * (every + 1) / (every + 1).sum()
        match, other = match + imagined, every - match + others * imagined
        share = isotonic_regression(
            match / (match + other), weights=match + other, increasing=DIRECTION[name] > 0
        ).x
        m, u = share * (match + other), (1 - share) * (match + other)
        found[name] = np.log(m / m.sum()) - np.log(u / u.sum())
    return found


def _model(given: _Candidates, found: _Fit, rules: Learning) -> Additive:
    """To four decimals, without the comparisons that say nothing here."""
    start = float(np.log(found.matched / (1 - found.matched)) - np.log(given.count.mean()))
    values = {name: np.round(rules.trust * column, 4) for name, column in found.weights.items()}
    steps = {name: Steps(np.asarray(rules.levels[name]), each, 0.0) for name, each in values.items()}
    return Additive(round(start, 4), {name: step for name, step in steps.items() if step.values.any()})
