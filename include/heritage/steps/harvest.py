"""Fetches a register and keeps the bytes as they came."""

import logging
from dataclasses import dataclass

from heritage.errors import SourceChanged, SourceUnavailable
from heritage.ports.clock import Clock
from heritage.ports.files import Fetcher, SnapshotStore
from heritage.spec.loader import LoadedSource

log = logging.getLogger(__name__)
_NAMED = 5  # files that a message names


@dataclass(frozen=True, slots=True)
class Harvested:
    """`new` is False when the register sent the same as in an earlier pull; `size_bytes` of what came now,
    `rows` where the server counts them."""

    snapshot: str
    new: bool
    files: int
    size_bytes: int
    rows: int | None


def harvest(loaded: LoadedSource, *, fetcher: Fetcher, store: SnapshotStore, clock: Clock) -> Harvested:
    """Pulls the register once. Raises SourceUnavailable or SourceChanged; nothing is kept then."""
    try:
        return _pull(loaded, fetcher, store, clock)
    except (SourceUnavailable, SourceChanged):
        good = store.last_good(loaded.spec.id)
        if good:
            log.info("The last good snapshot of %s, %s, stays in use.", loaded.spec.title, good)
        raise


def _pull(loaded: LoadedSource, fetcher: Fetcher, store: SnapshotStore, clock: Clock) -> Harvested:
    spec = loaded.spec
    last = store.last_capture(spec.id)
    with fetcher.fetch(loaded, last) as pulled:
        if pulled is None and last is not None:
            store.mark_seen(spec.id, last.snapshot, clock.now())
            log.info("%s is what it was: the server says so of snapshot %s.", spec.title, last.snapshot)
            return Harvested(last.snapshot, False, len(last.files), 0, last.received)
        if pulled is None:
            raise AssertionError("a register cannot be unchanged before its first pull")
        size = sum(file.path.stat().st_size for file in pulled.files)
        capture, new = store.capture(spec, pulled, clock.now())
        if not new:
            store.mark_seen(spec.id, capture.snapshot, clock.now())
    said = "a new snapshot" if new else "the same content as before"
    counted = f", {capture.received} rows as announced" if capture.announced is not None else ""
    log.info(
        "Fetched %s of %s, %.1f kB%s: %s, %s.",
        _named(capture.files),
        spec.title,
        size / 1000,
        counted,
        said,
        capture.snapshot,
    )
    return Harvested(capture.snapshot, new, len(capture.files), size, capture.received)


def _named(files: tuple[str, ...]) -> str:
    return ", ".join(files) if len(files) <= _NAMED else f"{len(files)} files"
