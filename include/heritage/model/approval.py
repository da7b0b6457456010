"""Asking a person whether a snapshot may be used, and the answer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """What an engineer is asked about one snapshot; `findings` are the sentences of all that asks."""

    dataset: str
    title: str
    snapshot: str
    last_good: str | None
    records: int
    rejected: int
    findings: tuple[str, ...]
    notes: int
    what: str = "records"
    """What `records` counts."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answered, and where: `Airflow` or `CLI`. Nobody (`by` None) when the time ran out."""

    approved: bool
    by: str | None
    via: str
