"""Writes a made-up pair of tables as it comes, so that no more than one chunk stands in memory."""

import csv
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from heritage.model.tables import ITEMS, RECORDS

CHUNK = 50_000
FIRST_AREA = 800_000_001
FIRST_ITEM = 900_000_001
"""Above every class of Wikidata, which an item of the same number would be taken for."""
WRONG_IDENTIFIERS = 0.02
"""Of the identifiers on items that are another record's: Wikidata is wrong sometimes."""
PROPERTY = "P99999"
"""The register's identifier, on items that carry it."""
_RECORD_IDS = 8_999_993
"""A prime, so that ids come in no order and none comes twice."""


class Files:
    """items.parquet, records.parquet and truth.csv of a folder."""

    def __init__(self, folder: Path, identifiers: float, seed: int) -> None:
        """`identifiers` is the share of the items of records that carry a record's id."""
        self._identifiers = identifiers
        self._rng = Random(f"identifiers {seed}")
        self._earlier = ""
        self._areas: dict[str, str] = {}
        folder.mkdir(parents=True, exist_ok=True)
        self.items = self.records = 0
        self._item_file = pq.ParquetWriter(folder / "items.parquet", ITEMS)
        self._record_file = pq.ParquetWriter(folder / "records.parquet", RECORDS)
        self._truth_file = (folder / "truth.csv").open("w", encoding="utf-8", newline="")
        self._truth = csv.writer(self._truth_file)
        self._truth.writerow(["id", "qid"])
        self._item_rows: list[dict[str, Any]] = []
        self._record_rows: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._write_items()
        self._write_records()
        for file in (self._item_file, self._record_file, self._truth_file):
            file.close()

    @property
    def next_item(self) -> int:
        """The number of the id that the next item gets."""
        return FIRST_ITEM + self.items

    @property
    def next_record_id(self) -> str:
        return str(10_000_000 + (self.records * 7919) % _RECORD_IDS)

    def item(self, row: dict[str, Any]) -> None:
        """Writes a row of ITEMS, given without its id, of which there is no record."""
        self._item_rows.append(_EMPTY_ITEM | row | {"qid": f"Q{self.next_item}"})
        self.items += 1
        if len(self._item_rows) >= CHUNK:
            self._write_items()

    def area(self, lang: str, name: str) -> str:
        """The id of the municipality of this name, which the index holds as context alone."""
        if name not in self._areas:
            self._areas[name] = f"Q{FIRST_AREA + len(self._areas)}"
            row = {"qid": self._areas[name], "labels": texts(lang, name), "context": True}
            self._item_rows.append(_EMPTY_ITEM | row)
        return self._areas[name]

    def pair(self, record: dict[str, Any], item: dict[str, Any] | None) -> None:
        """Writes a row of RECORDS, given without its id, and of ITEMS, if the record has an item."""
        record_id = self.next_record_id
        self._truth.writerow([record_id, f"Q{self.next_item}" if item else ""])
        if item:
            carried = self._rng.random() < self._identifiers
            value = self._earlier if self._rng.random() < WRONG_IDENTIFIERS and self._earlier else record_id
            self.item(item | ({"identifiers": [{"property": PROPERTY, "value": value}]} if carried else {}))
        self._earlier = record_id
        self._record_rows.append({"dataset": "synthetic", "record_id": record_id} | record)
        self.records += 1
        if len(self._record_rows) >= CHUNK:
            self._write_records()

    def _write_items(self) -> None:
        self._item_file.write_table(pa.Table.from_pylist(self._item_rows, schema=ITEMS))
        self._item_rows = []

    def _write_records(self) -> None:
        self._record_file.write_table(pa.Table.from_pylist(self._record_rows, schema=RECORDS))
        self._record_rows = []


_EMPTY_ITEM: dict[str, Any] = {n: [] for n in ITEMS.names if pa.types.is_list(ITEMS.field(n).type)}


def texts(lang: str, *names: str) -> list[dict[str, str]]:
    return [{"lang": lang, "text": name} for name in names if name]


def point(lat: float, lon: float, digits: int = 5) -> dict[str, float]:
    return {"lat": round(lat, digits), "lon": round(lon, digits)}
