"""The local index of items, built by streaming a dump and kept as one Parquet file a date."""

import hashlib
import json
import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from heritage.adapters.whole_file import whole_file
from heritage.errors import SourceChanged, SourceUnavailable, StoreDamaged
from heritage.model.digest import canonical_json
from heritage.model.tables import ITEMS
from heritage.reconcile.items import Row, has_any, item_row

log = logging.getLogger(__name__)

_FOLDER = "wikidata/index"
_FILE = "items.parquet"
_DIGEST = b"heritage.digest"
_BATCH = 5_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class IndexBuilt:
    """`lines` of the dump were read; `items` of them are in the index, `broken` could not be read."""

    version: str
    lines: int
    items: int
    broken: int


def build_index(
    dump: str,
    data_url: str,
    built_on: date,
    *,
    classes: Collection[str] = (),
    properties: Collection[str] = (),
    identifiers: Collection[str] | None = None,
    progress: Progress | None = None,
) -> IndexBuilt:
    """Streams a dump into `<data>/wikidata/index/<date>/items.parquet`.

    `dump` is a path or fsspec URL of Wikibase JSON: `latest-all.json` or bare JSON lines, plain, .gz or .bz2.
    Items with one of `classes` (P31) or `properties` are kept, all of them when neither is given;
    `identifiers` names the identifier properties to keep, None keeps every external identifier.
    `progress` is called with (lines read, items kept). A line that is not an entity is counted and left out.
    Raises SourceUnavailable when it cannot be opened, SourceChanged when it is cut off or holds no item.
    """
    fs, root = fsspec.core.url_to_fs(data_url)
    path = f"{root.rstrip('/')}/{_FOLDER}/{built_on.isoformat()}/{_FILE}"
    digest, counts = hashlib.sha256(), _Counts()
    with whole_file(fs, path) as file, pq.ParquetWriter(file, ITEMS, compression="zstd") as writer:
        batch: list[Row] = []
        for row in _rows(dump, classes, properties, identifiers, counts):
            digest.update(canonical_json(row).encode() + b"\n")
            batch.append(row)
            if len(batch) == _BATCH:
                writer.write_table(pa.Table.from_pylist(batch, schema=ITEMS))
                batch.clear()
                if progress:
                    progress(counts.lines, counts.items)
        if not counts.items:
            raise SourceChanged(
                f"{dump}: no item in {counts.lines} lines; is it a dump of Wikibase entities?"
            )
        writer.write_table(pa.Table.from_pylist(batch, schema=ITEMS))
        version = digest.hexdigest()[:16]
        writer.add_key_value_metadata({_DIGEST.decode(): version})
    if progress:
        progress(counts.lines, counts.items)
    if counts.broken:
        log.warning(
            "%d lines of %s are not entities and were left out; first: %s", counts.broken, dump, counts.first
        )
    log.info("The index of %s holds %d items out of %d lines.", built_on, counts.items, counts.lines)
    return IndexBuilt(f"{built_on.isoformat()}-{version}", counts.lines, counts.items, counts.broken)


class FileItemIndex:
    """Port ItemIndex: the latest index below the data folder."""

    def __init__(self, data_url: str) -> None:
        self._fs, root = fsspec.core.url_to_fs(data_url)
        self._root = f"{root.rstrip('/')}/{_FOLDER}"

    def version(self) -> str:
        """Date and digest of the contents. Raises FileNotFoundError saying how to build the index."""
        path = self._path()
        with self._fs.open(path, "rb") as file:
            digest = (pq.ParquetFile(file).metadata.metadata or {}).get(_DIGEST, b"")
        return f"{path.split('/')[-2]}-{digest.decode()}"

    def items(self, columns: Sequence[str] | None = None) -> pa.Table:
        """All items, schema ITEMS or some columns of it; an index from before a column has nulls there."""
        # not pq.read_table: its threads on a Python file can abort the interpreter at exit
        names = list(columns or ITEMS.names)
        with self._fs.open(self._path(), "rb") as file:
            table = pq.ParquetFile(file).read(columns=names)
        fields = [ITEMS.field(name) for name in names]
        return pa.table([_column(table, field) for field in fields], schema=pa.schema(fields))

    def _path(self) -> str:
        for day in sorted(self._dates(), reverse=True):
            path = f"{self._root}/{day}/{_FILE}"
            if self._fs.exists(path):
                return path
        raise StoreDamaged(
            f"there is no index of items in {self._root}: run the DAG wikidata_index, or "
            "`heritage index DUMP`"
        )

    def _dates(self) -> list[str]:
        if not self._fs.exists(self._root):
            return []
        return [path.rstrip("/").rsplit("/", 1)[-1] for path in self._fs.ls(self._root, detail=False)]


def _column(table: pa.Table, field: Any) -> Any:
    if field.name not in table.column_names:
        return pa.nulls(table.num_rows, field.type)
    column = table[field.name]
    return column if column.type == field.type else column.cast(field.type)


@dataclass(slots=True)
class _Counts:
    lines: int = 0
    items: int = 0
    broken: int = 0
    first: str = ""

    def leave_out(self, reason: object) -> None:
        self.broken += 1
        self.first = self.first or f"line {self.lines}: {' '.join(str(reason).split())}"


def _rows(
    dump: str,
    classes: Collection[str],
    properties: Collection[str],
    identifiers: Collection[str] | None,
    counts: _Counts,
) -> Iterator[Row]:
    seen: set[int] = set()
    for entity in _entities(dump, counts):
        try:
            row = item_row(entity, identifiers) if has_any(entity, classes, properties) else None
            number = int(row["qid"][1:]) if row else 0
        except (ValueError, AttributeError, KeyError, TypeError) as error:
            counts.leave_out(error)
            continue
        if row and number not in seen:
            seen.add(number)
            counts.items += 1
            yield row


def _entities(dump: str, counts: _Counts) -> Iterator[dict[str, Any]]:
    """Every entity of the file, one a line; brackets and trailing commas of the big array do not matter."""
    try:
        with fsspec.open(dump, "rb", compression="infer") as lines:
            for raw in lines:
                line = raw.strip().rstrip(b",").strip(b"\xef\xbb\xbf")
                if line in (b"", b"[", b"]"):
                    continue
                counts.lines += 1
                try:
                    entity = json.loads(line)
                except (ValueError, RecursionError) as error:
                    counts.leave_out(error)
                    continue
                if isinstance(entity, dict):
                    yield entity
                else:
                    counts.leave_out("not an object")
    except EOFError as error:
        raise SourceChanged(
            f"{dump}: ends in the middle after {counts.lines} entities; get it again."
        ) from error
    except OSError as error:
        if counts.lines:
            raise SourceChanged(f"{dump}: damaged after {counts.lines} entities ({error}).") from error
        raise SourceUnavailable(f"{dump}: cannot be opened ({error}).") from error
