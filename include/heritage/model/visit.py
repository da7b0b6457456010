"""What became of an edit of ours, as it was found when its item was looked at again. Nothing here repeats
what a register or an item says: properties, languages and numbers only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Fate(StrEnum):
    """What became of an edit or a part of it, the best first; of an edit, what became of its worst part."""

    KEPT = "kept"
    TAKEN_BACK = "taken back"
    """By ourselves, because a person ordered it."""
    MERGED = "merged"
    """The item is a redirect now, and all stands on the other one."""
    CHANGED = "changed"
    """It stands there otherwise: another value, deprecated, or without our reference."""
    REMOVED = "removed"
    """People took it away, and the history does not say why."""
    REVERTED = "reverted"
    """The wiki marks our edit as reverted."""
    DAMAGED = "damaged"
    """By an edit with the marks of damage, or on an item that was emptied: probably vandalism."""
    DELETED = "deleted"


DROPS = frozenset({Fate.CHANGED, Fate.REMOVED, Fate.REVERTED, Fate.DAMAGED, Fate.DELETED})
"""What people are told of."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A part of an edit that does not stand any more as we made it. `what` is a property, `reference of P…`
    or `name in …`; `revision` and `by` (unregistered, registered, ourselves) are empty where the history does
    not say who it was."""

    what: str
    fate: Fate
    revision: int | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Gains:
    """What others have added to an item since our edit."""

    statements: int = 0
    references: int = 0
    labels: int = 0
    sitelinks: int = 0
    images: int = 0

    @property
    def any(self) -> bool:
        return bool(self.statements or self.references or self.labels or self.sitelinks)


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at the item of one edit. `occasion` counts the visits of an edit from 0; `due_again` is when
    the next one is. `item` is where the item is now, empty when it is deleted; of `parts` of the edit `kept`
    still stand. `gains` is None where the earlier state is not to be had. `drift` names what the register's
    newest snapshot says otherwise, `record` when it has the record no more."""

    target: str
    edit_id: str
    batch_id: str
    dataset: str
    qid: str
    occasion: int
    visited_at: datetime
    due_again: datetime
    item: str
    revision: int | None
    fate: Fate
    parts: int
    kept: int
    findings: tuple[Finding, ...] = ()
    gains: Gains | None = None
    drift: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PastRevision:
    """An edit in an item's history; `title` is the page's, with the namespace. `entity` is the item as it
    left it (Wikibase JSON), where that was asked for and is to be had. What was hidden from the public is
    empty."""

    revision: int
    title: str
    user: str
    registered: bool
    comment: str
    tags: frozenset[str]
    entity: dict[str, Any] | None = None
