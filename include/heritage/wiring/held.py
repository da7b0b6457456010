"""Orders of people as an upload meets them: asked before every edit, and while it waits."""

import time
from collections.abc import Callable

from heritage.adapters.clock import SystemClock
from heritage.errors import BatchHeld
from heritage.steps.govern_standing import fate_of
from heritage.steps.orders import why_held
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store, journal, order_book, undone_edits

_LOOK_EVERY = 1.0
"""Seconds within which an order holds."""


def held_by_orders(settings: Settings) -> Callable[[str], str | None]:
    """Gives why a batch may not go on, None when it may."""
    orders = order_book(settings, keep_open=True)
    entries, undone = journal(settings), undone_edits(settings)  # asked rarely: see `why_held`
    barred = barred_by_decisions(settings)

    def held(batch_id: str) -> str | None:
        why = why_held(batch_id, orders=orders, journal=entries, undone=undone, pilot=settings.pilot_edits)
        return why or barred(batch_id)

    return held


def barred_by_decisions(settings: Settings) -> Callable[[str], str | None]:
    """Gives why the decisions of a batch carry nothing now: an appeal, a retraction, an emergency that nobody
    ratified; None when they do. The log is read once, appeals and the time each time."""
    decisions, clock = decision_store(settings, keep_open=True), SystemClock()
    entries, numbers, log = journal(settings), dict[str, tuple[int, ...]](), decisions.log()

    def barred(batch_id: str) -> str | None:
        if batch_id not in numbers:  # it is written down when its upload begins
            numbers.update({batch.batch_id: batch.decision_numbers for batch in entries.batches()})
        mine = numbers.get(batch_id, ())
        return fate_of(log, decisions.appeals(mine), clock.now()).why_not(mine) if mine else None

    return barred


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
