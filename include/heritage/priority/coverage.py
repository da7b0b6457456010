"""How much of each register is on Wikidata, by group, and which groups nobody has counted: no denominator is
no zero."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from heritage.model.said import Said
from heritage.priority.criteria import Coverage
from heritage.priority.profile import Profile
from heritage.priority.settings import PrioritySettings


@dataclass(frozen=True, slots=True)
class GroupCovered:
    """`on_wikidata` is the share of the register's records of the group that have an item; `quotient` (the
    location quotient) its share of the register over its share of the country, None where nobody counted the
    group in the country."""

    dimension: str
    group: str
    records: int
    on_wikidata: float | None
    quotient: float | None


@dataclass(frozen=True, slots=True)
class MissingDenominator:
    """Groups of a dimension of which nobody has counted how many there are in the country."""

    dimension: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DatasetCovered:
    """`groups` and `missing` name only what may be told, and are empty before a profile was drawn."""

    dataset: str
    matched: int
    registered: int
    groups: tuple[GroupCovered, ...] = ()
    missing: tuple[MissingDenominator, ...] = ()

    @property
    def share(self) -> float:
        return self.matched / self.registered if self.registered else 0.0


def by_group(profile: Profile, words: Mapping[str, str]) -> tuple[GroupCovered, ...]:
    """The groups that the register has records of, as a profile found them; `words` name some of them."""
    return tuple(
        GroupCovered(
            covered.dimension.value,
            words.get(group.name, group.name),
            group.records,
            group.on_wikidata,
            group.quotient,
        )
        for covered in profile.dimensions
        for group in covered.groups
        if group.records
    )


def missing_denominators(profile: Profile, words: Mapping[str, str]) -> tuple[MissingDenominator, ...]:
    """What stands on the agenda because no register counts it."""
    return tuple(
        MissingDenominator(
            covered.dimension.value, tuple(words.get(one, one) for one in covered.missing_denominator)
        )
        for covered in profile.dimensions
        if covered.missing_denominator
    )


def reference_of(covered: Sequence[DatasetCovered]) -> float | None:
    """The share on Wikidata of all registers together; None without any record."""
    registered = sum(one.registered for one in covered)
    return sum(one.matched for one in covered) / registered if registered else None


def under_covered(
    coverage: Coverage, dataset: DatasetCovered, reference: float | None, settings: PrioritySettings
) -> tuple[bool, Said]:
    """Whether a proposal counts as under-covered, and why, in a sentence."""
    share = dataset.share
    if reference is not None and share < reference:
        return True, Said(
            "Under-covered: {share:.0%} of its register is on Wikidata, of all registers together "
            "{reference:.0%}.",
            {"share": share, "reference": reference},
        )
    lag = coverage.representation
    if lag is not None and lag >= settings.equity.lagging:
        return True, Said(
            "Under-covered: its groups lag behind the register as a whole by {lag:.0%} on average.",
            {"lag": lag},
        )
    return False, Said("Not under-covered: neither its register nor its groups lag behind.")
