"""Match, review or new: one decision for each record, under rules that no score can overrule."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heritage.reconcile.features import Pairs
from heritage.reconcile.model import probability
from heritage.reconcile.objections import Leads, Objection, objections
from heritage.reconcile.settings import Settings
from heritage.reconcile.sides import Items, Records
from heritage.reconcile.text import Flags, Floats, Ints

NO_CLAIM = int(Objection.PLACE_ALONE | Objection.OTHER_IDENTIFIER)
MATCH, REVIEW, NEW = "match", "review", "new"


@dataclass(frozen=True, slots=True)
class Decisions:
    """Per pair: `probability`, `objections`, `same_identifier`; per record: the best pair (-1 without any),
    the decision, and whether its item is claimed by another record too."""

    pair_probability: Floats
    probability: Floats
    objections: Ints
    same_identifier: Flags
    order: Ints
    best: Ints
    decision: npt.NDArray[np.str_]
    contested: Flags


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
    """`leads` are the rival features of the pairs, `final` the probability with rivals considered."""
    same = pairs.same_id
    flags = objections(pairs, leads, final, same, items, settings, by_name=least.unplaced <= 1)
    placed = ~np.isnan(pairs.distance)
    carried = np.where(placed, settings.match_placed, settings.match_unplaced)
    final = np.where(same, np.maximum(final, carried), final)
    enough = np.where(same, carried, np.where(placed, least.placed, least.unplaced))
    order = np.lexsort((pairs.item, -np.round(final, 9), ~same, pairs.record))
    best = np.full(records.rows, -1)
    first = order[_first_of_run(pairs.record[order])]
    best[pairs.record[first]] = first
    contested = _contested(pairs, first, final, flags, records, settings)
    decision = np.full(records.rows, REVIEW, dtype="<U6")
    good = first[(final[first] >= enough[first]) & (flags[first] == 0)]
    decision[pairs.record[good]] = MATCH
    decision[contested] = REVIEW
    by_itself = probability(leads["pair"])
    possible = np.maximum(by_itself, final) >= settings.low_bar
    decision[np.setdiff1d(np.arange(records.rows), pairs.record[possible])] = NEW
    return Decisions(by_itself, final, flags, same, order, best, decision, contested)


def _first_of_run(groups: Ints) -> Flags:
    return np.concatenate([[True], groups[1:] != groups[:-1]]) if len(groups) else np.zeros(0, dtype=bool)


def _contested(
    pairs: Pairs, first: Ints, final: Floats, flags: Ints, records: Records, settings: Settings
) -> Flags:
    """Records whose item another record claims too; a neighbour or a namesake with another id does not."""
    claims = first[(final[first] >= settings.claim) & ((flags[first] & NO_CLAIM) == 0)]
    several = np.bincount(pairs.item[claims], minlength=1) > 1
    contested = np.zeros(records.rows, dtype=bool)
    contested[pairs.record[claims[several[pairs.item[claims]]]]] = True
    return contested
