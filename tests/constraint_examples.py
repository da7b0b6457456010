"""Properties with constraints, as the entities of a wiki state them."""

from typing import Any

MANDATORY = "Q21502408"
FORMAT, DISTINCT, SINGLE = "Q21502404", "Q21502410", "Q19474404"
SUBJECT_TYPE, CONFLICTS = "Q21503250", "Q21502838"

Json = dict[str, Any]


def snak(pid: str, value: str | Json) -> Json:
    """A value: an item, a property, any other text, or a value of Wikibase with its type."""
    if isinstance(value, dict):
        return {"snaktype": "value", "property": pid, "datavalue": value}
    kind = {"Q": "item", "P": "property"}.get(value[0]) if value[1:].isdigit() else None
    held: Any = {"entity-type": kind, "id": value, "numeric-id": int(value[1:])} if kind else value
    return {
        "snaktype": "value",
        "property": pid,
        "datavalue": {"type": "wikibase-entityid" if kind else "string", "value": held},
    }


def time(stamp: str, precision: int = 9) -> Json:
    calendar = "http://www.wikidata.org/entity/Q1985727"
    value = {"time": stamp, "timezone": 0, "before": 0, "after": 0}
    return {"type": "time", "value": value | {"precision": precision, "calendarmodel": calendar}}


def quantity(amount: str, unit: str = "1") -> Json:
    return {"type": "quantity", "value": {"amount": amount, "unit": unit}}


def claim(pid: str, value: str | Json, rank: str = "normal", **qualifiers: list[str | Json]) -> Json:
    return {
        "id": f"{pid}${value}",
        "type": "statement",
        "rank": rank,
        "mainsnak": snak(pid, value),
        "qualifiers": {q: [snak(q, one) for one in held] for q, held in qualifiers.items()},
    }


def constrained(pid: str, datatype: str, *constraints: Json) -> Json:
    """A property with the constraints that `claim("P2302", …)` made."""
    return {"id": pid, "datatype": datatype, "labels": {"en": pid}, "claims": {"P2302": list(constraints)}}


CONSTRAINT_PROPERTIES = [
    {"id": pid, "datatype": datatype, "labels": {"en": pid}}
    for datatype, pids in {
        "wikibase-item": ("P2302", "P2316", "P2305", "P2308", "P2309", "P2303"),
        "wikibase-property": ("P2306",),
        "string": ("P1793",),
    }.items()
    for pid in pids
]
"""With these a wiki has constraints."""
