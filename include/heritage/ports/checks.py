"""Expectations about a table of records, kept as suites by kind."""

from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from heritage.model.issue import Severity


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


class Checker(Protocol):
    def digest(self, kind: str) -> str:
        """Changes with any word of the suites of this kind."""
        ...

    def check(self, kind: str, records: pa.Table) -> list[ExpectationResult]:
        """Every expectation of the common suite and of the kind's own. Raises SpecError for a bad suite."""
        ...
