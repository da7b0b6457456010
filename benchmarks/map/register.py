"""A made-up register in the layout of a national list of buildings: 15 columns, coordinates in EPSG:27700.

Every value is synthetic and says so in its name; no row stands for a real building.
"""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import yaml

HEADER = [
    *("ListEntry", "Name", "Grade", "ListDate", "AmendDate", "NGR", "Easting", "Northing"),
    *("District", "Type", "Street", "Town", "Hyperlink", "Built", "OBJECTID"),
]
_TYPES = ["church", "farmhouse", "barn", "cottage", "bridge", "milestone", "town hall", "telephone kiosk"]
_BUILT = ["C18", "early C19", "1890s", "c. 1850", "1723", "1890-1895", "mid C17", "before 1600", ""]

DESCRIPTION: dict[str, Any] = {
    "id": "gb_synthetic_list",
    "title": "Synthetic list of buildings",
    "publisher": {"name": "Made up for a measurement"},
    "kind": "monument",
    "maintainers": ["heritage-guard"],
    "licence": {"id": "CC0-1.0", "evidence": "https://example.org/licence"},
    "sample": "synthetic",
    "record": {
        "id": "ListEntry",
        "name": {"en": "Name"},
        "point": {"x": "Easting", "y": "Northing", "crs": "EPSG:27700"},
        "type": "Type",
        "designation": "Grade",
        "municipality": "District",
        "address": {"columns": ["Street", "Town"], "join": ", "},
        "inception": "Built",
        "designated": {"column": "ListDate", "date": "dmy"},
        "url": "Hyperlink",
    },
    "ignore": ["AmendDate", "NGR", "OBJECTID"],
    "item": {
        "identifier": "P1216",
        "country": "Q145",
        "classes": {"church": "Q16970", "bridge": "Q12280", "farmhouse": "Q489357"},
        "designation": {"I": "Q15700818", "II*": "Q15700831", "II": "Q15700834"},
    },
    "checks": {"rows": [1, 10_000_000]},
}


def write_register(path: Path, rows: int, seed: int = 7) -> None:
    """A CSV of so many rows; one row in a thousand shares its id with another, a few names have quotes."""
    rng = np.random.default_rng(seed)
    number = rng.permutation(rows) + 1_000_000
    shared = rng.choice(rows, rows // 1000, replace=False)
    number[shared] = number[(shared + 1) % rows]
    east = rng.integers(350_000, 520_000, rows)
    north = rng.integers(120_000, 480_000, rows)
    day, month, year = rng.integers(1, 29, rows), rng.integers(1, 13, rows), rng.integers(1947, 2024, rows)
    kind, grade, built = (rng.integers(0, n, rows) for n in (len(_TYPES), 3, len(_BUILT)))
    district, town, house = (rng.integers(0, n, rows) for n in (330, 5000, 200))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for i in range(rows):
            called = f'"THE OLD" {_TYPES[kind[i]].upper()}' if i % 500 == 0 else _TYPES[kind[i]].upper()
            date = f"{day[i]:02}/{month[i]:02}/{year[i]}"
            writer.writerow(
                [
                    *(number[i], f"SYNTHETIC {called}, NUMBER {house[i]} OF STREET {town[i]}"),
                    *(("I", "II*", "II")[grade[i]], date, "", "", east[i], north[i]),
                    *(f"Synthetic District {district[i]}", _TYPES[kind[i]], f"{house[i]} Street {town[i]}"),
                    *(f"Synthetic Town {town[i]}", f"https://example.org/list-entry/{number[i]}"),
                    *(_BUILT[built[i]], i + 1),
                ]
            )


def write_description(folder: Path, url: str) -> Path:
    """The description as a maintainer would write it."""
    path = folder / "gb" / DESCRIPTION["id"] / f"{DESCRIPTION['id']}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = DESCRIPTION | {"harvest": {"protocol": "csv", "url": url}}
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path
