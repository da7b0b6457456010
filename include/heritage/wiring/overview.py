"""Where everything stands, for whoever asks: see `steps.overview`."""

from functools import cache

from heritage.adapters.clock import SystemClock
from heritage.errors import SpecError
from heritage.model.edit import EditState
from heritage.ports.overview import BatchRow, DatasetRow
from heritage.ports.upload_pages import BatchPage
from heritage.spec.loader import load_specs
from heritage.spec.target import Target, load_target
from heritage.steps import upload_page
from heritage.steps.became import became
from heritage.steps.govern_standing import approved
from heritage.steps.overview import Judging, batch_row, batch_rows, dataset_rows
from heritage.steps.stopped import Judged, not_begun
from heritage.wiring.batch_orders import batch_standing
from heritage.wiring.licences import licence_openings, licence_rules
from heritage.wiring.settings import Settings
from heritage.wiring.stores import (
    decision_store,
    journal,
    permission_store,
    snapshot_store,
    undone_edits,
    visit_store,
)


def datasets(settings: Settings) -> list[DatasetRow]:
    """One row a description."""
    specs, failures = load_specs(settings.datasets)
    return list(dataset_rows(specs, failures, store=snapshot_store(settings)))


def batches(settings: Settings) -> list[BatchRow]:
    """One row a batch, newest first, with what the licence gate has stopped, and before them what it stopped
    before a batch was begun."""

    judged = _judged(settings)
    entries = journal(settings)
    held = not_begun(approved(decision_store(settings), SystemClock().now()), entries.batches(), judged)
    none = dict.fromkeys(EditState, 0)
    waiting = [
        BatchRow(batch, none | {EditState.PLANNED: why.waiting}, {}, why, why.dataset) for batch, why in held
    ]
    return [*waiting, *batch_rows(entries, judged)]


def batch_page(settings: Settings, batch_id: str, page: int, only: EditState | None) -> BatchPage | None:
    """One batch with a page of its edits; None when the journal has none of that id."""
    entries = journal(settings)
    batch = next((one for one in entries.batches() if one.batch_id == batch_id), None)
    if batch is None:
        return None
    wiki = _described(settings, batch.target)
    pace = settings.wiki_edits_per_minute
    return upload_page.batch_page(
        batch,
        batch_standing(settings, batch_id),
        journal=entries,
        undone=undone_edits(settings),
        titles={loaded.spec.id: loaded.spec.title for loaded in load_specs(settings.datasets)[0]},
        stopped=batch_row(batch, entries, _judged(settings)).stopped,
        per_minute=min(pace, wiki.edits_per_minute) if wiki else pace,
        wiki=wiki.api.removesuffix("api.php") + "index.php" if wiki and wiki.api else "",
        page=page,
        only=only,
        became=became(visit_store(settings).of_batch(batch_id), entries.counts(batch_id)),
    )


def _described(settings: Settings, target: str) -> Target | None:
    """The wiki of a batch; None when nobody describes it (any more)."""
    try:
        return load_target(settings.vocabularies / "targets", target)
    except SpecError:
        return None


def _judged(settings: Settings) -> Judging:
    """Each dataset is asked about once."""

    @cache
    def judged(dataset: str) -> Judged | None:
        loaded = next((one for one in load_specs(settings.datasets)[0] if one.spec.id == dataset), None)
        if loaded is None:
            return None
        openings = licence_openings(loaded, settings, licence_rules(settings))
        results = permission_store(settings).results(dataset)
        return Judged(dataset, loaded.spec.title, openings, results)

    return judged
