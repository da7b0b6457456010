"""Flagging bound to the adapters that the settings choose, for one dataset or for all that it can touch."""

import logging
from typing import Any

from heritage.adapters.clock import SystemClock
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.adapters.wikidata.index import FileItemIndex
from heritage.adapters.world import load_world
from heritage.errors import SpecError
from heritage.spec.loader import LoadedSpec, load_layers, load_specs
from heritage.steps.flag import flag
from heritage.steps.flag_register import flag_register
from heritage.steps.flagging import Flagging, touched
from heritage.steps.gather import Others
from heritage.steps.overlay import expose, to_expose
from heritage.steps.review_dangers import confirmed_reports, reports_used
from heritage.wiring.layers import find_layer
from heritage.wiring.settings import Settings
from heritage.wiring.stores import request_store, review_store, snapshot_store
from heritage.wiring.wiki_account import WikiAccount

_log = logging.getLogger(__name__)


def flag_dataset(loaded: LoadedSpec, snapshot: str, settings: Settings) -> Any:
    """Flags one snapshot; of an at-risk register, only what it says is written."""
    if not loaded.spec.proposes:
        return flag_register(
            loaded,
            snapshot,
            store=snapshot_store(settings),
            vocabularies=YamlVocabularies(settings.vocabularies),
            world=load_world(settings.vocabularies),
        )
    flagged = flag(loaded, snapshot, _Bound(settings).given(loaded))
    reviews = review_store(settings)  # what has become evidence is counted anew no more
    reviews.use(reports_used(loaded.spec.id, reviews), "evidence", SystemClock().now())
    return flagged


def layers_left(loaded: LoadedSpec, snapshot: str, settings: Settings) -> list[str]:
    """The layers, by id, that can be laid over a snapshot's records by others, before it is flagged."""
    given = _Bound(settings).given(loaded)
    layers = given.others.of(loaded).layers
    left = to_expose(loaded, snapshot, layers, store=given.store, vocabularies=given.vocabularies)
    return [layer.spec.id for layer in left]


def overlay_layer(loaded: LoadedSpec, snapshot: str, layer: str, settings: Settings) -> dict[str, Any]:
    """Lays one of them over the records; the snapshot id with the number of exposures, for an XCom."""
    found = find_layer(layer, settings)
    if found is None:
        raise SpecError(f"{layer} is no layer any more: its description is gone. Run the register anew.")
    store, vocabularies = snapshot_store(settings), YamlVocabularies(settings.vocabularies)
    table = expose(loaded, snapshot, found, store=store, vocabularies=vocabularies)
    return {"snapshot": snapshot, "exposed": table.num_rows}


def touched_datasets(settings: Settings) -> list[dict[str, str]]:
    """Dataset and snapshot of every last good snapshot that was flagged and may say something else now."""
    bound, found = _Bound(settings), []
    for loaded in bound.specs:
        good = bound.store.last_good(loaded.spec.id)
        if not loaded.spec.proposes or good is None:
            continue
        try:
            bound.store.digest(loaded.spec.id, good, "risk")
        except FileNotFoundError:
            continue  # its own DAG flags it first
        if touched(loaded, good, bound.given(loaded)):
            found.append({"dataset": loaded.spec.id, "snapshot": good})
    _log.info("%d of %d datasets can have changed.", len(found), len(bound.specs))
    return found


def propose_again(
    settings: Settings, dataset: str, snapshot: str, wiki: WikiAccount | None
) -> dict[str, Any] | None:
    """Proposes again what a new level or ruling changes; None when nothing is proposed that was not before,
    or when the records have not been reconciled yet."""
    from heritage.wiring.pipeline import Run, load_dataset, run_step

    store = snapshot_store(settings)
    try:
        before = store.digest(dataset, snapshot, "edits")
    except FileNotFoundError:
        return None
    told = run_step("propose", Run(load_dataset(dataset, settings), settings, wiki=wiki), snapshot)
    return told if store.digest(dataset, snapshot, "edits") != before else None


class _Bound:
    """What is read once for all datasets."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.store = snapshot_store(settings)
        self.specs, failures = load_specs(settings.datasets)
        layers, more = load_layers(settings.datasets)
        for failure in (*failures, *more):
            _log.warning("%s is left out: %s", failure.dataset, failure)
        self._world = load_world(settings.vocabularies)
        self._vocabularies = YamlVocabularies(settings.vocabularies)
        self._others = Others(
            registers=[one for one in self.specs if not one.spec.proposes],
            layers=layers,
            index=FileItemIndex(settings.data_url),
        )

    def given(self, loaded: LoadedSpec) -> Flagging:
        """What the flagging of a dataset works with."""
        return Flagging(
            store=self.store,
            vocabularies=self._vocabularies,
            clock=SystemClock(),
            world=self._world,
            others=self._others,
            requests=request_store(self._settings).requests(loaded.spec.id),
            reports=confirmed_reports(loaded.spec.id, review_store(self._settings), self._vocabularies),
        )
