"""What the people of a wiki demand of a property, as its page says it (Help:Property constraints portal)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ConstraintKind(StrEnum):
    """The constraints that are checked, by the items that Wikidata has for them."""

    item: str

    def __new__(cls, value: str, item: str) -> "ConstraintKind":
        member = str.__new__(cls, value)
        member._value_ = value
        member.item = item
        return member

    FORMAT = "format", "Q21502404"
    SINGLE_VALUE = "single_value", "Q19474404"
    SINGLE_BEST_VALUE = "single_best_value", "Q52060874"
    MULTI_VALUE = "multi_value", "Q21510857"
    DISTINCT_VALUES = "distinct_values", "Q21502410"
    SUBJECT_TYPE = "subject_type", "Q21503250"
    VALUE_TYPE = "value_type", "Q21510865"
    CONFLICTS_WITH = "conflicts_with", "Q21502838"
    ITEM_REQUIRES = "item_requires", "Q21503247"
    ONE_OF = "one_of", "Q21510859"
    NONE_OF = "none_of", "Q52558054"
    ENTITY_TYPES = "entity_types", "Q52004125"
    ALLOWED_QUALIFIERS = "allowed_qualifiers", "Q21510851"
    REQUIRED_QUALIFIERS = "required_qualifiers", "Q21510856"
    QUALIFIER_ONE_OF = "qualifier_one_of", "Q52712340"
    SCOPE = "scope", "Q53869507"
    INVERSE = "inverse", "Q21510855"
    SYMMETRIC = "symmetric", "Q21510862"
    DIFFERENCE = "difference", "Q21510854"
    RANGE = "range", "Q21510860"
    CITATION_NEEDED = "citation_needed", "Q54554025"
    LABEL_IN_LANGUAGE = "label_in_language", "Q108139345"
    DESCRIPTION_IN_LANGUAGE = "description_in_language", "Q111204896"


class ConstraintStatus(StrEnum):
    """How much it is meant."""

    MANDATORY = "mandatory"
    """No exceptions: an edit that breaks it is not sent."""
    NORMAL = "normal"
    SUGGESTION = "suggestion"


class Relation(StrEnum):
    """How an item has to belong to a class."""

    INSTANCE = "instance"
    SUBCLASS = "subclass"
    EITHER = "either"


class Position(StrEnum):
    """Where a property can stand."""

    STATEMENT = "statement"
    QUALIFIER = "qualifier"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint of one property; which fields count depends on the kind.

    `properties` other properties that it names, `items` the values it names (item ids; for entity types those
    of the types), `classes` with `relation`; `pattern` a regular expression for the whole value; `least` and
    `most` years (1890.0), of a date or of a difference; `positions` where the property may stand (scope), or
    where the constraint is checked; `languages` codes; `separators` qualifiers by which several values are
    told apart; `exceptions` items that it does not hold for.
    """

    kind: ConstraintKind
    status: ConstraintStatus = ConstraintStatus.NORMAL
    properties: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    relation: Relation = Relation.INSTANCE
    pattern: str | None = None
    least: float | None = None
    most: float | None = None
    positions: tuple[Position, ...] = ()
    languages: tuple[str, ...] = ()
    separators: tuple[str, ...] = ()
    exceptions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ConstraintList:
    """Constraints by property that come with Heritage Guard, for wikis that state none of their own."""

    version: str
    by_property: Mapping[str, tuple[Constraint, ...]] = field(default_factory=dict)


NO_LIST = ConstraintList("none")
"""Only what the wiki states itself counts."""
