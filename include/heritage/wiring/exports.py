"""Approved edits as files, from the descriptions, decisions and stores that the settings name."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from heritage.adapters.clock import SystemClock
from heritage.adapters.exports.edits_csv import edits_csv
from heritage.adapters.exports.openrefine import Wikibase, openrefine
from heritage.adapters.exports.quickstatements import quickstatements
from heritage.errors import DecisionMissing, GovernanceError, HeritageError, SpecError
from heritage.model.edit import EditState
from heritage.model.upload import Action
from heritage.ports.exports import ExportWriter, Form, Written
from heritage.ports.orders import BatchState
from heritage.spec.loader import load_specs
from heritage.spec.target import Target, load_target
from heritage.steps.export import export
from heritage.steps.govern_standing import approved
from heritage.steps.plan_upload import UploadBatch
from heritage.steps.upload import write_down
from heritage.wiring.batch_orders import batch_standing, order_batch
from heritage.wiring.licences import licence_rules
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store, journal
from heritage.wiring.uploads import plan_dataset

_HANDED_OVER = (
    "Handed over as a file. Resume it when nobody uploads the file any more: what is on the items by then is "
    "not sent again."
)
_ENDED = (BatchState.CANCELLED, BatchState.TO_UNDO, BatchState.UNDONE)


def export_edits(settings: Settings, target: str, which: str, form: Form, *, points: bool = False) -> Written:
    """What is approved of a batch or a dataset and not on `target` yet, behind the gates of an upload.

    Each batch is paused first, in the name of the settings' person: what two send at once can be there
    twice. Raises SpecError where the wiki has ids of its own, and DecisionMissing, DecisionStale or
    GovernanceError like the upload itself, and when the batch is being uploaded or was stopped for good.
    """
    wiki = load_target(settings.vocabularies / "targets", target)
    if wiki.translates:
        raise SpecError(
            f"{wiki.title} has its own numbers of properties and items, and only an upload translates them."
        )
    for batch in _batches(settings, wiki.id, which):
        _hold(settings, batch)
    batches = _batches(settings, wiki.id, which)  # without what was sent before the pause held
    writers: dict[Form, ExportWriter] = {
        Form.QUICKSTATEMENTS: partial(quickstatements, points=points),
        Form.CSV: partial(edits_csv, points=points),
        Form.OPENREFINE: partial(openrefine, wiki=_of(wiki)),
    }
    return export(batches, write=writers[form])


def _of(wiki: Target) -> Wikibase:
    """What OpenRefine has to know of a wiki with Wikidata's ids; one that may be anywhere has no address."""
    known = Wikibase(entities=wiki.entities)
    return replace(known, api=wiki.api) if wiki.api else known


def _batches(settings: Settings, target: str, which: str) -> list[UploadBatch]:
    rulings, rules = approved(decision_store(settings), SystemClock().now()), licence_rules(settings)
    specs = [loaded for loaded in load_specs(settings.datasets)[0] if loaded.spec.proposes]
    named = next((loaded for loaded in specs if loaded.spec.id == which), None)
    if named:
        planned = plan_dataset(named, settings, target, rulings, rules)
        if not planned:
            raise DecisionMissing(f"Of what is approved of {which} nothing is left to send to {target}.")
        return planned

    def everywhere() -> Iterator[UploadBatch | HeritageError]:
        for loaded in specs:
            try:
                yield from plan_dataset(loaded, settings, target, rulings, rules)
            except DecisionMissing:
                continue
            except HeritageError as error:
                yield error

    found = list(everywhere())
    wanted = [one for one in found if isinstance(one, UploadBatch) and one.batch_id == which]
    if not wanted:
        refused = "".join(f" {one}" for one in found if isinstance(one, HeritageError))
        raise DecisionMissing(f"{which} is no dataset, and no batch that waits for {target}.{refused}")
    return wanted


def _hold(settings: Settings, batch: UploadBatch) -> None:
    """Pauses the batch before a file of it is made. Raises GovernanceError where that comes too late."""
    entries = journal(settings)
    stands = batch_standing(settings, batch.batch_id)
    if stands.state in _ENDED:
        raise GovernanceError(f"Batch {batch.batch_id} is {stands.state}. {stands.sentence}")
    if stands.sends and (stands.confirmed or stands.waiting):
        raise GovernanceError(
            f"Batch {batch.batch_id} is being uploaded: {stands.confirmed} edits are on the wiki and "
            f"{stands.waiting} wait. Pause it first, or let the upload finish."
        )
    if stands.sends:
        write_down(batch, entries, SystemClock())
        order_batch(settings, settings.person, batch.batch_id, Action.PAUSE, _HANDED_OVER)
    if entries.counts(batch.batch_id)[EditState.SENDING]:
        raise GovernanceError(
            f"Batch {batch.batch_id} has an edit under way whose answer is not known yet. Resume it, let the "
            "upload find out, then ask for the file again."
        )
