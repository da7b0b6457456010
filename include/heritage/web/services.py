"""What the pages are given: callables that wiring binds, and the person who asks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from heritage.ports.health import Health
from heritage.ports.matching import Decided, Explained, MatchList
from heritage.ports.overview import BatchRow, DatasetRow
from heritage.ports.reconciliation import Reconciliation
from heritage.ports.review_pages import ReviewPages
from heritage.ports.risk_pages import Chosen, Mark, RiskList, SitePage, View
from heritage.ports.upload_pages import UploadServices
from heritage.wiring.priority_pages import PriorityPages


class User(Protocol):
    """The person who is logged in. `name` is the name of the seat in a round; without a role, no page."""

    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str | None: ...
    @property
    def roles(self) -> tuple[str, ...]:
        """All roles of Airflow's auth manager that the person has; `role` is the one that counts here."""
        ...


@dataclass(frozen=True, slots=True)
class RiskServices:
    """What the pages on risk ask; nothing in the answers is wider than the disclosure gate allows."""

    sites: Callable[[Chosen, int], RiskList]
    """A page of the list."""
    marks: Callable[[Chosen, View], Sequence[Mark]]
    site: Callable[[str, str], SitePage | None]
    """By dataset and record id; None when nothing may be told, or there is none."""
    outlines: Callable[[View], bytes]
    """GeoJSON of the countries in view."""


@dataclass(frozen=True, slots=True)
class MatchServices:
    """What the pages on matches ask; nothing in the answers is wider than the disclosure gate allows. The
    first two raise HeritageError that says which step has to run first."""

    listed: Callable[[str, Decided, int], MatchList | None]
    """A page of a dataset's records; None when there is no such dataset."""
    explain: Callable[[str, str], Explained | None]
    """By dataset and record id; None when nothing may be told, or there is none."""
    places: Callable[[Sequence[str]], Mapping[str, tuple[float, float]]]
    """Where items lie; empty until that is known."""


@dataclass(frozen=True, slots=True)
class ReconServices:
    """The reconciliation service, and how many queries it takes at once."""

    service: Reconciliation
    batch: int


@dataclass(frozen=True, slots=True)
class HealthServices:
    """How the installation fares, and where engineers read what to do."""

    health: Callable[[], Health]
    """Raises SpecError when the rules of health are broken."""
    runbook: str
    """Its address, or its file."""
    runbook_text: Callable[[], str | None]
    """Markdown of that file; None where there is none on this machine."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the pages do, bound by wiring."""

    report: Callable[[], str | None]
    """HTML of the latest report, None before the first one."""
    datasets: Callable[[], Sequence[DatasetRow]]
    batches: Callable[[], Sequence[BatchRow]]
    checks_page: Callable[[str, str, str], str | None]
    """HTML of a page beside the checks, by dataset, snapshot and name; None when it is not there."""
    risk: RiskServices
    uploads: UploadServices
    reconciliation: ReconServices | None = None
    """The reconciliation service; None where it is not offered."""
    matches: MatchServices | None = None
    """Likewise."""
    governance: PriorityPages | None = None
    """Likewise, the pages on priorities."""
    reviews: Callable[[], ReviewPages] | None = None
    """Likewise, the pages on reviews; made when the first of them is asked for."""
    health: HealthServices | None = None
    """Likewise, the page for engineers."""
