"""The parts of an index that is being made: tables of items on the way to one file."""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from heritage.adapters.places import open_place
from heritage.adapters.whole_file import whole_file
from heritage.model.arrow import pc
from heritage.model.tables import ITEMS
from heritage.reconcile.items import Row

_FOLDER = "wikidata/pull"
_BATCH = 2_000
_BEGUN = "begun"
_NO_ROW = (pa.ArrowException, UnicodeError, OverflowError, TypeError, ValueError)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ItemFile:
    """A Parquet file of items, read in batches, but for the rows of `without`."""

    fs: Any
    path: str
    without: frozenset[str] = frozenset()

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """The rows in order, schema ITEMS or some columns of it; a column that the file has not is null."""
        names = list(columns or ITEMS.names)
        schema = pa.schema([ITEMS.field(name) for name in names])
        gone = pa.array(sorted(self.without), pa.string())
        with self.fs.open(self.path, "rb") as opened:
            # not pq.read_table: its threads on a Python file can abort the interpreter at exit
            file = pq.ParquetFile(opened)
            there = list({*names, "qid"}.intersection(file.schema_arrow.names))
            for batch in file.iter_batches(_BATCH, columns=there, use_threads=False):
                table = pa.Table.from_batches([batch])
                if self.without:
                    table = table.filter(pc.invert(pc.is_in(table["qid"], gone)))
                yield pa.table([_column(table, field) for field in schema], schema=schema)


def _column(table: pa.Table, field: Any) -> Any:
    if field.name not in table.column_names:
        return pa.nulls(table.num_rows, field.type)
    column = table[field.name]
    return column if column.type == field.type else column.cast(field.type)


def _table(rows: list[Row]) -> pa.Table:
    """The rows as a table. What is no text in a text becomes a question mark; a row that still is none of the
    index's is left out, and told."""
    try:
        return pa.Table.from_pylist(rows, schema=ITEMS)
    except _NO_ROW as error:
        if len(rows) > 1:
            return pa.concat_tables([_table([row]) for row in rows])
        with suppress(*_NO_ROW):
            text = json.dumps(rows, ensure_ascii=False).encode("utf-8", "replace")
            return pa.Table.from_pylist(json.loads(text), schema=ITEMS)
        log.warning("%s is left out of the index: it is not as items are (%s).", rows[0]["qid"], error)
        return ITEMS.empty_table()


class Parts:
    """What has come of one pull; `key` says what was asked for. Each part is there whole or not at all."""

    def __init__(self, data_url: str, key: str) -> None:
        self._fs, root = open_place(data_url)
        self._all = f"{root.rstrip('/')}/{_FOLDER}"
        self._root = f"{self._all}/{key}"

    def begin(self, now: datetime, keep: timedelta) -> datetime:
        """When the pull that is gone on with began: now, unless one began less than `keep` ago.

        Parts of other pulls are removed.
        """
        for path in self._listed(self._all):
            if path.rsplit("/", 1)[-1] != self._root.rsplit("/", 1)[-1]:
                self._fs.rm(path, recursive=True)
        said = self.note(_BEGUN)
        began = datetime.fromisoformat(said) if said else None
        if began and timedelta(0) <= now - began <= keep:
            return began
        self.remove()
        self.write_note(_BEGUN, now.isoformat())
        return now

    @property
    def began(self) -> datetime | None:
        said = self.note(_BEGUN)
        return datetime.fromisoformat(said) if said else None

    def has(self, name: str) -> bool:
        return bool(self._fs.exists(f"{self._root}/{name}.parquet"))

    @contextmanager
    def writing(self, name: str) -> Iterator[Callable[[Row], None]]:
        """Takes rows of the part `name`, which is there when the block has ended well."""
        path = f"{self._root}/{name}.parquet"
        with whole_file(self._fs, path) as file, pq.ParquetWriter(file, ITEMS, compression="zstd") as writer:
            batch: list[Row] = []

            def flush() -> None:
                writer.write_table(_table(batch))
                batch.clear()

            def add(row: Row) -> None:
                batch.append(row)
                if len(batch) == _BATCH:
                    flush()

            yield add
            flush()

    def note(self, name: str) -> Any:
        """What was noted down as `name`; None when nothing was."""
        path = f"{self._root}/{name}.json"
        if not self._fs.exists(path):
            return None
        with self._fs.open(path, "rb") as file:
            return json.loads(file.read())

    def write_note(self, name: str, content: Any) -> None:
        """Notes down how far the pull is."""
        with whole_file(self._fs, f"{self._root}/{name}.json") as file:
            file.write(json.dumps(content).encode())

    def files(self) -> list[ItemFile]:
        """All parts, sorted by name."""
        paths = [path for path in self._listed(self._root) if path.endswith(".parquet")]
        return [ItemFile(self._fs, path) for path in sorted(paths)]

    def file(self, name: str) -> ItemFile:
        """One part."""
        return ItemFile(self._fs, f"{self._root}/{name}.parquet")

    def remove(self) -> None:
        """Drops all parts."""
        if self._fs.exists(self._root):
            self._fs.rm(self._root, recursive=True)

    def _listed(self, folder: str) -> list[str]:
        return (
            [str(path).rstrip("/") for path in self._fs.ls(folder, detail=False)]
            if self._fs.exists(folder)
            else []
        )
