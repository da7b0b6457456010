"""What lies above a class or an area: the hierarchy of the items that the index itself holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from heritage.adapters.wikidata.parts import ItemFile

Parents = Mapping[str, Sequence[str]]

_NAMED = ("classes", "admin", "designations")
"""Columns whose values the index holds as context, with everything above them."""


def above(starts: Sequence[str], parents: Parents) -> list[str]:
    """Everything above `starts`, without these: the nearest first, each once. Circles end where they began.

    >>> above(["Q1"], {"Q1": ["Q3", "Q2"], "Q2": ["Q4"], "Q4": ["Q1"]})
    ['Q2', 'Q3', 'Q4']
    """
    seen, level, found = set(starts), list(starts), list[str]()
    while level:
        level = sorted({up for one in level for up in parents.get(one, ())} - seen, key=number)
        seen.update(level)
        found += level
    return found


def number(qid: str) -> int:
    """The number of an item's id."""
    return int(qid[1:])


@dataclass(slots=True)
class Hierarchy:
    """Classes and areas of the rows that were read, and what they name as above them."""

    classes: dict[str, list[str]] = field(default_factory=dict)
    areas: dict[str, list[str]] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    """What items name as their class, area or designation."""
    there: set[str] = field(default_factory=set)
    """Those of them, and of what lies above them, that have a row."""
    _known: dict[tuple[str, ...], list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, files: Sequence[ItemFile]) -> "Hierarchy":
        """Reads some columns of all rows, twice."""
        made = cls()
        up: set[str] = set()
        for batch in _batches(files, ["qid", "context", "subclass_of", *_NAMED]):
            for row in batch:
                if row["subclass_of"]:
                    made.classes[row["qid"]] = _joined(made.classes.get(row["qid"]), row["subclass_of"])
                up.update(row["admin"] or ())
                if not row["context"]:
                    made.named.update(*(row[column] or () for column in _NAMED))
        reached = made.named | up | {one for ups in made.classes.values() for one in ups}
        for batch in _batches(files, ["qid", "admin"]):
            for row in batch:
                if row["qid"] in reached:
                    made.there.add(row["qid"])
                    if row["admin"]:
                        made.areas[row["qid"]] = _joined(made.areas.get(row["qid"]), row["admin"])
        return made

    def context(self) -> set[str]:
        """All that items name, and all that lies above that: what the index has to hold for their sake."""
        both = {
            one: [*self.classes.get(one, ()), *self.areas.get(one, ())]
            for one in self.classes.keys() | self.areas.keys()
        }
        return self.named.union(above(sorted(self.named), both))

    def missing(self) -> set[str]:
        """Context that has no row yet."""
        return self.context() - self.there

    def superclasses(self, classes: Sequence[str] | None) -> list[str]:
        return self._above(classes, self.classes, "class")

    def admin_chain(self, areas: Sequence[str] | None) -> list[str]:
        return self._above(areas, self.areas, "area")

    def below(self, roots: Sequence[str]) -> set[str]:
        """The roots and every class below them."""
        children: dict[str, list[str]] = {}
        for one, ups in self.classes.items():
            for up in ups:
                children.setdefault(up, []).append(one)
        return {*roots, *above(roots, children)}

    def _above(self, starts: Sequence[str] | None, parents: Parents, kind: str) -> list[str]:
        if not starts:
            return []
        key = (kind, *starts)
        if key not in self._known:
            self._known[key] = above(starts, parents)
        return self._known[key]


def _joined(known: list[str] | None, more: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*(known or ()), *more]))


def _batches(files: Sequence[ItemFile], columns: list[str]) -> Iterable[list[dict[str, Any]]]:
    for file in files:
        for table in file.batches(columns):
            yield table.to_pylist()
