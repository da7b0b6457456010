"""Fetches a register and keeps the bytes as they came."""

import logging
from dataclasses import dataclass

from heritage.ports.clock import Clock
from heritage.ports.files import Fetcher, SnapshotStore
from heritage.spec.loader import LoadedSpec

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Harvested:
    """`new` is False when the register sent the same bytes as in an earlier pull."""

    snapshot: str
    new: bool
    files: int
    size_bytes: int


def harvest(loaded: LoadedSpec, *, fetcher: Fetcher, store: SnapshotStore, clock: Clock) -> Harvested:
    """Pulls the register once. Raises SourceUnavailable or SourceChanged; nothing is kept then."""
    spec = loaded.spec
    files = fetcher.fetch(loaded)
    capture, new = store.capture(spec, files, clock.now())
    size = sum(len(file.content) for file in files)
    said = "a new snapshot" if new else "the same bytes as before"
    log.info(
        "Fetched %s of %s, %.1f kB: %s, %s.",
        ", ".join(capture.files),
        spec.title,
        size / 1000,
        said,
        capture.snapshot,
    )
    return Harvested(capture.snapshot, new, len(files), size)
