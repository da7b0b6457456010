"""Moments that servers name in the head of an answer."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def http_date(text: str) -> datetime | None:
    """The moment; None where the text names none. One without a zone is in UTC.

    >>> http_date("Sun, 22 Nov 2026 10:00:00 GMT").isoformat()
    '2026-11-22T10:00:00+00:00'
    >>> http_date("Fri, 31 Dec 99999999999 23:59:59 GMT"), http_date("5")
    (None, None)
    """
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
