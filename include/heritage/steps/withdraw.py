"""What still waits of a batch that goes no further: nothing of it is sent, and nothing of it is forgotten."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from heritage.errors import BatchTaken
from heritage.model.edit import EditState
from heritage.model.upload import Action, Order
from heritage.ports.clock import Clock
from heritage.ports.decisions import Journal
from heritage.ports.wiki import LiveWiki
from heritage.steps.arrived import arrived
from heritage.steps.upload_limits import UploadLimits

log = logging.getLogger(__name__)


def withdrawn(order: Order) -> str:
    """Why an edit is not sent, for the journal."""
    word = "cancelled" if order.action is Action.CANCEL else "taken back"
    return f"{word} before it was sent: {order.given_by}, {order.given_at:%Y-%m-%d %H:%M} UTC"


def withdraw(batch_id: str, reason: str, *, journal: Journal, clock: Clock) -> int:
    """Skips, with the reason, what is planned; gives how many. What another run is sending is left to it."""
    skipped = 0
    for entry in journal.pending(batch_id):
        if entry.state is EditState.PLANNED:
            with suppress(BatchTaken):
                journal.skipped(entry, reason, clock.now())
                skipped += 1
    return skipped


def settle_sending(
    batch_id: str,
    reason: str,
    *,
    journal: Journal,
    wiki: LiveWiki,
    clock: Clock,
    wait: Callable[[float], None],
    limits: UploadLimits,
) -> None:
    """Settles what was being sent when its run ended: confirmed if the wiki has it, else skipped with the
    reason once it cannot arrive any more. Nothing is sent. Raises BatchTaken when another run is at work."""
    until = clock.now() + timedelta(seconds=limits.settle)
    while waiting := [e for e in journal.pending(batch_id) if e.state is EditState.SENDING]:
        over = clock.now() >= until
        for entry in waiting:
            found = arrived(entry, wiki, clock)
            if found:
                journal.confirmed(entry, found.qid, found.revision, clock.now())
            elif over:
                journal.skipped(entry, reason, clock.now())
        if not over:
            wait(limits.look_every)
