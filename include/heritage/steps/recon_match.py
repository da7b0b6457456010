"""Answers one query of a client: candidates of the index, each with its probability and its parts."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from heritage.model.shown import printable, shorten
from heritage.ports.reconciliation import Candidate, Condition, Feature, Quantifier, Query, as_text
from heritage.reconcile import Prepared, Settings, reconcile
from heritage.reconcile.place import distance_m
from heritage.steps.recon_items import ItemBook
from heritage.steps.recon_names import folded
from heritage.steps.recon_query import NAMES, PLACE, QID, TEXTS, CountryOf, asked, place
from heritage.steps.recon_words import feature_name, feature_value

_SAME_NAME = 20  # items of one name that are looked at beside the candidates
_MORE = 4  # times as many candidates as asked for are looked at where some of them may fall away
_OTHER_TYPE = 0.5
"""An item of another type than asked for keeps so much of its score, and is never the match."""


@dataclass(slots=True)
class _Found:
    row: int
    score: float
    match: bool
    features: Mapping[str, float | None]
    reason: str

    @property
    def by_name(self) -> bool:
        """Whether it was compared, and places were not."""
        return bool(self.features) and self.features.get("distance") is None


class Matcher:
    """One index, made ready. Every query is looked at alone, so that it gets the same answer in any batch."""

    def __init__(self, book: ItemBook, prepared: Prepared, settings: Settings, country_of: CountryOf) -> None:
        self._book, self._prepared, self._settings = book, prepared, settings
        self._country_of = country_of

    def candidates(self, query: Query) -> list[Candidate]:
        """The likeliest first, at most as many as asked for."""
        found = self._by_id(query)
        if not query.only_ids:
            found = self._scored(query) | found
            for row in self._same_name(query):
                found.setdefault(row, _Found(row, 0.0, False, {}, _SAME_NAME_ONLY))
        seen = [one for row in found.values() if (one := self._judged(row, query))]
        seen.sort(key=lambda one: (-one.score, not one.match, len(one.item.id), one.item.id))
        return seen[: query.limit]

    def _by_id(self, query: Query) -> dict[int, _Found]:
        """Items asked for by their id, also where it stands in place of a name."""
        texts = [one.strip() for one in (*query.ids, *query.names)]
        book = self._book
        found = (book.row(one) for one in texts)
        rows = dict.fromkeys(row for row in found if row is not None and not book.context(row))
        return {row: _Found(row, 100.0, len(rows) == 1, {}, "It is the item with this id.") for row in rows}

    def _scored(self, query: Query) -> dict[int, _Found]:
        record = asked(query, self._book.identifier_counts, self._country_of)
        if record.nothing:
            return {}
        narrowed = query.types or query.conditions or query.not_names or query.not_ids
        shown = query.limit * (_MORE if narrowed else 1)
        kept = max(self._settings.kept, shown)
        settings = replace(self._settings, identifier=record.identifier, shown=shown, kept=kept)
        [answer] = reconcile(record.table, self._prepared, settings).to_pylist()
        found = {}
        for one in answer["candidates"] or ():
            row = self._book.row(one["qid"])
            if row is not None:
                match = answer["decision"] == "match" and one["qid"] == answer["qid"]
                features = {part["name"]: part["value"] for part in one["features"] or ()}
                score = round(100 * one["probability"], 2)
                found[row] = _Found(row, score, match, features, one["reason"] or "")
        return found

    def _same_name(self, query: Query) -> list[int]:
        """Items of the very name that no record describes, or that share it with many: never left out."""
        names = [name for name in query.names if name.strip()]
        rows = [row for name in names for row in self._book.name_list.called(name, _SAME_NAME)]
        return [row for row in rows if not self._book.context(row)]

    def _judged(self, one: _Found, query: Query) -> Candidate | None:
        """With what the client asked for beyond the name; None where it leaves the item out."""
        book, qid = self._book, self._book.qid(one.row)
        names = {folded(name) for _, name in book.names(one.row)}
        if qid in query.not_ids or (query.ids and query.only_ids and qid not in query.ids):
            return None
        if names & {folded(name) for name in query.not_names}:
            return None
        parts: dict[str, float | bool] = {
            name: round(feature_value(name, value), 4)
            for name, value in one.features.items()
            if value is not None and math.isfinite(value)
        }
        score, match = one.score, one.match
        of_type = self._of_type(one.row, query)
        if of_type is not None:
            parts["type"] = of_type
            if not of_type:
                if query.strict:
                    return None
                score, match = round(score * _OTHER_TYPE, 2), False
        for condition in query.conditions:
            holds = self._holds(one.row, condition)
            if condition.required and not holds:
                return None
            if holds is not None:
                part = f"property:{condition.property}"
                parts[part] = bool(parts.get(part, True)) and holds
                match = match and (holds or not self._forbids(condition))
        reason = one.reason
        if match and one.by_name and self._country_open(one.row, query, parts):
            match, reason = False, f"{reason} {_NO_COUNTRY}"
        features = tuple(Feature(name, self._part_name(name), value) for name, value in parts.items())
        item, reason = book.named(qid, query.lang), shorten(printable(reason), 600)
        return Candidate(item, book.types(one.row, query.lang), score, match, features, reason)

    def _country_open(self, row: int, query: Query, parts: Mapping[str, float | bool]) -> bool:
        """Whether a country is given that the index does not say of the item, and no identifier agrees."""
        given = {
            one.property
            for one in query.conditions
            if one.quantifier is not Quantifier.NONE and any(as_text(value) for value in one.values)
        }
        carried = given & self._book.identifier_counts.keys()
        identified = any(parts.get(f"property:{one}") is True for one in carried)
        return "P17" in given and not identified and self._book.country(row) is None

    def _of_type(self, row: int, query: Query) -> bool | None:
        """None where no type is asked for, or the index does not know what the item is."""
        types = [one for one in query.types if QID.fullmatch(one)]
        classes = self._book.all_classes(row)
        if not types or not (classes or query.strict):
            return None
        return (all if query.all_types else any)(one in classes for one in types)

    def _holds(self, row: int, condition: Condition) -> bool | None:
        """None where the index does not say, or nothing is said that could be compared."""
        given = [text for value in condition.values if (text := as_text(value))]
        if not given or (condition.property in {*NAMES, *TEXTS} and not condition.required):
            return None
        if condition.property == PLACE:
            hits = [self._near(row, condition)]
        else:
            said = self._said(row, condition.property)
            if not said:
                return True if condition.quantifier is Quantifier.NONE else None
            hits = [bool(self._meant(text, condition.property) & said) for text in given]
        match condition.quantifier:
            case Quantifier.ALL:
                return all(hits)
            case Quantifier.NONE:
                return not any(hits)
            case _:
                return any(hits)

    def _forbids(self, condition: Condition) -> bool:
        """Whether an item that does not agree in it is never the match: no score outweighs that."""
        telling = condition.property == "P17" or condition.property in self._book.identifier_counts
        return telling or condition.quantifier is Quantifier.NONE

    def _said(self, row: int, property: str) -> set[str]:
        """What the index says, as ids and as folded names."""
        if property in NAMES:
            return {folded(name) for _, name in self._book.names(row)}
        values = self._book.values(row, property)
        if property in ("P31", "P131"):
            values = [*(self._book.all_classes(row) if property == "P31" else self._book.areas(row))]
        if not self._book.speaks_of_items(property):
            return set(values)
        rows = [at for value in values if (at := self._book.row(value)) is not None]
        return {*values, *(folded(name) for at in rows for _, name in self._book.names(at))}

    def _meant(self, text: str, property: str) -> set[str]:
        country = self._country_of(text) if property == "P17" else None
        return {text, *([country] if country else [])} | (
            {folded(text)} if property in NAMES or self._book.speaks_of_items(property) else set()
        )

    def _near(self, row: int, condition: Condition) -> bool:
        """Whether one of the item's points is where the client says, as near as a common name has to be."""
        here, points = place(condition), self._book.points(row)
        if here is None or not points:
            return False
        lat, lon = (np.array(column, dtype=np.float64) for column in zip(*points, strict=True))
        metres: Any = distance_m(np.full(len(lat), here[0]), np.full(len(lat), here[1]), lat, lon)
        return bool(metres.min() <= self._settings.same_spot_m)

    def _part_name(self, part: str) -> str:
        if part.startswith("property:"):
            return f"Agrees in {self._book.property_name(part.removeprefix('property:')).name}"
        return "Is of the type asked for" if part == "type" else feature_name(part)


_NO_COUNTRY = "The index does not say its country, and a name alone does not tell."
_SAME_NAME_ONLY = (
    "It has this very name, but it is no single thing that a record describes, or shares its name with many."
)
