"""The four criteria, each in [0, 1] (domain details, part d)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from heritage.model.evidence import Level
from heritage.priority.settings import PrioritySettings


@dataclass(frozen=True, slots=True)
class Group:
    """Records of one type, period, community or region: in the proposal, matched, and in the register."""

    name: str
    proposed: int
    matched: int
    registered: int

    @property
    def coverage(self) -> float:
        return self.matched / self.registered


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a register is on Wikidata, and how unevenly. `representation` is None where no record
    says which group it belongs to: that is a question for the agenda, never a zero."""

    matched: int
    registered: int
    representation: float | None

    @property
    def gap(self) -> float:
        return 1 - self.matched / self.registered if self.registered else 0.0


def urgency(levels: Mapping[Level, int], settings: PrioritySettings) -> float:
    """From the number of records at each level. Unknown counts, else data-poor countries would lose."""
    total = sum(levels.values())
    if not total:
        return 0.0
    rules = settings.urgency
    mean = sum(rules.levels[level] * count for level, count in levels.items()) / total
    endangered = sum(count for level, count in levels.items() if level.endangered) / total
    return rules.mean * mean + (1 - rules.mean) * endangered


def relevance(
    community_request: bool, planned_reuse: bool, partner_engaged: bool, settings: PrioritySettings
) -> float:
    """From what the description documents: a request, a dated reuse, an engaged partner."""
    rules = settings.relevance
    return (
        rules.community_request * community_request
        + rules.planned_reuse * planned_reuse
        + rules.partner_engaged * partner_engaged
    )


def representation(groups: Sequence[Group], reference: float) -> float | None:
    """How far the groups of a proposal lag behind the `reference` coverage of all groups."""
    proposed = sum(group.proposed for group in groups)
    if not proposed:
        return None
    if reference <= 0:
        return 0.0  # nobody is covered, so nobody lags behind
    return sum(
        group.proposed / proposed * max(0.0, 1 - group.coverage / reference)
        for group in groups
        if group.proposed
    )


def equity(coverage: Coverage, settings: PrioritySettings) -> float:
    """What is missing, and for whom; only what is missing where the groups are not known."""
    if coverage.representation is None:
        return coverage.gap
    weight = settings.equity.gap
    return weight * coverage.gap + (1 - weight) * coverage.representation


def readiness(completeness: float, doubtful: float) -> float:
    """Mean completeness of the core fields, less the share of records whose match is in doubt."""
    return completeness * (1 - doubtful)
