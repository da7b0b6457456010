"""What the features near a record come to: for each value the nearest one, and whether it still counts."""

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np

from heritage.risk.near import Near


@dataclass(frozen=True, slots=True)
class Events:
    """So many events have to lie within reach, the oldest of them no older than `within_days`."""

    at_least: int = 1
    within_days: int | None = None


@dataclass(frozen=True, slots=True)
class Exposures:
    """A row a record and value. `feature` is the nearest one, `observed` the day of the newest event; the
    exposure ends before `until`, for lack of events, where that is not NaT. Days are datetime64[D]."""

    record: np.ndarray
    value: np.ndarray
    feature: np.ndarray
    distance_m: np.ndarray
    observed: np.ndarray
    until: np.ndarray
    events: np.ndarray

    @classmethod
    def joined(cls, parts: list["Exposures"]) -> Self:
        """The rows of several parts, sorted by record and value."""
        columns: dict[str, Any] = {
            field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)
        }
        order = np.lexsort((columns["value"], columns["record"]))
        return cls(**{name: column[order] for name, column in columns.items()})


def exposures(near: Near, value: np.ndarray, observed: np.ndarray, events: Events) -> Exposures:
    """The exposures of the pairs; `value` (codes) and `observed` (datetime64[D]) are those of the features.

    Of features that are equally near the newest stands for them, then the first.
    """
    days = observed.astype("datetime64[D]")
    code, day = value[near.shape], days[near.shape]
    order = np.lexsort((near.shape, -day.astype(np.int64), near.distance_m, code, near.place))
    nearest = order[_first(near.place[order], code[order])]
    order = np.lexsort((-day.astype(np.int64), code, near.place))
    starts = _first(near.place[order], code[order])
    sizes = np.diff(np.append(starts, len(order)))
    newest = day[order[starts]]
    enough = sizes >= events.at_least
    deciding = order[(starts + np.where(enough, events.at_least - 1, 0)).astype(np.int64)]
    until = np.full(len(starts), np.datetime64("NaT", "D"))
    counted = sizes
    if events.within_days is not None:
        until = day[deciding] + np.timedelta64(events.within_days + 1, "D")
        enough &= day[deciding] >= newest - np.timedelta64(events.within_days, "D")
        recent = day[order] >= np.repeat(newest, sizes) - np.timedelta64(events.within_days, "D")
        counted = np.add.reduceat(recent, starts) if len(starts) else sizes
    return Exposures(
        record=near.place[nearest][enough],
        value=code[nearest][enough],
        feature=near.shape[nearest][enough],
        distance_m=near.distance_m[nearest][enough],
        observed=newest[enough],
        until=until[enough],
        events=counted[enough],
    )


def _first(*keys: np.ndarray) -> np.ndarray:
    """Where in sorted keys another one begins."""
    if not len(keys[0]):
        return np.empty(0, dtype=np.int64)
    other = np.logical_or.reduce([np.diff(key) != 0 for key in keys])
    return np.flatnonzero(np.append(True, other))
