"""An item as it stands on the wiki, read from Wikibase JSON into our nouns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heritage.model.edit import (
    UNKNOWN,
    Calendar,
    CoordinateValue,
    ItemValue,
    MonolingualValue,
    QuantityValue,
    Reference,
    Snak,
    TextValue,
    TimeValue,
    Value,
)

EARTH = "http://www.wikidata.org/entity/Q2"
CALENDARS = {
    Calendar.GREGORIAN: "http://www.wikidata.org/entity/Q1985727",
    Calendar.JULIAN: "http://www.wikidata.org/entity/Q1985786",
}
_CALENDARS = {entity: calendar for calendar, entity in CALENDARS.items()}
DEPRECATED = "deprecated"
PREFERRED = "preferred"


@dataclass(frozen=True, slots=True)
class LiveStatement:
    """`value` is None for no value, another globe, a calendar of its own and types that no register sends."""

    guid: str
    property: str
    value: Value | None
    rank: str
    references: tuple[Reference, ...]
    qualifiers: tuple[Snak, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveItem:
    """`qid` is the item's own id, so that a redirect shows."""

    qid: str
    revision: int
    labels: dict[str, str]
    descriptions: dict[str, str]
    aliases: dict[str, tuple[str, ...]]
    statements: tuple[LiveStatement, ...]


def parse_entity(entity: Mapping[str, Any]) -> LiveItem:
    """An entity as `wbgetentities` gives it; empty maps may come as empty lists. Raises ValueError for one
    that is not in the documented form."""
    try:
        claims = entity.get("claims") or {}
        if not isinstance(entity.get("sitelinks") or {}, Mapping):
            raise TypeError("links to articles that are no map")
        return LiveItem(
            qid=_text(entity["id"]),
            revision=int(entity.get("lastrevid", 0)),
            labels=_terms(entity.get("labels")),
            descriptions=_terms(entity.get("descriptions")),
            aliases={
                lang: tuple(_text(term["value"]) for term in _several(terms))
                for lang, terms in (entity.get("aliases") or {}).items()
            },
            statements=tuple(_statement(claim) for group in claims.values() for claim in group),
        )
    except (AttributeError, KeyError, OverflowError, TypeError) as error:
        raise ValueError(f"the entity is not in the documented form ({error!r})") from error


def _terms(terms: Mapping[str, Any] | None) -> dict[str, str]:
    return {lang: _text(term["value"]) for lang, term in (terms or {}).items()}


def _several(values: Any) -> list[Any]:
    if not isinstance(values, list):
        raise TypeError(f"{type(values).__name__} instead of a list")
    return values


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} instead of text")
    return value


def _statement(claim: Mapping[str, Any]) -> LiveStatement:
    return LiveStatement(
        guid=_text(claim["id"]),
        property=_text(claim["mainsnak"]["property"]),
        value=snak_value(claim["mainsnak"]),
        rank=_text(claim.get("rank", "normal")),
        references=tuple(_snaks(reference.get("snaks")) for reference in claim.get("references") or ()),
        qualifiers=_snaks(claim.get("qualifiers")),
    )


def _snaks(groups: Mapping[str, Any] | None) -> tuple[Snak, ...]:
    snaks = (snak for group in (groups or {}).values() for snak in group)
    read = ((_text(snak["property"]), snak_value(snak)) for snak in snaks)
    return tuple(Snak(pid, value) for pid, value in read if value is not None)


def snak_value(snak: Mapping[str, Any]) -> Value | None:
    """The value of a snak, None for what no register sends."""
    if snak["snaktype"] == "somevalue":
        return UNKNOWN
    if snak["snaktype"] != "value":
        return None
    kind, value = snak["datavalue"]["type"], snak["datavalue"]["value"]
    match kind:
        case "string":
            return TextValue(_text(value))
        case "wikibase-entityid":
            entity = ItemValue(_text(value.get("id") or f"Q{value['numeric-id']}"))
            return entity if value.get("entity-type", "item") == "item" else None
        case "monolingualtext":
            return MonolingualValue(_text(value["language"]), _text(value["text"]))
        case "globecoordinate":
            where = float(value["latitude"]), float(value["longitude"]), float(value.get("precision") or 0)
            return CoordinateValue(*where) if value.get("globe") in (EARTH, None) else None
        case "time":
            time, calendar = _text(value["time"]), _CALENDARS.get(value["calendarmodel"])
            return TimeValue(time, int(value["precision"]), calendar) if calendar else None
        case "quantity":
            amount, unit = QuantityValue(_text(value["amount"])), value.get("unit", "1")
            return amount if unit == "1" and "upperBound" not in value else None
    return None
