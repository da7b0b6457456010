"""What one side has: a register, the country's other registers together, or the items of Wikidata.

Records whose group nobody states are unknown: they are counted as such and never as absence.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from heritage.priority.ethics_rules import Dimension

Years = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Tally:
    """Records by group; one in two groups (names in two languages) counts in both.

    `matched` are those of a group that are matched to an item, None before anybody looked. `unknown`
    belong to no group as far as the register says; `untold` do, but so few that naming the group would tell.
    """

    groups: Mapping[str, int] = field(default_factory=dict)
    matched: Mapping[str, int] | None = None
    unknown: int = 0
    untold: int = 0

    @property
    def known(self) -> int:
        return sum(self.groups.values())

    @property
    def present(self) -> list[str]:
        """Groups with at least one record."""
        return [group for group, count in self.groups.items() if count]

    def share(self, group: str) -> float:
        """Of all that is known, in [0, 1]."""
        return self.groups.get(group, 0) / self.known if self.known else 0.0


@dataclass(frozen=True, slots=True)
class Counts:
    """What one side has: a register, the country's other registers together, or the items of Wikidata.

    `dated` counts the records of each span of years, `terms` the words that the register has for kinds.
    """

    records: int = 0
    tallies: Mapping[Dimension, Tally] = field(default_factory=dict)
    dated: Mapping[Years, int] = field(default_factory=dict)
    terms: int = 0

    def tally(self, dimension: Dimension) -> Tally:
        return self.tallies.get(dimension, Tally())

    def placed(self, dimension: Dimension) -> int:
        """Records of which some group is known that may be told."""
        tally = self.tally(dimension)
        return min(self.records - tally.unknown, tally.known)


def together(counts: Sequence[Counts]) -> Counts:
    """Several registers as one side; what stands in two of them counts twice."""
    dated: Counter[Years] = Counter()
    groups: dict[Dimension, Counter[str]] = {one: Counter() for one in Dimension}
    unknown: Counter[Dimension] = Counter()
    for one in counts:
        dated.update(one.dated)
        for dimension, tally in one.tallies.items():
            groups[dimension].update(tally.groups)
            unknown[dimension] += tally.unknown + tally.untold
    tallies = {one: Tally(dict(groups[one]), unknown=unknown[one]) for one in Dimension}
    return Counts(sum(one.records for one in counts), tallies, dict(dated))
