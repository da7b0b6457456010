"""What people asked for, consented to and relaxed: sensitive in itself, for no report, log or XCom."""

from datetime import datetime
from typing import Protocol

from heritage.model.disclosure import Asked, By, Disclosure, Request


class RequestStore(Protocol):
    """Everything is kept in a chain of hashes. Reading raises GovernanceError when a line was changed:
    nothing goes out then."""

    def enter(
        self,
        asked: Asked,
        dataset: str,
        record_id: str,
        *,
        disclosure: Disclosure | None,
        by: By | None,
        evidence: str,
        rules: tuple[str, ...],
        decision: int | None,
        entered_by: str,
        at: datetime,
    ) -> Request:
        """Adds a line at the end of the chain."""
        ...

    def requests(self, dataset: str) -> list[Request]:
        """All lines on a dataset, oldest first."""
        ...

    def last_asked(self) -> datetime | None:
        """When somebody asked last to tell less, of any record."""
        ...
