"""The constraints of a property as its own entity states them (P2302)."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from heritage.model.constraint import Constraint, ConstraintKind, ConstraintStatus, Position, Relation
from heritage.statements.dates import days, years
from heritage.statements.live import DEPRECATED, snak_value

CONSTRAINT = "P2302"
"""Property constraint. A wiki that does not have it states no constraints."""
_EXCEPTION, _STATUS, _PROPERTY, _ITEM = "P2303", "P2316", "P2306", "P2305"
_CLASS, _RELATION, _PATTERN, _LANGUAGE, _SEPARATOR = "P2308", "P2309", "P1793", "P424", "P4155"
_LEAST, _MOST, _EARLIEST, _LATEST = "P2313", "P2312", "P2310", "P2311"
_CHECKED_ON, _SCOPE = "P4680", "P5314"

_KINDS = {kind.item: kind for kind in ConstraintKind}
_STATUSES = {"Q21502408": ConstraintStatus.MANDATORY, "Q62026391": ConstraintStatus.SUGGESTION}
_RELATIONS = {
    "Q21503252": Relation.INSTANCE,
    "Q21514624": Relation.SUBCLASS,
    "Q30208840": Relation.EITHER,
}
_POSITIONS = {
    "Q54828448": Position.STATEMENT,  # as main value
    "Q54828449": Position.QUALIFIER,
    "Q54828450": Position.REFERENCE,
    "Q46466787": Position.STATEMENT,  # constraint checked on main value
    "Q46466783": Position.QUALIFIER,
    "Q46466805": Position.REFERENCE,
}
_YEARS = {"Q577": 1.0, "Q573": 1 / 365.2425, "Q5151": 1 / 12}
"""Years, days and months, in years."""

Json = Mapping[str, Any]


def constraints_of(entity: Json) -> tuple[Constraint, ...]:
    """All constraints of a property that are checked here; deprecated ones count no more."""
    claims = (entity.get("claims") or {}).get(CONSTRAINT, ())
    return tuple(_constraints(claim for claim in claims if claim.get("rank") != DEPRECATED))


def _constraints(claims: Iterator[Json]) -> Iterator[Constraint]:
    for claim in claims:
        kind = _KINDS.get(_id(claim["mainsnak"]) or "")
        if kind:
            yield _constraint(kind, claim.get("qualifiers") or {})


def _constraint(kind: ConstraintKind, said: Json) -> Constraint:
    def ids(property: str) -> tuple[str, ...]:
        found = (_id(snak) for snak in said.get(property, ()))
        return tuple(one for one in found if one)

    def text(property: str) -> tuple[str, ...]:
        return tuple(str(_value(snak)) for snak in said.get(property, ()) if _value(snak) is not None)

    status = next((_STATUSES[one] for one in ids(_STATUS) if one in _STATUSES), ConstraintStatus.NORMAL)
    relation = next((_RELATIONS[one] for one in ids(_RELATION) if one in _RELATIONS), Relation.INSTANCE)
    where = ids(_SCOPE) if kind is ConstraintKind.SCOPE else ids(_CHECKED_ON)
    return Constraint(
        kind=kind,
        status=status,
        properties=ids(_PROPERTY),
        items=ids(_ITEM),
        classes=ids(_CLASS),
        relation=relation,
        pattern=next(iter(text(_PATTERN)), None),
        least=_bound(said, _EARLIEST, _LEAST, 0),
        most=_bound(said, _LATEST, _MOST, 1),
        positions=tuple(_POSITIONS[one] for one in where if one in _POSITIONS),
        languages=text(_LANGUAGE),
        separators=ids(_SEPARATOR),
        exceptions=frozenset(ids(_EXCEPTION)),
    )


def _value(snak: Json) -> Any:
    return snak["datavalue"]["value"] if snak.get("snaktype") == "value" else None


def _id(snak: Json) -> str | None:
    value = _value(snak)
    if not isinstance(value, Mapping) or "entity-type" not in value:
        return None
    letter = {"item": "Q", "property": "P"}.get(value["entity-type"], "")
    return str(value.get("id") or f"{letter}{value['numeric-id']}")


def _bound(said: Json, date: str, quantity: str, end: int) -> float | None:
    """In years, the first or last that is meant; None for no bound, for one that is not known, and for units
    that are no time."""
    for snak in (*said.get(date, ()), *said.get(quantity, ())):
        if span := days(snak_value(snak)):
            return years(span)[end] if math.isfinite(span[end]) else None
        value = _value(snak) or {}
        if "amount" in value and (unit := value.get("unit", "1").rpartition("/")[2]) in ("1", *_YEARS):
            return float(value["amount"]) * _YEARS.get(unit, 1.0)
    return None
