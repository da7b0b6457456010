"""Compares what the records say with what the items say, and writes down the edits that would be made."""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import pyarrow as pa

from heritage.disclosure.gate import for_wiki
from heritage.model.arrow import pc, rows_together
from heritage.model.constraint import ConstraintList
from heritage.model.digest import digest_json, inputs_digest
from heritage.model.edit import Content
from heritage.model.tables import RECORDS
from heritage.ports.decisions import Journal
from heritage.ports.files import SnapshotStore
from heritage.ports.wiki import READ_TOGETHER, WikiReader
from heritage.spec.loader import LoadedSpec
from heritage.statements.content_json import from_json
from heritage.statements.desired import described_alike
from heritage.steps.claims import Claims
from heritage.steps.found import Found
from heritage.steps.proposed_edit import NO_IDENTIFIER, Register, compare
from heritage.steps.scrutinise import Scrutiny

log = logging.getLogger(__name__)
_TOLD = tuple(name for name in RECORDS.names if name != "source_row")
"""The columns of RECORDS that may leave the house at all: the row itself is most of a register."""


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


def propose(
    loaded: LoadedSpec,
    snapshot: str,
    *,
    store: SnapshotStore,
    reader: WikiReader,
    journal: Journal,
    target: str,
    constraints: ConstraintList,
    images: Mapping[str, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Proposed:
    """Writes `edits` (schema EDITS, a row an item that lacks something), `conflicts` and `findings` (schema
    FINDINGS) of a snapshot. `constraints` hold where the wiki states none of its own; `images` are the files
    that we put on Commons, by record id. An edit with a critical finding is a conflict.

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
    shown = digest_json(sorted((images or {}).items()))
    inputs = inputs_digest("propose", *upstream, spec.digest(), target, claimed, constraints.version, shown)
    if not store.current(spec.id, snapshot, "edits", inputs):
        risk = store.read_table(spec.id, snapshot, "risk")
        records = store.read_table(spec.id, snapshot, "records", _TOLD)
        told = for_wiki(records, risk).sort_by("record_id")
        delivered, created = _delivered(journal, target, spec.id)
        register = Register(
            spec=spec,
            snapshot=snapshot,
            retrieved=store.captured(spec.id, snapshot).retrieved_at.date(),
            alike=described_alike(_rows(told), spec),
            levels=dict(zip(*risk.select(["record_id", "level"]).to_pydict().values(), strict=True)),
            delivered=delivered,
            claims=claims,
            records=records,
            risk=risk,
            images=images or {},
        )
        found = _compare(register, told, matches, created, reader, Scrutiny(reader, constraints), progress)
        whole = sum(not row["withheld"] for row in told.select(["withheld"]).to_pylist())
        edits, conflicts, findings = found.tables()
        result = _count(
            edits,
            conflicts,
            findings,
            withheld=records.num_rows - whole + found.withheld,
            already=found.already,
            held_back=found.held_back,
        )
        store.write_table(spec.id, snapshot, "conflicts", conflicts, inputs)
        store.write_table(spec.id, snapshot, "findings", findings, inputs)
        store.write_json(spec.id, snapshot, "proposed", asdict(result))
        store.write_table(spec.id, snapshot, "edits", edits, inputs)  # last: it says "done"
    result = Proposed(**store.read_json(spec.id, snapshot, "proposed"))
    log.info(
        "Proposed %d edits for %s, %d of them new items: %d statements and %d references to add, %d said "
        "already; %d conflicts are reported and not edited, %d records are published in part or not at all.",
        *(result.edits, spec.title, result.new_items, result.statements, result.references),
        *(result.already, result.conflicts, result.withheld),
    )
    if result.findings:
        log.info(
            "Looked at as people on the wiki would, by code: %s; %d edits are held back.",
            ", ".join(f"{number} {code}" for code, number in result.findings.items()),
            result.held_back,
        )
    if result.unidentified:
        log.info(
            "%d records of %s get no new item, because the description names no identifier property.",
            *(result.unidentified, spec.title),
        )
    return result


def _compare(
    register: Register,
    told: pa.Table,
    matches: pa.Table,
    created: dict[str, str],
    reader: WikiReader,
    scrutiny: Scrutiny,
    progress: Callable[[int, int], None] | None,
) -> Found:
    settled = matches.filter(pc.not_equal(matches["decision"], "review"))
    items = pc.if_else(pc.equal(settled["decision"], "match"), settled["qid"], None)
    matched = dict(zip(settled["record_id"].to_pylist(), items.to_pylist(), strict=True))
    told = told.filter(pc.is_in(told["record_id"], pa.array(matched, pa.string())))
    found = Found()
    for rows in rows_together(told, READ_TOGETHER, progress):
        items = {row["record_id"]: matched[row["record_id"]] for row in rows}
        identifier = register.spec.item.identifier
        without = [record_id for record_id, qid in items.items() if qid is None]
        unknown = [record_id for record_id in without if record_id not in created]
        carriers = reader.find_by_identifiers(identifier, unknown) if identifier else {}
        for record_id in without:
            standing = [created[record_id]] if record_id in created else carriers.get(record_id, ())
            if len(standing) > 1:
                found.refuse(record_id, None, f"several items carry this identifier: {', '.join(standing)}")
                del items[record_id]
            elif standing:
                items[record_id] = standing[0]
        live = reader.read([qid for qid in items.values() if qid])
        whole = sum(not row["withheld"] for row in rows)
        rows = register.beside_protected(rows, {r: live[qid] for r, qid in items.items() if qid in live})
        found.withheld += whole - sum(not row["withheld"] for row in rows)
        drafted = []
        for row in rows:
            if row["record_id"] in items:
                qid = items[row["record_id"]]
                compared = compare(register, row, qid, live)
                found.take(row["record_id"], qid, compared)
                drafted.append((row, compared))
        found.look(drafted, scrutiny)
    return found


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


def _count(
    edits: pa.Table,
    conflicts: pa.Table,
    findings: pa.Table,
    *,
    withheld: int,
    already: int,
    held_back: int,
) -> Proposed:
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
        unidentified=conflicts["reason"].to_pylist().count(NO_IDENTIFIER),
        findings=dict(Counter(map(str, findings["code"].to_pylist())).most_common()),
        held_back=held_back,
    )


def _rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    for batch in table.select(["names", "municipality"]).to_batches(max_chunksize=10_000):
        yield from batch.to_pylist()
