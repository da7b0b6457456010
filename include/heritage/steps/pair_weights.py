"""Which weights decided the matches of a snapshot: the shipped ones, or some that the register taught."""

import logging

import pyarrow as pa

from heritage.ports.files import SnapshotStore
from heritage.reconcile import Prepared, Settings
from heritage.reconcile.model import Additive
from heritage.reconcile.unsupervised import learn_here, taught
from heritage.spec.dataset import DatasetSpec

log = logging.getLogger(__name__)
_KEPT = "weights"


def chosen(
    spec: DatasetSpec,
    snapshot: str,
    records: pa.Table,
    items: Prepared,
    *,
    store: SnapshotStore,
    settings: Settings,
    inputs: str,
) -> Settings:
    """The settings to reconcile with; learned weights are kept for the matches of these `inputs`."""
    if spec.reconcile.weights == "shipped":
        log.info("The shipped weights decide.")
        return settings
    own, learned = learn_here(records, items, settings)
    if learned.model is None:
        log.warning(
            "The shipped weights decide: %s learned none of its own, because %s.", spec.id, learned.why
        )
        return own
    kept = {"inputs": inputs, "why": learned.why, "model": learned.model.plain()}
    store.write_json(spec.id, snapshot, _KEPT, kept)
    log.info("Weights that %s taught decide, without labels: %s.", spec.id, learned.why)
    return own


def in_force(
    dataset: str, snapshot: str, *, store: SnapshotStore, settings: Settings
) -> tuple[Settings, bool]:
    """The settings by which the current matches were made; true where the register taught the weights."""
    try:
        kept = store.read_json(dataset, snapshot, _KEPT)
    except FileNotFoundError:
        return settings, False
    # weights of an earlier run stay when a later one goes by the shipped ones
    if not store.current(dataset, snapshot, "matches", kept["inputs"]):
        return settings, False
    return taught(Additive.parse(kept["model"]), settings), True
