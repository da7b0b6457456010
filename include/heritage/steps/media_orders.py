"""What people order about a batch of images: the same words as for edits, and fewer of them."""

from collections.abc import Sequence
from datetime import datetime

from heritage.errors import BatchHeld, OrderRefused
from heritage.model.upload import Action, Order
from heritage.ports.orders import OrderBook

_TAKES = (Action.RELEASE, Action.PAUSE, Action.RESUME, Action.CANCEL)


def order_media(
    batch_id: str, action: Action, reason: str, user: str, at: datetime, *, orders: OrderBook
) -> None:
    """Writes an order down; it holds from the next file on. Raises OrderRefused when it is without a reason,
    when the batch was cancelled, or for an undo: only administrators of Commons delete files."""
    if not reason.strip():
        raise OrderRefused(f"Say why batch {batch_id} is to {action}: others will ask.")
    if action not in _TAKES:
        raise OrderRefused(
            f"Files cannot be taken back by a machine: ask for the deletion of those of batch {batch_id} on "
            "Commons. What can be ordered: release, pause, resume, cancel."
        )

    def check(until_now: Sequence[Order]) -> None:
        if any(order.action is Action.CANCEL for order in until_now):
            raise OrderRefused(f"Batch {batch_id} was cancelled; what waits is never sent.")

    orders.give(Order(batch_id, action, reason, user, at), check)


def released(batch_id: str, *, orders: OrderBook) -> bool:
    """Whether all of a batch may go, and not only its pilot. Raises BatchHeld when people ordered to stop."""
    given = orders.orders(batch_id)
    switches = [one for one in given if one.action in (Action.PAUSE, Action.RESUME)]
    last = switches[-1] if switches and switches[-1].action is Action.PAUSE else None
    held = next((one for one in given if one.action is Action.CANCEL), last)
    if held:
        raise BatchHeld(
            f"Batch {batch_id} of images stands still: {held.action} by {held.given_by}, "
            f"{held.given_at:%Y-%m-%d %H:%M} UTC: {held.reason}"
        )
    return any(one.action is Action.RELEASE for one in given)
