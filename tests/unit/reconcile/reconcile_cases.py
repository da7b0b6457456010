"""Small registers and indexes, written down as plain values."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from heritage.adapters.reconcile_settings import load_settings
from heritage.model.tables import ITEMS, RECORDS
from heritage.reconcile import Settings, reconcile

IDENTIFIER = "P1216"
VOCABULARIES = Path(__file__).parents[3] / "datasets" / "_vocabularies" / "reconcile"

Row = dict[str, Any]


def record(
    record_id: str, name: str | None, lat: float | None = None, lon: float | None = None, **more: Any
) -> Row:
    row: Row = dict.fromkeys(RECORDS.names)
    row |= {"dataset": "test", "record_id": record_id, "kind": "monument", "name": name, "lang": "en"}
    row |= {"names": [{"lang": "en", "text": name}] if name else []}
    return row | {"lat": lat, "lon": lon} | more


def named(*texts: str) -> list[Row]:
    """Names for a record, in one language."""
    return [{"lang": "en", "text": text} for text in texts]


def item(qid: str, label: str | None, lat: float | None = None, lon: float | None = None, **more: Any) -> Row:
    row: Row = dict.fromkeys(ITEMS.names)
    row |= {name: [] for name in ITEMS.names if pa.types.is_list(ITEMS.field(name).type)}
    row |= {"qid": qid, "labels": [{"lang": "en", "text": label}] if label else []}
    if lat is not None and lon is not None:
        row["points"] = [{"lat": lat, "lon": lon}]
    for key, value in more.items():
        if key in ("aliases", "descriptions"):
            row[key] = [{"lang": "en", "text": text} for text in value]
        elif key == "identifier":
            row["identifiers"] = [{"property": IDENTIFIER, "value": value}]
        else:
            row[key] = value
    return row


def tables(records: list[Row], items: list[Row]) -> tuple[pa.Table, pa.Table]:
    return pa.Table.from_pylist(records, schema=RECORDS), pa.Table.from_pylist(items, schema=ITEMS)


NAMES = [
    *(
        "Ashcombe Priory",
        "Burrowfield Windmill",
        "Coldharbour Lighthouse",
        "Dunmere Castle",
        "Eastleigh Abbey",
    ),
    *("Foxton Locks", "Garsington Manor", "Harewood Viaduct", "Ickworth Rotunda", "Jedburgh Abbey"),
    *("Kirkstall Forge", "Lanercost Priory", "Mapledurham Watermill", "Nunney Castle", "Oystermouth Castle"),
    *("Penshurst Place", "Quarr Abbey", "Restormel Castle", "Sudeley Castle", "Tattershall Bridge"),
]


def surroundings() -> tuple[list[Row], list[Row]]:
    """Twenty records that each have their item, so that a corpus stands behind the case under test."""
    places = [(50.5 + k * 0.21, -3.1 + k * 0.13) for k in range(len(NAMES))]
    return (
        [
            record(f"s{k:02}", name, lat, lon)
            for k, (name, (lat, lon)) in enumerate(zip(NAMES, places, strict=True))
        ],
        [
            item(f"Q{1000 + k}", name, lat + 0.0002, lon)
            for k, (name, (lat, lon)) in enumerate(zip(NAMES, places, strict=True))
        ],
    )


@cache
def shipped() -> Settings:
    """The settings that the product ships."""
    return replace(load_settings(VOCABULARIES), identifier=IDENTIFIER)


def decided(records: list[Row], items: list[Row]) -> dict[str, Row]:
    """The given rows reconciled among the surroundings, by record id."""
    more_records, more_items = surroundings()
    matches = reconcile(*tables(records + more_records, items + more_items), shipped())
    return {row["record_id"]: row for row in matches.to_pylist()}
