"""Years and periods of dates in EDTF, as far as they are certain."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

_PLAIN = re.compile(r"Y?(-?)([0-9]*)(X*)(?:-[0-9]{2}){0,2}[~?%]?")


def years(edtf: str | None) -> tuple[int | None, int | None] | None:
    """First and last year that a date may mean, None for an end that is open; None for no date.

    >>> [years(text) for text in ("1890-05~", "18XX", "../1850", "1700/1749", "-01XX", "Y-11999", "", "soon")]
    [(1890, 1890), (1800, 1899), (None, 1850), (1700, 1749), (-199, -100), (-11999, -11999), None, None]
    """
    first, mark, last = (edtf or "").partition("/")
    spans = [_plain(first), _plain(last if mark else first)]
    start = None if first == ".." else spans[0]
    end = None if last == ".." else spans[1]
    if (first != ".." and start is None) or (last != ".." and end is None):
        return None
    found = (start[0] if start else None, end[1] if end else None)
    return None if found == (None, None) else found


def _plain(text: str) -> tuple[int, int] | None:
    found = _PLAIN.fullmatch(text)
    if not found or not found[2] + found[3]:
        return None
    least, most = (int((found[2] + found[3]).replace("X", figure)) for figure in "09")
    return (-most, -least) if found[1] else (least, most)


def period(span: tuple[int | None, int | None], starts: Sequence[int]) -> str | None:
    """The period that a span lies in whole, None where it reaches over several.

    >>> [period(span, (1000, 1500, 1900)) for span in ((1890, 1890), (None, 900), (1400, 1600), (1950, None))]
    ['1500 to 1899', 'before 1000', None, '1900 and later']
    """
    first, last = span
    at = bisect_right(starts, first) if first is not None else 0
    end = bisect_right(starts, last) if last is not None else len(starts)
    return periods(starts)[at] if at == end else None


def periods(starts: Sequence[int]) -> list[str]:
    """Names of all periods in order."""
    between = [f"{start} to {after - 1}" for start, after in pairwise(starts)]
    return [f"before {starts[0]}", *between, f"{starts[-1]} and later"]
