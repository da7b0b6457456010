"""A pair is only as good as its lead: what else the record could be, and who else could be the item."""

import numpy as np

from heritage.reconcile.features import Pairs
from heritage.reconcile.jit import kernel
from heritage.reconcile.text import MOST_NATS, Flags, Floats, Ints

DIRECTION: dict[str, int] = {
    "pair": 1,  # log-odds of the pair by itself
    "lead_over_items": 1,  # log-odds ahead of the record's best other item
    "lead_over_records": 1,  # log-odds ahead of the item's best other record
    "name_over_records": 1,  # nats of the words in common × words, ahead of the item's best other record
    "nearer_record": -1,  # 1 where another record lies nearer to the item, else 0
    "information": 1,  # nats of the words in common
    "distance_over_precision": -1,
}
ALONE = 5.0
"""Lead of a pair without any rival, and the largest that counts."""


def rival_features(pairs: Pairs, log_odds: Floats) -> dict[str, Floats]:
    """Leads of each pair, whose own log-odds are given, within its record and within its item."""
    record, item = pairs.record, pairs.item
    name = np.minimum(pairs.columns["information"], MOST_NATS) * pairs.columns["words"]
    return {
        "pair": log_odds,
        "lead_over_items": _lead(record, log_odds),
        "lead_over_records": _lead(item, log_odds),
        "name_over_records": _lead(item, np.nan_to_num(name)),
        "nearer_record": _beyond_nearest(item, pairs.distance),
    }


def twins(pairs: Pairs, possible: Flags, less: float) -> Flags:
    """Pairs whose record has another `possible` candidate with as good a name (`less` at most) whose place is
    as good: no farther away than the precision of both can tell."""
    return _twins(pairs.record, possible, pairs.columns["words"], pairs.distance, pairs.allowed, less)


@kernel
def _twins(
    record: Ints, possible: Flags, words: Floats, distance: Floats, allowed: Floats, less: float
) -> Flags:
    found, first = np.zeros(len(record), dtype=np.bool_), 0
    for end in range(1, len(record) + 1):
        if end < len(record) and record[end] == record[first]:
            continue
        for k in range(first, end):
            for j in range(first, end):
                if j != k and possible[j] and words[j] >= words[k] - less:
                    found[k] = found[k] or distance[j] <= distance[k] + allowed[k]
        first = end
    return found


@kernel
def _lead(group: Ints, value: Floats) -> Floats:
    """The value less the best of the others in the group, within ±ALONE."""
    groups = group.max() + 1 if len(group) else 0
    best, second = np.full(groups, -np.inf), np.full(groups, -np.inf)
    for k in range(len(group)):
        g = group[k]
        if value[k] > best[g]:
            best[g], second[g] = value[k], best[g]
        elif value[k] > second[g]:
            second[g] = value[k]
    lead = np.empty(len(group))
    for k in range(len(group)):
        other = second[group[k]] if value[k] == best[group[k]] else best[group[k]]
        lead[k] = min(max(value[k] - other, -ALONE), ALONE)
    return lead


@kernel
def _beyond_nearest(group: Ints, distance: Floats) -> Floats:
    """1 where another of the group lies nearer by 10 cm or more, else 0; NaN without a place."""
    groups = group.max() + 1 if len(group) else 0
    nearest = np.full(groups, np.inf)
    for k in range(len(group)):
        if distance[k] < nearest[group[k]]:
            nearest[group[k]] = distance[k]
    beyond = np.full(len(group), np.nan)
    for k in range(len(group)):
        if not np.isnan(distance[k]):
            beyond[k] = 1.0 if distance[k] > nearest[group[k]] + 0.1 else 0.0
    return beyond
