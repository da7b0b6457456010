"""Compares what the records say with what the items say, and writes down the edits that would be made."""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from heritage.disclosure.gate import for_wiki
from heritage.model.digest import inputs_digest
from heritage.model.edit import Content, Kind
from heritage.model.tables import EDITS
from heritage.ports.decisions import Journal
from heritage.ports.files import SnapshotStore
from heritage.ports.wiki import Entity, WikiReader
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec
from heritage.statements.afterwards import without_delivered
from heritage.statements.content_json import edit_id, from_json, to_json
from heritage.statements.desired import Described, described_alike, desired
from heritage.statements.difference import diff
from heritage.statements.live import parse_entity
from heritage.statements.selection import kinds_of
from heritage.statements.sendable import sendable
from heritage.steps.claims import Claims, raised

log = logging.getLogger(__name__)

READ_TOGETHER = 50  # items a request, the limit of the API
_NO_IDENTIFIER = "it gets no new item, because the description names no identifier property"

CONFLICTS = pa.schema(
    [
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("qid", pa.string()),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
"""What is reported and not edited: an item says otherwise, is gone, or the value cannot be sent."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """`edits` includes `new_items`; `already` counts what the items said as we would; `withheld` records of
    which disclosure keeps something or everything back; `conflicts` rows of the table of that name, and
    `unidentified` those of them whose record gets no new item because the description names no property;
    `findings` rows of the table of that name by code, and `held_back` the edits that are not proposed for a
    critical one."""

    edits: int
    new_items: int
    statements: int
    references: int
    conflicts: int
    withheld: int
    already: int
    unidentified: int = 0
    findings: dict[str, int] = field(default_factory=dict)
    held_back: int = 0


@dataclass(frozen=True, slots=True)
class _Register:
    """What is the same for every record of a run."""

    spec: DatasetSpec
    snapshot: str
    retrieved: date
    alike: frozenset[Described]
    levels: dict[str, str]
    delivered: dict[str, list[Content]]
    claims: Claims
    records: pa.Table
    risk: pa.Table

    def beside_protected(
        self, rows: list[dict[str, Any]], on_items: dict[str, Entity]
    ) -> list[dict[str, Any]]:
        """The rows as they may stand on these items, by record id: another register may protect the place."""
        stricter = {}
        for record_id in on_items:
            own = self.spec.item.identifier, record_id
            stricter[record_id] = self.claims.on(parse_entity(on_items[record_id]), own)
        raised_ids = [r["record_id"] for r in rows if stricter.get(r["record_id"], "") > r["disclosure"]]
        if not raised_ids:
            return rows
        about = pc.is_in(self.records["record_id"], pa.array(raised_ids, pa.string()))
        less = for_wiki(self.records.filter(about), raised(self.risk, stricter)).to_pylist()
        told = {row["record_id"]: row for row in less}
        kept = (told.get(r["record_id"]) if r["record_id"] in raised_ids else r for r in rows)
        return [row for row in kept if row]


def propose(
    loaded: LoadedSpec,
    snapshot: str,
    *,
    store: SnapshotStore,
    reader: WikiReader,
    journal: Journal,
    target: str,
    progress: Callable[[int, int], None] | None = None,
) -> Proposed:
    """Writes `edits` (schema EDITS, a row an item that lacks something) and `conflicts` of a snapshot.

    Records pass the disclosure gate first; those that wait for review get no edit. All kinds of information
    are rehearsed, so that the body sees what a closed licence keeps back; the upload asks the licence gate.
    A new record whose identifier stands on an item is an edit of that item.
    Raises WikiBusy when the wiki does not answer.
    """
    spec = loaded.spec
    upstream = [store.digest(spec.id, snapshot, name) for name in ("records", "risk", "matches")]
    claims = Claims.read(store, spec.id)
    matches = store.read_table(spec.id, snapshot, "matches", ["record_id", "decision", "qid"])
    claimed = claims.digest_of(map(str, matches["qid"].drop_null().to_pylist()))
    inputs = inputs_digest("propose", *upstream, spec.digest(), target, claimed)
    if not store.current(spec.id, snapshot, "edits", inputs):
        risk = store.read_table(spec.id, snapshot, "risk")
        records = store.read_table(spec.id, snapshot, "records")
        told = for_wiki(records, risk).sort_by("record_id")
        delivered, created = _delivered(journal, target, spec.id)
        register = _Register(
            spec=spec,
            snapshot=snapshot,
            retrieved=store.captured(spec.id, snapshot).retrieved_at.date(),
            alike=described_alike(_rows(told), spec),
            levels={
                row["record_id"]: row["level"] for row in risk.select(["record_id", "level"]).to_pylist()
            },
            delivered=delivered,
            claims=claims,
            records=records,
            risk=risk,
        )
        edits, conflicts, counts = _compare(register, told, matches, created, reader, progress)
        whole = sum(not row["withheld"] for row in told.select(["withheld"]).to_pylist())
        result = _count(
            edits,
            conflicts,
            withheld=records.num_rows - whole + counts["withheld"],
            already=counts["already"],
        )
        store.write_table(spec.id, snapshot, "conflicts", conflicts, inputs)
        store.write_json(spec.id, snapshot, "proposed", asdict(result))
        store.write_table(spec.id, snapshot, "edits", edits, inputs)  # last: it says "done"
    result = Proposed(**store.read_json(spec.id, snapshot, "proposed"))
    log.info(
        "Proposed %d edits for %s, %d of them new items: %d statements and %d references to add, %d said "
        "already; %d conflicts are reported and not edited, %d records are published in part or not at all.",
        *(result.edits, spec.title, result.new_items, result.statements, result.references),
        *(result.already, result.conflicts, result.withheld),
    )
    if result.unidentified:
        log.info(
            "%d records of %s get no new item, because the description names no identifier property.",
            *(result.unidentified, spec.title),
        )
    return result


def _compare(
    register: _Register,
    told: pa.Table,
    matches: pa.Table,
    created: dict[str, str],
    reader: WikiReader,
    progress: Callable[[int, int], None] | None,
) -> tuple[pa.Table, pa.Table, Counter[str]]:
    found = {
        row["record_id"]: row["qid"] if row["decision"] == "match" else None
        for row in matches.to_pylist()
        if row["decision"] != "review"
    }
    told = told.filter(pc.is_in(told["record_id"], pa.array(found, pa.string())))
    edits: list[dict[str, Any]] = []
    conflicts: list[dict[str, Any]] = []
    counts: Counter[str] = Counter()
    for start in range(0, told.num_rows, READ_TOGETHER):
        rows = told.slice(start, READ_TOGETHER).to_pylist()
        items = {row["record_id"]: found[row["record_id"]] for row in rows}
        identifier = register.spec.item.identifier
        without = [record_id for record_id, qid in items.items() if qid is None]
        unknown = [record_id for record_id in without if record_id not in created]
        carriers = reader.find_by_identifiers(identifier, unknown) if identifier else {}
        for record_id in without:
            standing = [created[record_id]] if record_id in created else carriers.get(record_id, ())
            if len(standing) > 1:
                reason = f"several items carry this identifier: {', '.join(standing)}"
                conflicts.append({"record_id": record_id, "qid": None, "reason": reason})
                del items[record_id]
            elif standing:
                items[record_id] = standing[0]
        live = reader.read([qid for qid in items.values() if qid])
        whole = sum(not row["withheld"] for row in rows)
        rows = register.beside_protected(rows, {r: live[qid] for r, qid in items.items() if qid in live})
        counts["withheld"] += whole - sum(not row["withheld"] for row in rows)
        for row in rows:
            if row["record_id"] not in items:
                continue
            qid = items[row["record_id"]]
            edit, reasons, already = _edit(register, row, qid, live)
            counts["already"] += already
            conflicts += [{"record_id": row["record_id"], "qid": qid, "reason": why} for why in reasons]
            if edit:
                edits.append(edit)
        if progress:
            progress(min(start + READ_TOGETHER, told.num_rows), told.num_rows)
    edits, doubled = _one_record_an_item(edits)
    return (
        pa.Table.from_pylist(edits, schema=EDITS),
        pa.Table.from_pylist(conflicts + doubled, schema=CONFLICTS).sort_by("record_id"),
        counts,
    )


def _edit(
    register: _Register, row: dict[str, Any], qid: str | None, live: dict[str, Entity]
) -> tuple[dict[str, Any] | None, Sequence[str], int]:
    """The row of EDITS, if anything is to be added; what is reported; how much stood there already."""
    spec, record_id = register.spec, row["record_id"]
    if qid and qid not in live:
        return None, (f"{qid} is deleted or was never there",), 0
    wanted = desired(row, spec, register.retrieved, new=not qid, alike=register.alike)
    content, reasons = sendable(wanted)
    if not qid and not content.empty:
        identified = any(s.property == spec.item.identifier for s in content.statements)
        if not identified or not content.labels:
            return None, (*reasons, _lacking(spec, identified)), 0
    additions, already = content, 0
    if qid:
        item = parse_entity(live[qid])
        qid = item.qid
        result = diff(content, item, spec.item.identifier)
        additions, removed = without_delivered(result.additions, register.delivered.get(record_id, ()))
        reasons, already = (*reasons, *result.conflicts, *removed), result.already
    if additions.empty:
        return None, reasons, already
    edit = {
        "edit_id": edit_id(spec.id, record_id, qid, content),
        "dataset": spec.id,
        "snapshot": register.snapshot,
        "record_id": record_id,
        "name": row["name"],
        "qid": qid,
        "level": register.levels[record_id],
        "kinds": kinds_of(additions) if qid else [Kind.NEW_ITEMS.value],
        "content": to_json(content),
        "additions": to_json(additions),
        "withheld": row["withheld"],
        "conflicts": list(reasons),
    }
    return edit, reasons, already


def _lacking(spec: DatasetSpec, identified: bool) -> str:
    """Why a record gets no new item."""
    if spec.item.identifier is None:
        return _NO_IDENTIFIER
    return f"a new item needs {'a name' if identified else 'an identifier'} that can be sent"


def _one_record_an_item(edits: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Items that two records claim, by a redirect or by an identifier found live, are left to people."""
    claims = Counter(edit["qid"] for edit in edits if edit["qid"])
    conflicts = [
        {"record_id": e["record_id"], "qid": e["qid"], "reason": f"several records claim {e['qid']}"}
        for e in edits
        if claims[e["qid"]] > 1
    ]
    return [edit for edit in edits if claims[edit["qid"]] <= 1], conflicts


def _delivered(
    journal: Journal, target: str, dataset: str
) -> tuple[dict[str, list[Content]], dict[str, str]]:
    """What we added to each record's item so far, and the items that we know each record has."""
    contents: dict[str, list[Content]] = defaultdict(list)
    items: dict[str, str] = {}
    for entry in journal.delivered(target, dataset):
        contents[entry.record_id].append(from_json(entry.content))
        if entry.qid:
            items[entry.record_id] = entry.qid
    return contents, items


def _count(edits: pa.Table, conflicts: pa.Table, *, withheld: int, already: int) -> Proposed:
    statements = references = 0
    for text in edits["additions"].to_pylist():
        content = from_json(str(text))
        statements += len(content.statements)
        references += len(content.references)
    return Proposed(
        edits=edits.num_rows,
        new_items=edits["qid"].null_count,
        statements=statements,
        references=references,
        conflicts=conflicts.num_rows,
        withheld=withheld,
        already=already,
        unidentified=conflicts["reason"].to_pylist().count(_NO_IDENTIFIER),
    )


def _rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    for batch in table.select(["names", "municipality"]).to_batches(max_chunksize=10_000):
        yield from batch.to_pylist()
