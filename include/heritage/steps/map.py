"""Turns a captured register into records, rejected rows, terms, and what changed since the last good one."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from heritage.mapping import World, hand_records
from heritage.model.digest import inputs_digest
from heritage.model.issue import Issue
from heritage.model.tables import RECORDS
from heritage.ports.files import RowReader, SnapshotStore
from heritage.quality import COMPARED, DRIFT, compare, drift, personal_columns
from heritage.spec.columns import ColumnWords
from heritage.spec.loader import LoadedSpec
from heritage.spec.thresholds import Thresholds

log = logging.getLogger(__name__)
_EXAMPLES = 20  # of each kind of note, kept in notes.json and on the page of the checks
_TOLD = 5  # of each kind of note, told in the log


@dataclass(frozen=True, slots=True)
class Mapped:
    """Counts; `reasons` by code of the rejected rows, `notes` by code of what goes into the report,
    `left_out` by code of the rows that the description does not take."""

    records: int
    rejected: int
    left_out: Mapping[str, int]
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
    words: ColumnWords,
) -> Mapped:
    """Writes `records`, `rejected`, `terms`, `columns`, `changes` and `notes` of a snapshot.

    Raises SourceChanged with file, row and field when the capture is not the register described.
    """
    spec = loaded.spec
    inputs = inputs_digest("map", snapshot, spec.digest(), world.version, thresholds.digest())
    if not store.current(spec.id, snapshot, "records", inputs):
        with (
            store.table_in_parts(spec.id, snapshot, "records", RECORDS, inputs) as write,  # whole at the end
            store.capture_files(spec.id, snapshot) as files,
        ):
            beside = hand_records(write, spec, reader.rows(spec, files), world, thresholds.places)
            people = personal_columns(spec, beside.columns, words)
            notes = _notes([*beside.issues, *people]) | {"left_out": dict(beside.left_out)}
            store.write_json(spec.id, snapshot, "notes", notes)
            store.write_table(spec.id, snapshot, "terms", beside.terms, inputs)
            store.write_table(spec.id, snapshot, "columns", beside.columns, inputs)
            store.write_table(spec.id, snapshot, "rejected", beside.rejected, inputs)
        del beside
    _compare_with_last_good(spec.id, snapshot, store, thresholds)
    result = _counts(spec.id, snapshot, store)
    _tell(spec.title, result)
    if result.notes:
        _tell_examples(store.read_json(spec.id, snapshot, "notes"))
    return result


def _notes(issues: Iterable[Issue]) -> dict[str, Any]:
    """How many of each kind, and the first of them in words."""
    counts: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    for issue in issues:
        code = issue.code.value
        counts[code] += 1
        if counts[code] <= _EXAMPLES:
            examples.setdefault(code, []).append(str(issue))
    return {"counts": dict(counts), "examples": examples}


def _tell(title: str, result: Mapped) -> None:
    listed = {
        name: ", ".join(f"{n} {code}" for code, n in counts.items())
        for name, counts in (("rejected", result.reasons), ("left", result.left_out), ("noted", result.notes))
    }
    left = sum(result.left_out.values())
    log.info(
        "Mapped %d of %d rows of %s; %s%s.",
        result.records,
        result.records + result.rejected + left,
        title,
        f"{result.rejected} rejected: {listed['rejected']}" if result.rejected else "none rejected",
        f"; {left} left out: {listed['left']}" if left else "",
    )
    if result.notes:
        log.info("Noted: %s.", listed["noted"])


def _tell_examples(notes: Mapping[str, Any]) -> None:
    """The first notes of each kind in words: what a maintainer completes the description with."""
    for code, examples in notes["examples"].items():
        for example in examples[:_TOLD]:
            log.info("%s", example)
        more = notes["counts"][code] - len(examples[:_TOLD])
        if more:
            log.info("… and %d more %s; checks.html lists up to %d.", more, code, _EXAMPLES)


def _compare_with_last_good(
    dataset: str, snapshot: str, store: SnapshotStore, thresholds: Thresholds
) -> None:
    """What changed and drifted; once this snapshot is the good one itself, what was found stays."""
    previous = store.last_good(dataset)
    if previous == snapshot and _has("changes", dataset, snapshot, store):
        return
    earlier = previous if previous != snapshot else None
    before = store.digest(dataset, earlier, "records") if earlier else "none"
    inputs = inputs_digest("changes", store.digest(dataset, snapshot, "records"), earlier or "", before)
    if store.current(dataset, snapshot, "changes", inputs):
        return
    if earlier and _has("columns", dataset, earlier, store):  # a snapshot of an older version has none
        _note_drift(dataset, snapshot, earlier, store, thresholds)
    old = store.read_table(dataset, earlier, "records", COMPARED) if earlier else None
    new = store.read_table(dataset, snapshot, "records", COMPARED if earlier else ["record_id"])
    store.write_table(dataset, snapshot, "changes", compare(old, new), inputs)


def _note_drift(
    dataset: str, snapshot: str, earlier: str, store: SnapshotStore, thresholds: Thresholds
) -> None:
    """Puts what drifted into the notes, in place of what was found there before."""
    was, now = (store.read_table(dataset, one, "columns") for one in (earlier, snapshot))
    found = _notes(drift(dataset, was, now, thresholds.snapshot))
    notes = store.read_json(dataset, snapshot, "notes")
    for kind in ("counts", "examples"):
        notes[kind] = {code: said for code, said in notes[kind].items() if code not in DRIFT} | found[kind]
    store.write_json(dataset, snapshot, "notes", notes)


def _has(name: str, dataset: str, snapshot: str, store: SnapshotStore) -> bool:
    try:
        store.digest(dataset, snapshot, name)
    except FileNotFoundError:
        return False
    return True


def _counts(dataset: str, snapshot: str, store: SnapshotStore) -> Mapped:
    reasons = _count(dataset, snapshot, store, "rejected", "code")
    notes = store.read_json(dataset, snapshot, "notes")
    return Mapped(
        store.read_table(dataset, snapshot, "records", ["record_id"]).num_rows,
        reasons.total(),
        notes["left_out"],
        dict(reasons.most_common()),
        notes["counts"],
        dict(_count(dataset, snapshot, store, "changes", "change").most_common()),
    )


def _count(dataset: str, snapshot: str, store: SnapshotStore, name: str, column: str) -> Counter[str]:
    found: Any = store.read_table(dataset, snapshot, name, [column])[column].value_counts()
    return Counter({pair["values"]: pair["counts"] for pair in found.to_pylist()})
