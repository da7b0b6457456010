"""Rows that come one by one, as columns."""

from collections.abc import Iterable, Iterator
from itertools import islice

from heritage.model.row import SourceRow, SourceRows

_ROWS = 20_000


def in_batches(rows: Iterable[SourceRow]) -> Iterator[SourceRows]:
    """The same rows, some thousands at a time."""
    coming = iter(rows)
    while some := list(islice(coming, _ROWS)):
        yield SourceRows.of(some)
