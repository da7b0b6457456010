"""A WikiReader over the local index, for rehearsals on a machine that has no wiki configured."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.model.arrow import pc
from heritage.model.edit import Snak, TimeValue, UnknownValue
from heritage.ports.files import ItemIndex
from heritage.ports.wiki import Entity
from heritage.reconcile.items import METRES_A_DEGREE
from heritage.statements.dates import said
from heritage.statements.wikibase_json import snak_json

_STATEMENTS = {
    "classes": "P31",
    "subclass_of": "P279",
    "admin": "P131",
    "designations": "P1435",
    "parts_of": "P361",
}
_READ = (
    "qid",
    "labels",
    "descriptions",
    "aliases",
    *_STATEMENTS,
    "country",
    "points",
    "identifiers",
    "inception",
    "image",
)


class IndexReader:
    """Items as the index has them: no references, ranks or revisions, so the upload compares again live."""

    def __init__(self, index: ItemIndex) -> None:
        self._index = index
        self._holders: dict[str, dict[str, list[str]]] = {}

    def read(self, qids: Sequence[str]) -> dict[str, Entity]:
        """See WikiReader; an item that the index does not have is left out."""
        return {row["qid"]: _entity(row) for row in self._items.rows(qids)}

    def latest(self, qids: Sequence[str]) -> Mapping[str, int]:
        """See WikiReader; the index knows no revisions, and says 0 of every item it has."""
        return {qid: 0 for qid, row in zip(qids, self._items.places(qids), strict=True) if row >= 0}

    def find_by_identifiers(self, property: str, values: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """See WikiReader, as of the index's date."""
        if property not in self._holders:
            self._holders[property] = self._items.holders(property)
        holders = self._holders[property]
        return {value: holders.get(value, []) for value in values}

    def properties(self, pids: Sequence[str]) -> Mapping[str, Entity]:  # noqa: ARG002 - it has items only
        """See WikiReader; the index knows nothing of properties."""
        return {}

    @cached_property
    def _items(self) -> "_Items":
        return _Items.of(self._index.items(_READ))  # read once: it is asked for 50 items at a time


@dataclass(frozen=True, slots=True)
class _Items:
    """The items in batches as they came; some are found in a large index as fast as in a small one."""

    batches: list[pa.RecordBatch]
    start: list[int]
    """The row that each batch begins with."""
    number: np.ndarray
    """Of the QIDs, sorted,"""
    row: np.ndarray
    """and the row of each."""

    @classmethod
    def of(cls, items: pa.Table) -> "_Items":
        batches = [batch for batch in items.to_batches() if batch.num_rows]
        numbers: Any = pc.cast(pc.utf8_slice_codeunits(items["qid"], 1), pa.int64()).to_numpy()
        row = np.argsort(numbers, kind="stable")
        start = np.cumsum([0, *(batch.num_rows for batch in batches)]).tolist()
        return cls(batches, start[:-1], numbers[row], row)

    def places(self, qids: Sequence[str]) -> list[int]:
        """The row of each item, -1 for one that is not there."""
        wanted = np.array([int(qid[1:]) for qid in qids], dtype=np.int64)
        at = np.minimum(np.searchsorted(self.number, wanted), max(len(self.number) - 1, 0))
        there = self.number[at] == wanted if len(self.number) else np.zeros(len(wanted), dtype=bool)
        rows: list[int] = np.where(there, self.row[at] if len(self.row) else -1, -1).tolist()
        return rows

    def rows(self, qids: Sequence[str]) -> list[dict[str, Any]]:
        """Those items that are there, in the order of the index."""
        found: list[dict[str, Any]] = []
        for row in sorted({row for row in self.places(qids) if row >= 0}):
            batch = bisect_right(self.start, row) - 1
            found += self.batches[batch].slice(row - self.start[batch], 1).to_pylist()
        return found

    def holders(self, property: str) -> dict[str, list[str]]:
        """The items by what they carry as this identifier."""
        holders: dict[str, list[str]] = {}
        for batch in self.batches:
            listed = batch.column("identifiers")
            pairs, owner = pc.list_flatten(listed), pc.list_parent_indices(listed)
            ours = pc.equal(pc.struct_field(pairs, "property"), property)
            values = pc.filter(pc.struct_field(pairs, "value"), ours).to_pylist()
            qids: list[Any] = batch.column("qid").take(pc.filter(owner, ours)).to_pylist()
            for value, qid in zip(values, qids, strict=True):
                holders.setdefault(value, []).append(qid)
        return holders


def _entity(row: dict[str, Any]) -> Entity:
    claims: dict[str, list[Any]] = {}

    def claim(pid: str, kind: str, value: Any) -> None:
        snak = {"snaktype": "value", "property": pid, "datavalue": {"type": kind, "value": value}}
        claims.setdefault(pid, []).append({"mainsnak": snak, "type": "statement", "rank": "normal"})

    for column, pid in _STATEMENTS.items():
        for qid in row[column] or []:
            claim(pid, "wikibase-entityid", {"entity-type": "item", "id": qid})
    if row["country"]:
        claim("P17", "wikibase-entityid", {"entity-type": "item", "id": row["country"]})
    for point in row["points"] or []:
        degrees = (point["precision_m"] or 0) / METRES_A_DEGREE or 1e-4
        place = {"latitude": point["lat"], "longitude": point["lon"], "precision": degrees}
        claim("P625", "globecoordinate", place | {"globe": "http://www.wikidata.org/entity/Q2"})
    for identifier in row["identifiers"] or []:
        claim(identifier["property"], "string", identifier["value"])
    if dates := [date for edtf in row["inception"] or [] if (date := said(edtf))]:
        claims["P571"] = [_date(*date) for date in dates]
    if row["image"]:
        claim("P18", "string", row["image"])
    for pid, statements in claims.items():
        for number, statement in enumerate(statements):
            statement["id"] = f"{row['qid']}$index-{pid}-{number}"
    aliases: dict[str, list[Any]] = {}
    for alias in row["aliases"] or []:
        aliases.setdefault(alias["lang"], []).append({"language": alias["lang"], "value": alias["text"]})
    return {
        "id": row["qid"],
        "type": "item",
        "lastrevid": 0,
        "labels": _terms(row["labels"]),
        "descriptions": _terms(row["descriptions"]),
        "aliases": aliases,
        "claims": claims,
    }


def _date(value: TimeValue | UnknownValue, beside: Sequence[Snak]) -> dict[str, Any]:
    qualifiers: dict[str, list[Any]] = {}
    for snak in beside:
        qualifiers.setdefault(snak.property, []).append(snak_json(snak))
    main = snak_json(Snak("P571", value))
    return {"mainsnak": main, "qualifiers": qualifiers, "type": "statement", "rank": "normal"}


def _terms(texts: Sequence[dict[str, str]] | None) -> dict[str, dict[str, str]]:
    return {text["lang"]: {"language": text["lang"], "value": text["text"]} for text in texts or []}
