"""An item as it stands on the wiki, read from Wikibase JSON into our nouns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heritage.model.edit import (
    CoordinateValue,
    ItemValue,
    MonolingualValue,
    Reference,
    Snak,
    TextValue,
    TimeValue,
    Value,
)

EARTH = "http://www.wikidata.org/entity/Q2"
DEPRECATED = "deprecated"
PREFERRED = "preferred"


@dataclass(frozen=True, slots=True)
class LiveStatement:
    """`value` is None for unknown value, no value, another globe and types that no register sends."""

    guid: str
    property: str
    value: Value | None
    rank: str
    references: tuple[Reference, ...]


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
    """An entity as `wbgetentities` gives it; empty maps may come as empty lists."""
    claims = entity.get("claims") or {}
    return LiveItem(
        qid=entity["id"],
        revision=int(entity.get("lastrevid", 0)),
        labels={lang: term["value"] for lang, term in (entity.get("labels") or {}).items()},
        descriptions={lang: term["value"] for lang, term in (entity.get("descriptions") or {}).items()},
        aliases={
            lang: tuple(term["value"] for term in terms)
            for lang, terms in (entity.get("aliases") or {}).items()
        },
        statements=tuple(_statement(claim) for group in claims.values() for claim in group),
    )


def _statement(claim: Mapping[str, Any]) -> LiveStatement:
    return LiveStatement(
        guid=claim["id"],
        property=claim["mainsnak"]["property"],
        value=_value(claim["mainsnak"]),
        rank=claim.get("rank", "normal"),
        references=tuple(_reference(reference) for reference in claim.get("references") or ()),
    )


def _reference(reference: Mapping[str, Any]) -> Reference:
    snaks = (snak for group in (reference.get("snaks") or {}).values() for snak in group)
    read = ((snak["property"], _value(snak)) for snak in snaks)
    return tuple(Snak(pid, value) for pid, value in read if value is not None)


def _value(snak: Mapping[str, Any]) -> Value | None:
    if snak.get("snaktype") != "value":
        return None
    kind, value = snak["datavalue"]["type"], snak["datavalue"]["value"]
    match kind:
        case "string":
            return TextValue(value)
        case "wikibase-entityid" if value.get("entity-type", "item") == "item":
            return ItemValue(value.get("id") or f"Q{value['numeric-id']}")
        case "monolingualtext":
            return MonolingualValue(value["language"], value["text"])
        case "globecoordinate" if value.get("globe") in (EARTH, None):
            return CoordinateValue(value["latitude"], value["longitude"], value.get("precision") or 0.0)
        case "time":
            return TimeValue(value["time"], value["precision"])
    return None
