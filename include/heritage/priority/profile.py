"""What a register covers and whom it leaves out, against what else is known of its country."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from heritage.priority.counts import Counts, Tally, Years
from heritage.priority.ethics_rules import Colonial, Dimension, EthicsRules, Spoken
from heritage.priority.periods import periods


class Against(StrEnum):
    """What a dimension is compared with."""

    REGISTERS = "other registers"
    ITEMS = "Wikidata"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Group:
    """`coverage` is the share that the register has of all records that are known of the group (its own and
    those it is compared with), `quotient` its share of the register over its share of the country. Both are
    None where nobody counted the group in the country: no denominator is no zero."""

    name: str
    records: int
    share: float
    country: int | None
    country_share: float | None
    coverage: float | None
    quotient: float | None
    on_wikidata: float | None


@dataclass(frozen=True, slots=True)
class Covered:
    """One dimension. `breadth` is the share of the country's records whose group the register has at all."""

    dimension: Dimension
    against: Against
    groups: tuple[Group, ...]
    unknown: int
    untold: int
    breadth: float | None
    missing: tuple[tuple[str, float], ...]
    """Groups without any record that may be told, with their share of the country."""
    missing_denominator: tuple[str, ...]

    @property
    def known(self) -> int:
        return sum(group.records for group in self.groups)


class FlagCode(StrEnum):
    COLONIAL = "colonial-era sites only"
    ONE_LANGUAGE = "one language of several"
    ONE_GROUP = "one group only"


@dataclass(frozen=True, slots=True)
class Flag:
    """Why a note is due on what is left out: the `group` that is all or nearly all there is, as a `share`,
    and groups of the country that are `lacking`, each with its share."""

    code: FlagCode
    dimension: Dimension
    group: str
    share: float
    lacking: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class NothingBefore:
    """No dated record may be from before `year`, though this share of the country's dated records is."""

    year: int
    share: float


@dataclass(frozen=True, slots=True)
class Profile:
    records: int
    dimensions: tuple[Covered, ...]
    nothing_before: NothingBefore | None
    flags: tuple[Flag, ...]


def profile(
    own: Counts,
    registers: Counts,
    items: Counts,
    rules: EthicsRules,
    *,
    colonial: Colonial | None = None,
    spoken: Sequence[Spoken] = (),
) -> Profile:
    """The profile of a register against the country's other `registers` or else its `items` on Wikidata.

    `colonial` and `spoken` are the country's; without them nothing is said of either.
    """
    dimensions = tuple(
        _of_the_country(cover(one, own, registers, items, rules), spoken, rules) for one in Dimension
    )
    flags = [
        *_colonial(own, colonial, rules),
        *_one_language(own, spoken, rules),
        *_one_group(own, rules),
    ]
    return Profile(own.records, dimensions, _nothing_before(own, registers, rules), tuple(flags))


def cover(dimension: Dimension, own: Counts, registers: Counts, items: Counts, rules: EthicsRules) -> Covered:
    """One dimension, compared with whichever side knows enough and groups alike: registers come first."""
    mine = own.tally(dimension)
    against, other = Against.NOTHING, Tally()
    for kind, side in ((Against.REGISTERS, registers), (Against.ITEMS, items)):
        theirs = side.tally(dimension)
        enough = min(own.placed(dimension), side.placed(dimension)) >= rules.least_records
        if enough and (dimension not in _CODED or _alike(mine, theirs, rules)):
            against, other = kind, theirs
            break
    names = sorted({*mine.present, *other.present}, key=lambda name: (-mine.groups.get(name, 0), name))
    if dimension is Dimension.PERIOD:
        names = [name for name in periods(rules.years) if name in names]
    lacking = [(name, other.share(name)) for name in names if not mine.groups.get(name)]
    worst = sorted(lacking, key=lambda one: (-one[1], one[0]))
    return Covered(
        dimension,
        against,
        tuple(_group(name, mine, other) for name in names),
        unknown=mine.unknown,
        untold=mine.untold,
        breadth=breadth(mine, other),
        missing=tuple(one for one in worst if one[1] >= rules.least_share),
        missing_denominator=tuple(name for name in names if not other.groups.get(name)),
    )


def breadth(mine: Tally, other: Tally) -> float | None:
    """The share of the country's known records whose group the register has too; None without any."""
    if not other.known:
        return None
    return min(1.0, sum(other.share(name) for name in mine.present))


_CODED = (Dimension.KIND, Dimension.REGION)
"""Told by items, which two registers may choose at different depths (a chapel or a church)."""


def _alike(mine: Tally, theirs: Tally, rules: EthicsRules) -> bool:
    common = sum(count for name, count in mine.groups.items() if theirs.groups.get(name))
    return common / mine.known >= rules.least_common


def _group(name: str, mine: Tally, other: Tally) -> Group:
    records, country = mine.groups.get(name, 0), other.groups.get(name, 0)
    return Group(
        name,
        records,
        mine.share(name),
        country=country or None,
        country_share=other.share(name) if country else None,
        coverage=records / (records + country) if country else None,
        quotient=mine.share(name) / other.share(name) if country else None,
        on_wikidata=mine.matched.get(name, 0) / records if mine.matched is not None and records else None,
    )


def _of_the_country(covered: Covered, spoken: Sequence[Spoken], rules: EthicsRules) -> Covered:
    """A language that is nobody's there is not missing: other registers translate names for visitors."""
    if covered.dimension is not Dimension.LANGUAGE:
        return covered
    theirs = {one.code for one in spoken if one.standing in rules.languages.standing}
    return replace(covered, missing=tuple(one for one in covered.missing if one[0] in theirs))


def _nothing_before(own: Counts, registers: Counts, rules: EthicsRules) -> NothingBefore | None:
    ours, theirs = sum(own.dated.values()), sum(registers.dated.values())
    if ours < rules.least_records or theirs < rules.least_records:
        return None
    firsts = [first for first, _ in own.dated]
    if None in firsts:
        return None
    earliest = min(first for first in firsts if first is not None)
    year = max((year for year in rules.years if year <= earliest), default=None)
    if year is None:
        return None
    share = _before(registers.dated, year) / theirs
    return NothingBefore(year, share) if share >= rules.least_share else None


def _before(dated: Mapping[Years, int], year: int) -> int:
    """Records that are surely from before a year."""
    return sum(count for (_, last), count in dated.items() if last is not None and last < year)


def _colonial(own: Counts, colonial: Colonial | None, rules: EthicsRules) -> list[Flag]:
    total = sum(own.dated.values())
    if colonial is None or total < rules.least_records or _before(own.dated, colonial.since):
        return []
    within = sum(
        count
        for (first, last), count in own.dated.items()
        if first is not None and last is not None and colonial.since <= first and last <= colonial.until
    )
    if within / total < rules.colonial_share:
        return []
    span = f"{colonial.since} to {colonial.until}"
    return [Flag(FlagCode.COLONIAL, Dimension.PERIOD, span, within / total)]


def _one_language(own: Counts, spoken: Sequence[Spoken], rules: EthicsRules) -> list[Flag]:
    tally = own.tally(Dimension.LANGUAGE)
    asked = {
        one.code: one.share
        for one in spoken
        if one.standing in rules.languages.standing and one.share >= rules.languages.least_share
    }
    theirs = [code for code in tally.present if code in asked]
    lacking = sorted(((code, share) for code, share in asked.items() if code not in theirs), key=_most)
    few = own.placed(Dimension.LANGUAGE) < rules.least_records
    if few or len(asked) < 2 or len(theirs) > 1 or not lacking:
        return []
    main = theirs[0] if theirs else max(tally.present, key=lambda code: (tally.groups[code], code))
    return [Flag(FlagCode.ONE_LANGUAGE, Dimension.LANGUAGE, main, tally.share(main), tuple(lacking))]


def _one_group(own: Counts, rules: EthicsRules) -> list[Flag]:
    flags = []
    for dimension in rules.one_group:
        tally = own.tally(dimension)
        if dimension is Dimension.KIND and own.terms > 1:
            continue  # the register tells kinds apart for which nobody has named the classes yet
        enough = own.placed(dimension) >= rules.least_records
        if len(tally.present) == 1 and enough and not tally.untold:
            flags.append(Flag(FlagCode.ONE_GROUP, dimension, tally.present[0], 1.0))
    return flags


def _most(one: tuple[str, float]) -> tuple[float, str]:
    return -one[1], one[0]
