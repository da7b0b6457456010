"""A small layer in any format, and the way from its files to features."""

import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import shapely
import yaml

from heritage.adapters.files import FileStore
from heritage.adapters.harvest import FileFetcher, Reader
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.adapters.world import load_world
from heritage.mapping import World
from heritage.ports.files import Fetcher
from heritage.spec.loader import LoadedLayer, load_layer
from heritage.spec.thresholds import load_thresholds
from heritage.steps.features import Featured, features
from heritage.steps.harvest import harvest

ROOT = Path(__file__).resolve().parent.parent
VOCABULARIES = ROOT / "datasets" / "_vocabularies"
TODAY = date(2026, 11, 21)


class Day:
    """A clock that stands at noon of one day."""

    def __init__(self, day: date = TODAY) -> None:
        self._day = day

    def now(self) -> datetime:
        return datetime(self._day.year, self._day.month, self._day.day, 12, tzinfo=UTC)


@cache
def world() -> World:
    return load_world(VOCABULARIES)


def layer(
    folder: Path, harvest: dict[str, Any] | None = None, unverified: str = "", **changes: Any
) -> LoadedLayer:
    """A layer of alerts, described below `folder`."""
    content = {
        "id": "world_demo",
        "title": "Demo alerts",
        "publisher": {"name": "Demo"},
        "kind": "layer",
        "maintainers": ["demo"],
        "licence": {"id": "CC0-1.0", "evidence": "https://example.org/licence"},
        "sample": "synthetic",
        "unverified": unverified,
        "harvest": {"protocol": "geojson", "url": "https://example.org/alerts.geojson", **(harvest or {})},
        "layer": {"scheme": "gdacs_alert", "value": "level", "features": [0, 10_000], **changes},
    }
    path = folder / "world_demo" / "world_demo.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    loaded = load_layer(path)
    assert isinstance(loaded, LoadedLayer), loaded
    return loaded


def alerts(*said: tuple[Any, dict[str, Any]], **members: Any) -> bytes:
    """A GeoJSON feature collection; each is a shape (or what stands for one) and its properties."""
    listed = [
        {
            "type": "Feature",
            "properties": {"level": "Red", **properties},
            "geometry": shapely.geometry.mapping(shape) if isinstance(shape, shapely.Geometry) else shape,
        }
        for shape, properties in said
    ]
    return json.dumps({"type": "FeatureCollection", "features": listed, **members}).encode()


def run(
    loaded: LoadedLayer, store: FileStore, files: Path | bytes, day: date = TODAY
) -> tuple[str, Featured]:
    """Harvests the file (or its content) on that day and makes features; snapshot and counts."""
    if isinstance(files, bytes):
        path = loaded.folder / loaded.spec.harvest.option("file_name", "page.json")
        path.write_bytes(files)
        files = path
    return of_capture(loaded, store, FileFetcher(files), day)


def of_capture(
    loaded: LoadedLayer, store: FileStore, fetcher: Fetcher, day: date = TODAY
) -> tuple[str, Featured]:
    """The same from whoever fetches."""
    pulled = harvest(loaded, fetcher=fetcher, store=store, clock=Day(day))
    counts = features(
        loaded,
        pulled.snapshot,
        reader=Reader(),
        store=store,
        vocabularies=YamlVocabularies(VOCABULARIES),
        world=world(),
        thresholds=load_thresholds(VOCABULARIES / "thresholds.yaml"),
        clock=Day(day),
    )
    return pulled.snapshot, counts
