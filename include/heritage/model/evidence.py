"""Risk levels and the evidence they come from (domain details, part a)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from heritage.model.digest import digest_json


class Level(StrEnum):
    """A record's risk level. `UNKNOWN` is never treated as safe."""

    UNKNOWN = "unknown"
    NONE_KNOWN = "none_known"
    WATCH = "watch"
    VULNERABLE = "vulnerable"
    AT_RISK = "at_risk"
    CRITICAL = "critical"
    LOST = "lost"

    @property
    def number(self) -> int | None:
        """0 to 5 as in the domain details; None for unknown."""
        return None if self is Level.UNKNOWN else _ORDER.index(self)

    @classmethod
    def of(cls, number: int) -> "Level":
        """The level with this number, 0 to 5."""
        return _ORDER[number]

    @property
    def words(self) -> str:
        """What it is called on every page and in every sentence."""
        return _WORDS[self]

    @property
    def endangered(self) -> bool:
        """True from at_risk upward: what every count called "at risk" counts."""
        return self in (Level.AT_RISK, Level.CRITICAL, Level.LOST)


_WORDS = {
    Level.UNKNOWN: "unknown",
    Level.NONE_KNOWN: "no risk known",
    Level.WATCH: "to watch",
    Level.VULNERABLE: "vulnerable",
    Level.AT_RISK: "at risk",
    Level.CRITICAL: "critical",
    Level.LOST: "lost",
}
_ORDER = [
    Level.NONE_KNOWN,
    Level.WATCH,
    Level.VULNERABLE,
    Level.AT_RISK,
    Level.CRITICAL,
    Level.LOST,
]


class Axis(StrEnum):
    """A ruin is a state, not a risk; an overlay is exposure, never proof of damage."""

    STATE = "state"
    THREAT = "threat"
    LISTING = "listing"
    EXPOSURE = "exposure"


class Relation(StrEnum):
    """How what the source speaks of lies to the record: a listed quarter is not each of its houses."""

    SAME = "same"
    PART_OF = "part_of"
    """The source speaks of a part of the record."""
    CONTAINS = "contains"
    """The source speaks of a whole that contains the record."""
    WITHIN = "within"
    """The record lies in or near an area of the source."""


NEARBY = "it lies in or near an area: "
"""How a sentence begins to tell of what the record is WITHIN."""


class Status(StrEnum):
    """Whether an item still speaks. That it has expired depends on the day, and is not kept."""

    LIVE = "live"
    SUPERSEDED = "superseded"
    CLOSED = "closed"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One statement by one source about one record's risk, with where it comes from and how long it holds.

    `reliability` is A to F and `credibility` 1 to 6 (Admiralty scale); items of one
    `independence_group` share a root source, so reprints do not add support.
    """

    record_id: str
    axis: Axis
    scheme: str
    raw_value: str
    level: int
    reliability: str
    credibility: int
    cap: int
    observed: date
    valid_until: date
    source: str
    url: str
    independence_group: str
    causes: tuple[str, ...] = ()
    """Ids of `_vocabularies/risk/causes.yaml`."""
    meaning: str = ""
    """What the value says in words, e.g. "listed since 2013"; empty when the value itself is a sentence."""
    scheme_version: int = 1
    published: date | None = None
    retrieved: date | None = None
    register: str = ""
    """The dataset or layer that it was read from, and its snapshot."""
    snapshot: str = ""
    licence: str = ""
    relation: Relation = Relation.SAME
    entry: str = ""
    """The source's own id of what it speaks of, where that is not the record itself."""
    distance_m: float | None = None
    """From the record to the area, both as given; only for exposure."""
    uncertainty_m: float | None = None
    """How far apart they may be and still be told near: the sum of both precisions and the area's reach."""
    assessor: str = ""
    """A pseudonym; never the name of a person."""
    status: Status = Status.LIVE
    close_reason: str = ""
    """For what is no longer live: retracted | removed | delisted_unknown."""

    @property
    def evidence_id(self) -> str:
        """The same statement keeps its id from pull to pull: the days it was seen and holds are left out."""
        return evidence_id(
            self.record_id, self.scheme, self.independence_group, self.raw_value, self.register, self.entry
        )


def evidence_id(
    record_id: str, scheme: str, independence_group: str, raw_value: str, register: str, entry: str | None
) -> str:
    """Names what is said: by whom, about what, in which words."""
    return digest_json((record_id, scheme, independence_group, raw_value, register, entry or ""))[:16]
