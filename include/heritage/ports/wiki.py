"""Reading from and writing to a Wikibase. Entities are Wikibase JSON as `wbgetentities` gives it."""

from collections.abc import Sequence
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


class WikiReader(Protocol):
    def read(self, qids: Sequence[str]) -> dict[str, Entity]:
        """Asked id to entity; a redirect gives its target, whose id differs; a missing one is left out."""
        ...

    def find_by_identifier(self, property: str, value: str) -> list[str]:
        """Items that carry this identifier now, asked live."""
        ...


class WikiWriter(WikiReader, Protocol):
    """One edit a call, never repeated by itself.

    Raises WikiBusy (nothing saved), WikiUnclear (may be saved), WikiRefused, EditConflict, WikiStopped.
    """

    def create(self, data: Entity, summary: str) -> WriteResult: ...

    def add(self, qid: str, data: Entity, base_revision: int, summary: str) -> WriteResult: ...

    def find_edit(self, token: str, since: datetime) -> WriteResult | None:
        """Our own edit whose summary carries `token`, if it arrived."""
        ...

    def stop_requested(self) -> str | None:
        """The text on the stop page, or None when the page is empty or missing."""
        ...
