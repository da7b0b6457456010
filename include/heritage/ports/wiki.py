"""Reading from and writing to a Wikibase. Entities are Wikibase JSON as `wbgetentities` gives it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

Entity = dict[str, Any]


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


class WikiReader(Protocol):
    def read(self, qids: Sequence[str]) -> dict[str, Entity]:
        """Asked id to entity; a redirect gives its target, whose id differs; a missing one is left out."""
        ...

    def find_by_identifier(self, property: str, value: str) -> list[str]:
        """Items that carry this identifier now, asked live."""
        ...


class WikiHistory(WikiReader, Protocol):
    """What the wiki says that our account has done; edits of deleted pages are not among it."""

    def contributions(self, since: datetime) -> Iterator[Contribution]:
        """Newest first, back to ten minutes before `since`, for clocks that differ."""
        ...


class WikiWriter(WikiHistory, Protocol):
    """One edit a call, never repeated by itself.

    Raises WikiBusy (nothing saved), WikiUnclear (may be saved), WikiRefused, EditConflict, WikiStopped.
    """

    def create(self, data: Entity, summary: str) -> WriteResult: ...

    def add(self, qid: str, data: Entity, base_revision: int, summary: str) -> WriteResult: ...

    def remove(self, qid: str, data: Entity, base_revision: int, summary: str) -> WriteResult:
        """Takes back what we added; `data` names only what goes."""
        ...

    def find_edit(self, token: str, since: datetime) -> WriteResult | None:
        """Our own edit whose summary carries `token`, if it arrived."""
        ...

    def stop_requested(self) -> str | None:
        """The text on the stop page, or None when the page is empty or missing."""
        ...
