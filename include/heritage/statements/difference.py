"""What of a content an item lacks (domain rules, section 7)."""

import math
from dataclasses import dataclass
from enum import Enum, auto

from heritage.model.edit import (
    Content,
    CoordinateValue,
    ItemValue,
    MonolingualValue,
    QuantityValue,
    Reference,
    ReferenceAddition,
    Snak,
    Statement,
    TextValue,
    TimeValue,
    UnknownValue,
    Value,
)
from heritage.statements import properties as p
from heritage.statements.dates import days, inside
from heritage.statements.desired import METRES_PER_DEGREE
from heritage.statements.live import DEPRECATED, PREFERRED, LiveItem, LiveStatement
from heritage.statements.text import folded, same_url, stored

EARTH_RADIUS_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Diff:
    """`conflicts` are sentences for people; `already` counts what the item says as we would."""

    additions: Content
    conflicts: tuple[str, ...]
    already: int


class _Standing(Enum):
    THERE = auto()
    MISSING = auto()
    UNREFERENCED = auto()
    CONFLICT = auto()


def diff(content: Content, live: LiveItem, identifier: str | None) -> Diff:
    """What to add so that `live` says all of `content`, never changing or removing what stands there.

    `identifier` is the register's property: an item that carries another value of it is another thing, so
    nothing is added to it. Descriptions are never added to an item that exists.
    """
    statements: list[Statement] = []
    references: list[ReferenceAddition] = []
    conflicts: list[str] = []
    already = 0
    for statement in content.statements:
        standing, holder, why = _standing(statement, live)
        match standing:
            case _Standing.THERE:
                already += 1
            case _Standing.MISSING:
                statements.append(statement)
            case _Standing.UNREFERENCED if holder:
                references.extend(_for_holder(statement, holder))
            case _:
                if statement.property == identifier:
                    return Diff(Content(), (f"{why}; nothing is added to this item",), 0)
                conflicts.append(why)
    for addition in content.references:
        fault = _unusable(addition, live)
        if fault:
            conflicts.append(fault)
        elif has_reference(by_guid(live, addition.statement_guid), addition.reference):
            already += 1
        else:
            references.append(addition)
    labels, aliases, known = _missing_names(content, live)
    described = {lang: text for lang, text in labels.items() if live.descriptions.get(lang) == text}
    conflicts += [f"the description in {k!r} is already {v!r}: no label" for k, v in described.items()]
    additions = Content(
        labels={lang: text for lang, text in labels.items() if lang not in described},
        aliases=aliases,
        statements=tuple(statements),
        references=tuple(references),
    )
    return Diff(additions, tuple(conflicts), already + known)


def _standing(statement: Statement, live: LiveItem) -> tuple[_Standing, LiveStatement | None, str]:
    group = [s for s in live.statements if s.property == statement.property]
    current = [s for s in group if s.rank != DEPRECATED]
    same = [s for s in current if says(s, statement)]
    if same:
        if any(has_reference(s, ours) for s in same for ours in statement.references):
            return _Standing.THERE, None, ""
        return _Standing.UNREFERENCED, next((s for s in same if s.rank == PREFERRED), same[0]), ""
    if any(_says_more_exactly(s, statement) for s in current):
        return _Standing.THERE, None, ""  # the register does not say so much: it is no reference for that
    if any(says(s, statement) or _says_more_exactly(s, statement) for s in group):
        ours = in_words(statement.value)
        return _Standing.CONFLICT, None, f"{statement.property}: {ours} is deprecated on the item"
    if current:
        match p.when_occupied(statement.property):
            case p.Occupied.CONFLICT:
                theirs = " and ".join(in_words(s.value) for s in current)
                why = (
                    f"{statement.property}: the item says {theirs}, the register {in_words(statement.value)}"
                )
                return _Standing.CONFLICT, None, why
            case p.Occupied.ENOUGH:
                return _Standing.THERE, None, ""
    return _Standing.MISSING, None, ""


def _for_holder(statement: Statement, holder: LiveStatement) -> list[ReferenceAddition]:
    return [
        ReferenceAddition(holder.guid, statement.property, statement.kind, reference)
        for reference in statement.references
    ]


def _unusable(addition: ReferenceAddition, live: LiveItem) -> str | None:
    holder = by_guid(live, addition.statement_guid)
    if holder is None:
        return f"{addition.property}: the statement that was to get our reference is gone"
    if holder.rank == DEPRECATED:
        return f"{addition.property}: the statement that was to get our reference is deprecated now"
    return None


def by_guid(live: LiveItem, guid: str) -> LiveStatement | None:
    """The statement with this id, if it still stands."""
    return next((s for s in live.statements if s.guid == guid), None)


def has_reference(statement: LiveStatement | None, ours: Reference) -> bool:
    """True when some reference says all that ours does; dates do not count."""
    return statement is not None and any(
        all(any(_same_snak(theirs, snak) for theirs in reference) for snak in undated_snaks(ours))
        for reference in statement.references
    )


def undated_snaks(reference: Reference) -> frozenset[Snak]:
    """What a reference says besides days."""
    return frozenset(snak for snak in reference if not isinstance(snak.value, TimeValue))


def _same_snak(one: Snak, other: Snak) -> bool:
    if one.property != other.property:
        return False
    if (
        one.property == p.REFERENCE_URL
        and isinstance(one.value, TextValue)
        and isinstance(other.value, TextValue)
    ):
        return same_url(one.value.text, other.value.text)
    return same_value(one.value, other.value)


def says(standing: LiveStatement, statement: Statement) -> bool:
    """True when a statement that stands there says what ours does, or of a date the same less exactly: what
    was built on a day was built in its year."""
    theirs, ours = days(standing.value, standing.qualifiers), days(statement.value, statement.qualifiers)
    if theirs and ours:
        return inside(ours, theirs)
    return same_value(standing.value, statement.value)


def _says_more_exactly(standing: LiveStatement, statement: Statement) -> bool:
    theirs, ours = days(standing.value, standing.qualifiers), days(statement.value, statement.qualifiers)
    return theirs is not None and ours is not None and inside(theirs, ours)


def same_value(one: Value | None, other: Value) -> bool:
    """Points within the sum of both precisions are one value, dates of the same days in either calendar, and
    texts as the wiki stores them."""
    match one, other:
        case TimeValue(), TimeValue():
            return one == other or (days(one) is not None and days(one) == days(other))
        case CoordinateValue(), CoordinateValue():
            tolerance = (one.precision + other.precision) * METRES_PER_DEGREE
            return distance_m(one, other) <= tolerance
        case TextValue(), TextValue():
            return stored(one.text) == stored(other.text)
    return one == other


def distance_m(one: CoordinateValue, other: CoordinateValue) -> float:
    """Metres between two points, on a sphere."""
    lat1, lat2 = math.radians(one.lat), math.radians(other.lat)
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(other.lon - one.lon) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))


def names_of(content: Content) -> list[tuple[str, str]]:
    """Language and text of every label and alias."""
    return [*content.labels.items(), *((lang, t) for lang, texts in content.aliases.items() for t in texts)]


def _missing_names(
    content: Content, live: LiveItem
) -> tuple[dict[str, str], dict[str, tuple[str, ...]], int]:
    labels: dict[str, str] = {}
    aliases: dict[str, tuple[str, ...]] = {}
    already = 0
    # `mul` is shown in every language that has no label of its own
    everywhere = {folded(text) for text in (live.labels.get("mul"), *live.aliases.get("mul", ())) if text}
    for lang, text in names_of(content):
        known = {folded(t) for t in (live.labels.get(lang), *live.aliases.get(lang, ())) if t} | everywhere
        ours = (labels.get(lang), *aliases.get(lang, ()))
        if folded(text) in known:
            already += 1
        elif folded(text) in {folded(t) for t in ours if t}:
            continue
        elif lang in content.labels and text == content.labels[lang] and lang not in live.labels:
            labels[lang] = text
        else:
            aliases[lang] = (*aliases.get(lang, ()), text)
    return labels, aliases, already


def in_words(value: Value | None) -> str:
    """A value in a sentence."""
    match value:
        case ItemValue():
            return value.qid
        case TextValue():
            return repr(value.text)
        case MonolingualValue():
            return f"{value.text!r} ({value.lang})"
        case CoordinateValue():
            return f"{value.lat:.5f}, {value.lon:.5f}"
        case TimeValue():
            return value.time
        case QuantityValue():
            return value.amount
        case UnknownValue():
            return "a value that is not known"
    return "no value"
