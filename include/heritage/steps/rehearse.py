"""Runs proposed edits against a copy of the items: what an upload would send, and what would stop it."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from heritage.model.constraint import ConstraintList
from heritage.model.digest import inputs_digest
from heritage.ports.decisions import JournalEntry
from heritage.ports.files import SnapshotStore
from heritage.ports.wiki import Entity, WikiReader
from heritage.spec.loader import LoadedSpec
from heritage.statements.afterwards import lacking
from heritage.statements.applied import applied, described
from heritage.statements.live import parse_entity
from heritage.statements.wikibase_json import entity_data
from heritage.steps.plan_upload import UploadBatch
from heritage.steps.prepare_edit import Preparation, Skip
from heritage.steps.read_ahead import Ahead
from heritage.steps.upload import counted, planned

log = logging.getLogger(__name__)

REHEARSAL = pa.schema(
    [
        pa.field("edit_id", pa.string(), nullable=False),
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("stopped", pa.string()),
    ]
)
"""A row an edit; `stopped` says why it would not be sent, or not arrive whole, and is null where it would."""
TOGETHER = 2_000  # edits whose items are held in memory at once
_SAME_NAME = "another new item of the register has this name and description"


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """`sent` edits stand on the copy whole; `stopped` are counted by reason. `again` edits would be sent by a
    second run over the copy: none, unless an upload could not be repeated safely."""

    edits: int
    sent: int
    stopped: dict[str, int]
    again: int


class _Copy:
    """Items as they are read, and what the rehearsal makes of them; the wiki itself is never written to."""

    def __init__(self, reader: WikiReader, named: set[tuple[str, str, str]]) -> None:
        self._reader = reader
        self._items: dict[str, Entity] = {}
        self._made: dict[tuple[str, str], str] = {}
        self._named = named

    def read(self, qids: Sequence[str]) -> dict[str, Entity]:
        rest = [qid for qid in qids if qid not in self._items]
        found = self._reader.read(rest) if rest else {}
        # a redirect leads to an item that may have been edited under its own id
        kept = {qid: self._items.get(entity["id"], entity) for qid, entity in found.items()}
        return kept | {qid: self._items[qid] for qid in qids if qid in self._items}

    def latest(self, qids: Sequence[str]) -> Mapping[str, int]:
        return {qid: int(entity["lastrevid"]) for qid, entity in self.read(qids).items()}

    def find_by_identifiers(self, property: str, values: Sequence[str]) -> Mapping[str, Sequence[str]]:
        found = self._reader.find_by_identifiers(property, values)
        made = {v: [self._made[property, v]] for v in values if (property, v) in self._made}
        return {value: made.get(value) or found[value] for value in values}

    def properties(self, pids: Sequence[str]) -> Mapping[str, Entity]:
        return self._reader.properties(pids)

    def write(self, entry: JournalEntry, data: Entity, entity: Entity | None, identifier: str | None) -> str:
        """Gives the item's id. Raises Skip where the wiki would refuse."""
        qid = entity["id"] if entity else f"Q{10**9 + int(entry.edit_id[:12], 16)}"
        after = applied(entity, qid, data)
        if entity is None:
            pairs = set(described(after))
            if pairs & self._named:
                raise Skip(_SAME_NAME)
            self._named |= pairs
            if identifier:
                self._made[identifier, entry.record_id] = qid
        self._items[qid] = after
        return str(qid)


class _NothingDelivered:
    """What was delivered before is left out of proposed edits already."""

    def delivered(self, *_: str) -> list[JournalEntry]:
        return []


class _Still:
    """A clock that stands, so that what was copied stays fresh."""

    def now(self) -> datetime:
        return datetime(2000, 1, 1, tzinfo=UTC)


def rehearse(
    loaded: LoadedSpec,
    snapshot: str,
    *,
    store: SnapshotStore,
    reader: WikiReader,
    target: str,
    constraints: ConstraintList,
    progress: Callable[[int, int], None] | None = None,
) -> Rehearsed:
    """Writes `rehearsal` (schema REHEARSAL) beside the proposed edits of a snapshot.

    Every edit goes the way of an upload: looked at again, compared with the item, put into the JSON that
    would be sent, and carried out on a copy of the item, which is then read back. Then a second upload of the
    same edits is tried on the copy. Raises WikiBusy when the wiki does not answer.
    """
    spec = loaded.spec
    version = store.digest(spec.id, snapshot, "edits")
    inputs = inputs_digest("rehearse", version, target, constraints.version)
    if not store.current(spec.id, snapshot, "rehearsal", inputs):
        edits = store.read_table(spec.id, snapshot, "edits", inputs=version)
        rows: list[dict[str, Any]] = []
        named: set[tuple[str, str, str]] = set()
        again = 0
        for start in range(0, edits.num_rows, TOGETHER):
            batch = UploadBatch(
                "rehearsal",
                spec.id,
                spec.title,
                spec.item.identifier,
                target,
                (),
                edits.slice(start, TOGETHER),
            )
            run = _Run(batch, _Copy(reader, named), constraints)
            rows += run.first()
            again += run.second()
            if progress:
                progress(min(start + TOGETHER, edits.num_rows), edits.num_rows)
        stopped = Counter(counted(row["stopped"]) for row in rows if row["stopped"])
        result = Rehearsed(len(rows), len(rows) - stopped.total(), dict(stopped.most_common()), again)
        store.write_json(spec.id, snapshot, "rehearsed", asdict(result))
        store.write_table(
            spec.id, snapshot, "rehearsal", pa.Table.from_pylist(rows, schema=REHEARSAL), inputs
        )
    result = Rehearsed(**store.read_json(spec.id, snapshot, "rehearsed"))
    why = ", ".join(f"{number} {reason}" for reason, number in result.stopped.items()) or "none"
    log.info(
        "Rehearsed %d edits of %s on a copy: %d would arrive whole; stopped: %s; a second run would send %d.",
        *(result.edits, spec.title, result.sent, why, result.again),
    )
    return result


@dataclass(frozen=True)
class _Run:
    """The edits of a batch on one copy."""

    batch: UploadBatch
    items: _Copy
    constraints: ConstraintList

    def first(self) -> Iterator[dict[str, Any]]:
        for entry, preparation in self._entries():
            try:
                self._send(entry, preparation)
                why = None
            except Skip as skip:
                why = str(skip)
            yield {"edit_id": entry.edit_id, "record_id": entry.record_id, "stopped": why}

    def second(self) -> int:
        """How many edits would be sent again."""
        sent = 0
        for entry, preparation in self._entries():
            try:
                preparation.prepare(entry)
                sent += 1
            except Skip:
                continue
        return sent

    def _entries(self) -> Iterator[tuple[JournalEntry, Preparation]]:
        entries = planned(self.batch)
        journal: Any = _NothingDelivered()
        preparation = Preparation(
            self.batch, journal, self.items, _Still(), entries, Ahead(), self.constraints
        )
        return ((entry, preparation) for entry in entries)

    def _send(self, entry: JournalEntry, preparation: Preparation) -> None:
        content, entity = preparation.prepare(entry)
        data = entity_data(content, entry.edit_id, entity)
        qid = self.items.write(entry, data, entity, self.batch.identifier)
        preparation.delivered(entry, qid)
        lacks = lacking(content, parse_entity(self.items.read([qid])[qid]))
        if lacks:
            raise Skip(f"arrives in part: {', '.join(lacks)}")
