"""Where everything stands, a row a dataset and a row a batch, for pages, demo and command line."""

from collections.abc import Mapping
from dataclasses import dataclass

from heritage.model.edit import EditState
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
class BatchRow:
    """An upload batch with its journal: edits by state, and why edits were skipped."""

    batch: Batch
    counts: Mapping[EditState, int]
    skipped: Mapping[str, int]
