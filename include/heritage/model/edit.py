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
class QuantityValue:
    """A number without unit or bounds, as the wiki writes it: `+12`."""

    amount: str


@dataclass(frozen=True, slots=True)
class UnknownValue:
    """There is a value and nobody knows it exactly; qualifiers say what is known of it."""

    unknown: Literal[True]


UNKNOWN = UnknownValue(unknown=True)

Value = ItemValue | TextValue | MonolingualValue | CoordinateValue | TimeValue | QuantityValue | UnknownValue


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
class Renewal:
    """A statement of ours about ourselves that has become another, as a count that has grown. It takes the
    place of `before` only where that still stands to the letter as we wrote it."""

    statement_guid: str
    before: Statement
    after: Statement


@dataclass(frozen=True, slots=True)
class Content:
    """Everything one edit adds to one item. Of what a register says we only add: nothing here can change or
    remove it. What we say of our own work on a wiki that keeps account of it can be renewed."""

    labels: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    references: tuple[ReferenceAddition, ...] = ()
    renewals: tuple[Renewal, ...] = ()

    @property
    def empty(self) -> bool:
        names = self.labels or self.descriptions or self.aliases
        return not (names or self.statements or self.references or self.renewals)


class EditState(StrEnum):
    """Where an approved edit stands in the journal."""

    PLANNED = "planned"
    SENDING = "sending"
    """Written down before it was sent; after a crash the wiki is asked whether it arrived."""
    CONFIRMED = "confirmed"
    """Read back from the wiki."""
    SKIPPED = "skipped"
    """Not sent, for the reason written beside it."""
