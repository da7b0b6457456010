"""Orders of people as an upload meets them: asked before every edit, and while it waits."""

import time
from collections.abc import Callable

from heritage.errors import BatchHeld
from heritage.steps.orders import why_held
from heritage.wiring.settings import Settings
from heritage.wiring.stores import journal, order_book, undone_edits

_LOOK_EVERY = 1.0
"""Seconds within which an order holds."""


def held_by_orders(settings: Settings) -> Callable[[str], str | None]:
    """Gives why a batch may not go on, None when it may."""
    orders = order_book(settings, keep_open=True)
    entries, undone = journal(settings), undone_edits(settings)  # asked rarely: see `why_held`

    def held(batch_id: str) -> str | None:
        return why_held(batch_id, orders=orders, journal=entries, undone=undone, pilot=settings.pilot_edits)

    return held


def patiently(why: Callable[[], str | None]) -> Callable[[float], None]:
    """A wait that ends with BatchHeld as soon as there is a reason."""

    def wait(seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _LOOK_EVERY))
            reason = why() if left > _LOOK_EVERY else None
            if reason:
                raise BatchHeld(reason)

    return wait
