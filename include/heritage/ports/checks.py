"""Expectations about a table of records, kept as suites by kind and made stricter by a description."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from heritage.model.issue import Severity
from heritage.spec.dataset import DatasetSpec


@dataclass(frozen=True, slots=True)
class ExpectationResult:
    """What one expectation found; `why` says it in words, `failed` counts records that break it."""

    suite: str
    expectation: str
    column: str | None
    severity: Severity
    why: str
    passed: bool
    failed: int
    share: float


@dataclass(frozen=True, slots=True)
class Examined:
    """`left_out` says of each expectation that could not be applied why; `page` is the Data Docs, HTML
    without any record's values and without any address outside."""

    results: tuple[ExpectationResult, ...]
    left_out: tuple[str, ...]
    page: str


class Checker(Protocol):
    """Every method raises SpecError, naming file and key, for a wrong suite or a wrong expectation of the
    description."""

    def verify(self, spec: DatasetSpec) -> None:
        """Nothing but that error: it can be told before anything is fetched."""
        ...

    def digest(self, spec: DatasetSpec) -> str:
        """Changes with what any expectation of this description demands."""
        ...

    def check(self, spec: DatasetSpec, records: pa.Table, noted: Mapping[str, int]) -> Examined:
        """Every expectation of the common suite, of the kind's and of the description. `noted` counts by
        code what the mapping noted."""
        ...
