"""Where everything stands, for whoever asks: see `steps.overview`."""

import re
from functools import cache

from heritage.model.edit import EditState
from heritage.ports.overview import BatchRow, DatasetRow
from heritage.ports.upload_pages import BatchPage
from heritage.spec.loader import load_specs
from heritage.steps import upload_page
from heritage.steps.govern import approved
from heritage.steps.overview import Judging, batch_row, batch_rows, dataset_rows
from heritage.steps.stopped import Judged, not_begun
from heritage.wiring.licences import licence_openings, licence_rules
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store, journal, permission_store, snapshot_store, undone_edits
from heritage.wiring.uploads import batch_standing

_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


def datasets(settings: Settings) -> list[DatasetRow]:
    """One row a description."""
    specs, failures = load_specs(settings.datasets)
    return list(dataset_rows(specs, failures, store=snapshot_store(settings)))


def batches(settings: Settings) -> list[BatchRow]:
    """One row a batch, newest first, with what the licence gate has stopped, and before them what it stopped
    before a batch was begun."""

    judged = _judged(settings)
    entries = journal(settings)
    held = not_begun(approved(decision_store(settings)), entries.batches(), judged)
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
    return upload_page.batch_page(
        batch,
        batch_standing(settings, batch_id),
        journal=entries,
        undone=undone_edits(settings),
        titles={loaded.spec.id: loaded.spec.title for loaded in load_specs(settings.datasets)[0]},
        stopped=batch_row(batch, entries, _judged(settings)).stopped,
        per_minute=settings.wiki_edits_per_minute,
        wiki=_index_php(batch.target),
        page=page,
        only=only,
    )


def _index_php(target: str) -> str:
    """The address that diffs of a target begin with, if its name in the journal tells it."""
    host = {"wikidata": "www.wikidata.org", "test.wikidata": "test.wikidata.org"}.get(target, target)
    return f"https://{host}/w/index.php" if _HOST.fullmatch(host) else ""


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
