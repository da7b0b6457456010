"""Where everything stands, for whoever asks: see `steps.overview`."""

from functools import cache

from heritage.model.edit import EditState
from heritage.ports.overview import BatchRow, DatasetRow
from heritage.spec.loader import load_specs
from heritage.steps.govern import approved
from heritage.steps.overview import batch_rows, dataset_rows
from heritage.steps.stopped import Judged, not_begun
from heritage.wiring.licences import licence_openings, licence_rules
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store, journal, permission_store, snapshot_store


def datasets(settings: Settings) -> list[DatasetRow]:
    """One row a description."""
    specs, failures = load_specs(settings.datasets)
    return list(dataset_rows(specs, failures, store=snapshot_store(settings)))


def batches(settings: Settings) -> list[BatchRow]:
    """One row a batch, newest first, with what the licence gate has stopped, and before them what it stopped
    before a batch was begun."""

    @cache
    def judged(dataset: str) -> Judged | None:
        loaded = next((one for one in load_specs(settings.datasets)[0] if one.spec.id == dataset), None)
        if loaded is None:
            return None
        openings = licence_openings(loaded, settings, licence_rules(settings))
        results = permission_store(settings).results(dataset)
        return Judged(dataset, loaded.spec.title, openings, results)

    entries = journal(settings)
    held = not_begun(approved(decision_store(settings)), entries.batches(), judged)
    none = dict.fromkeys(EditState, 0)
    waiting = [
        BatchRow(batch, none | {EditState.PLANNED: why.waiting}, {}, why, why.dataset) for batch, why in held
    ]
    return [*waiting, *batch_rows(entries, judged)]
