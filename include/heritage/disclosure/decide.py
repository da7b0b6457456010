"""Which class a record falls into: every rule is asked, the strictest answer wins, all answers are kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import pandas as pd

from heritage.disclosure.rules import DisclosureRules, fold
from heritage.model.disclosure import Disclosure
from heritage.model.evidence import Level


@dataclass(frozen=True, slots=True)
class Subject:
    """What the rules look at. `identifier` is the property under which the register stands on Wikidata."""

    kind: str
    type: str | None
    class_item: str | None
    country: str | None
    restriction: str | None
    place_method: str | None
    precision_m: float | None
    identifier: str | None
    level: Level = Level.UNKNOWN


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule that applies, with what it demands and until when that stands without a review."""

    rule: str
    disclosure: Disclosure
    reason: str
    review_by: date


@dataclass(frozen=True, slots=True)
class Ruling:
    """The class of a record with all hits, the strictest first; no hit means exact."""

    disclosure: Disclosure
    hits: tuple[Hit, ...]
    review_by: date

    @property
    def reason(self) -> str:
        """In one sentence, for a person."""
        if not self.hits:
            return "No rule asks for less than the place as the register gives it."
        return "; ".join(f"{hit.rule}: {hit.reason}" for hit in self.hits) + "."


def decide(subject: Subject, rules: DisclosureRules, decided_on: date) -> Ruling:
    """The ruling on one record. `decided_on` is the day the review period starts to run."""
    review_by = _review_by(decided_on, rules.review_months)
    found = [
        hit
        for ask in (_restriction, _source_precision, _categories, _conflict, _undecided)
        for hit in ask(subject, rules)
    ]
    hits = tuple(
        Hit(rule, disclosure, reason, review_by)
        for disclosure, rule, reason in sorted(found, key=lambda f: f[0], reverse=True)
    )
    return Ruling(hits[0].disclosure if hits else Disclosure.S0, hits, review_by)


@lru_cache(maxsize=8)  # one day for a whole register
def _review_by(decided_on: date, months: int) -> date:
    return (pd.Timestamp(decided_on) + pd.DateOffset(months=months)).date()


_Found = Iterator[tuple[Disclosure, str, str]]


def _restriction(subject: Subject, rules: DisclosureRules) -> _Found:
    word = fold(subject.restriction or "")
    if not word or word in map(fold, rules.restriction.open):
        return
    if any(fold(hidden) in word for hidden in rules.restriction.hides_existence):
        yield Disclosure.S5, "R1", "the source hides that the place exists"
    else:
        yield rules.restriction.disclosure, "R1", "the source itself restricts the place"


def _source_precision(subject: Subject, rules: DisclosureRules) -> _Found:
    if subject.place_method in rules.source_precision.methods:
        disclosure = rules.source_precision.disclosure(subject.precision_m)
        if disclosure is not Disclosure.S0:
            known = subject.precision_m is not None and subject.precision_m == subject.precision_m
            given = f"{subject.precision_m:g} m" if known else "unknown"
            yield disclosure, "R3", f"the source publishes a grid reference only (precision {given})"


def _categories(subject: Subject, rules: DisclosureRules) -> _Found:
    for category in rules.categories:
        if category.covers(subject.class_item, subject.type):
            yield category.disclosure, category.rule, category.reason


def _conflict(subject: Subject, rules: DisclosureRules) -> _Found:
    conflict = rules.conflict
    if subject.identifier in rules.marked_identifiers or not (
        subject.kind in conflict.kinds or subject.level.endangered
    ):
        return
    if subject.country in conflict.countries:
        yield conflict.disclosure, "R9", "armed conflict in the country, and the place is not publicly marked"
    elif subject.country is None and conflict.countries:
        yield conflict.disclosure, "R13", "the country is unknown, so it may be one at war"


def _undecided(subject: Subject, rules: DisclosureRules) -> _Found:
    marked = subject.identifier in rules.marked_identifiers
    if marked or subject.class_item or subject.kind not in rules.undecided.kinds:
        return
    # A term that a rule knows decides; any other term says nothing about whether the place is sensitive.
    if not any(category.covers(None, subject.type) for category in rules.categories):
        reason = "the type is not known, and this kind of register holds sensitive places"
        yield rules.undecided.disclosure, "R13", reason
