"""What several sources say together (domain details, part a): explainable, and in any order the same."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from heritage.model.evidence import Axis, Evidence, Level, Relation, Status
from heritage.spec.closed import Closed

Weight = Annotated[float, Field(ge=0, le=1)]
Flag = Literal["unverified", "stale", "conflicting", "candidate_lost"]


class Combination(Closed):
    """The numbers of the combination: configuration that the governance body changes on record."""

    version: int
    reliability: dict[Annotated[str, StringConstraints(pattern="^[A-F]$")], Weight]
    credibility: dict[Annotated[int, Field(ge=1, le=6)], Weight]
    thresholds: dict[Annotated[int, Field(ge=1, le=5)], Weight]
    none_known_support: Weight
    """Least support of one item that finds no risk, when nothing else is said."""
    exposure_cap: Annotated[int, Field(ge=0, le=5)]
    lost_groups: Annotated[int, Field(ge=1)]
    """Independent roots that together can say lost; an item of full weight can alone."""
    high_confidence: Weight
    medium_confidence: Weight
    conflict_gap: Annotated[int, Field(ge=1)]
    recheck_level: Annotated[int, Field(ge=0, le=5)]
    """From this last level upward a stale record is to be looked at again."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [
            name
            for name, wanted, given in (
                ("reliability", set("ABCDEF"), set(self.reliability)),
                ("credibility", set(range(1, 7)), set(self.credibility)),
                ("thresholds", set(range(1, 6)), set(self.thresholds)),
            )
            if wanted != given
        ]
        if missing:
            raise ValueError(f"a value is missing in {', '.join(missing)}")
        return self


@dataclass(frozen=True, slots=True)
class Assessment:
    """A record's level and why. `support` is 0..1 for `level`, or for watch while nothing is reached.

    `top` is the evidence that weighs most for the level (after expiry: of what was known last).
    """

    level: Level
    support: float | None
    confidence: Literal["high", "medium", "low"] | None
    flags: tuple[Flag, ...]
    top: Evidence | None
    next_expiry: date | None
    last_level: Level | None
    recheck: bool


def combine(evidence: Iterable[Evidence], today: date, settings: Combination) -> Assessment:
    """The level that the evidence about one record supports on that day.

    Evidence counts until the day before `valid_until`, unless its source has ended it. A newer item of the
    same scheme and root source about the same subject replaces an older one, even when it is lower. Without
    live evidence the level is unknown; if what there was has expired it is stale and keeps its last level.
    """
    items = _without_superseded(item for item in evidence if item.status is Status.LIVE)
    live = [item for item in items if today < item.valid_until]
    if live:
        return _weigh(live, settings)
    if not items:
        return Assessment(Level.UNKNOWN, None, None, (), None, None, None, recheck=False)
    eve = max(item.valid_until for item in items) - timedelta(days=1)
    last = _weigh([item for item in items if eve < item.valid_until], settings)
    recheck = last.level.number is not None and last.level.number >= settings.recheck_level
    return Assessment(Level.UNKNOWN, None, None, ("stale",), last.top, None, last.level, recheck)


def _without_superseded(evidence: Iterable[Evidence]) -> list[Evidence]:
    newest: defaultdict[tuple[str, ...], date] = defaultdict(lambda: date.min)
    items = list(evidence)
    for item in items:
        newest[_subject(item)] = max(newest[_subject(item)], item.observed)
    return [item for item in items if item.observed == newest[_subject(item)]]


def _subject(item: Evidence) -> tuple[str, ...]:
    """What of a record the source speaks of: one part of it may fall while another is mended."""
    other = item.entry if item.relation in (Relation.PART_OF, Relation.CONTAINS) else ""
    return item.scheme, item.independence_group, other


def _weigh(live: Sequence[Evidence], settings: Combination) -> Assessment:
    support = {level: _support(live, level, settings) for level in range(6)}
    reached = _level(live, support, settings)
    number = 1 if reached is None else reached
    flags: list[Flag] = []
    if reached is None:
        flags.append("unverified")
    if _conflicting(live, settings):
        flags.append("conflicting")
    if support[5] > 0 and reached != 5:
        flags.append("candidate_lost")
    return Assessment(
        level=Level.UNKNOWN if reached is None else Level.of(reached),
        support=support[number],
        confidence=_confidence(support[number], settings),
        flags=tuple(flags),
        top=max(live, key=lambda item: _rank(item, number, settings)),
        next_expiry=min(item.valid_until for item in live),
        last_level=None,
        recheck=False,
    )


def _level(live: Sequence[Evidence], support: dict[int, float], settings: Combination) -> int | None:
    for level in range(5, 0, -1):
        if support[level] >= settings.thresholds[level] and (level < 5 or _may_be_lost(live, settings)):
            return level
    if all(_effective(item, settings) == 0 for item in live):
        best = max(_strength(item, settings) for item in live)
        return 0 if best >= settings.none_known_support else None
    return None


def _may_be_lost(live: Sequence[Evidence], settings: Combination) -> bool:
    """One item of full weight (A1), or several independent roots."""
    saying = [i for i in live if _effective(i, settings) == 5 and _strength(i, settings) > 0]
    return (
        any(_strength(item, settings) == 1 for item in saying)
        or len({item.independence_group for item in saying}) >= settings.lost_groups
    )


def _support(live: Sequence[Evidence], level: int, settings: Combination) -> float:
    """1 - Π(1 - s_g): the best item of each root that says at least this level."""
    strongest: defaultdict[str, float] = defaultdict(float)
    for item in live:
        if _effective(item, settings) >= level:
            group = item.independence_group
            strongest[group] = max(strongest[group], _strength(item, settings))
    # Sorted, because a product of floats depends on its order in the last digit.
    return 1 - math.prod(1 - strength for strength in sorted(strongest.values()))


def _strength(item: Evidence, settings: Combination) -> float:
    return settings.reliability[item.reliability] * settings.credibility[item.credibility]


def _effective(item: Evidence, settings: Combination) -> int:
    level = min(item.level, item.cap)
    return min(level, settings.exposure_cap) if item.axis is Axis.EXPOSURE else level


def _confidence(support: float, settings: Combination) -> Literal["high", "medium", "low"]:
    if support >= settings.high_confidence:
        return "high"
    return "medium" if support >= settings.medium_confidence else "low"


def _conflicting(live: Sequence[Evidence], settings: Combination) -> bool:
    """Two roots that say otherwise of the same thing: a part, a whole or an area near it is another."""
    believed = [i for i in live if _strength(i, settings) > 0 and i.relation is Relation.SAME]
    return any(
        one.axis is other.axis
        and one.independence_group != other.independence_group
        and abs(one.level - other.level) >= settings.conflict_gap
        for one, other in combinations(believed, 2)
    )


def _rank(item: Evidence, level: int, settings: Combination) -> tuple[bool, float, int, date, str]:
    """What weighs most for the level first; the rest only keeps the choice free of the order given."""
    said = _effective(item, settings)
    return said >= level, _strength(item, settings), said, item.observed, repr(item)
