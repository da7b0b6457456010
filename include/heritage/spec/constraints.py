"""The list of property constraints that comes with Heritage Guard, for wikis that state none of their own."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from heritage.model.constraint import (
    Constraint,
    ConstraintKind,
    ConstraintList,
    ConstraintStatus,
    Position,
    Relation,
)
from heritage.spec.closed import Closed, Lang, Pid, Qid
from heritage.spec.properties import load_identifier_formats
from heritage.spec.record import Regex
from heritage.spec.yaml_model import read_model

_Text = Annotated[str, StringConstraints(min_length=1)]


class ConstraintLine(Closed):
    """A constraint as a maintainer writes it; the fields are those of model.constraint.Constraint."""

    kind: ConstraintKind
    status: ConstraintStatus = ConstraintStatus.NORMAL
    properties: list[Pid] = Field(default_factory=list)
    items: list[Qid] = Field(default_factory=list)
    classes: list[Qid] = Field(default_factory=list)
    relation: Relation = Relation.INSTANCE
    pattern: Regex | None = None
    least: float | None = None
    most: float | None = None
    positions: list[Position] = Field(default_factory=list)
    languages: list[Lang] = Field(default_factory=list)
    separators: list[Pid] = Field(default_factory=list)

    def read(self) -> Constraint:
        return Constraint(
            kind=self.kind,
            status=self.status,
            properties=tuple(self.properties),
            items=tuple(self.items),
            classes=tuple(self.classes),
            relation=self.relation,
            pattern=self.pattern,
            least=self.least,
            most=self.most,
            positions=tuple(self.positions),
            languages=tuple(self.languages),
            separators=tuple(self.separators),
        )


class PropertyConstraints(Closed):
    """The constraints of one property; `source` and `seen` (ISO day) say where and when they stood so. What
    nobody has seen there has no day, and is a suggestion."""

    property: Pid
    source: _Text
    seen: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")] | None = None
    constraints: list[ConstraintLine]

    @model_validator(mode="after")
    def _confirmed(self) -> Self:
        unseen = [one.kind for one in self.constraints if one.status is not ConstraintStatus.SUGGESTION]
        if unseen and not self.seen:
            raise ValueError(f"{self.property}: {', '.join(unseen)}: say when it was seen, or suggestion")
        return self


class ListedConstraints(Closed):
    """`version` is told with every finding that is made by this list."""

    version: _Text
    properties: list[PropertyConstraints]


_IDENTIFIER = (Constraint(ConstraintKind.SINGLE_VALUE), Constraint(ConstraintKind.DISTINCT_VALUES))
"""What almost every identifier has (https://www.wikidata.org/wiki/Help:Property_constraints_portal)."""


def load_constraints(vocabularies: Path) -> ConstraintList:
    """The list below a folder. Identifiers come from properties.yaml, by which snapshots are checked, too.
    Raises SpecError naming the file and the key."""
    listed = read_model(vocabularies / "constraints" / "wikidata.yaml", ListedConstraints)
    by_property = {one.property: tuple(line.read() for line in one.constraints) for one in listed.properties}
    for one in load_identifier_formats(vocabularies / "properties.yaml").properties:
        formatted = Constraint(ConstraintKind.FORMAT, pattern=one.format)
        by_property.setdefault(one.property, (formatted, *_IDENTIFIER))
    return ConstraintList(listed.version, by_property)
