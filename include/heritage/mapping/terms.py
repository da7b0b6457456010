"""The register's own terms, looked up in the description: without an item a term is an issue, no default."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.mapping.columns import Texts
from heritage.mapping.countries import Own, RowCountries
from heritage.mapping.text import fold, same
from heritage.mapping.world import World
from heritage.model.arrow import Array
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.model.tables import TERMS
from heritage.spec.dataset import ItemProfile

_SEVERAL = re.compile(r"\s*[,;/|]\s*")


class Terms:
    """Every term that records carry, with the item it stands for and how many records carry it."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], Counter[str]] = {}
        self._items: dict[tuple[str, str, str], str] = {}
        self._noted: set[tuple[str, str]] = set()

    def add(self, other: "Terms") -> None:
        """Adds the terms of other records."""
        for place, counts in other._counts.items():
            self._counts.setdefault(place, Counter()).update(counts)
        self._items.update(other._items)
        self._noted |= other._noted

    def look_up(
        self, texts: Texts, column: str | None, key: str, mapping: Mapping[str, str], default: str | None
    ) -> Texts:
        """An item for each term: `default` for none or where nothing is mapped at all, null for an unknown
        one. `key` is where the description maps it."""
        if column is None:
            return same(default, len(texts))
        folded = {fold(term): qid for term, qid in mapping.items()}
        if mapping:
            self._noted.add((key, column))
        coded = texts.dictionary_encode()
        terms = coded.dictionary.to_pylist()
        items = [folded.get(term) if mapping else default for term in terms]
        self._count(key, column, terms, _sizes(coded.indices, len(terms)), items)
        codes = coded.indices.fill_null(len(terms))
        return pa.array([*items, default], pa.string()).take(codes)

    def count_countries(self, texts: Texts, column: str, find: "FindCountries") -> None:
        """Counts the terms of countries, part by part where a cell names several that are all known."""
        self._noted.add(("countries", column))
        coded = texts.dictionary_encode()
        terms = coded.dictionary.to_pylist()
        for term, size in zip(terms, _sizes(coded.indices, len(terms)), strict=True):
            found = find(term)
            if not all(found.values()):
                found = {term: None}
            self._count("countries", column, list(found), [size] * len(found), list(found.values()))

    def issues(self, dataset: str) -> Iterator[Issue]:
        """A note a term without an item, the most frequent first."""
        for (key, column), counts in self._counts.items():
            for term, number in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
                if (key, column) in self._noted and (key, column, term) not in self._items:
                    yield Issue(
                        IssueCode.TERM_UNMAPPED,
                        Severity.NOTE,
                        dataset,
                        field=column,
                        value=term,
                        hint=f"{number} record{'s' * (number != 1)}; add it to item.{key}.",
                    )

    def table(self) -> pa.Table:
        """All terms in the schema TERMS: first those without an item, the most frequent first."""
        lines: list[dict[str, Any]] = [
            {"key": key, "column": column, "term": term, "records": number}
            | {"item": self._items.get((key, column, term))}
            for (key, column), counts in self._counts.items()
            for term, number in counts.items()
        ]
        lines.sort(key=lambda line: (line["item"] is not None, -line["records"], line["key"], line["term"]))
        return pa.Table.from_pylist(lines, schema=TERMS)

    def _count(
        self, key: str, column: str, terms: list[str], sizes: list[int], items: list[str | None]
    ) -> None:
        counts = self._counts.setdefault((key, column), Counter())
        for term, size, item in zip(terms, sizes, items, strict=True):
            counts[term] += size
            if item:
                self._items[key, column, term] = item


FindCountries = Callable[[str], dict[str, str | None]]


def find_countries(item: ItemProfile, world: World) -> FindCountries:
    """Asked with a text, the names of countries in it, one or several, each with its item."""
    mapping = {fold(term): qid for term, qid in item.countries.items()}

    def find(term: str) -> str | None:
        return mapping.get(term) or world.item(term)

    def each(term: str) -> dict[str, str | None]:
        return {part: find(part) for part in ([term] if find(term) else _SEVERAL.split(term)) if part}

    return each


def countries_of(texts: Texts, find: FindCountries, default: str | None) -> RowCountries:
    """The countries that each cell names: those of `default` for none, nothing for an unknown term."""
    coded = texts.dictionary_encode()
    found = [list(find(term).values()) for term in coded.dictionary.to_pylist()]
    sets: list[Own] = [tuple(sorted({q for q in items if q})) if all(items) else () for items in found]
    sets.append((default,) if default else ())
    codes = coded.indices.fill_null(len(found)).to_numpy()
    unique = list(dict.fromkeys(sets))  # terms of one country are judged together
    return RowCountries(np.array([unique.index(own) for own in sets])[codes], unique)


def _sizes(codes: Array, terms: int) -> list[int]:
    sizes: list[int] = np.bincount(codes.drop_null().to_numpy(), minlength=terms).tolist()
    return sizes
