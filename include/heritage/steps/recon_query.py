"""A query of a client as a record that can be reconciled."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from heritage.mapping.coordinates import read_pair
from heritage.model.tables import RECORDS
from heritage.ports.reconciliation import Condition, Quantifier, Query, as_text

QID = re.compile(r"Q[1-9]\d{0,17}", re.ASCII)
NAMES = {"P2561": "name", "P1448": "official name", "P1705": "native label"}
"""Properties whose values are further names of the thing."""
TEXTS = {"P6375": "address", "P571": "inception"}
"""Properties whose values are fields of a record as they are."""
PLACE = "P625"

CountryOf = Callable[[str], str | None]
"""The item of a country by its English name or code."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A record made of a query; `identifier` is the property whose value is its id, if it has one."""

    table: pa.Table
    identifier: str | None
    nothing: bool
    """There is nothing to look for: no name, no place, no identifier."""


def asked(query: Query, identifiers: Collection[str], country_of: CountryOf) -> Asked:
    """What cannot be read of a property is not compared, as if it had not been sent."""
    row: dict[str, Any] = dict.fromkeys(RECORDS.names)
    names = [*query.names]
    identifier = None
    for one in query.types[:1]:
        row["class_item" if QID.fullmatch(one) else "type"] = one
    for condition in query.conditions:
        texts = [text for value in condition.values if (text := as_text(value))]
        if condition.quantifier is Quantifier.NONE or not texts:
            continue
        if condition.property in NAMES:
            names += texts
        elif condition.property in identifiers:
            if identifier is None:
                identifier, row["record_id"] = condition.property, texts[0]
        else:
            row |= _fields(condition.property, texts[0], country_of)
    row |= {"dataset": "query", "record_id": row["record_id"] or "query", "kind": "monument"}
    row |= {"name": names[0] if names else None, "lang": query.lang}
    row["names"] = [{"lang": query.lang, "text": name} for name in dict.fromkeys(names)]
    nothing = not names and row["lat"] is None and identifier is None
    return Asked(pa.Table.from_pylist([row], schema=RECORDS), identifier, nothing)


def place(condition: Condition) -> tuple[float, float] | None:
    """Latitude and longitude of a condition on the place."""
    for value in condition.values:
        read = read_pair(as_text(value), lat_first=True)
        if read and abs(read.y.value) <= 90 and abs(read.x.value) <= 180:
            return read.y.value, read.x.value
    return None


def _fields(property: str, text: str, country_of: CountryOf) -> dict[str, Any]:
    item = text if QID.fullmatch(text) else None
    match property:
        case "P17":
            return {"country": item or country_of(text)}
        case "P131":
            return {"admin_item": item} if item else {"municipality": text}
        case "P31":
            return {"class_item": item} if item else {"type": text}
        case "P1435":
            return {"designation_item": item} if item else {"designation": text}
        case "P625":
            found = place(Condition(PLACE, (text,)))
            return {"lat": found[0], "lon": found[1]} if found else {}
        case _:
            return {TEXTS[property]: text} if property in TEXTS else {}
