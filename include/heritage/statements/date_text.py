"""Dates as people read them."""

import re

from heritage.model.edit import ItemValue, Snak, TimeValue, UnknownValue
from heritage.statements.dates import (
    CENTURY,
    CIRCA,
    CIRCUMSTANCES,
    DAY,
    DECADE,
    EARLIEST,
    LATEST,
    MONTH,
    PRESUMABLY,
)

_TIME = re.compile(r"([+-])0*(\d+)-(\d\d)-(\d\d)T")


def told(value: TimeValue | UnknownValue, qualifiers: tuple[Snak, ...] = ()) -> str:
    """A date with what its qualifiers say of it.

    >>> told(TimeValue("+1801-00-00T00:00:00Z", 7)), told(TimeValue("-0044-00-00T00:00:00Z", 9))
    ('19th century', '44 BC')
    """
    ends = {s.property: _plain(s.value) for s in qualifiers if isinstance(s.value, TimeValue)}
    first, last = ends.get(EARLIEST), ends.get(LATEST)
    between = f"between {first} and {last}" if first and last else ""
    bounds = between or (f"{first} or later" if first else f"{last} or earlier" if last else "")
    if isinstance(value, TimeValue):
        text = _plain(value) + (f" ({bounds})" if bounds else "")
    else:
        text = bounds or "not known exactly"
    said = {s.value.qid for s in qualifiers if s.property == CIRCUMSTANCES and isinstance(s.value, ItemValue)}
    return f"{'perhaps ' * (PRESUMABLY in said)}{'about ' * (CIRCA in said)}{text}"


def _plain(value: TimeValue) -> str:
    parts = _TIME.match(value.time)
    if not parts:
        return value.time
    year, era = int(parts[2]), " BC" if parts[1] == "-" else ""
    match value.precision:
        case precision if precision >= DAY:
            return f"{year:04}-{parts[3]}-{parts[4]}{era}"
        case precision if precision == MONTH:
            return f"{year:04}-{parts[3]}{era}"
        case precision if precision == DECADE:
            return f"{year // 10 * 10}s{era}"
        case precision if precision == CENTURY:
            return f"{_ordinal(-(-year // 100))} century{era}"
    return f"{year}{era}"


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
