"""The index of items as the reconciliation service reads it: by id, by name, by class and by property."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.model.arrow import pc
from heritage.model.shown import printable, shorten
from heritage.ports.reconciliation import Entity, Named
from heritage.steps.recon_names import NameList, folded

_LONGEST = 400  # characters of a name; on Wikidata none has more than 250
_QID = r"^Q[1-9][0-9]{0,17}$"
_ITEMS = {"P31": "classes", "P131": "admin", "P1435": "designations", "P361": "parts_of"}
"""Columns of lists of items."""
_FALLBACKS = ("en", "mul")
_DECIMALS = 6

Texts = Sequence[Mapping[str, str]] | None


class ItemBook:
    """Reads one row at a time; what needs the whole index is made when it is first asked for."""

    def __init__(
        self, items: pa.Table, property_names: Mapping[str, str], class_names: Mapping[str, str]
    ) -> None:
        """`items` has the schema ITEMS. `property_names` and `class_names` are English names by id, for what
        the index itself does not name."""
        self._items = items
        self._property_names, self._class_names = property_names, class_names
        qids: Any = items["qid"]
        number: Any = pc.utf8_slice_codeunits(qids, 1)
        right = pc.match_substring_regex(qids, _QID)
        numbers: Any = pc.cast(pc.if_else(right, number, "0"), pa.int64()).to_numpy()
        self._order = np.argsort(numbers, kind="stable")
        self._numbers = numbers[self._order]

    def __len__(self) -> int:
        return int(self._items.num_rows)

    def row(self, id: str) -> int | None:
        """The row of an item, None when the index does not have it."""
        if not (id[:1] == "Q" and id[1:].isascii() and id[1:].isdigit() and len(id) < 20 and id[1] != "0"):
            return None
        number = int(id[1:])
        at = int(np.searchsorted(self._numbers, number))
        found = at < len(self._numbers) and int(self._numbers[at]) == number
        return int(self._order[at]) if found else None

    def qid(self, row: int) -> str:
        return str(self._cell("qid", row))

    def named(self, id: str, lang: str | None) -> Named:
        """An item or class; one that nothing names is called by its id."""
        row = self.row(id)
        if row is not None:
            label = best(self._cell("labels", row), lang)
            if label is not None:
                said = best(self._cell("descriptions", row), lang)
                return Named(id, label[1], label[0], said[1] if said else None)
        name = self._class_names.get(id)
        return Named(id, name, "en") if name else Named(id, id)

    def names(self, row: int) -> list[tuple[str | None, str]]:
        """Labels and aliases with their language."""
        texts = [*(self._cell("labels", row) or ()), *(self._cell("aliases", row) or ())]
        return [(one["lang"], clean(one["text"])) for one in texts if one["text"]]

    def types(self, row: int, lang: str | None) -> tuple[Named, ...]:
        return tuple(self.named(one, lang) for one in self._cell("classes", row) or ())

    def all_classes(self, row: int) -> frozenset[str]:
        """The item's classes, and those that these are kinds of."""
        return frozenset([*(self._cell("classes", row) or ()), *(self._cell("superclasses", row) or ())])

    def broader(self, type: str) -> tuple[str, ...]:
        """The classes that a class is a kind of."""
        row = self.row(type)
        return () if row is None else tuple(self._cell("subclass_of", row) or ())

    def areas(self, row: int) -> tuple[str, ...]:
        """The administrative areas that it lies in, the nearest first."""
        return (*(self._cell("admin", row) or ()), *(self._cell("admin_chain", row) or ()))

    def context(self, row: int) -> bool:
        """Whether it is here for its name only, as the class or the area of others."""
        return bool(self._cell("context", row))

    def country(self, row: int) -> str | None:
        value = self._cell("country", row)
        return None if value is None else str(value)

    def points(self, row: int) -> list[tuple[float, float]]:
        """Latitude and longitude."""
        return [(one["lat"], one["lon"]) for one in self._cell("points", row) or ()]

    def values(self, row: int, property: str) -> list[str]:
        """What the index says of a property: ids of items, coordinates as "lat, lon", else text."""
        if property in _ITEMS:
            return list(self._cell(_ITEMS[property], row) or ())
        if property == "P17":
            country = self.country(row)
            return [country] if country else []
        if property == "P625":
            return [f"{round(lat, _DECIMALS)}, {round(lon, _DECIMALS)}" for lat, lon in self.points(row)]
        if property == "P571":
            return list(self._cell("inception", row) or ())
        if property == "P18":
            return [clean(text)] if (text := self._cell("image", row)) else []
        if property == "P5816":
            return [one["value"] for one in self._cell("conservation", row) or () if one["value"]]
        identifiers = self._cell("identifiers", row) or ()
        return [clean(one["value"]) for one in identifiers if one["property"] == property and one["value"]]

    def speaks_of_items(self, property: str) -> bool:
        """Whether the values of a property are items."""
        return property in _ITEMS or property in ("P17", "P5816")

    def entity(self, row: int, lang: str | None) -> Entity:
        points = self.points(row)
        lat, lon = points[0] if points else (None, None)
        country = self.country(row)
        within = [*self.areas(row)[:3], *([country] if country else [])]
        item = self.named(self.qid(row), lang)
        return Entity(
            item,
            self.types(row, lang),
            tuple(self.named(one, lang) for one in dict.fromkeys(within)),
            lat,
            lon,
            tuple(dict.fromkeys(one for one in self.names(row) if one[1] != item.name)),
            next(iter(self.values(row, "P18")), None),
        )

    @cached_property
    def name_list(self) -> NameList:
        """Every name in the order of letters."""
        return NameList(self._items)

    @cached_property
    def class_counts(self) -> dict[str, int]:
        """How many items are of each class, the most frequent first."""
        return _counted(self._flat("classes"))

    @cached_property
    def counts_below(self) -> dict[str, int]:
        """How many items are of a kind of each class that none is of itself, the most frequent first."""
        counts = _counted(self._flat("superclasses"))
        return {one: count for one, count in counts.items() if one not in self.class_counts}

    @cached_property
    def identifier_counts(self) -> dict[str, int]:
        """How many values of each identifier's property there are, the most frequent first."""
        return _counted(pc.struct_field(self._flat("identifiers"), "property"))

    @cached_property
    def property_counts(self) -> dict[str, int]:
        """The properties of which the index has values, the most frequent first."""
        counts: Counter[str] = Counter(self.identifier_counts)
        for one, column in (
            *_ITEMS.items(),
            ("P625", "points"),
            ("P571", "inception"),
            ("P5816", "conservation"),
        ):
            counts[one] = int(pc.sum(pc.greater(pc.list_value_length(self._items[column]), 0)).as_py() or 0)
        for one, column in (("P17", "country"), ("P18", "image")):
            counts[one] = int(self._items.num_rows - self._items[column].null_count)
        return {one: count for one, count in sorted(counts.items(), key=lambda c: (-c[1], c[0])) if count}

    def property_name(self, property: str) -> Named:
        """A property with its English name, or called by its id."""
        return Named(property, self._property_names.get(property, property), "en")

    @cached_property
    def class_names(self) -> list[tuple[str, str]]:
        """(folded name, id) of every class that items are of, also by a kind of it, in all its languages; its
        id is a name too."""
        found: list[tuple[str, str]] = []
        for one in (*self.class_counts, *self.counts_below):
            row = self.row(one)
            names = [name for _, name in self.names(row)] if row is not None else []
            names += [self._class_names[one]] if one in self._class_names else []
            found += [(folded(name), one) for name in {*names, one}]
        return found

    def rows_of_class(self, type: str, most: int) -> list[int]:
        """The first items of a class, and then those of a kind of it."""
        found: dict[int, None] = {}
        for column in ("classes", "superclasses"):
            start = 0
            for chunk in self._items[column].chunks:
                if len(found) >= most:
                    break
                of_type = pc.fill_null(pc.equal(pc.list_flatten(chunk), type), False)
                rows = pc.filter(pc.list_parent_indices(chunk), of_type).to_pylist()
                found |= dict.fromkeys(start + row for row in rows)
                start += len(chunk)
        return list(found)[:most]

    def _flat(self, column: str) -> Any:
        return pc.list_flatten(self._items[column])

    def _cell(self, column: str, row: int) -> Any:
        return self._items[column][row].as_py()


def best(texts: Texts, lang: str | None) -> tuple[str, str] | None:
    """(language, text) in the language asked for or the language that it is a kind of, else in English."""
    by_lang = {one["lang"]: clean(one["text"]) for one in texts or () if one["text"]}
    asked = (lang, lang.partition("-")[0]) if lang else ()
    for one in (*asked, *_FALLBACKS, *by_lang):
        if one in by_lang:
            return one, by_lang[one]
    return None


def clean(text: str) -> str:
    """A text of the index, fit to be shown."""
    return shorten(printable(text), _LONGEST)


def _counted(values: Any) -> dict[str, int]:
    counts = {one["values"]: one["counts"] for one in pc.value_counts(values).to_pylist() if one["values"]}
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
