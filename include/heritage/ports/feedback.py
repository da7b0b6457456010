"""What Wikidata knows better than a register, for the register's owner."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class About(StrEnum):
    """What a remark is about."""

    PLACE_MISSING = "coordinates missing in the register"
    PLACE_DIFFERS = "coordinates differ"
    NAME = "name in another language"
    IDENTIFIER = "identifier of another register"
    IMAGE = "image"
    DATE_MISSING = "date missing in the register"
    DATE_DIFFERS = "date differs"
    DEMOLISHED = "demolished or destroyed"
    DELISTED = "no longer designated"
    TWICE = "two records of one site"
    MERGED = "found twice on Wikidata, now one item"


class Sure(StrEnum):
    """How sure: by what the statement rests on."""

    SOURCED = "stated with a source"
    REFERENCED = "stated with a reference that names no source"
    UNSOURCED = "no source needed or given: look before you use it"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing about one record. `value` is what Wikidata says, `source` an address or item that its
    reference names; `detail` says how far apart, or why."""

    record_id: str
    about: About
    value: str
    property: str
    item: str
    source: str
    sure: Sure
    detail: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Feedback:
    """All remarks on a register, by record. `compared` records have an item; `kept_back` counts those that
    stay and why."""

    dataset: str
    title: str
    publisher: str
    remarks: tuple[Remark, ...]
    compared: int
    kept_back: Mapping[str, int]
