"""Where everything stands, a row a dataset and a row a batch, for pages, demo and command line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from heritage.model.edit import EditState
from heritage.model.governance import LicenceAnswer
from heritage.ports.decisions import Batch
from heritage.ports.reports import DatasetFigures
from heritage.spec.tier import Tier


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """A dataset; without `figures` it has no good snapshot, and `problem` may say why.

    `missing` says what keeps it from gold; `checked` is the newest snapshot that has a page of its checks.
    """

    dataset: str
    title: str
    publisher: str
    source: str
    licence: str
    licence_evidence: str
    figures: DatasetFigures | None
    problem: str = ""
    tier: Tier | None = None
    missing: tuple[str, ...] = ()
    checked: str | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """Edits that wait because the licence gate does not let them out any more: why, and what to do."""

    dataset: str
    title: str
    waiting: int
    kinds: tuple[str, ...]
    """The kinds of information that it keeps back, in words; one is enough to stop a batch."""
    answer: LicenceAnswer
    """What the gate answers now."""
    reason: str
    decided_under: tuple[str, ...]
    """The licences that the batch was planned under; empty before it is planned."""
    steps: tuple[str, ...]
    """What to do, in this order."""
    since: datetime | None
    """When the answer was first written down; None when it has not been yet."""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """An upload batch with its journal: edits by state, why edits were skipped, and whether the licence has
    stopped it. One that was stopped before it could be planned has no id and no target; `planned_at` is when
    it was decided on."""

    batch: Batch
    counts: Mapping[EditState, int]
    skipped: Mapping[str, int]
    stopped: Stopped | None = None
    dataset: str = ""
    """Whose edits they are."""
