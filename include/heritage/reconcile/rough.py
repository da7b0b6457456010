"""Which of the items found for a record are kept to be compared: a rough score by name, place and both."""

import numpy as np

from heritage.reconcile.jit import leaf
from heritage.reconcile.place import metres_between
from heritage.reconcile.text import MOST_NATS, Flags, Floats

FAR_BELOW = 1.2
"""Candidates whose rough score lies so far below the best are not compared."""
SAME_KIND = 0.1
"""What a kind in common adds to the rough score, and two different kinds take from it."""
IN_TOWN = 0.3
"""What it adds that the item's description or areas name the record's municipality."""
PER_NAT = 0.03
"""What each nat in common adds, up to MOST_NATS."""
PER_TENFOLD, NO_PLACE = 0.25, 2.0
"""What a tenfold distance takes, over the precision; where it is not known it counts as a hundredfold."""
FEW = 2
"""So many of the nearest and of the best named are compared whatever their rough score."""
_NOWHERE = 1 << 60


@leaf
def _scored(k, r, least, known, held, facts, seen):  # type: ignore[no-untyped-def]
    """Rough scores of one candidate: how much of the names is common, how near, and both together."""
    i, metres, near = seen.item[k], np.nan, np.nan
    if not np.isnan(facts.place[r, 0]):
        for p in range(held.point_start[i], held.point_start[i + 1]):
            d = metres_between(facts.place, r, held.point, p)
            if np.isnan(metres) or d < metres:
                metres, near = d, facts.precision[r] + held.point_precision[p]
    seen.distance[k], seen.allowed[k] = metres, near
    seen.decimetres[k] = _NOWHERE if np.isnan(metres) else np.int64(metres * 10 + 0.5)
    words = nats = 0.0
    for t in range(held.name_start[i], held.name_start[i + 1]):
        text, gain, total = held.name_text[t], 0.0, 0.0
        for w in range(held.begin[text], held.begin[text + 1]):
            word = held.word[w]
            total += held.weight[word]
            if known.stamp[word] == r + 1:
                gain += min(known.gain[word], held.weight[word])
        if gain > 0:
            words, nats = max(words, 2 * gain / (total + max(least, gain))), max(nats, gain)
    apart = NO_PLACE if np.isnan(metres) else min(max(np.log10(max(metres, 25.0) / near), -1.0), 4.0)
    score = words + PER_NAT * min(nats, MOST_NATS) - PER_TENFOLD * apart
    if held.kinds[i] and facts.kinds[r]:
        score += SAME_KIND if held.kinds[i] & facts.kinds[r] else -SAME_KIND
    if seen.in_town[k]:
        score += IN_TOWN
    seen.by_name[k], seen.by_place[k], seen.by_both[k] = words, -seen.distance[k], score
    seen.chosen[k] = seen.by_id[k]


@leaf
def _best_rows(score: Floats, count: int, most: int, least: float, chosen: Flags) -> None:
    """Marks the `most` largest scores from `least` on, of equal ones the first; NaN is none."""
    for _ in range(most):
        best = -1
        for k in range(count):
            if not chosen[k] and score[k] >= least and (best < 0 or score[k] > score[best]):
                best = k
        if best < 0:
            return
        chosen[best] = True


@leaf
def _nearer(k, count, seen):  # type: ignore[no-untyped-def]
    """How many other candidates lie nearer, up to 10."""
    if np.isnan(seen.distance[k]):
        return np.nan
    nearer = 0
    for j in range(count):
        nearer += seen.decimetres[j] < seen.decimetres[k]
    return min(nearer, 10)


@leaf
def kept(r, first, count, ours, known, held, facts, limits, seen, out):  # type: ignore[no-untyped-def]
    """Writes those of the candidates of a record that are compared, by item, from place `first` of `out` on;
    where they end."""
    least = np.inf
    for k in range(ours.bare_start[r], ours.bare_start[r + 1]):
        least = min(least, ours.total[ours.bare_text[k]])
    best = -np.inf
    for k in range(count):
        _scored(k, r, least, known, held, facts, seen)
        best = max(best, seen.by_both[k])
    most = limits.compared if np.isnan(facts.place[r, 0]) else limits.compared_placed
    _best_rows(seen.by_both, count, most, best - FAR_BELOW, seen.chosen)
    _best_rows(seen.by_place, count, FEW, -np.inf, seen.chosen)
    _best_rows(seen.by_name, count, FEW, 1e-9, seen.chosen)
    size = first
    for k in range(count):
        if not seen.chosen[k]:
            continue
        at = size
        while at > first and out.item[at - 1] > seen.item[k]:
            out.item[at], out.distance[at] = out.item[at - 1], out.distance[at - 1]
            out.allowed[at], out.nearer[at] = out.allowed[at - 1], out.nearer[at - 1]
            at -= 1
        out.record[size], out.item[at] = r, seen.item[k]
        out.distance[at], out.allowed[at] = seen.distance[k], seen.allowed[k]
        out.nearer[at] = _nearer(k, count, seen)
        size += 1
    return size
