"""Snapshots as immutable files under any fsspec address: a local folder, s3://, gs://, …"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from heritage.adapters.captures import Captures
from heritage.adapters.geoparquet import GEOMETRY, with_geometry
from heritage.adapters.places import open_place
from heritage.adapters.whole_file import whole_file
from heritage.errors import StoreDamaged
from heritage.model.lineage import TableFacts
from heritage.ports.files import Capture, FetchedFile, Pulled
from heritage.ports.health import KeptFigures
from heritage.spec.source import SourceSpec

_INPUTS = b"heritage.inputs"
_SINGULAR = {"record_id", "name", "url", "source_row", "lat", "lon", "geometry"}
"""Columns whose values hardly repeat: a dictionary of them takes time and space."""
_FIGURES = "figures"
_COUNTS = ("records", "rejected", "match", "review", "new")
_ROW_GROUP = 50_000  # rows that a reader has in memory at a time


class FileStore:
    """Port SnapshotStore. A file is written under another name and renamed: whole or not there."""

    def __init__(self, url: str) -> None:
        self._fs, self._root = open_place(url)
        self._captures = Captures(self._fs, self._root)

    def capture(self, spec: SourceSpec, pulled: Pulled, retrieved_at: datetime) -> tuple[Capture, bool]:
        return self._captures.keep(spec, pulled, retrieved_at)

    def captured(self, dataset: str, snapshot: str) -> Capture:
        return self._captures.known(dataset, snapshot)

    def last_capture(self, dataset: str) -> Capture | None:
        return self._captures.newest(dataset)

    def capture_files(self, dataset: str, snapshot: str) -> AbstractContextManager[list[FetchedFile]]:
        return self._captures.files(dataset, snapshot)

    def current(self, dataset: str, snapshot: str, name: str, inputs: str) -> bool:
        path = self._path(dataset, snapshot, f"{name}.parquet")
        return bool(self._fs.exists(path)) and self._inputs(path) == inputs

    def write_table(self, dataset: str, snapshot: str, name: str, table: pa.Table, inputs: str) -> None:
        with self.table_in_parts(dataset, snapshot, name, table.schema, inputs) as write:
            write(table)

    @contextmanager
    def table_in_parts(
        self, dataset: str, snapshot: str, name: str, schema: pa.Schema, inputs: str
    ) -> Iterator[Callable[[pa.Table], None]]:
        """A table made from other inputs is kept as `<name>.<its inputs>.parquet` before this one takes
        its name, so that a crash at any point loses neither."""
        path = self._path(dataset, snapshot, f"{name}.parquet")
        shaped = with_geometry if {"lat", "lon"} <= set(schema.names) else _as_it_is
        schema = shaped(schema.empty_table()).schema
        schema = schema.with_metadata({**(schema.metadata or {}), _INPUTS: inputs.encode()})
        repeating: Any = [name for name in schema.names if name not in _SINGULAR]
        with (
            whole_file(self._fs, path, before=lambda: self._keep_other(path, inputs)) as file,
            pq.ParquetWriter(file, schema, compression="zstd", use_dictionary=repeating) as writer,
        ):
            yield lambda table: writer.write_table(shaped(table), row_group_size=_ROW_GROUP)

    def read_table(
        self,
        dataset: str,
        snapshot: str,
        name: str,
        columns: Sequence[str] | None = None,
        inputs: str | None = None,
    ) -> pa.Table:
        path = self._path(dataset, snapshot, f"{name}.parquet")
        if inputs is not None and not (self._fs.exists(path) and self._inputs(path) == inputs):
            path = self._version(path, inputs)
        if not self._fs.exists(path):
            raise FileNotFoundError(f"{dataset}: {path} is not there; run the step that makes {name!r}")
        with self._fs.open(path, "rb") as file, _whole(path):
            found = pq.ParquetFile(file)
            wanted = columns or [c for c in found.schema_arrow.names if c != GEOMETRY]
            return found.read(columns=list(wanted)).replace_schema_metadata(None)

    def remove_tables(self, dataset: str, snapshot: str, begin: str) -> None:
        for path in self._fs.glob(self._path(dataset, snapshot, f"{begin}*.parquet")):
            self._fs.rm_file(path)

    def write_json(self, dataset: str, snapshot: str, name: str, content: Any) -> None:
        self._put(self._path(dataset, snapshot, f"{name}.json"), _json(content))

    def read_json(self, dataset: str, snapshot: str, name: str) -> Any:
        return self._json(self._made(dataset, snapshot, name, "json"))

    def write_page(self, dataset: str, snapshot: str, name: str, html: str) -> None:
        self._put(self._path(dataset, snapshot, f"{name}.html"), html.encode())

    def has_page(self, dataset: str, snapshot: str, name: str) -> bool:
        return bool(self._fs.exists(self._path(dataset, snapshot, f"{name}.html")))

    def read_page(self, dataset: str, snapshot: str, name: str) -> str:
        return self._get(self._made(dataset, snapshot, name, "html")).decode()

    def digest(self, dataset: str, snapshot: str, name: str) -> str:
        return self._inputs(self._made(dataset, snapshot, name, "parquet")) or ""

    def facts(self, dataset: str, snapshot: str, name: str) -> TableFacts | None:
        """How large a table is, read from its foot alone; None when there is no such table."""
        path = self._path(dataset, snapshot, f"{name}.parquet")
        if not self._fs.exists(path):
            return None
        with self._fs.open(path, "rb") as file, _whole(path):
            found = pq.ParquetFile(file)
            columns = {one.name: _kind(one.type) for one in found.schema_arrow if one.name != GEOMETRY}
            rows = found.metadata.num_rows
        return TableFacts(f"{dataset}/{name}", snapshot, rows, int(self._fs.size(path)), columns)

    def mark_good(self, dataset: str, snapshot: str, at: datetime) -> None:
        if self.last_good(dataset) != snapshot:
            self._note(dataset, "good", snapshot, at)

    def last_good(self, dataset: str) -> str | None:
        return next((str(noted["snapshot"]) for noted in self._noted(dataset, "good")), None)

    def mark_seen(self, dataset: str, snapshot: str, at: datetime) -> None:
        if at > self.last_seen(dataset, snapshot):
            self._note(dataset, "seen", snapshot, at)

    def last_seen(self, dataset: str, snapshot: str) -> datetime:
        again = (n["at"] for n in self._noted(dataset, "seen") if n["snapshot"] == snapshot)
        first = self.captured(dataset, snapshot).retrieved_at
        return max(first, datetime.fromisoformat(next(again, first.isoformat())))

    def keep_figures(self, dataset: str, figures: KeptFigures) -> None:
        counts = {name: getattr(figures, name) for name in _COUNTS}
        if counts != next((_counts(noted) for noted in self._noted(dataset, _FIGURES)), None):
            self._note(dataset, _FIGURES, figures.snapshot, figures.at, **counts, size=figures.size)

    def figures(self, dataset: str) -> list[KeptFigures]:
        kept = []
        for noted in self._noted(dataset, _FIGURES):
            counts, size = _counts(noted), noted.get("size")
            if None not in counts.values() and isinstance(size, int):
                at = datetime.fromisoformat(noted["at"])
                kept.append(KeptFigures(noted["snapshot"], at, **counts, size=size))
        return kept[::-1]

    def size(self, dataset: str) -> int:
        return int(self._fs.du(self._path(dataset)))

    def _note(self, dataset: str, name: str, snapshot: str, at: datetime, **more: int) -> None:
        path = self._path(dataset, f"{name}.jsonl")
        before = self._get(path) if self._fs.exists(path) else b""
        if before and not before.endswith(b"\n"):
            before += b"\n"  # a torn last line stays alone
        line = json.dumps({"snapshot": snapshot, "at": at.isoformat(), **more})
        self._put(path, before + line.encode() + b"\n")

    def _noted(self, dataset: str, name: str) -> Iterator[dict[str, Any]]:
        """What was noted about snapshots, the newest first."""
        path = self._path(dataset, f"{name}.jsonl")
        if not self._fs.exists(path):
            return
        for line in reversed(self._get(path).decode("utf-8", "replace").splitlines()):
            try:
                noted = json.loads(line)
                datetime.fromisoformat(noted["at"])
                yield {**noted, "snapshot": str(noted["snapshot"])}
            except (ValueError, TypeError, KeyError, RecursionError):
                continue  # torn or damaged: the last whole line counts

    def datasets(self) -> list[str]:
        if not self._fs.exists(self._root):
            return []
        names = (path.rstrip("/").rsplit("/", 1)[-1] for path in self._fs.ls(self._root, detail=False))
        return sorted(name for name in names if self.last_good(name))

    def _made(self, dataset: str, snapshot: str, name: str, kind: str) -> str:
        path = self._path(dataset, snapshot, f"{name}.{kind}")
        if not self._fs.exists(path):
            raise FileNotFoundError(f"{dataset}: {path} is not there; run the step that makes {name!r}")
        return path

    def _path(self, *parts: str) -> str:
        return "/".join((self._root.rstrip("/"), *parts))

    @staticmethod
    def _version(path: str, inputs: str) -> str:
        return f"{path.removesuffix('.parquet')}.{inputs}.parquet"

    def _keep_other(self, path: str, inputs: str) -> None:
        if not self._fs.exists(path):
            return
        theirs = self._inputs(path)
        if theirs and theirs != inputs and not self._fs.exists(self._version(path, theirs)):
            self._put(self._version(path, theirs), self._get(path))

    def _inputs(self, path: str) -> str | None:
        with self._fs.open(path, "rb") as file, _whole(path):
            value = (pq.ParquetFile(file).schema_arrow.metadata or {}).get(_INPUTS)
            return value.decode() if value else None

    def _json(self, path: str) -> Any:
        try:
            return json.loads(self._get(path))
        except (ValueError, RecursionError) as error:
            raise _damaged(path, error) from None

    def _get(self, path: str) -> bytes:
        content: bytes = self._fs.cat_file(path)
        return content

    def _put(self, path: str, content: bytes) -> None:
        with whole_file(self._fs, path) as file:
            file.write(content)


@contextmanager
def _whole(path: str) -> Iterator[None]:
    """Tells of a table that the disk did not keep well."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise _damaged(path, error) from None


def _damaged(path: str, error: Exception) -> StoreDamaged:
    said = " ".join(str(error).split())[:200]
    return StoreDamaged(
        f"{path} is damaged ({said}): restore it from a backup, or move it away and run the step again"
    )


def _counts(noted: dict[str, Any]) -> dict[str, Any]:
    """What was counted, None where it is no number."""
    return {name: noted[name] if isinstance(noted.get(name), int) else None for name in _COUNTS}


def _kind(of: pa.DataType) -> str:
    """Only what kind of column: the names of fields inside are the register's."""
    return "struct" if pa.types.is_struct(of) else "list" if pa.types.is_list(of) else str(of)


def _as_it_is(table: pa.Table) -> pa.Table:
    return table


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()
