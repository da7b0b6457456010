"""The catalogue as schema.org DataCatalog (https://schema.org/DataCatalog), in JSON-LD."""

import json
from collections.abc import Iterable
from typing import Any

from heritage.adapters.exports import ABOUT, ENTITY, TITLE
from heritage.ports.catalogue import CatalogueEntry

_LEAST_WORDS = 50  # characters below which search engines pass a description over


def schema_org(entries: Iterable[CatalogueEntry], address: str) -> str:
    """A catalogue in JSON-LD; `address` is where it is published. Broken descriptions are left out."""
    content = {
        "@context": "https://schema.org",
        "@type": "DataCatalog",
        "@id": address,
        "name": TITLE,
        "description": ABOUT,
        "url": address,
        "dataset": [_dataset(entry, address) for entry in entries if entry.status != "broken"],
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def _dataset(entry: CatalogueEntry, address: str) -> dict[str, Any]:
    about = entry.description or entry.title
    if len(about) < _LEAST_WORDS:
        about = f"{about} Register of kind {entry.kind}, published by {entry.publisher}."
    publisher: dict[str, Any] = {"@type": "Organization", "name": entry.publisher}
    if entry.publisher_item:
        publisher["sameAs"] = ENTITY + entry.publisher_item
    dataset: dict[str, Any] = {
        "@type": "Dataset",
        "@id": f"{address}#{entry.dataset}",
        "identifier": entry.dataset,
        "name": entry.title,
        "description": about,
        "url": entry.url,
        "license": entry.licence_evidence,
        "creator": publisher,
        "keywords": [entry.kind],
        "distribution": {
            "@type": "DataDownload",
            "encodingFormat": entry.protocol,
            "contentUrl": entry.url,
        },
    }
    if entry.country_item:
        place = {"@type": "Country", "sameAs": ENTITY + entry.country_item}
        dataset["spatialCoverage"] = place
    if entry.retrieved_at:
        dataset["dateModified"] = entry.retrieved_at.date().isoformat()
    if entry.unverified:
        dataset["creativeWorkStatus"] = f"Not confirmed: {entry.unverified}"
    return dataset
