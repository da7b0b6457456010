"""Method of Equal Shares: a budget divided so that a minority gets its part of it.

Peters, Pierczyński and Skowron, Proportional Participatory Budgeting with Additive Utilities (2021).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import inf

_ROUNDING = 1e-8
"""By less than this a price can fall: the sums in it are of floats."""


@dataclass(frozen=True, slots=True)
class Funded:
    """A funded item and what each supporter paid for it; nobody pays for what the leftover bought."""

    item: str
    paid: dict[str, float]


def equal_shares(
    costs: Mapping[str, float],
    scores: Mapping[str, Mapping[str, float]],
    voters: Collection[str],
    budget: float,
) -> list[Funded]:
    """The items that `budget` pays for, in the order in which they were bought.

    `costs` and `budget` are in one unit (reviewer-hours); `scores` gives for each item the score above 0 of
    each voter who supports it. Every voter gets an equal share of the budget, and an item is bought with its
    supporters' money where each unit of score costs least; ties go to the lower cost, then the id. What is
    left over buys by total score as long as an item fits.
    """
    purse = dict.fromkeys(sorted(voters), budget / len(voters)) if voters else {}
    funded = _bought(costs, scores, purse)
    waiting = costs.keys() - {bought.item for bought in funded}
    left = budget - sum(costs[bought.item] for bought in funded)
    for item in sorted(waiting, key=lambda i: (-sum(scores.get(i, {}).values()), costs[i], i)):
        if costs[item] <= left + 1e-9:
            left -= costs[item]
            funded.append(Funded(item, {}))
    return funded


def _bought(
    costs: Mapping[str, float], scores: Mapping[str, Mapping[str, float]], purse: dict[str, float]
) -> list[Funded]:
    """What the voters buy with their money, which is taken from their purses."""
    alike: dict[object, list[str]] = defaultdict(list)  # what costs and is liked the same has one price
    for item in sorted(costs, reverse=True):
        alike[costs[item], tuple(scores.get(item, {}).items())].append(item)
    same = {items[-1]: items for items in alike.values()}
    queue = [(0.0, costs[item], item) for item in same]
    heapify(queue)
    funded: list[Funded] = []
    while queue:
        # Purses only empty and prices only rise: what was dearer before needs no new look.
        priced: list[tuple[float, float, str]] = []
        least = inf
        while queue and queue[0][0] <= least + _ROUNDING:
            _, cost, item = heappop(queue)
            price = _price(cost, scores.get(item, {}), purse)
            if price < inf:
                priced.append((price, cost, item))
                least = min(least, price)
        if not priced:
            break
        best = min(priced)
        for one in priced:
            if one is not best:
                heappush(queue, one)
        price, cost, item = best
        paid = {v: min(purse[v], price * score) for v, score in scores.get(item, {}).items()}
        for voter, amount in paid.items():
            purse[voter] -= amount
        funded.append(Funded(item, paid))
        rest = same.pop(item)
        rest.pop()
        if rest:
            same[rest[-1]] = rest
            heappush(queue, (price, cost, rest[-1]))
    return funded


def _price(cost: float, scores: Mapping[str, float], purse: Mapping[str, float]) -> float:
    """The least price of a unit of score at which the supporters pay `cost` together; inf if they cannot."""
    if cost <= 0:
        return 0.0
    if sum(purse[voter] for voter in scores) < cost - 1e-9:
        return inf
    remaining, units = cost, sum(scores.values())
    price = inf
    # Who runs out of money first pays all of it; the others share the rest by their score.
    for voter in sorted(scores, key=lambda v: (purse[v] / scores[v], v)):
        price = remaining / units
        if price * scores[voter] <= purse[voter] + 1e-9:
            break
        remaining -= purse[voter]
        units -= scores[voter]
    return price
