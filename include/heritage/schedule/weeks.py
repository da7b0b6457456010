"""Weeks of ISO 8601, from Monday to Sunday: the grain of the calendar."""

import re
from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator

_WEEK = re.compile(r"(\d{4})-W(\d{2})")


def monday(day: date) -> date:
    """The first day of a day's week.

    >>> monday(date(2026, 11, 22))
    datetime.date(2026, 11, 16)
    """
    return day - timedelta(days=day.weekday())


def name(day: date) -> str:
    """The week of a day.

    >>> name(date(2027, 1, 3))
    '2026-W53'
    """
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def first_day(week: str) -> date:
    """The Monday of a week. Raises ValueError when there is no such week.

    >>> first_day("2026-W48")
    datetime.date(2026, 11, 23)
    """
    found = _WEEK.fullmatch(week)
    if not found:
        raise ValueError(f"{week!r} is no week; write year and week of ISO 8601, as 2026-W48")
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        raise ValueError(f"there is no week {week}: a year has 52 or 53, from W01") from None


def _known(week: str) -> str:
    first_day(week)
    return week


Week = Annotated[str, AfterValidator(_known)]
