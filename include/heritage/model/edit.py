"""Statements and edits as typed values; the Wikibase JSON of them is made in `statements`."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True)
class ItemValue:
    """An item, e.g. `Q145`."""

    qid: str


@dataclass(frozen=True, slots=True)
class TextValue:
    """A string, an external identifier or a URL: the property's datatype tells which."""

    text: str


@dataclass(frozen=True, slots=True)
class MonolingualValue:
    lang: str
    text: str


@dataclass(frozen=True, slots=True)
class CoordinateValue:
    """Degrees on Earth; `precision` in degrees."""

    lat: float
    lon: float
    precision: float


class Calendar(StrEnum):
    """In which a date is said."""

    GREGORIAN = "gregorian"
    JULIAN = "julian"


@dataclass(frozen=True, slots=True)
class TimeValue:
    """A date: `+2026-11-21T00:00:00Z`, Wikibase precision (11 day, 10 month, 9 year, 8 decade, 7 century).
    What is finer than the precision is 00; years before the common era begin with a minus, -0044 is 44 BC."""

    time: str
    precision: int
    calendar: Calendar = Calendar.GREGORIAN


@dataclass(frozen=True, slots=True)
class UnknownValue:
    """There is a value and nobody knows it exactly; qualifiers say what is known of it."""

    unknown: Literal[True]


UNKNOWN = UnknownValue(unknown=True)

Value = ItemValue | TextValue | MonolingualValue | CoordinateValue | TimeValue | UnknownValue


@dataclass(frozen=True, slots=True)
class Snak:
    property: str
    value: Value


Reference = tuple[Snak, ...]


class Kind(StrEnum):
    """The kinds of information that the governance body decides on separately."""

    IDENTIFIERS = "identifiers"
    DESIGNATION = "designation"
    PLACE = "place"
    NAMES = "names"
    IMAGES = "images"
    NEW_ITEMS = "new_items"


@dataclass(frozen=True, slots=True)
class Statement:
    property: str
    value: Value
    kind: Kind
    references: tuple[Reference, ...]
    qualifiers: tuple[Snak, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferenceAddition:
    """Our reference for a statement that stands on the item already, made by somebody else."""

    statement_guid: str
    property: str
    kind: Kind
    reference: Reference


@dataclass(frozen=True, slots=True)
class Content:
    """Everything one edit adds to one item. We only add: nothing here can change or remove."""

    labels: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    references: tuple[ReferenceAddition, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.labels or self.descriptions or self.aliases or self.statements or self.references)


class EditState(StrEnum):
    """Where an approved edit stands in the journal."""

    PLANNED = "planned"
    SENDING = "sending"
    """Written down before it was sent; after a crash the wiki is asked whether it arrived."""
    CONFIRMED = "confirmed"
    """Read back from the wiki."""
    SKIPPED = "skipped"
    """Not sent, for the reason written beside it."""
