"""Dates of registers (EDTF) as Wikibase can say them, and when two dates are the same.

A Wikibase date is a value with a precision. What one value cannot say stands beside it in qualifiers:
earliest date (P1319), latest date (P1326) and sourcing circumstances (P1480). "Before 1850" is a value that
is not known, with a latest date (https://www.wikidata.org/wiki/Help:Dates).
"""

import math
import re
from dataclasses import dataclass

from heritage.model.edit import UNKNOWN, Calendar, ItemValue, Snak, TimeValue, UnknownValue, Value

EARLIEST, LATEST, CIRCUMSTANCES = "P1319", "P1326", "P1480"
CIRCA, PRESUMABLY = "Q5727902", "Q18122778"
GREGORIAN_SINCE = 1584
"""From this year on registers are read as Gregorian, as the wiki's own form does. Before it a register may
mean either calendar: no more than the year is said then, the same in both but for some days at its ends."""

DAY, MONTH, YEAR, DECADE, CENTURY, MILLENNIUM = 11, 10, 9, 8, 7, 6
_PLAIN = re.compile(r"Y?(-?\d{3,6})(?:-(\d\d))?(?:-(\d\d))?")
_MASKED = re.compile(r"(-?)(\d{2,3})(X{1,2})")
_TIME = re.compile(r"([+-]\d{1,16})-(\d\d)-(\d\d)T00:00:00Z")
_WIDEST = (-math.inf, math.inf)

Said = tuple[TimeValue | UnknownValue, tuple[Snak, ...]]
Days = tuple[float, float]
"""First and last day, counted; infinite where an end is open."""


@dataclass(frozen=True, slots=True)
class _Date:
    """A plain date; what is not known is 0."""

    year: int
    month: int
    day: int

    def value(self) -> TimeValue:
        if self.year < GREGORIAN_SINCE:
            return TimeValue(_time(self.year), YEAR, Calendar.JULIAN)
        precision = DAY if self.day else MONTH if self.month else YEAR
        return TimeValue(_time(self.year, self.month, self.day), precision)


def said(edtf: str | None) -> Said | None:
    """The value and the qualifiers that say a date in EDTF; None for no date, or one that cannot be said.

    >>> said("1890-05")[0].time, said("189X")[0].precision, said("../1850")[1][0].property
    ('+1890-05-00T00:00:00Z', 8, 'P1326')
    """
    text = edtf or ""
    marks = "".join(mark for mark in "~?%" if mark in text)
    circumstances = [
        Snak(CIRCUMSTANCES, ItemValue(item))
        for item, about in ((CIRCA, "~%"), (PRESUMABLY, "?%"))
        if set(marks) & set(about)
    ]
    first, apart, last = re.sub("[~?%]", "", text).partition("/")
    if apart:
        found = _between(first, last)
    elif masked := _MASKED.fullmatch(first):
        found = _masked(masked)
    else:
        date = _plain(first)
        found = (date.value(), ()) if date else None
    return (found[0], (*found[1], *circumstances)) if found else None


def point(edtf: str | None) -> TimeValue | None:
    """A date that stands as a qualifier, where nothing can stand beside it: plain dates only.

    >>> point("1983-11-03"), point("1983~") is None
    (TimeValue(time='+1983-11-03T00:00:00Z', precision=11, calendar=<Calendar.GREGORIAN: 'gregorian'>), True)
    """
    date = _plain(edtf or "")
    return date.value() if date else None


def shortened(edtf: str | None) -> bool:
    """True when less is said of a date than the register gives: of a day or month before 1584 the year."""
    date = _plain(re.sub("[~?%]", "", edtf or ""))
    return date is not None and date.month > 0 and date.year < GREGORIAN_SINCE


def days(value: Value | None, qualifiers: tuple[Snak, ...] = ()) -> Days | None:
    """The days that a date may mean, as far as its qualifiers leave them open. None for no date."""
    match value:
        case TimeValue():
            span = _days(value)
        case UnknownValue():
            span = _WIDEST
        case _:
            return None
    bounds = {
        end: [found for s in qualifiers if s.property == end and (found := days(s.value))]
        for end in (EARLIEST, LATEST)
    }
    return span and (
        max([span[0], *(first for first, _ in bounds[EARLIEST])]),
        min([span[1], *(last for _, last in bounds[LATEST])]),
    )


def inside(one: Days, other: Days) -> bool:
    """True when all of `one` lies in `other`."""
    return other[0] <= one[0] and one[1] <= other[1]


def years(span: Days) -> tuple[float, float]:
    """The same in years: 1890.5 is the middle of 1890."""
    beginning = _count(1, 1, 1)
    first, last = (1 + (day - beginning) / 365.2425 for day in span)
    return first, last


def _between(first: str, last: str) -> Said | None:
    if ".." in (first, last):
        date = _plain(last if first == ".." else first)
        return (UNKNOWN, (Snak(LATEST if first == ".." else EARLIEST, date.value()),)) if date else None
    start, end = _plain(first), _plain(last)
    if not start or not end:
        return None
    ends = (Snak(EARLIEST, start.value()), Snak(LATEST, end.value()))
    whole_years = not (start.month or end.month)
    if start.year < 1:
        return UNKNOWN, ends
    if start.year == end.year:
        return TimeValue(_time(start.year), YEAR, _calendar(start.year)), () if whole_years else ends
    for precision, length in ((DECADE, 10), (CENTURY, 100)):
        begin = start.year // length * length
        if begin == end.year // length * length and begin:
            exact = whole_years and (start.year, end.year) == (begin, begin + length - 1)
            return _era(begin, precision), () if exact else ends
    return UNKNOWN, ends


def _masked(found: re.Match[str]) -> Said | None:
    length = 10 ** len(found[3])
    begin = int(found[2]) * length
    if found[1]:
        if length == 10:
            return None  # a decade before the common era is not counted alike everywhere
        return TimeValue(_wikibase(-begin - length), CENTURY, Calendar.JULIAN), ()
    return (_era(begin, CENTURY if length == 100 else DECADE), ()) if begin else None


def _era(begin: int, precision: int) -> TimeValue:
    """A decade by its first year; a century, which begins with the year 1, by its second."""
    year = begin + 1 if precision == CENTURY else begin
    return TimeValue(_time(year), precision, _calendar(year))


def _plain(text: str) -> _Date | None:
    found = _PLAIN.fullmatch(text)
    return _Date(int(found[1]), int(found[2] or 0), int(found[3] or 0)) if found else None


def _calendar(year: int) -> Calendar:
    return Calendar.GREGORIAN if year >= GREGORIAN_SINCE else Calendar.JULIAN


def _time(year: int, month: int = 0, day: int = 0) -> str:
    """EDTF counts a year 0, which is 1 BC; Wikibase does not."""
    return _wikibase(year if year > 0 else year - 1, month, day)


def _wikibase(year: int, month: int = 0, day: int = 0) -> str:
    return f"{'-' if year < 0 else '+'}{abs(year):04}-{month:02}-{day:02}T00:00:00Z"


def _days(value: TimeValue) -> Days | None:
    parts = _TIME.fullmatch(value.time)
    if not parts or int(parts[1]) == 0:
        return None
    year, month, day = (int(part) for part in parts.groups())
    julian = value.calendar is Calendar.JULIAN
    if value.precision >= DAY and month and day:
        only = _count(year if year > 0 else year + 1, month, day, julian=julian)
        return only, only
    if value.precision == MONTH and month:
        year = year if year > 0 else year + 1
        after = (year, month + 1) if month < 12 else (year + 1, 1)
        return _count(year, month, 1, julian=julian), _count(*after, 1, julian=julian) - 1
    first, last = _years_meant(year, value.precision)
    return _count(first, 1, 1), _count(last, 12, 31)  # of a whole year the calendar is not told apart


def _years_meant(year: int, precision: int) -> tuple[int, int]:
    """First and last astronomical year. A century is taken from 00 on, as registers count."""
    if precision >= YEAR or precision < MILLENNIUM:
        year = year if year > 0 else year + 1
        around = 0 if precision >= YEAR else 10 ** (YEAR - precision)
        return year - around, year + around
    length = 10 ** (YEAR - precision)
    if precision == DECADE:
        begin = abs(year) // length * length
        return (begin, begin + 9) if year > 0 else (1 - begin - 9, 1 - begin)
    number = math.ceil(abs(year) / length)
    return (
        ((number - 1) * length, number * length)
        if year > 0
        else (1 - number * length, -(number - 1) * length)
    )


def _count(year: int, month: int, day: int, *, julian: bool = False) -> int:
    """Days since a day long ago, the same for both calendars (the Julian day number)."""
    before = (14 - month) // 12
    y, m = year + 4800 - before, month + 12 * before - 3
    count = day + (153 * m + 2) // 5 + 365 * y + y // 4
    return count - 32083 if julian else count - y // 100 + y // 400 - 32045
