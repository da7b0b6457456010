"""Turns a captured register into records, rejected rows, and what changed since the last good snapshot."""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heritage.mapping import World, map_rows
from heritage.model.digest import inputs_digest
from heritage.ports.files import RowReader, SnapshotStore
from heritage.quality import compare
from heritage.spec.loader import LoadedSpec
from heritage.spec.thresholds import Thresholds

log = logging.getLogger(__name__)
_EXAMPLES = 20  # of each kind of note, kept in notes.json and on the page of the checks
_TOLD = 5  # of each kind of note, told in the log


@dataclass(frozen=True, slots=True)
class Mapped:
    """Counts; `reasons` by code of the rejected rows, `notes` by code of what goes into the report."""

    records: int
    rejected: int
    reasons: Mapping[str, int]
    notes: Mapping[str, int]
    changes: Mapping[str, int]


def map_records(
    loaded: LoadedSpec,
    snapshot: str,
    *,
    reader: RowReader,
    store: SnapshotStore,
    world: World,
    thresholds: Thresholds,
) -> Mapped:
    """Writes `records`, `rejected`, `changes` and `notes` of a snapshot.

    Raises SourceChanged with file, row and field when the capture is not the register described.
    """
    spec = loaded.spec
    inputs = inputs_digest("map", snapshot, spec.digest(), world.version, thresholds.digest())
    if not store.current(spec.id, snapshot, "records", inputs):
        with store.capture_files(spec.id, snapshot) as files:
            mapped = map_rows(spec, reader.rows(spec, files), world, thresholds.places)
        counts = Counter(issue.code.value for issue in mapped.issues)
        examples: dict[str, list[str]] = {code: [] for code in counts}
        for issue in mapped.issues:
            if len(examples[issue.code.value]) < _EXAMPLES:
                examples[issue.code.value].append(str(issue))
        store.write_json(spec.id, snapshot, "notes", {"counts": dict(counts), "examples": examples})
        store.write_table(spec.id, snapshot, "rejected", mapped.rejected, inputs)
        store.write_table(spec.id, snapshot, "records", mapped.records, inputs)  # last: it says "done"
    _write_changes(spec.id, snapshot, store)
    result = _counts(spec.id, snapshot, store)
    reasons = ", ".join(f"{n} {code}" for code, n in result.reasons.items())
    log.info(
        "Mapped %d of %d rows of %s; %s.",
        result.records,
        result.records + result.rejected,
        spec.title,
        f"{result.rejected} rejected: {reasons}" if result.rejected else "none rejected",
    )
    if result.notes:
        log.info("Noted: %s.", ", ".join(f"{n} {code}" for code, n in result.notes.items()))
        _tell_examples(store.read_json(spec.id, snapshot, "notes"))
    return result


def _tell_examples(notes: Mapping[str, Any]) -> None:
    """The first notes of each kind in words: what a maintainer completes the description with."""
    for code, examples in notes["examples"].items():
        for example in examples[:_TOLD]:
            log.info("%s", example)
        more = notes["counts"][code] - len(examples[:_TOLD])
        if more:
            log.info("… and %d more %s; checks.html lists up to %d.", more, code, _EXAMPLES)


def _write_changes(dataset: str, snapshot: str, store: SnapshotStore) -> None:
    """Against the last good snapshot; once this snapshot is the good one itself, what was found stays."""
    previous = store.last_good(dataset)
    if previous == snapshot and _has_changes(dataset, snapshot, store):
        return
    earlier = previous if previous != snapshot else None
    before = store.digest(dataset, earlier, "records") if earlier else "none"
    inputs = inputs_digest("changes", store.digest(dataset, snapshot, "records"), earlier or "", before)
    if store.current(dataset, snapshot, "changes", inputs):
        return
    old = store.read_table(dataset, earlier, "records") if earlier else None
    new = store.read_table(dataset, snapshot, "records")
    store.write_table(dataset, snapshot, "changes", compare(old, new), inputs)


def _has_changes(dataset: str, snapshot: str, store: SnapshotStore) -> bool:
    try:
        store.digest(dataset, snapshot, "changes")
    except FileNotFoundError:
        return False
    return True


def _counts(dataset: str, snapshot: str, store: SnapshotStore) -> Mapped:
    reasons = _count(dataset, snapshot, store, "rejected", "code")
    return Mapped(
        store.read_table(dataset, snapshot, "records", ["record_id"]).num_rows,
        reasons.total(),
        dict(reasons.most_common()),
        store.read_json(dataset, snapshot, "notes")["counts"],
        dict(_count(dataset, snapshot, store, "changes", "change").most_common()),
    )


def _count(dataset: str, snapshot: str, store: SnapshotStore, name: str, column: str) -> Counter[str]:
    return Counter(map(str, store.read_table(dataset, snapshot, name, [column])[column].to_pylist()))
