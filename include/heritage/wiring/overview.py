"""Where everything stands, for whoever asks: see `steps.overview`."""

from heritage.ports.overview import BatchRow, DatasetRow
from heritage.spec.loader import load_specs
from heritage.steps.overview import batch_rows, dataset_rows
from heritage.wiring.settings import Settings
from heritage.wiring.stores import journal, snapshot_store


def datasets(settings: Settings) -> list[DatasetRow]:
    """One row a description."""
    specs, failures = load_specs(settings.datasets)
    return list(dataset_rows(specs, failures, store=snapshot_store(settings)))


def batches(settings: Settings) -> list[BatchRow]:
    """One row a batch, newest first."""
    return list(batch_rows(journal(settings)))
