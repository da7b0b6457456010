"""Where snapshots are published as open data, and what of them stands there."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from heritage.model.tables import IMAGE, TEXT
from heritage.ports.catalogue import CatalogueEntry

_COLUMNS: tuple[tuple[str, pa.DataType, str], ...] = (
    ("record_id", pa.string(), "The register's own id, to the letter."),
    ("name", pa.string(), "The first name."),
    ("lang", pa.string(), "Language of the first name (BCP 47)."),
    ("names", pa.list_(TEXT), "All names with their languages."),
    ("type", pa.string(), "The register's own term for what it is."),
    ("class_item", pa.string(), "Item of Wikidata for that term."),
    ("designation", pa.string(), "The register's own term for its protection."),
    ("designation_item", pa.string(), "Item of Wikidata for that term."),
    ("municipality", pa.string(), "As the register names it."),
    ("admin_item", pa.string(), "Item of Wikidata of the administrative area."),
    ("country", pa.string(), "Item of Wikidata of the country, where the register gives one for the row."),
    ("address", pa.string(), "As the register writes it."),
    ("inception", pa.string(), "When it was made (EDTF)."),
    ("designated", pa.string(), "When it was protected (EDTF)."),
    ("lat", pa.float64(), "Degrees north (EPSG:4326); of sensitive places the centre of a cell, or none."),
    ("lon", pa.float64(), "Degrees east, likewise."),
    ("precision_m", pa.float64(), "Radius in metres within which the place lies."),
    ("url", pa.string(), "The register's own entry."),
    ("image", IMAGE, "Address or name of an image, with its own licence."),
    ("links", pa.list_(pa.string()), "Further addresses that the register gives."),
    ("item", pa.string(), "Item of Wikidata that this certainly is, as we found."),
    ("disclosure", pa.string(), "How exactly the place is told: S0 as the register gives it, S1 to S4 less."),
    ("withheld", pa.list_(pa.string()), "What is not told, in words."),
)
PUBLISHED = pa.schema([pa.field(name, kind) for name, kind, _ in _COLUMNS])
"""The columns of a published snapshot, in order."""
MEANINGS = {name: meaning for name, _, meaning in _COLUMNS}


@dataclass(frozen=True, slots=True)
class Release:
    """What may be told of a snapshot: `records` (schema PUBLISHED) have passed the gates of disclosure and
    licence. `credit` is how its source has to be named, empty where the licence does not ask for it."""

    entry: CatalogueEntry
    records: pa.Table
    credit: str


class Publisher(Protocol):
    """A place for open data, a folder a dataset. A version is whole or not there, and is never changed."""

    def versions(self, dataset: str) -> list[str]:
        """What is published of a dataset, the newest first."""
        ...

    def told(self, dataset: str, version: str) -> pa.Table:
        """Columns `record_id` and `disclosure` of a version."""
        ...

    def publish(self, release: Release) -> tuple[str, bool]:
        """Makes a release the newest version and links those before it; the same release is the same version.
        Second value: True when it was new."""
        ...

    def withdraw(self, dataset: str, versions: Collection[str]) -> None:
        """Removes versions for good."""
        ...
