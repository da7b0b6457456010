"""A first look at what a description makes of its register."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from heritage.model.evidence import Level


@dataclass(frozen=True, slots=True)
class OpenTerm:
    """A term of the register without an item; `key` is where the description maps it."""

    key: str
    column: str
    term: str
    records: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A record as it may be shown: field to text, what the disclosure rules keep back is said in words."""

    record_id: str
    fields: Mapping[str, str]
    withheld: Sequence[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """`rejected` gives by code the number of rows and the first of them in words, `notes` likewise what was
    noted.

    `places` has the schema PUBLISHED_PLACES; `synthetic` says that the rows were made up. `says` counts by
    level what an at-risk register says of others' records, None for any other register; of its own rows none
    is shown, for nobody rules on them.
    """

    dataset: str
    title: str
    unverified: str
    synthetic: bool
    source: str
    records: int
    rejected: Mapping[str, tuple[int, str]]
    notes: Mapping[str, tuple[int, str]]
    shown: Sequence[Shown]
    terms: Sequence[OpenTerm]
    places: pa.Table
    says: Mapping[Level, int] | None = None
