"""How far names alone can be trusted in a register: its own places tell, without anybody's labels."""

from dataclasses import replace

import numpy as np

from heritage.reconcile.columns import unlisted
from heritage.reconcile.decide import MATCH, decide
from heritage.reconcile.features import Pairs
from heritage.reconcile.model import probability
from heritage.reconcile.rivals import rival_features
from heritage.reconcile.settings import Settings
from heritage.reconcile.sides import Items, Records

_OF_PLACE = ("distance", "distance_over_precision", "near_name", "near_own", "nearer_items")
MOST_RECORDS = 5_000
"""Records that are looked at, spread evenly."""


def least_by_name(pairs: Pairs, records: Records, items: Items, settings: Settings) -> float:
    """The least probability of an automatic match where one side has no place; infinite where a name alone
    decides nothing.

    Records that have a place are decided as if they had none, to see how many of these matches lie where the
    item is. Where names repeat in the register or the index, fewer do. Too few places tell nothing."""
    owner = np.unique(pairs.record[~np.isnan(pairs.distance)])
    if len(owner) < settings.names_tried:
        return settings.match_unplaced
    owner = owner[:: max(1, -(-len(owner) // MOST_RECORDS))]
    rows = np.flatnonzero(np.isin(pairs.record, owner) & ~np.isnan(pairs.distance))
    nowhere = np.full(len(rows), np.nan)
    seen = pairs.take(rows)
    hidden = replace(
        seen,
        distance=nowhere,
        allowed=nowhere,
        same_id=np.zeros(len(rows), dtype=bool),
        columns=seen.columns | dict.fromkeys(_OF_PLACE, nowhere),
    )
    odds = settings.pair_model.log_odds(hidden.columns)
    leads = rival_features(hidden, odds)
    final = probability(settings.rival_model.log_odds({**hidden.columns, **leads}))
    uncarried = replace(items, identifiers=unlisted(items.rows))
    decided = decide(hidden, leads, final, records, uncarried, settings, settings.match_unplaced)
    matched = decided.best[decided.decision == MATCH]
    if len(matched) < settings.names_tried:
        return settings.match_unplaced
    near = float((seen.distance[matched] <= settings.names_within_m + seen.allowed[matched]).mean())
    if near < settings.names_hold:
        return float("inf")
    return settings.match_unplaced if near >= settings.names_sure else settings.match_doubtful
