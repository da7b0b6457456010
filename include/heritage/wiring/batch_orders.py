"""Orders of people, and the machine's own, about batches: given, and kept by an upload."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from heritage.adapters.clock import SystemClock
from heritage.errors import CircuitOpen, OrderRefused
from heritage.model.upload import Action, Order
from heritage.ports.orders import BatchStanding
from heritage.steps import orders
from heritage.steps.withdraw import withdraw, withdrawn
from heritage.wiring.held import barred_by_decisions
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store, journal, order_book, undone_edits

_ENDS = (Action.CANCEL, Action.UNDO)
MACHINE = "Heritage Guard"
"""Who gives an order that no person gave."""


def batch_standing(settings: Settings, batch_id: str) -> BatchStanding:
    """Where a batch stands: what people ordered, what waits, and what can be ordered now."""
    stands = orders.standing(
        batch_id,
        orders=order_book(settings),
        journal=journal(settings),
        undone=undone_edits(settings),
        pilot=settings.pilot_edits,
    )
    if not decision_store(settings).appeals():  # as nearly always
        return stands
    why = barred_by_decisions(settings)(batch_id)
    return orders.contested(stands, why) if why else stands


def order_batch(settings: Settings, user: str, batch_id: str, action: Action, reason: str) -> BatchStanding:
    """Gives an order about a batch in the name of `user`, and says where it stands then. It holds from the
    next edit on, whatever process sends it; what a cancelled batch had planned is skipped at once. Raises
    OrderRefused where it does not fit."""
    order = Order(batch_id, action, reason, user, SystemClock().now())
    orders.give_order(
        order,
        orders=order_book(settings),
        journal=journal(settings),
        undone=undone_edits(settings),
        pilot=settings.pilot_edits,
    )
    if action in _ENDS:
        withdraw(batch_id, withdrawn(order), journal=journal(settings), clock=SystemClock())
    return batch_standing(settings, batch_id)


@contextmanager
def kept_in_order(settings: Settings, batch_id: str) -> Iterator[None]:
    """Around an upload of this batch: what people ordered meanwhile holds at its end, and trouble upon
    trouble pauses it."""
    with _over_is_over(settings), _paused_by_trouble(settings, batch_id):
        yield


@contextmanager
def _over_is_over(settings: Settings) -> Iterator[None]:
    """What an upload had written down and did not send waits again when it ends. If people have cancelled its
    batch meanwhile, it is skipped as the rest was."""
    try:
        yield
    finally:
        book, entries = order_book(settings), journal(settings)
        for batch in entries.batches():
            over = [order for order in book.orders(batch.batch_id) if order.action in _ENDS]
            if over:
                withdraw(batch.batch_id, withdrawn(over[0]), journal=entries, clock=SystemClock())


@contextmanager
def _paused_by_trouble(settings: Settings, batch_id: str) -> Iterator[None]:
    """After one trouble upon another the batch is paused in the machine's name, so that later runs do not
    begin anew before a person has looked."""
    try:
        yield
    except CircuitOpen as trouble:
        with suppress(OrderRefused):  # somebody has held it meanwhile
            order_batch(settings, MACHINE, batch_id, Action.PAUSE, str(trouble)[: orders.REASON_LIMIT])
        raise
