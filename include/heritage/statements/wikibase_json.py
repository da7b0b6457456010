"""Content as the `data` of one `wbeditentity` call."""

import copy
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from heritage.model.digest import canonical_json
from heritage.model.edit import (
    Content,
    CoordinateValue,
    ItemValue,
    MonolingualValue,
    QuantityValue,
    Reference,
    Snak,
    Statement,
    TextValue,
    TimeValue,
    UnknownValue,
)
from heritage.statements.live import CALENDARS, EARTH

Json = dict[str, Any]
Said = ItemValue | TextValue | MonolingualValue | CoordinateValue | TimeValue | QuantityValue


def entity_data(content: Content, edit_id: str, entity: Mapping[str, Any] | None) -> Json:
    """What to send: for the item `entity` as it was just read, or for a new item (None).

    Statements on an existing item carry ids made from the edit, so that sending them again changes
    nothing. A reference goes to a statement of somebody else, which has to be sent whole: only with the
    base revision that it was read at.
    """
    data: Json = {}
    if content.labels:
        data["labels"] = _terms(content.labels)
    if content.descriptions:
        data["descriptions"] = _terms(content.descriptions)
    if content.aliases:
        data["aliases"] = {
            lang: [{"language": lang, "value": text, "add": ""} for text in texts]
            for lang, texts in content.aliases.items()
        }
    claims = [statement_json(s) for s in content.statements]
    if entity is not None:
        for claim, statement in zip(claims, content.statements, strict=True):
            claim["id"] = statement_guid(entity["id"], edit_id, statement)
        claims += _referenced(content, entity)
        claims += [{**statement_json(r.after), "id": r.statement_guid} for r in content.renewals]
    if claims:
        data["claims"] = claims
    return data


def statement_guid(qid: str, edit_id: str, statement: Statement) -> str:
    """The id that this statement of this edit has on the item, however often it is sent."""
    name = canonical_json([edit_id, snak_json(Snak(statement.property, statement.value))])
    return f"{qid}${uuid.uuid5(uuid.NAMESPACE_OID, name)}"


def snak_json(snak: Snak) -> Json:
    """Property and value as the API takes them."""
    if isinstance(snak.value, UnknownValue):
        return {"snaktype": "somevalue", "property": snak.property}
    kind, value = _datavalue(snak.value)
    return {"snaktype": "value", "property": snak.property, "datavalue": {"type": kind, "value": value}}


def _terms(terms: Mapping[str, str]) -> Json:
    return {lang: {"language": lang, "value": text} for lang, text in terms.items()}


def statement_json(statement: Statement) -> Json:
    """A statement without an id, as the API takes it."""
    claim: Json = {
        "type": "statement",
        "rank": "normal",
        "mainsnak": snak_json(Snak(statement.property, statement.value)),
        "references": [_reference(reference) for reference in statement.references],
    }
    if statement.qualifiers:
        claim["qualifiers"], claim["qualifiers-order"] = _grouped(statement.qualifiers)
    return claim


def _reference(reference: Reference) -> Json:
    snaks, order = _grouped(reference)
    return {"snaks": snaks, "snaks-order": order}


def _grouped(snaks: Iterable[Snak]) -> tuple[dict[str, list[Json]], list[str]]:
    groups: dict[str, list[Json]] = {}
    for snak in snaks:
        groups.setdefault(snak.property, []).append(snak_json(snak))
    return groups, list(groups)


def _referenced(content: Content, entity: Mapping[str, Any]) -> list[Json]:
    live = {claim["id"]: claim for group in (entity.get("claims") or {}).values() for claim in group}
    changed: dict[str, Json] = {}
    for addition in content.references:
        claim = changed.setdefault(addition.statement_guid, copy.deepcopy(live[addition.statement_guid]))
        claim["references"] = [*claim.get("references", []), _reference(addition.reference)]
    return list(changed.values())


def _datavalue(value: Said) -> tuple[str, Any]:
    match value:
        case TextValue():
            return "string", value.text
        case ItemValue():
            item: Json = {"entity-type": "item", "id": value.qid}
            if value.qid[1:].isdecimal():  # what a wiki has of its own gets its number at the rim
                item["numeric-id"] = int(value.qid[1:])
            return "wikibase-entityid", item
        case MonolingualValue():
            return "monolingualtext", {"language": value.lang, "text": value.text}
        case CoordinateValue():
            return "globecoordinate", {
                "latitude": value.lat,
                "longitude": value.lon,
                "altitude": None,
                "precision": value.precision,
                "globe": EARTH,
            }
        case TimeValue():
            return "time", {
                "time": value.time,
                "timezone": 0,
                "before": 0,
                "after": 0,
                "precision": value.precision,
                "calendarmodel": CALENDARS[value.calendar],
            }
        case QuantityValue():
            return "quantity", {"amount": value.amount, "unit": "1"}
