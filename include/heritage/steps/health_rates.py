"""How the counts of all registers went over time, from what was kept of their runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from heritage.ports.health import KeptFigures, RegisterFacts

_WEEK = timedelta(days=7)
_WEEKS = 13
"""So far back in weeks; longer histories are told by months,"""
_MONTHS = 12
"""of which so many are shown."""


@dataclass(frozen=True, slots=True)
class Period:
    """What all registers together came to at the end of a week or month, each as its last run by then left
    it; `label` is its first day, or its month."""

    label: str
    registers: int
    records: int
    rejected: int
    match: int
    review: int
    new: int
    size: int

    @property
    def decided(self) -> int:
        """Records that reconciliation decided about."""
        return self.match + self.review + self.new

    @property
    def rejected_share(self) -> float:
        """Rows that did not become records, of all rows."""
        return share(self.rejected, self.records + self.rejected)


def over_time(registers: Sequence[RegisterFacts], at: datetime) -> list[Period]:
    """Week by week where the history is short, else month by month, oldest first; empty before the first run
    was kept."""
    runs = [one.figures for one in registers if one.figures]
    if not runs:
        return []
    first = min(figures[0].at for figures in runs)
    return [
        _period(label, [last for one in runs if (last := _last(one, end))]) for label, end in _ends(first, at)
    ]


def _ends(first: datetime, at: datetime) -> Iterator[tuple[str, datetime]]:
    """Label and end of each period from the one with the first run to the one that is now."""
    today = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if at - first <= _WEEKS * _WEEK:
        monday = today - timedelta(days=today.weekday())
        mondays = [monday - number * _WEEK for number in range(_WEEKS)][::-1]
        yield from ((f"{one:%d %b}", one + _WEEK) for one in mondays if one + _WEEK > first)
        return
    months = [(today.year * 12 + today.month - 1 - number) for number in range(_MONTHS)][::-1]
    for month in months:
        began, end = _first_of(month), _first_of(month + 1)
        if end > first:
            yield f"{began:%b %Y}", end


def _first_of(month: int) -> datetime:
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)


def _last(figures: Sequence[KeptFigures], end: datetime) -> KeptFigures | None:
    return next((one for one in reversed(figures) if one.at < end), None)


def _period(label: str, runs: Sequence[KeptFigures]) -> Period:
    names = ("records", "rejected", "match", "review", "new", "size")
    return Period(label, len(runs), *(sum(getattr(one, name) for one in runs) for name in names))


def share(part: float, whole: float) -> float:
    """0 of nothing is 0.

    >>> share(1, 4), share(0, 0)
    (0.25, 0.0)
    """
    return part / whole if whole else 0.0
