"""The reconciliation service over one index that is held in memory (port Reconciliation)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pyarrow as pa

from heritage.errors import ServiceBusy
from heritage.ports.reconciliation import Candidate, Entity, Kind, Named, Query, Suggestion, Values
from heritage.reconcile import Settings, prepare
from heritage.steps.recon_items import ItemBook
from heritage.steps.recon_match import Matcher
from heritage.steps.recon_names import folded
from heritage.steps.recon_query import CountryOf

_LOOKED_AT = 300
"""Items of a class that are looked at for what is known of such items."""

Expired = Callable[[], bool]
"""Whether the time for an answer is over."""


class IndexService:
    """Answers from one version of the index."""

    def __init__(
        self,
        items: pa.Table,
        version: str,
        settings: Settings,
        property_names: dict[str, str],
        country_of: CountryOf,
    ) -> None:
        kinds = settings.vocabulary.kinds
        classes = {item: name for name, kind in kinds.items() for item in sorted(kind.classes)}
        self._book = ItemBook(items, property_names, classes)
        self._matcher = Matcher(self._book, prepare(items, settings), settings, country_of)
        self._version = version

    def __len__(self) -> int:
        return len(self._book)

    def freshness(self) -> str:
        """See Reconciliation."""
        return self._version

    def match(self, queries: Sequence[Query], expired: Expired) -> list[list[Candidate]]:
        """See Reconciliation. Looks at the time before each query. Raises ServiceBusy."""
        answers = []
        for number, query in enumerate(queries):
            if expired():
                raise ServiceBusy(
                    f"the time for an answer was over after {number} of {len(queries)} queries; "
                    "send fewer at once, or again later"
                )
            answers.append(self._matcher.candidates(query))
        return answers

    def suggest(self, kind: Kind, prefix: str, lang: str | None, limit: int, offset: int) -> list[Suggestion]:
        """See Reconciliation."""
        if kind is Kind.ENTITY:
            exact = self._book.row(prefix.strip())
            rows = [exact] if exact is not None else self._book.name_list.beginning(prefix, limit, offset)
            return [
                Suggestion(self._book.named(self._book.qid(row), lang), self._book.types(row, lang))
                for row in rows
                if not self._book.context(row)
            ]
        if kind is Kind.PROPERTY:
            return [Suggestion(one) for one in self._properties_like(prefix)[offset : offset + limit]]
        return [
            Suggestion(one, tuple(self._book.named(above, lang) for above in self._book.broader(one.id)))
            for one in self._types_like(prefix, lang)[offset : offset + limit]
        ]

    def entity(self, id: str, lang: str | None) -> Entity | None:
        """See Reconciliation."""
        row = self._book.row(id)
        return None if row is None else self._book.entity(row, lang)

    def named(self, kind: Kind, id: str, lang: str | None) -> Named | None:
        """See Reconciliation."""
        if kind is Kind.PROPERTY:
            return self._property(id) if id in self._book.property_counts else None
        classes = (self._book.class_counts, self._book.counts_below)
        known = self._book.row(id) is not None if kind is Kind.ENTITY else any(id in one for one in classes)
        return self._book.named(id, lang) if known else None

    def types(self, lang: str | None, limit: int) -> list[Named]:
        """See Reconciliation."""
        return [self._book.named(one, lang) for one in [*self._book.class_counts][:limit]]

    def properties(self, type: str, limit: int | None) -> list[Named]:
        """See Reconciliation."""
        known = list(self._book.property_counts)
        if type:
            rows = self._book.rows_of_class(type, _LOOKED_AT)
            counts = {one: sum(bool(self._book.values(row, one)) for row in rows) for one in known}
            known = sorted((one for one in known if counts[one]), key=lambda one: -counts[one])
        return [self._property(one) for one in known[:limit]]

    def extend(self, ids: Sequence[str], properties: Sequence[str], lang: str | None) -> Values:
        """See Reconciliation."""
        book = self._book

        def values(id: str, one: str) -> tuple[Named | str, ...]:
            row = book.row(id)
            said = [] if row is None else book.values(row, one)
            return tuple(book.named(value, lang) if book.speaks_of_items(one) else value for value in said)

        names = tuple(book.property_name(one) for one in dict.fromkeys(properties))
        return Values(
            names, {qid: {one.id: values(qid, one.id) for one in names} for qid in dict.fromkeys(ids)}
        )

    def _property(self, id: str) -> Named:
        count = self._book.property_counts.get(id, 0)
        said = f"{id}, known of {count:,} of {len(self._book):,} items"
        return replace(self._book.property_name(id), description=said)

    def _types_like(self, prefix: str, lang: str | None) -> list[Named]:
        """Classes in the order of how many items they have; then those of which items are a kind alone."""
        wanted, book = folded(prefix), self._book
        said = {one: f"{one}, the class of {count:,} items" for one, count in book.class_counts.items()}
        said |= {one: f"{one}, above the classes of {n:,} items" for one, n in book.counts_below.items()}
        hits = {one for name, one in book.class_names if name.startswith(wanted) or f" {wanted}" in name}
        hits = {prefix.strip()} & said.keys() or hits
        return [
            replace(book.named(one, lang), description=about) for one, about in said.items() if one in hits
        ]

    def _properties_like(self, prefix: str) -> list[Named]:
        wanted, known = folded(prefix), [self._property(one) for one in self._book.property_counts]
        exact = [one for one in known if one.id.lower() == wanted]
        return exact or [
            one
            for one in known
            if one.id.lower().startswith(wanted)
            or folded(one.name).startswith(wanted)
            or f" {wanted}" in folded(one.name)
        ]
