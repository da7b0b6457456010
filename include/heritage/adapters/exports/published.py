"""Published snapshots in a folder or bucket: GeoParquet 1.1, CSV, a Data Package and a DCAT-AP record.

```
<dataset>/datapackage.json               the newest version, and which there are; written last
         /catalogue.ttl                  the same as DCAT-AP
         /<version>/records.parquet      never changed
                   /records.csv
                   /datapackage.json
```
"""

import hashlib
import io
import json
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from fsspec.implementations.local import LocalFileSystem

from heritage.adapters.exports.data_package import data_package
from heritage.adapters.exports.dcat import PublishedFile, dcat_ap
from heritage.adapters.geoparquet import with_geometry
from heritage.adapters.places import open_place
from heritage.adapters.whole_file import whole_file
from heritage.errors import StoreDamaged
from heritage.model.digest import digest_json
from heritage.model.shown import cell
from heritage.ports.publishing import PUBLISHED, Release

_PACKAGE, _CATALOGUE = "datapackage.json", "catalogue.ttl"
_PARQUET, _CSV = "records.parquet", "records.csv"
_KINDS = {_PARQUET: "application/vnd.apache.parquet", _CSV: "text/csv"}
_AT_ONCE = 50_000
"""Rows that are written together."""
_VERSION = re.compile(r"(\d{4}-\d\d-\d\d-)?[0-9a-f]{12}")
_NUMBER = re.compile(r"[+-]\d[\d.,]*")
"""Texts that begin like formulas and are none: ids and years before Christ stay as they are."""


class PublishedFolder:
    """Port Publisher over any fsspec URL; `address` is where people find what lies there."""

    def __init__(self, url: str, address: str) -> None:
        self._fs, self._root = open_place(url)
        self._address = address.rstrip("/")

    def versions(self, dataset: str) -> list[str]:
        return [str(one["version"]) for one in self._listed(dataset)]

    def told(self, dataset: str, version: str) -> pa.Table:
        try:
            with self._fs.open(self._path(dataset, version, _PARQUET), "rb") as file:
                return pq.read_table(file, columns=["record_id", "disclosure"])
        except (OSError, pa.ArrowException, KeyError):
            raise self._damaged(dataset) from None

    def publish(self, release: Release) -> tuple[str, bool]:
        """A version is named by the day of its snapshot and a digest of all that it says."""
        dataset, before = release.entry.dataset, self._listed(release.entry.dataset)
        with tempfile.TemporaryDirectory(prefix="heritage-published-") as folder:
            made = {name: Path(folder) / name for name in _KINDS}
            _write_parquet(made[_PARQUET], release.records)
            _write_csv(made[_CSV], release.records)
            files = {name: _described(path, _KINDS[name]) for name, path in made.items()}
            version = _version(release, files[_CSV].sha256)
            if before and before[0]["version"] == version:
                return version, False
            for name, path in made.items():
                with path.open("rb") as content_of:
                    self._put(self._path(dataset, version, name), content_of)
        whole = tuple(files.values())
        self._put_json(self._path(dataset, version, _PACKAGE), data_package(release, version, whole))
        this = {"version": version, "path": f"{version}/{_PACKAGE}", "records": release.records.num_rows}
        listed = [this, *(one for one in before if one["version"] != version)]
        self._link(release, version, whole, listed)
        return version, True

    def withdraw(self, dataset: str, versions: Collection[str]) -> None:
        """The list is shortened before the files go, so that it never leads to nothing. Files that stand in
        no list, because a run died, go, too."""
        known = self._listed(dataset)
        left = [one for one in known if one["version"] not in versions]
        if left and len(left) < len(known):
            self._put_json(self._path(dataset, _PACKAGE), self._package(dataset) | {"versions": left})
        standing = {one["version"] for one in left}
        gone = [name for name in self._folder(dataset) if _VERSION.fullmatch(name) and name not in standing]
        ours = [] if left else [one for one in (_PACKAGE, _CATALOGUE) if one in self._folder(dataset)]
        for name in (*ours, *gone):
            self._fs.rm(self._path(dataset, name), recursive=True)

    def _folder(self, dataset: str) -> list[str]:
        """Names of all that lies there, also of others."""
        path = self._path(dataset)
        there = self._fs.ls(path, detail=False) if self._fs.exists(path) else []
        return [one.rstrip("/").rsplit("/", 1)[-1] for one in there]

    def _link(
        self, release: Release, version: str, files: tuple[PublishedFile, ...], listed: list[dict[str, Any]]
    ) -> None:
        dataset = release.entry.dataset
        below = tuple(one.below(version) for one in files)
        catalogue = dcat_ap([release.entry], f"{self._address}/{dataset}", {dataset: below}, version)
        self._put(self._path(dataset, _CATALOGUE), io.BytesIO(catalogue.encode()))
        package = data_package(release, version, below) | {"versions": listed}
        self._put_json(self._path(dataset, _PACKAGE), package)

    def _listed(self, dataset: str) -> list[dict[str, Any]]:
        package = self._package(dataset)
        listed = package.get("versions", [])
        if not isinstance(listed, list) or not all(map(_is_version, listed)):
            raise self._damaged(dataset)
        return listed

    def _package(self, dataset: str) -> dict[str, Any]:
        path = self._path(dataset, _PACKAGE)
        if not self._fs.exists(path):
            return {}
        try:
            package = json.loads(self._fs.cat_file(path))
        except (ValueError, RecursionError):
            raise self._damaged(dataset) from None
        if not isinstance(package, dict):
            raise self._damaged(dataset)
        return package

    def _damaged(self, dataset: str) -> StoreDamaged:
        return StoreDamaged(
            f"{self._path(dataset, _PACKAGE)}, or a version in it, is damaged: restore it, or remove the "
            "folder and publish again"
        )

    def _put_json(self, path: str, content: Any) -> None:
        self._put(path, io.BytesIO(json.dumps(content, ensure_ascii=False, indent=1).encode()))

    def _put(self, path: str, content: IO[bytes]) -> None:
        """A file that everybody may read, whole or not there."""
        with whole_file(self._fs, path) as file:
            shutil.copyfileobj(content, file)
        if isinstance(self._fs, LocalFileSystem):
            Path(path).chmod(0o644)

    def _path(self, *parts: str) -> str:
        return "/".join((self._root.rstrip("/"), *parts))


def _is_version(listed: Any) -> bool:
    """Whether it names a folder of ours: what stands in the list is removed by it."""
    name = listed.get("version") if isinstance(listed, dict) else None
    return isinstance(name, str) and bool(_VERSION.fullmatch(name))


def _version(release: Release, content: str) -> str:
    entry = release.entry
    said = (entry.title, entry.description, entry.publisher, entry.licence, entry.licence_evidence, entry.url)
    digest = digest_json([content, release.credit, *said])[:12]
    return f"{entry.retrieved_at:%Y-%m-%d}-{digest}" if entry.retrieved_at else digest


def _described(path: Path, kind: str) -> PublishedFile:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return PublishedFile(path.name, kind, path.stat().st_size, digest, path.name)


def _write_parquet(path: Path, records: pa.Table) -> None:
    shaped = with_geometry(records)
    with pq.ParquetWriter(path, shaped.schema, compression="zstd") as writer:
        writer.write_table(shaped, row_group_size=_AT_ONCE)


def _write_csv(path: Path, records: pa.Table) -> None:
    """Lists and structs as JSON. A cell that a program for tables would take for a formula gets an apostrophe
    before it."""
    flat = pa.schema([pa.field(one.name, _in_a_cell(one.type)) for one in PUBLISHED])
    with pa_csv.CSVWriter(str(path), flat) as writer:
        for part in records.to_batches(_AT_ONCE):
            writer.write_table(pa.table([_cells(column) for column in part.columns], schema=flat))


def _in_a_cell(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_nested(kind) else kind


def _cells(column: Any) -> Any:
    if pa.types.is_nested(column.type):
        return pa.array([_json(one) for one in column.to_pylist()], pa.string())
    return pa.array(list(_harmless(column)), pa.string()) if pa.types.is_string(column.type) else column


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _harmless(column: Any) -> Iterator[Any]:
    return (text if text and _NUMBER.fullmatch(text) else cell(text) for text in column.to_pylist())
