"""Match, review or new: one decision for each record, under rules that no score can overrule."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heritage.reconcile.features import Pairs
from heritage.reconcile.jit import kernel
from heritage.reconcile.model import probability
from heritage.reconcile.objections import Leads, Objection, objections
from heritage.reconcile.settings import Settings
from heritage.reconcile.sides import Items, Records
from heritage.reconcile.text import Flags, Floats, Ints

NO_CLAIM = int(Objection.PLACE_ALONE | Objection.OTHER_IDENTIFIER)
MATCH, REVIEW, NEW = "match", "review", "new"


@dataclass(frozen=True, slots=True)
class Decisions:
    """Of pairs."""

    pair_probability: Floats
    """Of each pair by itself, and with its rivals considered:"""
    probability: Floats
    objections: Ints
    begin: Ints
    """Where the pairs of each record begin in"""
    order: Ints
    """the pairs, the best of each record first."""
    best: Ints
    """Of each record the best pair, -1 without any,"""
    likely: Ints
    """how many are possible at all,"""
    decision: npt.NDArray[np.str_]
    contested: Flags
    """and whether its item is claimed by another record too."""


@dataclass(frozen=True, slots=True)
class Least:
    """The least probability of a match where the places were compared, and where a side has none: infinite
    where a name alone may not decide."""

    placed: float
    unplaced: float


def decide(
    pairs: Pairs,
    leads: Leads,
    final: Floats,
    records: Records,
    items: Items,
    settings: Settings,
    least: Least,
) -> Decisions:
    """About pairs that stand record by record. `leads` are their rival features, `final` the probability with
    rivals considered."""
    same = pairs.same_id
    flags = objections(pairs, leads, final, same, items, settings, by_name=least.unplaced <= 1)
    placed = ~np.isnan(pairs.distance)
    carried = np.where(placed, settings.match_placed, settings.match_unplaced)
    final = np.where(same, np.maximum(final, carried), final)
    enough = np.where(same, carried, np.where(placed, least.placed, least.unplaced))
    begin = np.searchsorted(pairs.record, np.arange(records.rows + 1)).astype(np.int64)
    order = _ranked(begin, pairs.item, np.round(final, 9), same)
    first = order[begin[:-1][begin[1:] > begin[:-1]]]
    best = np.full(records.rows, -1)
    best[pairs.record[first]] = first
    contested = _contested(pairs, first, final, flags, records, settings)
    decision = np.full(records.rows, REVIEW, dtype="<U6")
    good = first[(final[first] >= enough[first]) & (flags[first] == 0)]
    decision[pairs.record[good]] = MATCH
    decision[contested] = REVIEW
    by_itself = probability(leads["pair"])
    new = np.ones(records.rows, dtype=bool)
    new[pairs.record[np.maximum(by_itself, final) >= settings.low_bar]] = False
    decision[new] = NEW
    likely = np.bincount(pairs.record[by_itself >= settings.low_bar], minlength=records.rows)
    return Decisions(by_itself, final, flags, begin, order, best, likely, decision, contested)


@kernel
def _ranked(begin: Ints, item: Ints, probability: Floats, same: Flags) -> Ints:
    """The pairs of each record, the likeliest first, before them those whose identifier agrees."""
    order = np.arange(len(item))
    for row in range(len(begin) - 1):
        for k in range(begin[row] + 1, begin[row + 1]):
            one, at = order[k], k
            while at > begin[row]:
                other = order[at - 1]
                before = same[one] and not same[other]
                if same[one] == same[other]:
                    before = probability[one] > probability[other]
                    if probability[one] == probability[other]:
                        before = item[one] < item[other]
                if not before:
                    break
                order[at] = other
                at -= 1
            order[at] = one
    return order


def _contested(
    pairs: Pairs, first: Ints, final: Floats, flags: Ints, records: Records, settings: Settings
) -> Flags:
    """Records whose item another record claims too; a neighbour or a namesake with another id does not."""
    claims = first[(final[first] >= settings.claim) & ((flags[first] & NO_CLAIM) == 0)]
    several = np.bincount(pairs.item[claims], minlength=1) > 1
    contested = np.zeros(records.rows, dtype=bool)
    contested[pairs.record[claims[several[pairs.item[claims]]]]] = True
    return contested
