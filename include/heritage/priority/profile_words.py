"""The profile of a register in plain words, for the governance body."""

from collections.abc import Callable, Iterator, Sequence

from heritage.priority.ethics_rules import Dimension
from heritage.priority.profile import Against, Flag, FlagCode, Profile

Name = Callable[[Dimension, str], str]
"""The word for a group of a dimension."""

_NAMED = 3  # groups in one sentence
_OF = {
    Dimension.PERIOD: "date",
    Dimension.KIND: "kind",
    Dimension.LANGUAGE: "language",
    Dimension.REGION: "region",
    Dimension.COMMUNITY: "community",
}


def sentences(profile: Profile, name: Name) -> list[str]:
    """What is covered, who is missing, what is not known; the most important first."""
    told = [*flag_sentences(profile, name), *_missing(profile, name), *_unknown(profile), *_compared(profile)]
    return told or ["Nothing stands out in what this register covers."]


def flag_sentences(profile: Profile, name: Name) -> list[str]:
    """One sentence for each flag."""
    return [flag_sentence(flag, name) for flag in profile.flags]


def flag_sentence(flag: Flag, name: Name) -> str:
    """Why a note is due on what is left out."""
    group = name(flag.dimension, flag.group)
    match flag.code:
        case FlagCode.COLONIAL:
            return (
                f"{_percent(flag.share)} of the dated records are from the colonial period ({group}) and "
                "none is from before it."
            )
        case FlagCode.ONE_LANGUAGE:
            # shares of speakers differ much by source and question, so none is told beside a language
            lacking = [name(flag.dimension, code) for code, _ in flag.lacking]
            return (
                f"Names are in {group}, none is in {_listed(lacking, 'or')}, which Unicode's CLDR names as "
                "official in the country or a part of it."
            )
        case FlagCode.ONE_GROUP:
            return f"Every record whose {_OF[flag.dimension]} is known belongs to one group: {group}."


def _missing(profile: Profile, name: Name) -> Iterator[str]:
    told = {(flag.dimension, flag.code) for flag in profile.flags}
    before = profile.nothing_before
    if before:
        yield (
            f"No dated record is from before {before.year}, although {_percent(before.share)} of those in "
            "the country's other registers are."
        )
    for covered in profile.dimensions:
        if not covered.missing or (covered.dimension, FlagCode.ONE_LANGUAGE) in told:
            continue
        if covered.dimension is Dimension.PERIOD and before:
            continue
        groups = [f"{name(covered.dimension, group)} ({_percent(share)})" for group, share in covered.missing]
        record = "No record that may be told of" if covered.untold else "No record"
        where = {
            Dimension.PERIOD: "is dated to",
            Dimension.KIND: "is of the kind",
            Dimension.LANGUAGE: "has a name in",
            Dimension.REGION: "is placed in",
            Dimension.COMMUNITY: "is a place of worship of the community",
        }[covered.dimension]
        yield (
            f"{record} {where} {_listed(groups, 'or')}; in brackets the share in {_SIDES[covered.against]}, "
            "of what is stated there."
        )


def _unknown(profile: Profile) -> Iterator[str]:
    nothing, partly = [], []
    for covered in profile.dimensions:
        if covered.dimension is Dimension.COMMUNITY:
            continue  # few places are of one community alone: silence is no gap
        of = _OF[covered.dimension]
        if profile.records and covered.unknown == profile.records:
            nothing.append(of)
        elif covered.unknown:
            partly.append(f"the {of} of {covered.unknown:,}")
    if nothing:
        yield f"The {_listed(nothing)} of no record is known here: nothing is said of it."
    if partly:
        yield f"Of {profile.records:,} records, {_listed(partly)} is not known; that is no absence."


def _compared(profile: Profile) -> Iterator[str]:
    alone = [
        _OF[covered.dimension]
        for covered in profile.dimensions
        if covered.known and covered.against is Against.NOTHING
    ]
    if alone:
        yield f"By {_listed(alone)} there is nothing in the country yet to compare this register with."
    against = sorted({covered.against for covered in profile.dimensions} - {Against.NOTHING})
    if against:
        yield f"Compared with {_listed([_SIDES[one] for one in against])}."


_SIDES = {
    Against.REGISTERS: "the country's other registers here",
    Against.ITEMS: "the country's heritage items on Wikidata",
}


def _percent(share: float) -> str:
    """
    >>> _percent(0.376), _percent(0.004), _percent(0.997), _percent(1)
    ('38%', 'less than 1%', 'more than 99%', '100%')
    """
    if 0 < share < 0.01:
        return "less than 1%"
    if 0.99 < share < 1:
        return "more than 99%"
    return f"{share:.0%}"


def _listed(words: Sequence[str], last: str = "and") -> str:
    """
    >>> _listed(["a", "b", "c", "d", "e"]), _listed(["a", "b"], "or")
    ('a, b, c and 2 more', 'a or b')
    """
    shown = list(words[:_NAMED])
    if len(words) > _NAMED + 1:
        return f"{', '.join(shown)} {last} {len(words) - _NAMED} more"
    shown = list(words)
    return f"{', '.join(shown[:-1])} {last} {shown[-1]}" if len(shown) > 1 else shown[0]
