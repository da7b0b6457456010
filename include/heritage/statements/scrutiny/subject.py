"""An item as it would stand after an edit."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from heritage.model.constraint import Constraint, ConstraintKind, ConstraintStatus
from heritage.model.edit import Content, ItemValue, Snak, Statement, Value
from heritage.model.finding import Finding, Severity
from heritage.model.finding_code import FindingCode
from heritage.statements import properties as p
from heritage.statements.live import DEPRECATED, LiveItem, LiveStatement
from heritage.statements.scrutiny.constraints import Constraints, item_values


@dataclass(frozen=True)
class Subject:
    """`content` is what is added, `live` the item as it stands, None for a new one."""

    content: Content
    live: LiveItem | None
    constraints: Constraints

    @cached_property
    def standing(self) -> tuple[LiveStatement, ...]:
        """What the item says now; deprecated statements are not said."""
        return tuple(s for s in self.live.statements if s.rank != DEPRECATED) if self.live else ()

    @cached_property
    def added(self) -> dict[str, list[Statement]]:
        """Our statements by property."""
        by_property: dict[str, list[Statement]] = {}
        for statement in self.content.statements:
            by_property.setdefault(statement.property, []).append(statement)
        return by_property

    def stood(self, property: str) -> bool:
        """True when the item has a statement of this property already."""
        return any(s.property == property for s in self.standing)

    def first_of(self, property: str) -> bool:
        """True when we would be the ones to bring the property: what it demands was not broken before."""
        return property in self.added and not self.stood(property)

    def values(self, property: str) -> list[Value | None]:
        """All values that would stand there; None for one that cannot be read."""
        ours = [s.value for s in self.added.get(property, ())]
        return [s.value for s in self.standing if s.property == property] + ours

    def qualified(self, property: str) -> Iterator[tuple[Value | None, tuple[Snak, ...]]]:
        """The same with their qualifiers."""
        yield from ((s.value, s.qualifiers) for s in self.standing if s.property == property)
        yield from ((s.value, s.qualifiers) for s in self.added.get(property, ()))

    @cached_property
    def classes(self) -> tuple[list[str], list[str]]:
        """What it is an instance of, and a subclass of."""
        instance, subclass = (
            item_values(self.live, pid)
            + [s.value.qid for s in self.added.get(pid, ()) if isinstance(s.value, ItemValue)]
            for pid in (p.INSTANCE_OF, p.SUBCLASS_OF)
        )
        return instance, subclass

    def applying(self, property: str, *kinds: ConstraintKind) -> Iterator[Constraint]:
        """The constraints of these kinds that hold for this item."""
        qid = self.live.qid if self.live else None
        return (one for one in self.constraints.of(property, *kinds) if qid not in one.exceptions)

    def finding(
        self, code: FindingCode, property: str | None, text: str, constraint: Constraint | None = None
    ) -> Finding:
        """What was found, weighed by the constraint: a mandatory one stops the edit, a suggestion informs."""
        severity = Severity(code.weight)
        if constraint and constraint.status is ConstraintStatus.MANDATORY:
            severity = Severity.CRITICAL
        elif constraint and constraint.status is ConstraintStatus.SUGGESTION:
            severity = Severity.INFO
        told = f" ({self.constraints.source})" if constraint and self.constraints.source else ""
        return Finding(code, severity, property, f"{property}: {text}{told}" if property else text)
