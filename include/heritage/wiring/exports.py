"""Approved edits as files, from the descriptions, decisions and stores that the settings name."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from heritage.adapters.exports.edits_csv import edits_csv
from heritage.adapters.exports.openrefine import Wikibase, openrefine
from heritage.adapters.exports.quickstatements import quickstatements
from heritage.errors import DecisionMissing, GovernanceError, HeritageError, SpecError
from heritage.ports.exports import ExportWriter, Form, Written
from heritage.ports.orders import BatchState
from heritage.spec.loader import load_specs
from heritage.spec.target import Target, load_target
from heritage.steps.export import export
from heritage.steps.govern import approved
from heritage.steps.plan_upload import UploadBatch
from heritage.wiring.licences import licence_rules
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store
from heritage.wiring.uploads import batch_standing, plan_dataset

_ENDED = (BatchState.CANCELLED, BatchState.TO_UNDO, BatchState.UNDONE)


def export_edits(settings: Settings, target: str, which: str, form: Form, *, points: bool = False) -> Written:
    """What is approved of a batch or a dataset and not on `target` yet, behind the gates of an upload.

    Raises SpecError where the wiki has ids of its own, and DecisionMissing, DecisionStale or GovernanceError
    like the upload itself, and when the batch is being uploaded or was stopped for good.
    """
    wiki = load_target(settings.vocabularies / "targets", target)
    if wiki.translates:
        raise SpecError(
            f"{wiki.title} has its own numbers of properties and items, and only an upload translates them."
        )
    batches = _batches(settings, wiki.id, which)
    for batch in batches:
        _refuse_under_way(settings, batch)
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
    rulings, rules = approved(decision_store(settings)), licence_rules(settings)
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


def _refuse_under_way(settings: Settings, batch: UploadBatch) -> None:
    """Raises GovernanceError: what two people send at once can be there twice."""
    stands = batch_standing(settings, batch.batch_id)
    if stands.state in _ENDED:
        raise GovernanceError(f"Batch {batch.batch_id} is {stands.state}. {stands.sentence}")
    if stands.sends and (stands.confirmed or stands.waiting):
        raise GovernanceError(
            f"Batch {batch.batch_id} is being uploaded: {stands.confirmed} edits are on the wiki and "
            f"{stands.waiting} wait. Pause it first, or let the upload finish."
        )
