"""Appeals against decisions."""

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from heritage.model.governance import Appeal


class AppealStore(Protocol):
    """Every appeal that was filed; how it ended stands in the decision log."""

    def file_appeal(self, appeal: Appeal, check: Callable[[Sequence[Appeal]], None]) -> None:
        """Keeps an appeal when `check`, given the earlier ones against the same decision, raises nothing; of
        two people at once one waits."""
        ...

    def appeals(self, decisions: Collection[int] | None = None) -> list[Appeal]:
        """All appeals, or those against some decisions, oldest first."""
        ...
