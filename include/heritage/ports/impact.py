"""What all uploads came to, in counts: nothing of a single record stands here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from heritage.model.visit import Gains


@dataclass(frozen=True, slots=True)
class Tally:
    """What was done and what became of it. `at_risk` are sites of level at risk or worse whose item got
    statements, `protected` those whose place is not told exactly; of `parts` that were looked at again,
    `kept` still stand."""

    edits: int = 0
    items: int = 0
    new_items: int = 0
    statements: int = 0
    references: int = 0
    labels: int = 0
    languages: tuple[str, ...] = ()
    images: int = 0
    at_risk: int = 0
    protected: int = 0
    visited: int = 0
    parts: int = 0
    kept: int = 0
    enriched: int = 0
    gains: Gains = field(default_factory=Gains)

    @property
    def survived(self) -> float | None:
        """Share of what was looked at again that still stands; None before that."""
        return self.kept / self.parts if self.parts else None


@dataclass(frozen=True, slots=True)
class Group:
    """The tally of a dataset, a country, a publisher or a month."""

    key: str
    title: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Readership:
    """How often articles were read that are linked with our items: `views` from `first` to `last` of `asked`
    articles, of `found` on `looked_at` items. `why` says why there is no figure."""

    views: int = 0
    asked: int = 0
    found: int = 0
    looked_at: int = 0
    first: date | None = None
    last: date | None = None
    by_site: Mapping[str, int] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True, slots=True)
class ImpactReport:
    """Everything of one period, both days included; None where it is open."""

    made_at: datetime
    since: date | None
    to: date | None
    publisher: str
    """Whose registers alone are counted; empty for all."""
    whole: Tally
    datasets: tuple[Group, ...]
    countries: tuple[Group, ...]
    publishers: tuple[Group, ...]
    months: tuple[Group, ...]
    languages: Mapping[str, int]
    """Labels by language, most first."""
    readers: Readership
    sample: bool = False


class PageViews(Protocol):
    """Statistics of readers. Raises SourceUnavailable when they cannot be had."""

    def views(self, site: str, title: str, first: date, last: date) -> int | None:
        """How often an article (`enwiki`, its title) was read by people in whole months; None where nobody
        knows."""
        ...
