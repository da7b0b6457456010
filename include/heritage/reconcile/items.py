"""One Wikibase entity as one row of the index."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

EARTH = "http://www.wikidata.org/entity/Q2"
_NO_SOURCE = {"P143", "P4656", "P813"}
"""Imported from a Wikimedia project, its page, and the day: none of them says who knows it."""
_TIME = re.compile(r"\+(\d{4})-(\d{2})-(\d{2})T")

Row = dict[str, Any]
Entity = Mapping[str, Any]


def item_row(entity: Entity, identifiers: Collection[str] | None = None) -> Row | None:
    """A row of ITEMS from an entity as `wbgetentities` and the dumps give it; None for what is no item.

    Redirects and other entity types are no items. Deprecated statements do not count; where a preferred
    statement stands, only preferred ones do, except for identifiers, of which every undeprecated value is
    carried. `identifiers` names the properties to keep; None keeps every external identifier.
    Raises ValueError for an entity that is not in the documented form.
    """
    if entity.get("type") != "item" or "redirect" in entity or not entity.get("id"):
        return None
    claims = entity.get("claims") or {}
    try:
        countries = list(_items(claims, "P17"))
        return {
            "qid": entity["id"],
            "labels": _terms(entity.get("labels")),
            "aliases": [
                {"lang": term["language"], "text": term["value"]}
                for terms in (entity.get("aliases") or {}).values()
                for term in terms
            ],
            "descriptions": _terms(entity.get("descriptions")),
            "points": list(_points(claims)),
            "classes": list(_items(claims, "P31")),
            "admin": list(_items(claims, "P131")),
            "country": countries[0] if countries else None,
            "designations": list(_items(claims, "P1435")),
            "conservation": list(_conservation(claims)),
            "identifiers": list(_identifiers(claims, identifiers)),
            "parts_of": list(_items(claims, "P361")),
            "sitelinks": sorted(entity.get("sitelinks") or {}),
            "image": next((v for v in _values(claims, "P18") if isinstance(v, str)), None),
        }
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"entity {entity['id']} is not in the documented form ({error!r})") from error


def has_any(entity: Entity, classes: Collection[str], properties: Collection[str]) -> bool:
    """Whether the item has one of the classes or one of the properties; true when neither is asked for."""
    if not classes and not properties:
        return True
    claims = entity.get("claims") or {}
    return any(p in claims for p in properties) or any(c in classes for c in _items(claims, "P31"))


def _terms(terms: Any) -> list[dict[str, str]]:
    return [{"lang": term["language"], "text": term["value"]} for term in (terms or {}).values()]


def _statements(claims: Mapping[str, Any], property: str, *, every: bool = False) -> Iterator[Any]:
    """Statements with a value, of the best rank, or of every rank that is not deprecated."""
    live = [s for s in claims.get(property, ()) if s.get("rank") != "deprecated"]
    preferred = [s for s in live if s.get("rank") == "preferred"]
    for statement in live if every else preferred or live:
        if statement["mainsnak"]["snaktype"] == "value":
            yield statement


def _values(claims: Mapping[str, Any], property: str, *, every: bool = False) -> Iterator[Any]:
    for statement in _statements(claims, property, every=every):
        yield statement["mainsnak"]["datavalue"]["value"]


def _items(claims: Mapping[str, Any], property: str) -> Iterator[str]:
    for value in _values(claims, property):
        yield value.get("id") or f"Q{value['numeric-id']}"


def _conservation(claims: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """States of conservation (P5816) that have not ended, with whether a source is given and of which day."""
    for statement in _statements(claims, "P5816"):
        qualifiers = statement.get("qualifiers") or {}
        if "P582" in qualifiers:
            continue
        references = [reference.get("snaks") or {} for reference in statement.get("references") or ()]
        value = statement["mainsnak"]["datavalue"]["value"]
        dated = _days(qualifiers.get("P585", ())) or [
            day for snaks in references for day in _days(snaks.get("P813", ()))
        ]
        yield {
            "value": value.get("id") or f"Q{value['numeric-id']}",
            "referenced": any(snaks.keys() - _NO_SOURCE for snaks in references),
            "observed": max(dated, default=None),
        }


def _days(snaks: Iterable[Mapping[str, Any]]) -> list[str]:
    """The first day of each time value; a year has no month, and 30 February no day."""
    days = []
    for snak in snaks:
        found = _TIME.match(snak["datavalue"]["value"]["time"]) if snak["snaktype"] == "value" else None
        if found:
            year, month, day = map(int, found.groups())
            with suppress(ValueError):
                days.append(date(year, max(month, 1), max(day, 1)).isoformat())
    return days


def _points(claims: Mapping[str, Any]) -> Iterator[dict[str, float]]:
    for value in _values(claims, "P625"):
        lat, lon = float(value["latitude"]), float(value["longitude"])
        if value.get("globe", EARTH) == EARTH and abs(lat) <= 90 and abs(lon) <= 180:
            yield {"lat": lat, "lon": lon}


def _identifiers(claims: Mapping[str, Any], wanted: Collection[str] | None) -> Iterator[dict[str, str]]:
    for name, statements in claims.items():
        if name in wanted if wanted is not None else _external(statements):
            for value in _values(claims, name, every=True):
                if isinstance(value, str):
                    yield {"property": name, "value": value}


def _external(statements: Any) -> bool:
    return any(s["mainsnak"].get("datatype") == "external-id" for s in statements)
