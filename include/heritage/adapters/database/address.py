"""The address of a database, as SQLAlchemy reads it."""

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from heritage.errors import HeritageError


def address(url: str) -> URL:
    """The parts of `sqlite:///path` or `postgresql://user@host/name`.

    Raises HeritageError where it cannot be read, without a word of it: it may have a password.
    """
    try:
        return make_url(url)
    except (ArgumentError, ValueError):  # ValueError of a port that is no number
        raise HeritageError(
            "the address of the database cannot be read; give sqlite:///path or postgresql://user@host/name"
        ) from None
