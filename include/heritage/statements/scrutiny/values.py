"""What is wrong with single values of an edit, and with where they stand."""

from collections.abc import Callable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from heritage.model.constraint import Constraint, ConstraintKind, Position, Relation
from heritage.model.edit import ItemValue, Snak, Statement, TextValue
from heritage.model.finding import Finding
from heritage.model.finding_code import FindingCode
from heritage.statements import properties as p
from heritage.statements.dates import days, years
from heritage.statements.scrutiny.constraints import Constraints, item_values, main_snak, words
from heritage.statements.scrutiny.subject import Subject

_AT_ODDS = {
    Position.STATEMENT: (FindingCode.AS_STATEMENT, "is not meant for statements"),
    Position.QUALIFIER: (FindingCode.AS_QUALIFIER, "is not meant for qualifiers"),
    Position.REFERENCE: (FindingCode.AS_REFERENCE, "is not meant for references"),
}
_ITEMS = "Q29934200"
"""Wikibase item, among allowed entity types."""
_SLACK = 0.01  # of a year: the bounds of a range are days


def value_findings(subject: Subject) -> Iterator[Finding]:
    """Of every value, qualifier and part of a reference that would be added."""
    content = subject.content
    placed = [place for statement in content.statements for place in _placed(statement)]
    placed += [(Position.REFERENCE, snak) for one in content.references for snak in one.reference]
    for position, snak in dict.fromkeys(placed):  # every statement carries the same reference
        yield from _of_snak(subject, position, snak)


def _placed(statement: Statement) -> Iterator[tuple[Position, Snak]]:
    yield Position.STATEMENT, main_snak(statement)
    yield from ((Position.QUALIFIER, snak) for snak in statement.qualifiers)
    yield from ((Position.REFERENCE, snak) for reference in statement.references for snak in reference)


def _of_snak(subject: Subject, position: Position, snak: Snak) -> Iterator[Finding]:
    for constraint in subject.applying(snak.property, *_CHECKS):
        if constraint.kind is not ConstraintKind.SCOPE and position not in (
            constraint.positions or tuple(Position)
        ):
            continue
        found = _CHECKS[constraint.kind](snak, position, constraint, subject.constraints)
        if found:
            code, text = found
            yield subject.finding(code, snak.property, text, constraint)
    if subject.live and snak.value == ItemValue(subject.live.qid) and position is not Position.REFERENCE:
        text = f"the item would point at itself, {subject.live.qid}"
        yield subject.finding(FindingCode.SELF_REFERENTIAL, snak.property, text)


Found = tuple[FindingCode, str] | None


def _format(snak: Snak, _: Position, constraint: Constraint, __: Constraints) -> Found:
    if not isinstance(snak.value, TextValue) or not constraint.pattern:
        return None
    if matches(constraint.pattern, snak.value.text) is not False:
        return None
    return FindingCode.FORMAT, f"{words(snak.value)} is not written like {constraint.pattern}"


def matches(pattern: str, text: str) -> bool | None:
    """Whether the whole text is of the pattern; None for a pattern that cannot be tried. Read as RE2: it
    comes from a page that anybody may edit, and must not be able to keep us busy for hours."""
    try:
        return bool(pc.match_substring_regex(pa.scalar(text), f"^(?:{pattern})$").as_py())
    except pa.ArrowInvalid:
        return None


def _allowed(snak: Snak, _: Position, constraint: Constraint, __: Constraints) -> Found:
    if not isinstance(snak.value, ItemValue):
        return None
    if (snak.value.qid in constraint.items) is (constraint.kind is ConstraintKind.ONE_OF):
        return None
    return FindingCode.FORBIDDEN_VALUE, f"{snak.value.qid} is not allowed as its value"


def _value_type(snak: Snak, _: Position, constraint: Constraint, known: Constraints) -> Found:
    if not isinstance(snak.value, ItemValue) or snak.value.qid not in known.items:
        return None
    item = known.items[snak.value.qid]
    instance, subclass = (item_values(item, pid) for pid in (p.INSTANCE_OF, p.SUBCLASS_OF))
    if belongs(instance, [snak.value.qid, *subclass], constraint, known) is not False:
        return None
    wanted = " or ".join(constraint.classes)
    return FindingCode.VALUE_TYPE, f"{snak.value.qid} is not of the class {wanted}"


def belongs(
    instance: list[str], subclass: list[str], constraint: Constraint, known: Constraints
) -> bool | None:
    """Whether something belongs to one of the classes of a constraint; None when that is not known."""
    roots = {
        Relation.INSTANCE: instance,
        Relation.SUBCLASS: subclass,
        Relation.EITHER: [*instance, *subclass],
    }[constraint.relation]
    wanted = frozenset(constraint.classes)
    if not wanted or wanted & set(roots):
        return True
    types = known.types_of(roots)
    return None if types is None else bool(wanted & types)


def _scope(_: Snak, position: Position, constraint: Constraint, __: Constraints) -> Found:
    return None if not constraint.positions or position in constraint.positions else _AT_ODDS[position]


def _entity_types(_: Snak, position: Position, constraint: Constraint, __: Constraints) -> Found:
    if position is Position.REFERENCE or not constraint.items or _ITEMS in constraint.items:
        return None
    return FindingCode.ENTITY_TYPE, "is not meant for items"


def _range(snak: Snak, _: Position, constraint: Constraint, __: Constraints) -> Found:
    span = days(snak.value)
    if span is None:
        return None
    first, last = years(span)
    if constraint.least is not None and last < constraint.least - _SLACK:
        return FindingCode.OUT_OF_RANGE, f"{words(snak.value)} lies before the year {constraint.least:.0f}"
    if constraint.most is not None and first > constraint.most + _SLACK:
        return FindingCode.OUT_OF_RANGE, f"{words(snak.value)} lies after the year {constraint.most:.0f}"
    return None


_CHECKS: dict[ConstraintKind, Callable[[Snak, Position, Constraint, Constraints], Found]] = {
    ConstraintKind.FORMAT: _format,
    ConstraintKind.ONE_OF: _allowed,
    ConstraintKind.NONE_OF: _allowed,
    ConstraintKind.VALUE_TYPE: _value_type,
    ConstraintKind.SCOPE: _scope,
    ConstraintKind.ENTITY_TYPES: _entity_types,
    ConstraintKind.RANGE: _range,
}
