"""The same work the plain way: the csv module, one transformer reused point by point, a list of records.

It makes the same columns of the same rows: names, terms looked up, dates, links to entries, points in degrees
with their precision, the row as JSON, rows with a shared id put aside, points outside the country dropped.
Not the notes, terms, changes and reasons that Heritage Guard writes beside them.
"""

import csv
import json
import math
import re
import sys
import time
import unicodedata
import urllib.request
from collections import Counter
from pathlib import Path

import geopandas
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import Geod, Transformer
from register import DESCRIPTION

_ITEM = DESCRIPTION["item"]
_CENTURY = re.compile(r"(early |mid |late )?C(\d\d)")
_MARGIN_M = 24_224  # the territorial sea, and how far the outlines may be wrong


def fold(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def edtf(text: str) -> str | None:
    found = _CENTURY.fullmatch(text)
    if found:
        return f"{int(found[2]) - 1}XX"
    for pattern, template in (
        (r"(\d{4})", "{}"),
        (r"(\d{3})0s", "{}X"),
        (r"c\. (\d{4})", "{}~"),
        (r"before (\d{4})", "../{}"),
        (r"(\d{4})-(\d{4})", "{}/{}"),
    ):
        found = re.fullmatch(pattern, text)
        if found:
            return template.format(*found.groups())
    return None


def tens(number: int) -> int:
    result = 1
    while number and number % (result * 10) == 0:
        result *= 10
    return result


def fetch(url: str, path: Path) -> None:
    with urllib.request.urlopen(url) as answer, path.open("wb") as file:
        while block := answer.read(1 << 20):
            file.write(block)


def main(url: str, folder: str, borders: str) -> None:
    started = time.perf_counter()
    path = Path(folder) / "peer.csv"
    fetch(url, path)
    table = geopandas.read_parquet(borders)
    outline = table.geometry[table["qid"] == _ITEM["country"]].iloc[0]
    shapely.prepare(outline)
    corners, geod = outline.boundary, Geod(ellps="WGS84")
    transformer = Transformer.from_crs(27700, 4326, always_xy=True)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    times = Counter(row["ListEntry"].strip() for row in rows)
    records = []
    for number, row in enumerate(rows, start=1):
        record_id = row["ListEntry"].strip()
        if not record_id or times[record_id] > 1:
            continue
        east, north = float(row["Easting"]), float(row["Northing"])
        lon, lat = transformer.transform(east, north)
        point = shapely.Point(lon, lat)
        precision: float | None = float(max(min(tens(int(east)), tens(int(north))), 1))
        if not outline.covers(point):
            near = corners.interpolate(corners.project(point))
            if geod.inv(lon, lat, near.x, near.y)[2] > _MARGIN_M:
                lat = lon = precision = math.nan
        day, month, year = row["ListDate"].split("/")
        kind, grade, name = fold(row["Type"]), fold(row["Grade"]), fold(row["Name"])
        records.append(
            {
                "dataset": DESCRIPTION["id"],
                "record_id": record_id,
                "kind": "monument",
                "name": name,
                "lang": "en",
                "names": [{"lang": "en", "text": name}],
                "type": kind,
                "class_item": _ITEM["classes"].get(kind),
                "designation": grade,
                "designation_item": _ITEM["designation"].get(grade),
                "municipality": fold(row["District"]),
                "country": _ITEM["country"],
                "address": ", ".join(part for part in (fold(row["Street"]), fold(row["Town"])) if part),
                "inception": edtf(fold(row["Built"])),
                "designated": f"{year}-{month}-{day}",
                "lat": lat,
                "lon": lon,
                "precision_m": precision,
                "place_method": "given",
                "url": row["Hyperlink"] if re.fullmatch(r"https?://\S+", row["Hyperlink"]) else None,
                "file": path.name,
                "row": number,
                "source_row": json.dumps(row, ensure_ascii=False, separators=(",", ":")),
            }
        )
    records.sort(key=lambda record: str(record["record_id"]))
    pq.write_table(pa.Table.from_pylist(records), Path(folder) / "peer.parquet", compression="zstd")
    print(json.dumps({"records": len(records), "seconds": time.perf_counter() - started}))


if __name__ == "__main__":
    main(*sys.argv[1:])
