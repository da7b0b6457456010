"""How far a long task is, in its log."""

import logging
import time
from collections.abc import Callable

_EVERY = 30.0
"""Seconds between two lines."""
_logger = logging.getLogger(__name__)


def told_in_log(what: str, now: Callable[[], float] = time.monotonic) -> Callable[[int, int], None]:
    """A progress that says now and then how much is done, and about how long the rest takes."""
    began = told = now()

    def progress(done: int, total: int) -> None:
        nonlocal told
        at = now()
        if at - told < _EVERY and done < total:
            return
        told = at
        minutes = (at - began) / max(done, 1) * (total - done) / 60
        left = f"about {minutes:.0f} minutes left" if minutes >= 1 else "less than a minute left"
        _logger.info("%s: %d of %d, %s.", what, done, total, left if done < total else "all of them")

    return progress
