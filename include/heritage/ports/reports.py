"""What a priority report says, as frozen values; an adapter gives it a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol

import pyarrow as pa

from heritage.governance.agenda import Part
from heritage.licence.leaving import Credit, KeptBack
from heritage.model.evidence import Level
from heritage.model.finding import FindingCount
from heritage.model.governance import Proposal, Ranked
from heritage.priority.country import Answered

_PLACES: list[tuple[str, pa.DataType]] = [
    ("dataset", pa.string()),
    ("lat", pa.float64()),
    ("lon", pa.float64()),
    ("endangered", pa.bool_()),
    ("level", pa.string()),  # model.evidence.Level
]
PLACES = pa.schema(_PLACES)
"""Points that may be shown: they have passed the disclosure gate and are snapped where it says so."""


@dataclass(frozen=True, slots=True)
class Addition:
    """One thing that an edit adds. `value` is in words where the description knows them."""

    what: Literal["label", "description", "alias", "statement", "reference"]
    property: str
    """Property id of a statement or reference, language code of a text."""
    value: str


@dataclass(frozen=True, slots=True)
class EditExample:
    """One edit of a proposal, for reading."""

    name: str
    qid: str | None
    additions: tuple[Addition, ...]


@dataclass(frozen=True, slots=True)
class EndangeredRecord:
    """A record from at_risk upward and why, in the sentence that the risk step wrote."""

    name: str
    lang: str | None
    level: Level
    explanation: str
    next_expiry: date | None
    url: str | None
    source: str | None = None
    """Where the source speaks of it, when its licence does not let us repeat what it says."""


@dataclass(frozen=True, slots=True)
class RejectedReason:
    code: str
    meaning: str
    rows: int


@dataclass(frozen=True, slots=True)
class DatasetFigures:
    """What one snapshot of a dataset came to; every face shows these same counts."""

    dataset: str
    snapshot: str
    retrieved_at: datetime
    records: int
    rejected: int
    reasons: tuple[RejectedReason, ...]
    levels: dict[Level, int]
    match: int
    review: int
    new: int
    withheld: int
    """Records that are shown nowhere."""
    generalised: int
    """Records whose place is shown as a cell or an area only."""

    @property
    def at_risk(self) -> int:
        return sum(count for level, count in self.levels.items() if level.endangered)


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence with where it can be checked."""

    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class LicenceLine:
    """What the licence gate answers towards one target; `permission` is the hash of what opened it."""

    target: str
    answer: str
    reason: str
    permission: str = ""


@dataclass(frozen=True, slots=True)
class ProtectedExample:
    """A site whose place is shown as a cell, with what is left out in words."""

    name: str
    lang: str | None
    cell_degrees: float
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Protection:
    """Sites of a dataset that are not shown exactly. Of what is withheld only the number is told."""

    cells: int
    areas: int
    withheld: int
    reasons: tuple[tuple[str, int], ...]
    """Rule of disclosure and how many sites it applies to, the most frequent first."""
    example: ProtectedExample | None


@dataclass(frozen=True, slots=True)
class RiskView:
    """What the sites of a dataset that may be shown come to; one that is withheld is in no count."""

    levels: dict[Level, int]
    """The worst first."""
    causes: tuple[tuple[str, int], ...]
    """Names of causes in force, the most frequent first."""
    doubts: dict[str, int]
    """Sites by flag: unverified, stale, conflicting, candidate_lost."""
    questions: int
    """Sites with a question that only a person can answer."""
    at_war: int
    """Endangered sites that are told with a large area only, because there is war."""


@dataclass(frozen=True, slots=True)
class FindingExample:
    """A record that a finding is about, with its item (None for a new one) and the property, if one."""

    name: str
    lang: str | None
    qid: str | None
    property: str | None


@dataclass(frozen=True, slots=True)
class FindingLine:
    """What people on the wiki would object to in the edits of a dataset, by code: how many records it is
    about, and some of those that may be shown."""

    count: FindingCount
    examples: tuple[FindingExample, ...]


@dataclass(frozen=True, slots=True)
class ShareBar:
    """A group's share of a register beside its share of the country, None where nobody counted it there."""

    group: str
    share: float
    country: float | None


@dataclass(frozen=True, slots=True)
class EthicsView:
    """What a register covers and whom it leaves out: a few sentences, and the shares by `told_by`."""

    sentences: tuple[str, ...]
    told_by: str
    compared_with: str
    bars: tuple[ShareBar, ...]


@dataclass(frozen=True, slots=True)
class DatasetView:
    """A dataset as the report shows it: where it comes from, what it came to, who is endangered."""

    title: str
    description: str
    publisher: str
    licence: str
    licence_evidence: str
    source: str
    engagement: tuple[Fact, ...]
    ethics_note: str
    figures: DatasetFigures
    endangered: tuple[EndangeredRecord, ...]
    endangered_more: int
    """Endangered records beyond those listed."""
    risk: RiskView | None = None
    """None for a report that was made without."""
    protection: Protection | None = None
    """None where every site is shown as the register gives it."""
    licence_answers: tuple[LicenceLine, ...] = ()
    """What the licence gate answers, a line a target."""
    ethics: EthicsView | None = None
    """None for a report that was made without."""
    kept_back: tuple[KeptBack, ...] = ()
    """Records that are only counted, because the licence keeps them here."""
    credit: Credit | None = None
    """How to name it with what is shown of it, where its licence asks for that."""
    findings: tuple[FindingLine, ...] = ()
    """What would be objected to in its edits, the heaviest first."""
    country: tuple[Answered, ...] = ()
    """The nine questions that are asked of its country, and what is on record."""
    ethics_note_by: str = ""
    """Who wrote the ethics note,"""
    ethics_note_on: date | None = None
    """and when; as far as the description says so."""


@dataclass(frozen=True, slots=True)
class CountryCount:
    """Records by country (an item, None where the register gives none); withheld records are not counted."""

    country: str | None
    records: int
    endangered: int
    placed: int


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal that is ranked, or (without `ranked`) one that is gated out."""

    proposal: Proposal
    ranked: Ranked | None
    dataset: DatasetView
    examples: tuple[EditExample, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """What approving every ranked proposal would do: an item that several proposals touch is one edit."""

    edits: int
    new_items: int
    minutes: float


@dataclass(frozen=True, slots=True)
class Ask:
    """What members are asked, by when, and by which rules of their terms of reference."""

    body: str
    version: str
    opens_at: datetime
    """At the latest; the secretary may open the round before."""
    voting: timedelta
    seats: int
    quorum: int
    votes_least: int
    majority: str
    """What a question needs that opens a gate, as a fraction."""
    budget_hours: float
    remind_days: int
    confirm_days: int
    appeal_days: int
    review_months: int
    kept_share: float
    """Of a quarter's hours, for what is covered least."""
    parts: Mapping[str, Part]
    """By proposal id."""
    secretaries: tuple[str, ...] = ()
    """User names of whom to ask."""
    address: str = ""
    """Of the page to answer on, where it is known."""

    @property
    def closes_at(self) -> datetime:
        """At the latest."""
        return self.opens_at + self.voting


@dataclass(frozen=True, slots=True)
class Weighed:
    """Weights of the criteria, together 1; `decision` is the number of the body's decision that they are by,
    None where they are those of the figures in the file."""

    weights: Mapping[str, float]
    decision: int | None


@dataclass(frozen=True, slots=True)
class PriorityReport:
    """The whole report: nothing in it is wider than the disclosure decisions allow."""

    title: str
    made_at: datetime
    sample: bool
    """True when the data is a sample or a local demonstration; the report says so at its top."""
    ranked: tuple[ProposalView, ...]
    gated: tuple[ProposalView, ...]
    decided: int
    """Proposals that were approved or refused before and are not brought again."""
    together: Together
    datasets: tuple[DatasetView, ...]
    countries: tuple[CountryCount, ...]
    places: pa.Table
    """Schema PLACES."""
    credits: tuple[Credit, ...] = ()
    """Sources of records and of evidence that are named because their licences ask for it."""
    ask: Ask | None = None
    """None for a report that no round opens on."""
    to_be_first: Mapping[str, str] = field(default_factory=dict)
    """By proposal id, the smallest change that would make it the first, or of the first, that would not."""
    uncounted: tuple[str, ...] = ()
    """Groups of which nobody knows how many sites they have, so that nothing can be said of their share."""
    weighed: Weighed | None = None
    """None for a report that was made without."""
    questions: tuple[Ranked, ...] = ()
    """What the round asks beside the proposals: emergency decisions that wait to be ratified."""


class ReportWriter(Protocol):
    def write(self, report: PriorityReport, folder: Path) -> tuple[Path, ...]:
        """Writes the forms of the report, each file whole, into `folder` and gives their paths."""
        ...
