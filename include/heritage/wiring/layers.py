"""The steps of one layer, each bound to the adapters that the settings choose; imported when they run."""

import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from heritage.adapters.clock import SystemClock
from heritage.errors import SpecError
from heritage.model.approval import Answer, Question
from heritage.spec.loader import LAYERS, LoadedLayer, SpecFailure, load_layer, load_layers
from heritage.wiring.settings import Settings
from heritage.wiring.stores import snapshot_store

LAYER_STEPS = ("harvest", "features", "approve")


def find_layer(name: str, settings: Settings) -> LoadedLayer | None:
    """The layer with this id, or in this YAML file; None where that is no layer's.

    Raises SpecError when its description is broken.
    """
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        if path.resolve().parent.parent.name != LAYERS:
            return None
        loaded = load_layer(path)
        if isinstance(loaded, SpecFailure):
            raise SpecError(str(loaded))
        return loaded
    layers, failures = load_layers(settings.datasets)
    for failure in failures:
        if failure.dataset == name:
            raise SpecError(str(failure))
    return next((one for one in layers if one.spec.id == name), None)


def run_layer_step(
    step: str,
    loaded: LoadedLayer,
    settings: Settings,
    snapshot: str | None,
    source: Path | None = None,
    answer: Answer | None = None,
) -> dict[str, Any]:
    """Runs one step and gives its counts with the snapshot id; small enough for an XCom.

    `source` harvests from a file or folder instead of the publisher. `answer` is a person's to a check that
    asks; without one `approve` raises SnapshotStopped then.
    """
    if step == "harvest":
        return _harvest(loaded, settings, source)
    if snapshot is None:
        raise ValueError(f"{step} needs the snapshot of a harvest")
    if step == "approve":
        from heritage.steps.approve import approve

        store = snapshot_store(settings)
        done: Any = approve(loaded, snapshot, answer, store=store, clock=SystemClock())
    else:
        done = _features(loaded, settings, snapshot, source)
    return {"snapshot": snapshot} | asdict(done)


def open_layer_question(loaded: LoadedLayer, settings: Settings, snapshot: str) -> Question | None:
    """What an engineer has to be asked about the features of a snapshot; None when nothing."""
    from heritage.steps.approve import question

    return question(loaded, snapshot, store=snapshot_store(settings))


def check_layer(loaded: LoadedLayer, settings: Settings) -> tuple[str, tuple[str, ...]]:
    """What the sample beside a description becomes, in a sentence, and what to look at.

    The bounds of a pull are not asked of a sample. Raises SpecError when there is none.
    """
    samples = loaded.folder / "samples"
    if not samples.is_dir() or not any(samples.iterdir()):
        raise SpecError(f"{samples} holds no file: put there what the source sends")
    spec = loaded.spec
    anything = spec.layer.model_copy(update={"features": (0, sys.maxsize)})
    sample = LoadedLayer(spec.model_copy(update={"layer": anything}), loaded.path)
    with tempfile.TemporaryDirectory(prefix="heritage-check-") as folder:
        apart = settings.model_copy(update={"data_url": folder, "scratch": None})
        snapshot = run_layer_step("harvest", sample, apart, None, samples)["snapshot"]
        told = run_layer_step("features", sample, apart, snapshot)
    said = (
        f"its {spec.sample} sample becomes {told['features']} features; {told['silent']} say nothing now, "
        f"{told['left_out']} are not taken, {told['rejected']} rejected"
    )
    codes = [f"{count} {code}" for found in ("reasons", "notes") for code, count in told[found].items()]
    return said, (*([f"unverified: {spec.unverified}"] if spec.unverified else []), *codes)


def _harvest(loaded: LoadedLayer, settings: Settings, source: Path | None) -> dict[str, Any]:
    from heritage.steps.harvest import harvest
    from heritage.wiring.publishers import fetcher

    asking = fetcher(loaded.spec, settings, source)
    return asdict(harvest(loaded, fetcher=asking, store=snapshot_store(settings), clock=SystemClock()))


def _features(loaded: LoadedLayer, settings: Settings, snapshot: str, source: Path | None) -> Any:
    from heritage.adapters.harvest import Reader
    from heritage.adapters.vocabularies import YamlVocabularies
    from heritage.adapters.world import load_world
    from heritage.spec.thresholds import load_thresholds
    from heritage.steps.features import features
    from heritage.wiring.publishers import archive_limits

    return features(
        loaded,
        snapshot,
        reader=Reader(archive_limits(settings)),
        store=snapshot_store(settings),
        vocabularies=YamlVocabularies(settings.vocabularies),
        world=load_world(settings.vocabularies),
        thresholds=load_thresholds(settings.vocabularies / "thresholds.yaml"),
        clock=SystemClock(),
        bundled=settings.sample and bool(settings.mirror or source),
    )
