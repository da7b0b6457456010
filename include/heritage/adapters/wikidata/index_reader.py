"""A WikiReader over the local index, for rehearsals on a machine that has no wiki configured."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

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

    def read(self, qids: Sequence[str]) -> dict[str, Entity]:
        """See WikiReader; an item that the index does not have is left out."""
        wanted = self._items.filter(pc.is_in(self._items["qid"], value_set=pa.array(qids, pa.string())))
        return {row["qid"]: _entity(row) for row in wanted.to_pylist()}

    def latest(self, qids: Sequence[str]) -> Mapping[str, int]:
        """See WikiReader; the index knows no revisions, and says 0 of every item it has."""
        column = self._items["qid"]
        known = column.filter(pc.is_in(column, value_set=pa.array(qids, pa.string())))
        return {str(qid): 0 for qid in known.to_pylist()}

    def find_by_identifiers(self, property: str, values: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """See WikiReader, as of the index's date."""
        return {value: self._holders.get((property, value), []) for value in values}

    def properties(self, pids: Sequence[str]) -> Mapping[str, Entity]:  # noqa: ARG002 - it has items only
        """See WikiReader; the index knows nothing of properties."""
        return {}

    @cached_property
    def _items(self) -> pa.Table:
        return self._index.items(_READ)  # read once: it is asked for 50 items at a time

    @cached_property
    def _holders(self) -> dict[tuple[str, str], list[str]]:
        holders: dict[tuple[str, str], list[str]] = {}
        for row in self._items.select(["qid", "identifiers"]).to_pylist():
            for identifier in row["identifiers"] or []:
                holders.setdefault((identifier["property"], identifier["value"]), []).append(row["qid"])
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
