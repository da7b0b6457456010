"""One Wikibase entity as one row of the index."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

METRES_A_DEGREE = 111_195
CIRCA = "Q5727902"
JULIAN = "http://www.wikidata.org/entity/Q1985786"
_CENTURY, _DECADE, _YEAR, _MONTH = 7, 8, 9, 10
_YEARS = re.compile(r"([+-])0*(\d{1,9})-(\d{2})-(\d{2})T")
EARTH = "http://www.wikidata.org/entity/Q2"
NO_SOURCE = {"P143", "P4656", "P813"}
"""Imported from a Wikimedia project, its page, and the day: none of them says who knows it."""
_QID = re.compile(r"Q[1-9][0-9]{0,17}")
_TIME = re.compile(r"\+(\d{4})-(\d{2})-(\d{2})T")

Row = dict[str, Any]
Entity = Mapping[str, Any]


def item_row(entity: Entity, identifiers: Collection[str] | None = None) -> Row | None:
    """A row of ITEMS from an entity as `wbgetentities` and the dumps give it; None for what is no item.

    Redirects and other entity types are no items. Deprecated statements do not count; where a preferred
    statement stands, only preferred ones do, except for identifiers, of which every undeprecated value is
    carried. `identifiers` names the properties to keep; None keeps every external identifier.
    What lies above its classes and areas an item does not say itself. Raises ValueError for an entity that is
    not in the documented form.
    """
    if entity.get("type") != "item" or "redirect" in entity or not entity.get("id"):
        return None
    if not _QID.fullmatch(str(entity["id"])):
        raise ValueError(f"{str(entity['id'])[:40]!r} is not the id of an item")
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
            "superclasses": [],
            "subclass_of": list(_items(claims, "P279")),
            "admin": list(_items(claims, "P131")),
            "admin_chain": [],
            "country": countries[0] if countries else None,
            "designations": list(_items(claims, "P1435")),
            "conservation": list(_conservation(claims)),
            "identifiers": list(_identifiers(claims, identifiers)),
            "parts_of": list(_items(claims, "P361")),
            "inception": [said for said in _inceptions(claims) if said],
            "sitelinks": sorted(entity.get("sitelinks") or {}),
            "image": next((v for v in _values(claims, "P18") if isinstance(v, str)), None),
            "revision": entity.get("lastrevid"),
            "context": False,
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
        qid = value.get("id") or f"Q{value['numeric-id']}"
        if _QID.fullmatch(qid):
            yield qid


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
            "referenced": any(snaks.keys() - NO_SOURCE for snaks in references),
            "observed": max(dated, default=None),
        }


def _days(snaks: Iterable[Mapping[str, Any]]) -> list[str]:
    times = (snak["datavalue"]["value"]["time"] for snak in snaks if snak["snaktype"] == "value")
    return [day for time in times if (day := first_day(time))]


def first_day(time: str) -> str | None:
    """The first day of a time of Wikibase; a year has no month, and 30 February no day."""
    found = _TIME.match(time)
    if found:
        year, month, day = map(int, found.groups())
        with suppress(ValueError):
            return date(year, max(month, 1), max(day, 1)).isoformat()
    return None


def _points(claims: Mapping[str, Any]) -> Iterator[Row]:
    for value in _values(claims, "P625"):
        if value.get("globe", EARTH) == EARTH:
            point = item_point(value["latitude"], value["longitude"], value.get("precision"))
            if point:
                yield point


def item_point(lat: float | str, lon: float | str, degrees: float | str | None) -> Row | None:
    """A point of ITEMS; `degrees` is the precision as Wikibase states it. None for what is no place on Earth.

    >>> item_point("41.8", "44.7", 1 / 3600)
    {'lat': 41.8, 'lon': 44.7, 'precision_m': 30.9}
    """
    point = {"lat": float(lat), "lon": float(lon)}
    if not (abs(point["lat"]) <= 90 and abs(point["lon"]) <= 180):
        return None
    exact = abs(float(degrees or 0))
    return point | {"precision_m": round(exact * METRES_A_DEGREE, 1) if 0 < exact <= 180 else None}


def _inceptions(claims: Mapping[str, Any]) -> Iterator[str | None]:
    for statement in _statements(claims, "P571"):
        value = statement["mainsnak"]["datavalue"]["value"]
        about = (statement.get("qualifiers") or {}).get("P1480", ())
        circa = any(s["snaktype"] == "value" and s["datavalue"]["value"].get("id") == CIRCA for s in about)
        yield edtf(value["time"], value["precision"], value.get("calendarmodel"), circa=circa)


def edtf(time: str, precision: int, calendar: str | None = None, *, circa: bool = False) -> str | None:
    """A time of Wikibase as EDTF; None for what is vaguer than a century, or no day of the calendar.

    A year below zero is one before the common era, which has no year 0. Of a Julian day the year is said.

    >>> edtf("+1890-00-00T00:00:00Z", 9), edtf("+1900-00-00T00:00:00Z", 7), edtf("-0044-03-15T00:00:00Z", 9)
    ('1890', '18XX', '-0043')
    """
    found = _YEARS.match(time)
    precision = min(precision, _YEAR) if calendar == JULIAN else precision
    if not found or precision < _CENTURY:
        return None
    sign, number = found[1].replace("+", ""), int(found[2])
    month, day = int(found[3]), int(found[4])
    if number > 9999 or number == 0:
        return None
    if precision == _CENTURY:
        said = f"{sign}{(number - 1) // 100:02}XX"
    else:
        said = f"{sign}{number - bool(sign):04}"
        if precision == _DECADE:
            said = f"{said[:-1]}X"
        elif precision > _YEAR and not sign:
            with suppress(ValueError):
                whole = date(number, month, day or 1).isoformat()
                said = whole if precision > _MONTH and day else whole[:7]
    return f"{said}~" if circa else said


def _identifiers(claims: Mapping[str, Any], wanted: Collection[str] | None) -> Iterator[dict[str, str]]:
    for name, statements in claims.items():
        if name in wanted if wanted is not None else _external(statements):
            for value in _values(claims, name, every=True):
                if isinstance(value, str):
                    yield {"property": name, "value": value}


def _external(statements: Any) -> bool:
    return any(s["mainsnak"].get("datatype") == "external-id" for s in statements)
