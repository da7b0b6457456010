"""Who did what in the process, and when: kept and never changed."""

from typing import Protocol

from heritage.model.governance import ActionEntry


class ActionLog(Protocol):
    """One line an action of a person; what they voted is not in it."""

    def add(self, entry: ActionEntry) -> None: ...

    def about(self, subject: str) -> list[ActionEntry]:
        """Actions on a round, proposal, appeal or request, oldest first."""
        ...

    def latest(self, most: int) -> list[ActionEntry]:
        """The newest actions, newest first."""
        ...
