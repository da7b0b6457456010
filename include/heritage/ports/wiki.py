"""Reading from and writing to a Wikibase. Entities are Wikibase JSON as `wbgetentities` gives it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

Entity = dict[str, Any]
READ_TOGETHER = 50
"""Items that the API gives in one answer."""


@dataclass(frozen=True, slots=True)
class WriteResult:
    qid: str
    revision: int
    changed: bool
    """False when the wiki says that everything was there already."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """One edit of our account, as the wiki's history has it; `title` is without the namespace."""

    title: str
    revision: int
    comment: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WikiFacts:
    """What a wiki says about itself and about our account on it."""

    user: str | None
    """Who we are there; None when nobody is logged in."""
    groups: frozenset[str]
    rights: frozenset[str]
    blocked: str
    """Who blocked the account and why; empty when it is not blocked."""
    entity_base: str
    """What the addresses of its items begin with."""
    searches_statements: bool
    """Whether its search finds items by what their statements say."""
    tags: frozenset[str]
    """Tags that edits may be marked with."""
    read_only: str
    """Why nothing can be written; empty when it can."""


class WikiReader(Protocol):
    def read(self, qids: Sequence[str]) -> dict[str, Entity]:
        """Asked id to entity; a redirect gives its target, whose id differs; a missing one is left out."""
        ...

    def latest(self, qids: Sequence[str]) -> Mapping[str, int]:
        """Asked id to the newest revision of the item (of its target, for a redirect): cheaper than reading
        it. A missing one is left out."""
        ...

    def find_by_identifiers(self, property: str, values: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Value to the items that carry it as this identifier now; every value is there."""
        ...

    def properties(self, pids: Sequence[str]) -> Mapping[str, Entity]:
        """Property to its entity with what is stated of it; one that is not there is left out."""
        ...


class WikiHistory(WikiReader, Protocol):
    """What the wiki says that our account has done; edits of deleted pages are not among it."""

    def contributions(self, since: datetime) -> Iterator[Contribution]:
        """Newest first, back to ten minutes before `since`, for clocks that differ."""
        ...


class LiveWiki(WikiHistory, Protocol):
    """A wiki that is asked now, and cannot be written to through this."""

    def find_edit(self, token: str, since: datetime) -> WriteResult | None:
        """Our own edit whose summary carries `token`, if it arrived."""
        ...

    def stop_requested(self) -> str | None:
        """The text on the stop page, or None when the page is empty or missing."""
        ...

    def facts(self) -> WikiFacts: ...

    def datatypes(self, properties: Sequence[str]) -> Mapping[str, str]:
        """Property to its datatype; one that the wiki does not have is left out."""
        ...


class WikiWriter(LiveWiki, Protocol):
    """One edit a call, never repeated by itself.

    Raises WikiBusy (nothing saved), WikiUnclear (may be saved), WikiRefused, EditConflict, WikiStopped.
    """

    def create(self, data: Entity, summary: str) -> WriteResult: ...

    def add(self, qid: str, data: Entity, base_revision: int, summary: str) -> WriteResult: ...

    def remove(self, qid: str, data: Entity, base_revision: int, summary: str) -> WriteResult:
        """Takes back what we added; `data` names only what goes."""
        ...
