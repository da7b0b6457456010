"""Risk levels and the evidence they come from (domain details, part a)."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


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
    def endangered(self) -> bool:
        """True from at_risk upward: what every count called "at risk" counts."""
        return self in (Level.AT_RISK, Level.CRITICAL, Level.LOST)


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


@dataclass(frozen=True, slots=True)
class Evidence:
    """One statement by one source about one record's risk.

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
    causes: tuple[str, ...] = field(default=())
    meaning: str = ""
    """What the value says in words, e.g. "listed since 2013"; empty when the value itself is a sentence."""
