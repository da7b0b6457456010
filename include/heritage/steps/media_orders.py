"""What people order about a batch of images: as for edits, but nobody can order that files are taken back."""

from collections.abc import Mapping, Sequence

from heritage.errors import OrderRefused
from heritage.model.edit import EditState
from heritage.model.upload import Action, Order
from heritage.ports.media import MediaJournal
from heritage.ports.orders import BatchState, OrderBook, UndoState
from heritage.steps.orders import ALLOWED, REASON_LIMIT, state_of

_NONE_UNDONE: Mapping[UndoState, int] = dict.fromkeys(UndoState, 0)
_SENDS = (BatchState.PILOT, BatchState.RELEASED, BatchState.DONE)


def why_held(batch_id: str, *, orders: OrderBook, journal: MediaJournal, pilot: int) -> str | None:
    """Why no file of a batch may go to the wiki now, None when one may: people stopped it, or its first
    `pilot` files are there and nobody has released the rest."""
    given = orders.orders(batch_id)
    state = _state(batch_id, given, journal, pilot)
    return None if state in _SENDS else _sentence(batch_id, state, given)


def order_media(order: Order, *, orders: OrderBook, journal: MediaJournal, pilot: int) -> None:
    """Writes an order down if it fits where the batch stands; it holds from the next file on.

    Raises OrderRefused when it does not fit, is without a reason, is about a batch that the journal does not
    know, or asks for an undo: only administrators of Commons delete files.
    """
    batch_id, action = order.batch_id, order.action
    if not order.reason.strip():
        raise OrderRefused(f"Say why batch {batch_id} is to {action}: others will ask.")
    if len(order.reason) > REASON_LIMIT:
        raise OrderRefused(f"The reason is longer than {REASON_LIMIT} characters.")
    if action is Action.UNDO:
        raise OrderRefused(
            f"Files cannot be taken back by a machine: ask for the deletion of those of batch {batch_id} on "
            "Commons. What can be ordered: release, pause, resume, cancel."
        )
    if not sum(journal.counts(batch_id).values()):
        raise OrderRefused(
            f"There is no batch {batch_id} in the journal of images; one is written down when its upload "
            "begins. A file obeys the orders of the batch that it was first planned in."
        )

    def check(until_now: Sequence[Order]) -> None:
        state = _state(batch_id, until_now, journal, pilot)
        allowed = [one for one in ALLOWED[state] if one is not Action.UNDO]
        if action not in allowed:
            raise OrderRefused(
                f"Batch {batch_id} of images cannot be given the order {action}: it is {state}. "
                f"What can be ordered now: {' or '.join(allowed) or 'nothing'}."
            )

    orders.give(order, check)


def _state(batch_id: str, given: Sequence[Order], journal: MediaJournal, pilot: int) -> BatchState:
    counts = journal.counts(batch_id)
    waiting = counts[EditState.PLANNED] + counts[EditState.SENDING]
    begun = sum(counts.values()) > 0
    actions = [one.action for one in given]
    return state_of(actions, counts[EditState.CONFIRMED], waiting if begun else pilot, _NONE_UNDONE, pilot)


def _sentence(batch_id: str, state: BatchState, given: Sequence[Order]) -> str:
    if state is BatchState.TO_LOOK_AT:
        return (
            f"The pilot of batch {batch_id} of images is on the wiki: look at it, then release the rest: "
            f'heritage media order {batch_id} release --reason "looked at them".'
        )
    last = given[-1]
    at = f"{last.given_at:%Y-%m-%d %H:%M} UTC"
    return f"Batch {batch_id} of images is {state}: {last.action} by {last.given_by}, {at}: {last.reason}"
