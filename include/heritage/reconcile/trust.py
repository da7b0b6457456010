"""How far a register can be trusted: its own places tell, without anybody's labels."""

from dataclasses import dataclass, replace

import numpy as np

from heritage.reconcile.columns import unlisted
from heritage.reconcile.decide import MATCH, Least, decide
from heritage.reconcile.features import OF_PLACE, Pairs
from heritage.reconcile.model import probability
from heritage.reconcile.rivals import rival_features
from heritage.reconcile.settings import Settings
from heritage.reconcile.sides import Items, Records
from heritage.reconcile.text import Flags, Floats

MOST_RECORDS = 5_000
"""Records that are looked at, spread evenly."""


@dataclass(frozen=True, slots=True)
class Tried:
    """Matches by name alone of records that have a place: how likely each seemed, and whether it is there."""

    probability: Floats
    near: Flags
    placed: float
    """Share of the records that have a place to compare."""

    def least(self, settings: Settings) -> Least:
        """What a match in this register must reach. Too few of these matches tell nothing; where the places
        speak for few of the records, or against the names, more is asked. Else a name alone decides from
        `match_unplaced` on, or from where on the places bear enough of these matches out, if anywhere."""
        likely = self.probability >= settings.match_unplaced
        if likely.sum() < settings.names_tried:
            return Least(settings.match_placed, settings.match_unplaced)
        if self.placed < settings.names_placed:
            return Least(settings.match_strict, settings.match_strict)
        order = np.argsort(-self.probability[likely], kind="stable")
        found, near = self.probability[likely][order], self.near[likely][order]
        share = np.cumsum(near) / np.arange(1, len(near) + 1)
        if share[-1] < settings.names_doubted:
            return Least(settings.match_strict, float("inf"))
        if share[-1] >= settings.names_hold:
            return Least(settings.match_placed, settings.match_unplaced)
        last = np.append(found[1:] < found[:-1], True)
        holds = np.flatnonzero(last & (share >= settings.names_hold))
        enough = holds[holds >= settings.names_tried - 1]
        return Least(settings.match_placed, float(found[enough[-1]]) if len(enough) else float("inf"))


def tried(pairs: Pairs, records: Records, items: Items, settings: Settings) -> Tried:
    """Records that have a place are decided as if they had none, to see how many of these matches lie where
    the item is. Where names repeat in the register or the index, fewer do."""
    owner = np.unique(pairs.record[~np.isnan(pairs.distance)])
    placed = len(owner) / max(records.rows, 1)
    owner = owner[:: max(1, -(-len(owner) // MOST_RECORDS))]
    rows = np.flatnonzero(np.isin(pairs.record, owner) & ~np.isnan(pairs.distance))
    nowhere = np.full(len(rows), np.nan)
    seen = pairs.take(rows)
    hidden = replace(
        seen,
        distance=nowhere,
        allowed=nowhere,
        same_id=np.zeros(len(rows), dtype=bool),
        columns=seen.columns | dict.fromkeys(OF_PLACE, nowhere),
    )
    odds = settings.pair_model.log_odds(hidden.columns)
    leads = rival_features(hidden, odds)
    final = probability(settings.rival_model.log_odds({**hidden.columns, **leads}))
    uncarried = replace(items, identifiers=unlisted(items.rows))
    least = Least(settings.match_placed, 0.0)
    decided = decide(hidden, leads, final, records, uncarried, settings, least)
    matched = decided.best[decided.decision == MATCH]
    near = seen.distance[matched] <= settings.names_within_m + seen.allowed[matched]
    return Tried(final[matched], near, placed)
