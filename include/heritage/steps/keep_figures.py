"""Keeps what a run of a register came to, so that a page can show years of runs without reading a table."""

from heritage.ports.clock import Clock
from heritage.ports.files import SnapshotStore
from heritage.ports.health import KeptFigures
from heritage.steps.reconcile import Reconciled


def keep_figures(
    dataset: str, snapshot: str, done: Reconciled, *, store: SnapshotStore, clock: Clock
) -> None:
    """Adds counts of a snapshot that was reconciled, and how much the store holds of the register now."""
    checks = store.read_json(dataset, snapshot, "checks")
    store.keep_figures(
        dataset,
        KeptFigures(
            snapshot,
            clock.now(),
            checks["records"],
            checks["rejected"],
            done.match,
            done.review,
            done.new,
            store.size(dataset),
        ),
    )
