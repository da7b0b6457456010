"""What one record would add to its item, and why the rest is not added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from heritage.disclosure.gate import for_wiki
from heritage.model.edit import Content, Kind
from heritage.model.finding import Finding
from heritage.ports.wiki import Entity
from heritage.spec.dataset import DatasetSpec
from heritage.statements.afterwards import without_delivered
from heritage.statements.content_json import edit_id, to_json
from heritage.statements.desired import Described, desired
from heritage.statements.difference import diff
from heritage.statements.images import commons_name
from heritage.statements.live import LiveItem, parse_entity
from heritage.statements.selection import kinds_of
from heritage.statements.sendable import sendable
from heritage.steps.claims import Claims
from heritage.steps.rulings import raised
from heritage.steps.scrutinise import Draft, said_otherwise

NO_IDENTIFIER = "it gets no new item, because the description names no identifier property"


@dataclass(frozen=True, slots=True)
class Register:
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
    images: Mapping[str, str] = field(default_factory=dict)
    """Record id to the name of the file that we put on Commons for it."""

    def image(self, row: Mapping[str, Any]) -> str | None:
        """The file on Commons that shows the place; none where the record's own image may not be told."""
        given = row["image"]
        if not given:
            return None
        return self.images.get(row["record_id"]) or commons_name(given["file"])

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
        about = pa.array(raised_ids, pa.string())
        records, risk = (one.filter(pc.is_in(one["record_id"], about)) for one in (self.records, self.risk))
        less = for_wiki(records, raised(risk, stricter)).to_pylist()
        told = {row["record_id"]: row for row in less}
        kept = (told.get(r["record_id"]) if r["record_id"] in raised_ids else r for r in rows)
        return [row for row in kept if row]


@dataclass(frozen=True, slots=True)
class Compared:
    """`edit` is the row of EDITS, None when nothing is to be added; `reasons` say what is reported and not
    edited, `already` counts what stood there. `draft` is what is to be looked at before anybody votes."""

    edit: dict[str, Any] | None
    reasons: Sequence[str]
    already: int
    findings: tuple[Finding, ...] = ()
    draft: Draft | None = None


def compare(register: Register, row: dict[str, Any], qid: str | None, live: Mapping[str, Entity]) -> Compared:
    """What the record says and the item, None for a new one, does not."""
    spec, record_id = register.spec, row["record_id"]
    if qid and qid not in live:
        return Compared(None, (f"{qid} is deleted or was never there",), 0)
    image = register.image(row)
    wanted = desired(row, spec, register.retrieved, new=not qid, alike=register.alike, image=image)
    content, faults = sendable(wanted)
    findings = (*faults, *said_otherwise(row))
    reasons: tuple[str, ...] = tuple(fault.text for fault in faults)
    if not qid and not content.empty:
        identified = any(s.property == spec.item.identifier for s in content.statements)
        if not identified or not content.labels:
            return Compared(None, (*reasons, _lacking(spec, identified)), 0, findings)
    additions, already = content, 0
    item: LiveItem | None = None
    if qid:
        item = parse_entity(live[qid])
        qid = item.qid
        result = diff(content, item, spec.item.identifier)
        additions, removed = without_delivered(result.additions, register.delivered.get(record_id, ()))
        reasons, already = (*reasons, *result.conflicts, *removed), result.already
    if additions.empty:
        return Compared(None, reasons, already, findings)
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
        "region": row["admin_item"],
    }
    return Compared(edit, reasons, already, findings, Draft(record_id, additions, item, findings))


def _lacking(spec: DatasetSpec, identified: bool) -> str:
    """Why a record gets no new item."""
    if spec.item.identifier is None:
        return NO_IDENTIFIER
    return f"a new item needs {'a name' if identified else 'an identifier'} that can be sent"
