"""What the reconciliation service is asked and what it answers, whatever version of the protocol it speaks.

All of it comes from the index of items and from what the client sent: no record of a register is in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

Given = str | float | bool
"""A value that a client compares with: a text, a number, or the id of an entity."""


def as_text(value: Given) -> str:
    """A value as a register would write it.

    >>> as_text(1216.0), as_text(" Q34 "), as_text(True)
    ('1216', 'Q34', 'true')
    """
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.15g}" if isinstance(value, float) else value.strip()


class Quantifier(StrEnum):
    """How many of a condition's values have to hold."""

    ANY = "any"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Condition:
    """What a client says of a property. A `required` one has to hold; any other one only counts."""

    property: str
    values: tuple[Given, ...]
    required: bool = False
    quantifier: Quantifier = Quantifier.ANY


@dataclass(frozen=True, slots=True)
class Query:
    """One thing to be found: by its names, by ids, by what is known of its properties."""

    names: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    all_types: bool = False
    """The item has to be of every one of the types, not of any."""
    strict: bool = False
    """What is of another type is left out, not only put last."""
    conditions: tuple[Condition, ...] = ()
    not_names: tuple[str, ...] = ()
    not_ids: tuple[str, ...] = ()
    only_ids: bool = False
    """The item has to be one of `ids`."""
    limit: int = 5
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A class, an item or a property with its name and the language of that name, where it is known."""

    id: str
    name: str
    lang: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Feature:
    """A part of a score: what was compared, and how it came out."""

    id: str
    name: str
    value: float | bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be meant. `score` is its probability in per cent; `match` says that it is the one."""

    item: Named
    types: tuple[Named, ...]
    score: float
    match: bool
    features: tuple[Feature, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An item, a class or a property that somebody may be typing."""

    what: Named
    types: tuple[Named, ...] = ()
    """Of an item its classes, of a class those that it is a kind of."""


@dataclass(frozen=True, slots=True)
class Entity:
    """An item as its preview shows it."""

    item: Named
    types: tuple[Named, ...]
    place: tuple[Named, ...]
    """Where it lies, the smallest area first, the country last."""
    lat: float | None
    lon: float | None
    other_names: tuple[tuple[str | None, str], ...]
    """(language, name)"""
    image: str | None
    """Name of a file on Wikimedia Commons."""


@dataclass(frozen=True, slots=True)
class Values:
    """Values of some properties of some items. `rows`: item id → property id → values in order, an item as
    `Named`, anything else as text."""

    properties: tuple[Named, ...]
    rows: Mapping[str, Mapping[str, tuple[Named | str, ...]]] = field(default_factory=dict)


class Kind(StrEnum):
    """What can be suggested."""

    ENTITY = "entity"
    PROPERTY = "property"
    TYPE = "type"


class Reconciliation(Protocol):
    """The service over one index. Each method raises ServiceBusy when it cannot answer in time."""

    def match(self, queries: Sequence[Query]) -> list[list[Candidate]]:
        """For each query its candidates, the likeliest first; no query changes the answer to another."""
        ...

    def suggest(self, kind: Kind, prefix: str, lang: str | None, limit: int, offset: int) -> list[Suggestion]:
        """What begins with `prefix`, an id or a name; everything for an empty one."""
        ...

    def entity(self, id: str, lang: str | None) -> Entity | None: ...

    def named(self, kind: Kind, id: str, lang: str | None) -> Named | None:
        """A class, property or item by its id, None for one that the index does not know."""
        ...

    def types(self, lang: str | None, limit: int) -> list[Named]:
        """The classes that most items have."""
        ...

    def properties(self, type: str, limit: int | None) -> list[Named]:
        """What can be asked of items of a class, the most frequent first; of all items for an empty one."""
        ...

    def extend(self, ids: Sequence[str], properties: Sequence[str], lang: str | None) -> Values: ...

    def freshness(self) -> str:
        """The version of the index that answers: its day and a digest."""
        ...
