"""Taking a batch back, and comparing the journal with the wiki, bound to stores, account and pace."""

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from heritage.adapters.clock import SystemClock
from heritage.errors import OrderRefused
from heritage.model.edit import EditState
from heritage.model.upload import Action
from heritage.ports.audit import Audited
from heritage.ports.decisions import Batch, Journal
from heritage.ports.orders import BatchState
from heritage.spec.loader import load_specs
from heritage.steps.audit_journal import audit
from heritage.steps.undo import Undone, foresee, undo
from heritage.steps.withdraw import settle_sending, withdraw, withdrawn
from heritage.wiring.batch_orders import batch_standing, order_batch
from heritage.wiring.settings import Settings
from heritage.wiring.stores import journal, undone_edits
from heritage.wiring.wiki import limits_of, open_live, open_wiki, pace_of
from heritage.wiring.wiki_account import WikiAccount
from heritage.wiring.wiki_moods import noted

Progress = Callable[[int, int], None] | None
_TAKEN_BACK = (BatchState.TO_UNDO, BatchState.UNDONE)


def undo_batch(
    settings: Settings, account: WikiAccount, batch_id: str, *, live: bool = True, progress: Progress = None
) -> Undone:
    """Takes a batch back whose undo was ordered, and gives an account. Without `live` it says what an undo
    would do, and has nothing to write with. Raises OrderRefused when nobody ordered it, or when the batch is
    not one of this account's wiki: items there that have the same numbers say nothing of it."""
    entries, undone = journal(settings), undone_edits(settings)
    _batches_on(account, entries, batch_id)
    if not live:
        wiki = open_live(account, settings)
        return foresee(batch_id, journal=entries, undone=undone, wiki=wiki, progress=progress)
    stands = batch_standing(settings, batch_id)
    if stands.state not in _TAKEN_BACK:
        raise OrderRefused(f"Nobody ordered the undo of batch {batch_id}. {stands.sentence}")
    finish_batch(settings, account, batch_id)
    titles = {loaded.spec.id: loaded.spec.title for loaded in load_specs(settings.datasets)[0]}
    dataset = next((entry.dataset for entry in entries.entries(batch_id)), "")
    with noted(settings, account.target):
        return undo(
            batch_id,
            titles.get(dataset, dataset),
            journal=entries,
            undone=undone,
            writer=open_wiki(account, settings),
            clock=SystemClock(),
            wait=time.sleep,
            pace=pace_of(account, settings),
            limits=limits_of(account, settings),
            progress=progress,
        )


def order_undo(settings: Settings, account: WikiAccount, batch_id: str, reason: str) -> None:
    """Orders, in the name of the settings' person, that a batch on this account's wiki be taken back; nothing
    where somebody has. Raises OrderRefused where it does not fit."""
    _batches_on(account, journal(settings), batch_id)
    if batch_standing(settings, batch_id).state not in _TAKEN_BACK:
        order_batch(settings, settings.person, batch_id, Action.UNDO, reason)


def finish_batch(settings: Settings, account: WikiAccount, batch_id: str) -> None:
    """Settles what waits of a batch that was cancelled or is taken back: planned edits are skipped, and those
    that were being sent are looked for on the wiki."""
    given = batch_standing(settings, batch_id).orders
    order = next(one for one in reversed(given) if one.action in (Action.CANCEL, Action.UNDO))
    entries, clock = journal(settings), SystemClock()
    withdraw(batch_id, withdrawn(order), journal=entries, clock=clock)
    if entries.counts(batch_id)[EditState.SENDING]:
        settle_sending(
            batch_id,
            withdrawn(order),
            journal=entries,
            wiki=open_live(account, settings),
            clock=clock,
            wait=time.sleep,
            limits=limits_of(account, settings),
        )


def finish_or_undo(
    settings: Settings, account: WikiAccount, batch_id: str, progress: Progress = None
) -> dict[str, Any]:
    """Brings a batch that people cancelled or ordered to be taken back to its end, and says what became of
    it."""
    if batch_standing(settings, batch_id).state is BatchState.CANCELLED:
        finish_batch(settings, account, batch_id)
        return {"batch_id": batch_id, "stands": batch_standing(settings, batch_id).sentence}
    done = undo_batch(settings, account, batch_id, progress=progress)
    return asdict(done) | {"stands": batch_standing(settings, batch_id).sentence}


def to_finish(settings: Settings, target: str) -> dict[str, BatchState]:
    """The batches of a target that people cancelled or ordered to be taken back, and that are not at their
    end yet."""
    batches = (batch.batch_id for batch in journal(settings).batches() if batch.target == target)
    stands = (batch_standing(settings, batch_id) for batch_id in batches)
    return {
        one.batch_id: one.state
        for one in stands
        if one.state is BatchState.TO_UNDO or (one.state is BatchState.CANCELLED and one.waiting)
    }


def audit_batch(
    settings: Settings, account: WikiAccount, batch_id: str | None = None, progress: Progress = None
) -> Audited:
    """Compares the journal of a batch, or of all on this account's wiki, with the wiki's own history. Raises
    OrderRefused for a batch that the journal does not know there."""
    entries = journal(settings)
    return audit(
        _batches_on(account, entries, batch_id),
        journal=entries,
        undone=undone_edits(settings),
        wiki=open_live(account, settings),
        clock=SystemClock(),
        settle=limits_of(account, settings).settle,
        progress=progress,
    )


def _batches_on(account: WikiAccount, entries: Journal, batch_id: str | None) -> list[Batch]:
    """All batches of the account's wiki, or the one that is named. Raises OrderRefused when that is not one
    of them."""
    batches = [batch for batch in entries.batches() if batch.target == account.target]
    if batch_id is None:
        return batches
    named = [batch for batch in batches if batch.batch_id == batch_id]
    if not named:
        raise OrderRefused(
            f"There is no batch {batch_id} for {account.target} in the journal; `heritage upload list` says "
            "which wiki each is for."
        )
    return named
