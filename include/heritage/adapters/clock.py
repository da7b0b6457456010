"""The clock of the machine."""

from datetime import UTC, datetime


class SystemClock:
    """Port Clock."""

    def now(self) -> datetime:
        """The current time in UTC."""
        return datetime.now(UTC)
