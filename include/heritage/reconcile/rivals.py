"""A pair is only as good as its lead: what else the record could be, and who else could be the item."""

import numpy as np

from heritage.reconcile.text import Floats, Ints

DIRECTION: dict[str, int] = {
    "pair": 1,  # log-odds of the pair by itself
    "lead_over_items": 1,  # log-odds ahead of the record's best other item
    "lead_over_records": 1,  # log-odds ahead of the item's best other record
    "information": 1,  # nats of the words in common
    "distance_over_precision": -1,
}
ALONE = 5.0
"""Lead of a pair without any rival, and the largest that counts."""


def rival_features(record: Ints, item: Ints, log_odds: Floats) -> dict[str, Floats]:
    """Leads of each pair within its record and within its item, in log-odds."""
    return {
        "pair": log_odds,
        "lead_over_items": _lead(record, log_odds),
        "lead_over_records": _lead(item, log_odds),
    }


def _lead(group: Ints, log_odds: Floats) -> Floats:
    """Log-odds less the best of the others in the group, within ±ALONE."""
    if not len(group):
        return np.zeros(0)
    order = np.lexsort((-log_odds, group))
    sorted_group, sorted_odds = group[order], log_odds[order]
    first = np.concatenate([[True], sorted_group[1:] != sorted_group[:-1]])
    index = np.cumsum(first) - 1
    best = sorted_odds[first]
    starts = np.flatnonzero(first)
    seconds = starts + 1
    has_second = np.zeros(len(starts), dtype=bool)
    has_second[:] = seconds < len(order)
    has_second[has_second] = ~first[seconds[has_second]]
    second = np.full(len(starts), -np.inf)
    second[has_second] = sorted_odds[seconds[has_second]]
    other = np.where(first, second[index], best[index])
    lead = np.empty(len(group))
    lead[order] = np.clip(sorted_odds - other, -ALONE, ALONE)
    return lead
