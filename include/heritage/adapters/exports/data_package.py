"""What a published snapshot is, as a Data Package, version 2 (https://datapackage.org)."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from heritage.adapters.exports.dcat import PublishedFile
from heritage.adapters.geoparquet import GEOMETRY
from heritage.ports.publishing import MEANINGS, PUBLISHED, Release

_PROFILES = "https://datapackage.org/profiles/2.0"


def data_package(release: Release, version: str, files: Sequence[PublishedFile]) -> dict[str, Any]:
    """The descriptor of a version whose files lie at their paths beside it."""
    entry = release.entry
    package = {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": entry.dataset.replace("_", "-"),
        "title": entry.title,
        "description": entry.description or entry.title,
        "version": version,
        "keywords": [entry.kind],
        "licenses": [{"name": entry.licence, "path": entry.licence_evidence, "title": entry.licence}],
        "sources": [{"title": entry.publisher, "path": entry.url}],
        "contributors": [
            {"title": entry.publisher, "roles": ["publisher"]},
            {"title": "Heritage Guard", "roles": ["wrangler"]},
        ],
        "resources": [_resource(one) for one in files],
    }
    if entry.retrieved_at:
        package["created"] = entry.retrieved_at.isoformat()
    if release.credit:
        package["attribution"] = release.credit
    return package


def _resource(file: PublishedFile) -> dict[str, Any]:
    parquet = file.name.endswith(".parquet")
    return {
        "name": file.name.replace(".", "-"),
        "type": "table",
        "path": file.path,
        "format": "parquet" if parquet else "csv",
        "mediatype": file.media_type,
        **({} if parquet else {"encoding": "utf-8"}),
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
        "schema": {
            "$schema": f"{_PROFILES}/tableschema.json",
            "fields": [_field(one) for one in PUBLISHED] + ([_GEOMETRY] if parquet else []),
            "primaryKey": ["record_id"],
        },
    }


_GEOMETRY = {
    "name": GEOMETRY,
    "type": "any",
    "description": "The place as a point, WKB; see the metadata `geo` of the file (GeoParquet 1.1).",
}


def _field(field: Any) -> dict[str, Any]:
    told = {"name": field.name, "type": _type(field.type), "description": MEANINGS[field.name]}
    return told | ({"constraints": {"required": True}} if field.name == "record_id" else {})


def _type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return "array"
    if pa.types.is_struct(kind):
        return "object"
    return "number" if pa.types.is_floating(kind) else "string"
