"""What is wrong with how the statements of an item would stand together."""

from collections.abc import Callable, Iterator

from heritage.model.constraint import Constraint, ConstraintKind
from heritage.model.edit import ItemValue, Snak, TextValue, UnknownValue, Value
from heritage.model.finding import Finding
from heritage.model.finding_code import FindingCode
from heritage.statements.dates import days, years
from heritage.statements.live import PREFERRED
from heritage.statements.scrutiny.constraints import item_values, words
from heritage.statements.scrutiny.subject import Subject
from heritage.statements.scrutiny.values import belongs
from heritage.statements.text import stored

_SLACK = 0.01  # of a year


def statement_findings(subject: Subject) -> Iterator[Finding]:
    """Of every property that would be added, and of those whose demands an added one would break."""
    for pid in subject.added:
        for constraint in subject.applying(pid, *_CHECKS):
            for code, text in _CHECKS[constraint.kind](subject, pid, constraint):
                yield subject.finding(code, pid, text, constraint)
    yield from _against_standing(subject)
    yield from _unsourced(subject)


Found = Iterator[tuple[FindingCode, str]]


def _single(subject: Subject, property: str, constraint: Constraint) -> Found:
    best = constraint.kind is ConstraintKind.SINGLE_BEST_VALUE
    if best and any(s.property == property and s.rank == PREFERRED for s in subject.standing):
        return
    before = [(s.value, s.qualifiers) for s in subject.standing if s.property == property]
    for statement in subject.added[property]:
        others = [
            value
            for value, qualifiers in before
            if value != statement.value and _alike(qualifiers, statement.qualifiers, constraint.separators)
        ]
        if others:
            text = f"{words(statement.value)} would stand beside {_listed(others)}"
            yield FindingCode.SINGLE_VALUE, text
        before.append((statement.value, statement.qualifiers))


def _alike(one: tuple[Snak, ...], other: tuple[Snak, ...], separators: tuple[str, ...]) -> bool:
    """True when no qualifier that may tell two values apart does so."""
    return all(
        {s.value for s in one if s.property == pid} == {s.value for s in other if s.property == pid}
        for pid in separators
    )


def _multi(subject: Subject, property: str, _: Constraint) -> Found:
    if len(subject.values(property)) == 1:
        new = subject.live is None
        code = FindingCode.MULTI_VALUE_NEW if new else FindingCode.MULTI_VALUE
        yield code, "it would have one value and should have several"


def _distinct(subject: Subject, property: str, _: Constraint) -> Found:
    for statement in subject.added[property]:
        if isinstance(statement.value, TextValue):
            holder = subject.constraints.held.get((property, stored(statement.value.text)))
            if holder and (subject.live is None or holder != subject.live.qid):
                yield FindingCode.NOT_DISTINCT, f"{words(statement.value)} belongs to {holder} already"


def _subject_type(subject: Subject, property: str, constraint: Constraint) -> Found:
    instance, subclass = subject.classes
    if subject.first_of(property) and belongs(instance, subclass, constraint, subject.constraints) is False:
        wanted = " or ".join(constraint.classes)
        has = _listed([ItemValue(one) for one in (*instance, *subclass)]) or "nothing"
        yield FindingCode.SUBJECT_TYPE, f"it belongs on things of the class {wanted}; the item says {has}"


def _conflicts(subject: Subject, property: str, constraint: Constraint) -> Found:
    """We bring the property; what it does not go with stands there, or comes with it."""
    if subject.first_of(property):
        yield from _conflicting(subject, constraint)


def _conflicting(subject: Subject, constraint: Constraint) -> Found:
    for other in constraint.properties:
        values = subject.values(other)
        if constraint.items:
            values = [v for v in values if isinstance(v, ItemValue) and v.qid in constraint.items]
        if values:
            yield FindingCode.CONFLICTS_WITH, f"it does not go with {other} {_listed(values)}".rstrip()


def _against_standing(subject: Subject) -> Iterator[Finding]:
    """The property stands on the item; we bring what it does not go with."""
    for pid in dict.fromkeys(s.property for s in subject.standing):
        for constraint in subject.applying(pid, ConstraintKind.CONFLICTS_WITH):
            for other in constraint.properties:
                ours = [s.value for s in subject.added.get(other, ())]
                if constraint.items:
                    ours = [v for v in ours if isinstance(v, ItemValue) and v.qid in constraint.items]
                theirs = [s.value for s in subject.standing if s.property == other]
                if ours and not any(v in theirs for v in ours) and (constraint.items or not theirs):
                    text = f"the item has it, and it does not go with {other} {_listed(ours)}".rstrip()
                    yield subject.finding(FindingCode.CONFLICTS_WITH, pid, text, constraint)


def _requires(subject: Subject, property: str, constraint: Constraint) -> Found:
    if not subject.first_of(property):
        return
    new = subject.live is None
    for other in constraint.properties:
        values = subject.values(other)
        if not values:
            code = FindingCode.NEW_REQUIRES if new else FindingCode.REQUIRES
            yield code, f"it wants {other}, which is not there"
        elif constraint.items and not any(
            isinstance(v, ItemValue) and v.qid in constraint.items for v in values
        ):
            alone = len(constraint.items) == 1
            if new:
                code = FindingCode.NEW_REQUIRES_VALUE if alone else FindingCode.NEW_REQUIRES_VALUES
            else:
                code = FindingCode.REQUIRES_VALUE if alone else FindingCode.REQUIRES_VALUES
            yield code, f"it wants {other} to be {' or '.join(constraint.items)}"


def _inverse(subject: Subject, property: str, constraint: Constraint) -> Found:
    back = (
        property if constraint.kind is ConstraintKind.SYMMETRIC else next(iter(constraint.properties), None)
    )
    for statement in subject.added[property]:
        value = statement.value
        if back is None or not isinstance(value, ItemValue) or value.qid not in subject.constraints.items:
            continue
        pointing = item_values(subject.constraints.items[value.qid], back)
        if subject.live is None or subject.live.qid not in pointing:
            yield FindingCode.NO_INVERSE, f"{value.qid} does not point back by {back}"


def _difference(subject: Subject, property: str, constraint: Constraint) -> Found:
    for other in constraint.properties:
        if not (subject.first_of(property) or subject.first_of(other)):
            continue
        spans = [
            [years(span) for value, said in subject.qualified(one) if (span := days(value, said))]
            for one in (property, other)
        ]
        if not all(spans):
            continue
        last = max(end for _, end in spans[0]) - min(begin for begin, _ in spans[1])
        first = min(begin for begin, _ in spans[0]) - max(end for _, end in spans[1])
        early = constraint.least is not None and last < constraint.least - _SLACK
        if early or (constraint.most is not None and first > constraint.most + _SLACK):
            yield FindingCode.DIFFERENCE, f"it does not fit the date in {other}"


def _qualifiers(subject: Subject, property: str, constraint: Constraint) -> Found:
    for statement in subject.added[property]:
        there = list(dict.fromkeys(snak.property for snak in statement.qualifiers))
        if constraint.kind is ConstraintKind.REQUIRED_QUALIFIERS:
            for lacking in (one for one in constraint.properties if one not in there):
                yield FindingCode.QUALIFIER_MISSING, f"it wants the qualifier {lacking}"
        else:
            for strange in (one for one in there if one not in constraint.properties):
                yield FindingCode.QUALIFIER_NOT_ALLOWED, f"it does not take the qualifier {strange}"


def _qualifier_values(subject: Subject, property: str, constraint: Constraint) -> Found:
    for statement in subject.added[property]:
        for snak in statement.qualifiers:
            if snak.property not in constraint.properties or not isinstance(snak.value, ItemValue):
                continue
            if snak.value.qid not in constraint.items:
                text = f"its qualifier {snak.property} does not take {snak.value.qid}"
                yield FindingCode.QUALIFIER_VALUE, text


def _citation(subject: Subject, property: str, _: Constraint) -> Found:
    if not all(any(statement.references) for statement in subject.added[property]):
        yield FindingCode.CITATION_NEEDED, "it wants a reference, and there is none"


def _unsourced(subject: Subject) -> Iterator[Finding]:
    for pid, statements in subject.added.items():
        demanded = any(subject.applying(pid, ConstraintKind.CITATION_NEEDED))
        if not demanded and not all(any(statement.references) for statement in statements):
            yield subject.finding(FindingCode.UNSOURCED, pid, "the statement has no reference")


def _label(subject: Subject, property: str, constraint: Constraint) -> Found:
    told = {*subject.content.labels, *(subject.live.labels if subject.live else ())}
    if subject.first_of(property) and not told & {*constraint.languages, "mul"}:
        yield FindingCode.LABEL_IN_LANGUAGE, f"it wants a name in {' or '.join(constraint.languages)}"


def _description(subject: Subject, property: str, constraint: Constraint) -> Found:
    told = {*subject.content.descriptions, *(subject.live.descriptions if subject.live else ())}
    if subject.first_of(property) and not told & set(constraint.languages):
        yield (
            FindingCode.DESCRIPTION_IN_LANGUAGE,
            f"it wants a description in {' or '.join(constraint.languages)}",
        )


def _listed(values: list[Value | None] | list[Value] | list[ItemValue]) -> str:
    told = (words(v) for v in values if v is not None and not isinstance(v, UnknownValue))
    return " and ".join(dict.fromkeys(told))


_CHECKS: dict[ConstraintKind, Callable[[Subject, str, Constraint], Found]] = {
    ConstraintKind.SINGLE_VALUE: _single,
    ConstraintKind.SINGLE_BEST_VALUE: _single,
    ConstraintKind.MULTI_VALUE: _multi,
    ConstraintKind.DISTINCT_VALUES: _distinct,
    ConstraintKind.SUBJECT_TYPE: _subject_type,
    ConstraintKind.CONFLICTS_WITH: _conflicts,
    ConstraintKind.ITEM_REQUIRES: _requires,
    ConstraintKind.INVERSE: _inverse,
    ConstraintKind.SYMMETRIC: _inverse,
    ConstraintKind.DIFFERENCE: _difference,
    ConstraintKind.ALLOWED_QUALIFIERS: _qualifiers,
    ConstraintKind.REQUIRED_QUALIFIERS: _qualifiers,
    ConstraintKind.QUALIFIER_ONE_OF: _qualifier_values,
    ConstraintKind.CITATION_NEEDED: _citation,
    ConstraintKind.LABEL_IN_LANGUAGE: _label,
    ConstraintKind.DESCRIPTION_IN_LANGUAGE: _description,
}
