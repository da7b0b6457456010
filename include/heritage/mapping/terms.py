"""The register's own terms, looked up in the description: without an item a term is an issue, no default."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from heritage.mapping.text import fold
from heritage.mapping.world import World
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.spec.dataset import ItemProfile

_SEVERAL = re.compile(r"\s*[,;/|]\s*")


class Unmapped:
    """Terms that found no item, with how many records carry each."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], Counter[str]] = {}

    def add(self, key: str, column: str, term: str) -> None:
        """Counts one record whose `column` holds `term`; `key` is where the description maps it."""
        self._counts.setdefault((key, column), Counter())[term] += 1

    def issues(self, dataset: str) -> Iterator[Issue]:
        """A note a term, the most frequent first."""
        for (key, column), counts in self._counts.items():
            for term, number in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
                yield Issue(
                    IssueCode.TERM_UNMAPPED,
                    Severity.NOTE,
                    dataset,
                    field=column,
                    value=term,
                    hint=f"{number} record{'s' * (number != 1)}; add it to item.{key}.",
                )


def look_up(
    terms: Sequence[str],
    column: str | None,
    key: str,
    mapping: dict[str, str],
    default: str | None,
    unmapped: Unmapped,
) -> list[str | None]:
    """An item for each term: `default` for an empty one or where nothing is mapped at all, None (and
    counted) for an unknown one."""
    if column is None or not mapping:
        return [default] * len(terms)
    folded = {fold(term): qid for term, qid in mapping.items()}
    items: list[str | None] = []
    for term in terms:
        items.append(folded.get(term) if term else default)
        if term and term not in folded:
            unmapped.add(key, column, term)
    return items


def countries_of(
    terms: Sequence[str], column: str, item: ItemProfile, world: World, unmapped: Unmapped
) -> list[tuple[str, ...]]:
    """The items of the countries that each cell names, several for a site across a border.

    An empty cell gives the description's country, if it has one; an unknown term none, and is counted.
    """
    mapping = {fold(term): qid for term, qid in item.countries.items()}

    def find(term: str) -> str | None:
        return mapping.get(term) or world.item(term)

    known: dict[str, tuple[str, ...]] = {"": (item.country,) if item.country else ()}
    answers: list[tuple[str, ...]] = []
    for term in terms:
        if term not in known:
            parts = [term] if find(term) else [part for part in _SEVERAL.split(term) if part]
            found = [find(part) for part in parts]
            known[term] = tuple(sorted({qid for qid in found if qid})) if all(found) else ()
        if term and not known[term]:
            unmapped.add("countries", column, term)
        answers.append(known[term])
    return answers
