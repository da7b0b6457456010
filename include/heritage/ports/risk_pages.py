"""What the pages on risk show, as frozen values: nothing in them is wider than the disclosure gate allows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from heritage.licence.leaving import Credit
from heritage.model.disclosure import Disclosure
from heritage.model.evidence import Axis, Level, Relation, Status
from heritage.model.task import TaskKind

FLAGS = ("unverified", "stale", "conflicting", "candidate_lost")
WORST_FIRST = (
    Level.LOST,
    Level.CRITICAL,
    Level.AT_RISK,
    Level.VULNERABLE,
    Level.WATCH,
    Level.NONE_KNOWN,
    Level.UNKNOWN,
)


class Age(StrEnum):
    """How long ago somebody saw what the newest evidence in force says."""

    YEAR = "year"
    """Up to a year."""
    THREE_YEARS = "three_years"
    """More than one year, up to three."""
    OLDER = "older"
    NONE = "none"
    """No evidence is in force."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody looks for; empty is everything. Of several levels or flags, one has to hold."""

    levels: tuple[Level, ...] = ()
    country: str = ""
    cause: str = ""
    dataset: str = ""
    age: Age | None = None
    flags: tuple[str, ...] = ()
    tasks: bool = False
    """Only sites with an open question."""


@dataclass(frozen=True, slots=True)
class View:
    """The part of the world that a map shows, in degrees, and how near (0: the world in 512 pixels)."""

    west: float
    south: float
    east: float
    north: float
    zoom: float


@dataclass(frozen=True, slots=True)
class Option:
    """A value that a filter can have, its name, and how many sites have it."""

    value: str
    name: str
    sites: int


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site in the list."""

    dataset: str
    record_id: str
    name: str
    lang: str | None
    level: Level
    last_level: Level | None
    flags: tuple[str, ...]
    explanation: str
    country: str | None
    """Its English name."""
    municipality: str | None
    register: str
    tasks: int
    placed: bool
    """Whether it is on the map."""


@dataclass(frozen=True, slots=True)
class RiskList:
    """A page of the list, worst first, with what the chosen sites come to."""

    rows: tuple[SiteRow, ...]
    sites: int
    """Chosen sites, on all pages."""
    placed: int
    """Of them on the map."""
    bounds: tuple[float, float, float, float] | None
    """West, south, east and north of what is on the map, in degrees."""
    page: int
    pages: int
    levels: Mapping[Level, int]
    causes: tuple[Option, ...]
    """Of the chosen sites, the most frequent first."""
    countries: tuple[Option, ...]
    """What the filter offers, like the next two: what each would give with the other filters as they are."""
    datasets: tuple[Option, ...]
    known_causes: tuple[Option, ...]
    all_sites: int
    hidden: int
    """Records that are shown nowhere, of all registers together."""
    unread: tuple[str, ...]
    """Registers that could not be read, each in a sentence."""
    credits: tuple[Credit, ...] = ()
    """Sources of all sites and of their evidence that are named because their licences ask for it."""


@dataclass(frozen=True, slots=True)
class MapSite:
    """A site as a mark on the map names it."""

    dataset: str
    record_id: str
    name: str
    level: Level
    approximate: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """Sites that stand close together at this zoom: the place of the middle one, and how far they reach."""

    lat: float
    lon: float
    west: float
    south: float
    east: float
    north: float
    levels: Mapping[Level, int]
    sites: tuple[MapSite, ...]

    @property
    def count(self) -> int:
        return sum(self.levels.values())

    @property
    def level(self) -> Level:
        return next(level for level in WORST_FIRST if level in self.levels)


@dataclass(frozen=True, slots=True)
class Said:
    """One piece of evidence, as it may be told."""

    axis: Axis
    meaning: str
    raw_value: str
    source: str
    url: str
    level: Level
    reliability: str
    credibility: int
    observed: date
    valid_until: date
    causes: tuple[str, ...]
    """Their names."""
    relation: Relation
    distance_m: float | None
    uncertainty_m: float | None
    status: Status
    close_reason: str
    licence: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A change of level."""

    day: date
    before: Level | None
    after: Level
    explanation: str


@dataclass(frozen=True, slots=True)
class OpenTask:
    kind: TaskKind
    question: str
    since: date


@dataclass(frozen=True, slots=True)
class SitePage:
    """All that may be told of one site's risk. `evidence` and `history` are None when the register was
    flagged before these tables were kept."""

    site: SiteRow
    title: str
    """Of its register."""
    type: str | None
    designation: str | None
    confidence: str | None
    next_expiry: date | None
    evidence: Sequence[Said] | None
    history: Sequence[Turn] | None
    tasks: Sequence[OpenTask]
    disclosure: Disclosure
    disclosure_reason: str
    review_by: date | None
    at_war: bool
    """Shown less exactly than its class says, because summaries of risk are in areas of armed conflict."""
    withheld: tuple[str, ...]
    lat: float | None
    lon: float | None
    cell_degrees: float | None
    uncertainty_m: float | None
    entry: str | None
    """The register's own page on it."""
    item: str | None
    """On Wikidata."""
