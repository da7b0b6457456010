"""R10: records of any register that are the same place as a protected one, or a part of it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.disclosure.grid import METRES_PER_DEGREE, Degrees
from heritage.disclosure.rules import Beside
from heritage.disclosure.words import fold, tokens
from heritage.model.disclosure import Disclosure

COMMON = 50
"""A word in more protected names than this does not tell one place from another."""
_LONG = 5  # letters that a name of one word needs to be found within another


def exposing(
    records: pa.Table,
    classes: Sequence[Disclosure],
    identifier: str | None,
    protected: pa.Table,
    rules: Beside,
) -> dict[int, Disclosure]:
    """Positions of the records that would reveal a stricter protected one, with its class.

    `records` has dataset, record_id, name, names, municipality, lat, lon, precision_m; `classes` are what
    their own rules demand; `protected` has the schema PROTECTED, this register's own records among them.
    """
    if not protected.num_rows:
        return {}
    others = _Protected.read(protected, rules)
    raised: dict[int, Disclosure] = {}
    rows = records.to_pylist()
    for i, (row, own) in enumerate(zip(rows, classes, strict=True)):
        if own >= others.strictest:
            continue
        found = [others.classes[j] for j in others.same_as(row, identifier) if others.classes[j] > own]
        if found:
            raised[i] = max(found)
    return raised


@dataclass(frozen=True)
class _Protected:
    """The protected records, to be found by what they are called."""

    rules: Beside
    rows: list[dict[str, Any]]
    classes: list[Disclosure]
    strictest: Disclosure
    lat: Degrees
    lon: Degrees
    reach: Degrees
    words: list[list[frozenset[str]]]
    """The words of each name of each record."""
    whole: dict[frozenset[str], list[int]]
    by_word: dict[str, list[int]]
    by_id: dict[tuple[str, str], list[int]]

    @classmethod
    def read(cls, table: pa.Table, rules: Beside) -> "_Protected":
        rows = table.to_pylist()
        words = [[w for w in map(tokens, row["names"] or ()) if w] for row in rows]
        whole: dict[frozenset[str], list[int]] = defaultdict(list)
        by_word: dict[str, list[int]] = defaultdict(list)
        by_id: dict[tuple[str, str], list[int]] = defaultdict(list)
        for i, (row, names) in enumerate(zip(rows, words, strict=True)):
            for name in set(names):
                whole[name].append(i)
            for word in set().union(*names):
                by_word[word].append(i)
            if row["property"]:
                by_id[row["property"], row["record_id"]].append(i)
        classes = [Disclosure(row["disclosure"]) for row in rows]
        lat, lon, precision = (_floats(table, name) for name in ("lat", "lon", "precision_m"))
        reach = np.minimum(np.nan_to_num(precision), rules.largest_precision_m)
        return cls(rules, rows, classes, max(classes), lat, lon, reach, words, whole, by_word, by_id)

    def same_as(self, row: dict[str, Any], identifier: str | None) -> Iterator[int]:
        """Positions of what the record is the same place as; never the record itself."""
        own = (row["dataset"], row["record_id"])
        if identifier:
            for i in self.by_id.get((identifier, row["record_id"]), ()):
                if (self.rows[i]["dataset"], self.rows[i]["record_id"]) != own:
                    yield i
        alike: Counter[int] = Counter()
        for text in {row["name"], *(name["text"] for name in row["names"] or ())} - {None}:
            alike.update(self._named(tokens(text)))
        for i in alike:
            if (self.rows[i]["dataset"], self.rows[i]["record_id"]) != own and self._near(row, i):
                yield i

    def _named(self, name: frozenset[str]) -> set[int]:
        """Those of the same name, and those of which one's name is within the other's."""
        found = set(self.whole.get(name, ()))
        rare = [word for word in name if 0 < len(self.by_word.get(word, ())) <= COMMON]
        for word in rare:
            for i in self.by_word[word]:
                if i not in found and any(_within(name, other) for other in self.words[i]):
                    found.add(i)
        return found

    def _near(self, row: dict[str, Any], i: int) -> bool:
        if row["lat"] is None or row["lon"] is None or np.isnan(self.lat[i]) or np.isnan(self.lon[i]):
            place, other = fold(row["municipality"] or ""), fold(self.rows[i]["municipality"] or "")
            return bool(place) and place == other
        allowed = (
            self.rules.radius_m
            + self.reach[i]
            + min(row["precision_m"] or 0.0, self.rules.largest_precision_m)
        )
        return metres(row["lat"], row["lon"], self.lat[i], self.lon[i]) <= float(allowed)


def metres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """How far two places are from each other, good enough for some kilometres."""
    east = ((other_lon - lon + 180) % 360 - 180) * np.cos(np.radians(lat))
    return float(np.hypot(other_lat - lat, east) * METRES_PER_DEGREE)


def _within(one: frozenset[str], other: frozenset[str]) -> bool:
    smaller, larger = sorted((one, other), key=len)
    return smaller <= larger and (len(smaller) > 1 or all(len(word) >= _LONG for word in smaller))


def _floats(table: pa.Table, name: str) -> Degrees:
    column: Degrees = table[name].to_numpy().astype(np.float64)
    return column
