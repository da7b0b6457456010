"""Orders of people about a batch: what may be ordered, and where a batch stands because of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from heritage.errors import OrderRefused
from heritage.model.edit import EditState
from heritage.model.upload import Action, Order
from heritage.ports.decisions import Journal
from heritage.ports.orders import BatchStanding, BatchState, OrderBook, UndoneEdits, UndoState

REASON_LIMIT = 2000
ALLOWED: Mapping[BatchState, tuple[Action, ...]] = {
    BatchState.PILOT: (Action.PAUSE, Action.CANCEL, Action.UNDO),
    BatchState.TO_LOOK_AT: (Action.RELEASE, Action.PAUSE, Action.CANCEL, Action.UNDO),
    BatchState.RELEASED: (Action.PAUSE, Action.CANCEL, Action.UNDO),
    BatchState.PAUSED: (Action.RESUME, Action.CANCEL, Action.UNDO),
    BatchState.CONTESTED: (Action.CANCEL, Action.UNDO),
    BatchState.CANCELLED: (Action.UNDO,),
    BatchState.TO_UNDO: (),
    BatchState.UNDONE: (),
    BatchState.DONE: (Action.UNDO,),
}
"""What can be ordered of a batch, by where it stands."""
_CAN_BE_CONTESTED = (BatchState.PILOT, BatchState.TO_LOOK_AT, BatchState.RELEASED, BatchState.PAUSED)
_NEXT: Mapping[BatchState, str] = {
    BatchState.PILOT: "Its first {pilot} edits are sent; then a person has to look at them.",
    BatchState.TO_LOOK_AT: "{confirmed} edits are on the wiki as a pilot. Look at them, then release the "
    "rest: {waiting} wait.",
    BatchState.RELEASED: "{confirmed} edits are on the wiki, {waiting} wait and are sent.",
    BatchState.PAUSED: "{confirmed} edits are on the wiki, {waiting} wait until somebody resumes it.",
    BatchState.CONTESTED: "{confirmed} edits are on the wiki, {waiting} wait for the hearing.",
    BatchState.CANCELLED: "{confirmed} edits are on the wiki and stay; nothing more is sent.",
    BatchState.TO_UNDO: "What is on the wiki is taken back, {undone} of {confirmed} edits until now; nothing "
    "more is sent.",
    BatchState.UNDONE: "Of {confirmed} edits {gone} are taken back, {partly} in part, {left} are left, and "
    "{delete} new items are for an administrator to delete.",
    BatchState.DONE: "{confirmed} edits are on the wiki; nothing waits.",
}


def standing(
    batch_id: str, *, orders: OrderBook, journal: Journal, undone: UndoneEdits, pilot: int
) -> BatchStanding:
    """Where a batch stands. `pilot` is how many of its edits go before a person has looked; a batch of no
    more edits than that is done when they are sent, for nothing is left that looking could hold back."""
    return _standing(batch_id, orders.orders(batch_id), journal, undone, pilot)


def contested(stands: BatchStanding, why: str) -> BatchStanding:
    """Where a batch stands while an appeal against its decision is heard, for the reason `why`."""
    if stands.state not in _CAN_BE_CONTESTED:
        return stands
    told = _NEXT[BatchState.CONTESTED].format(confirmed=stands.confirmed, waiting=stands.waiting)
    allowed = ALLOWED[BatchState.CONTESTED]
    return replace(stands, state=BatchState.CONTESTED, sentence=f"{why} {told}", allowed=allowed)


def why_held(
    batch_id: str, *, orders: OrderBook, journal: Journal, undone: UndoneEdits, pilot: int
) -> str | None:
    """Why no edit of a batch may go to the wiki now, None when one may: asked before every edit, so it counts
    the journal only until the pilot is released."""
    given = orders.orders(batch_id)
    actions = {order.action for order in given}
    if Action.RELEASE in actions and given[-1].action in (Action.RELEASE, Action.RESUME):
        return None
    stands = _standing(batch_id, given, journal, undone, pilot)
    return None if stands.sends else stands.sentence


def give_order(
    order: Order, *, orders: OrderBook, journal: Journal, undone: UndoneEdits, pilot: int
) -> BatchStanding:
    """Writes an order down if it fits where the batch stands, and gives where it stands then.

    It holds from the next edit on.
    Raises OrderRefused saying where the batch stands.
    """
    if not order.reason.strip():
        raise OrderRefused(f"Say why batch {order.batch_id} is to {order.action}: others will ask.")
    if len(order.reason) > REASON_LIMIT:
        raise OrderRefused(f"The reason is longer than {REASON_LIMIT} characters.")

    def check(until_now: Sequence[Order]) -> None:
        before = _standing(order.batch_id, until_now, journal, undone, pilot)
        if order.action not in before.allowed:
            can = " or ".join(before.allowed) or "nothing"
            raise OrderRefused(
                f"Batch {order.batch_id} cannot be given the order {order.action}: it is "
                f"{before.state}. {before.sentence} What can be ordered now: {can}."
            )

    if not any(batch.batch_id == order.batch_id for batch in journal.batches()):
        raise OrderRefused(
            f"There is no batch {order.batch_id} in the journal; one is written down when its upload begins."
        )
    orders.give(order, check)
    return standing(order.batch_id, orders=orders, journal=journal, undone=undone, pilot=pilot)


def _standing(
    batch_id: str, given: Sequence[Order], journal: Journal, undone: UndoneEdits, pilot: int
) -> BatchStanding:
    counts = journal.counts(batch_id)
    confirmed = counts[EditState.CONFIRMED]
    waiting = counts[EditState.PLANNED] + counts[EditState.SENDING]
    taken_back = undone.counts(batch_id)
    begun = sum(counts.values()) > 0
    state = state_of(
        [order.action for order in given], confirmed, waiting if begun else pilot, taken_back, pilot
    )
    sentence = _NEXT[state].format(
        pilot=pilot,
        confirmed=confirmed,
        waiting=waiting,
        undone=sum(taken_back.values()) - taken_back[UndoState.SENDING],
        gone=taken_back[UndoState.UNDONE],
        partly=taken_back[UndoState.PARTLY],
        left=taken_back[UndoState.LEFT],
        delete=taken_back[UndoState.TO_DELETE],
    )
    if given:
        last = given[-1]
        at = f"{last.given_at:%Y-%m-%d %H:%M} UTC"
        sentence += f" Last order: {last.action} by {last.given_by}, {at}: {last.reason}"
    return BatchStanding(
        batch_id, state, sentence, ALLOWED[state], tuple(given), pilot, confirmed, waiting, taken_back
    )


def state_of(
    actions: Sequence[Action], confirmed: int, waiting: int, undone: Mapping[UndoState, int], pilot: int
) -> BatchState:
    """Where a batch stands by its orders, oldest first, and by how many of its writes stand where."""
    if Action.UNDO in actions:
        settled = sum(undone.values()) - undone[UndoState.SENDING]
        return BatchState.UNDONE if not waiting and settled >= confirmed else BatchState.TO_UNDO
    if Action.CANCEL in actions:
        return BatchState.CANCELLED
    if not waiting:
        return BatchState.DONE
    switches = [action for action in actions if action in (Action.PAUSE, Action.RESUME)]
    if switches and switches[-1] is Action.PAUSE:
        return BatchState.PAUSED
    if Action.RELEASE in actions:
        return BatchState.RELEASED
    return BatchState.TO_LOOK_AT if confirmed >= pilot else BatchState.PILOT
