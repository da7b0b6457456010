"""Sessions with the services that an index is made from."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from heritage.adapters.harvest.session import Session

REMEDY = (
    "What was asked for last was not kept, what came before it is; docs/engineers.md says more under "
    "The index of Wikidata."
)
Sessions = Callable[[str], Session]
"""Gives the session in which a part is asked for: its own pages, one pace for all."""


@contextmanager
def in_session(sessions: Sessions, name: str) -> Iterator[Session]:
    """A session whose pages are dropped when all went well, and are there for the next attempt if not."""
    session = sessions(name)
    try:
        yield session
    finally:
        session.close()
    session.forget()


def in_groups(qids: Sequence[str], size: int) -> Iterator[list[str]]:
    """The ids, so many at a time."""
    for start in range(0, len(qids), size):
        yield list(qids[start : start + size])
