"""Harvest over HTTP and map, as `heritage run` does it, and where the time goes."""

import json
import sys
import time
from pathlib import Path

from heritage.adapters.clock import SystemClock
from heritage.adapters.files import FileStore
from heritage.adapters.harvest import HttpFetcher, HttpSettings, Reader
from heritage.adapters.world import load_world
from heritage.spec.columns import load_column_words
from heritage.spec.loader import LoadedSpec, load_spec
from heritage.spec.thresholds import load_thresholds
from heritage.steps.harvest import harvest
from heritage.steps.map import map_records


def main(description: str, folder: str, vocabularies: str) -> None:
    loaded = load_spec(Path(description))
    assert isinstance(loaded, LoadedSpec), loaded
    started = time.perf_counter()
    store, clock = FileStore(f"{folder}/data"), SystemClock()
    settings = HttpSettings("HeritageGuard-benchmark (benchmark@example.org)", Path(folder) / "scratch")
    snapshot = harvest(loaded, fetcher=HttpFetcher(settings, clock), store=store, clock=clock).snapshot
    harvested = time.perf_counter()
    mapped = map_records(
        loaded,
        snapshot,
        reader=Reader(),
        store=store,
        world=load_world(Path(vocabularies)),
        thresholds=load_thresholds(Path(vocabularies) / "thresholds.yaml"),
        words=load_column_words(Path(vocabularies) / "columns.yaml"),
    )
    ended = time.perf_counter()
    with store.capture_files(loaded.spec.id, snapshot) as files:
        for _ in Reader().rows(loaded.spec, files):
            pass
    read = time.perf_counter() - ended
    said = {
        "records": mapped.records,
        "seconds": ended - started,
        "harvest": harvested - started,
        "read": read,
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
