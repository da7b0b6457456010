"""Which class a record falls into: every rule is asked, the strictest answer wins, all answers are kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import pandas as pd

from heritage.disclosure.people import NOBODY, REASON, Standing
from heritage.disclosure.rules import Category, DisclosureRules
from heritage.disclosure.words import fold
from heritage.model.disclosure import Disclosure
from heritage.model.evidence import Level


@dataclass(frozen=True, slots=True)
class Subject:
    """What the rules look at; `disclosure.subject` reads it from a record.

    `identifier` is the property under which the register stands on Wikidata, `territory` the ISO code of a
    register that names no country, `named` the positions of the categories that a name speaks of.
    """

    kind: str
    type: str | None
    class_item: str | None
    country: str | None
    restriction: str | None
    place_method: str | None
    precision_m: float | None
    identifier: str | None
    level: Level = Level.UNKNOWN
    territory: str | None = None
    designation_item: str | None = None
    named: frozenset[int] = frozenset()
    visited: bool = False
    """A name or designation says that it is open to visitors."""
    secret: bool = False
    """It is known to some members of a community only."""
    address_hidden: bool = False
    looted: bool = False
    embattled: bool = False
    """Evidence says that there is fighting near it."""
    marked: bool = False
    in_use: bool = False
    """As a shelter, store or evacuation point."""
    moved: bool = False
    """A collection that was brought to safety."""
    helps_thieves: bool = False
    reported: bool = False
    """By people who can be found."""
    public: bool = False
    """Its exact place stands on Wikidata, or in another official open source."""
    people: Standing = NOBODY


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
    def rules(self) -> tuple[str, ...]:
        """The rules that apply, the strictest first."""
        return tuple(dict.fromkeys(hit.rule for hit in self.hits))

    @property
    def reason(self) -> str:
        """In one sentence, for a person."""
        if not self.hits:
            return "No rule asks for less than the place as the register gives it."
        return "; ".join(f"{hit.rule}: {hit.reason}" for hit in self.hits) + "."

    def by(self, rules: tuple[str, ...]) -> Disclosure:
        """The class that some of the rules alone demand."""
        return max((hit.disclosure for hit in self.hits if hit.rule in rules), default=Disclosure.S0)

    def beside(self, disclosure: Disclosure) -> "Ruling":
        """The same for a record that would reveal another one of this class (R10)."""
        reason = (
            "another record of this place, or of a part of it, is protected, and this one would reveal it"
        )
        return _ruled((*self.hits, Hit("R10", disclosure, reason, self.review_by)), self.review_by)


def decide(subject: Subject, rules: DisclosureRules, decided_on: date) -> Ruling:
    """The ruling on one record. `decided_on` is the day the review period starts to run."""
    review_by = _review_by(decided_on, rules.review_months)
    found = [hit for ask in _RULES for hit in ask(subject, rules)]
    hits = []
    for disclosure, rule, reason in found:
        loosened = subject.people.loosened(rule, disclosure)
        told = reason if loosened is disclosure else f"{reason}, loosened by the governance body"
        hits.append(Hit(rule, loosened, told, review_by))
    if subject.public and not SECRET.isdisjoint(hit.rule for hit in hits):
        hits.append(Hit("R12", Disclosure.S0, _PUBLIC, review_by))
    return _ruled(tuple(hits), review_by)


SECRET = frozenset({"R2", "R5", "R6"})
"""What these rules keep back should be public nowhere; R12 applies where it is."""
_PUBLIC = "its place is public elsewhere already, which people have to look at; no machine edits its item"


def _ruled(hits: tuple[Hit, ...], review_by: date) -> Ruling:
    ordered = tuple(sorted(hits, key=lambda hit: hit.disclosure, reverse=True))
    return Ruling(ordered[0].disclosure if ordered else Disclosure.S0, ordered, review_by)


@lru_cache(maxsize=8)  # one day for a whole register
def _review_by(decided_on: date, months: int) -> date:
    return (pd.Timestamp(decided_on) + pd.DateOffset(months=months)).date()


_Found = Iterator[tuple[Disclosure, str, str]]


def _restriction(subject: Subject, rules: DisclosureRules) -> _Found:
    word = fold(subject.restriction or "")
    if not word or word in map(fold, rules.restriction.open) or species_category(subject, rules):
        return
    if any(fold(hidden) in word for hidden in rules.restriction.hides_existence):
        yield Disclosure.S5, "R1", "the source hides that the place exists"
    else:
        yield rules.restriction.disclosure, "R1", "the source itself restricts the place"


def _asked(subject: Subject, _: DisclosureRules) -> _Found:
    if subject.people.asked is not None:
        yield subject.people.asked, "R2", REASON


def _source_precision(subject: Subject, rules: DisclosureRules) -> _Found:
    if subject.place_method in rules.source_precision.methods:
        disclosure = rules.source_precision.disclosure(subject.precision_m)
        if disclosure is not Disclosure.S0:
            known = subject.precision_m is not None and subject.precision_m == subject.precision_m
            given = f"{subject.precision_m:g} m" if known else "unknown"
            yield disclosure, "R3", f"the source publishes a grid reference only (precision {given})"


def _categories(subject: Subject, rules: DisclosureRules) -> _Found:
    visited = _visited(subject, rules)
    for number, category in enumerate(rules.categories):
        if category.rule in ("R4", "R5") and visited:
            continue
        if category.rule == "R6" and subject.people.consent:
            continue
        if category.rule == "R7" and species_category(subject, rules):
            continue
        if number in subject.named or covers(category, subject, rules):
            yield _category(category, subject, rules)
    if subject.secret:
        yield rules.knowledge.disclosure, "R6", "only some members of a community may know of it"
    if stated := species_category(subject, rules):
        disclosure = rules.species[stated]
        yield (
            disclosure,
            "R7",
            f"the source puts what lives there into category {stated} of sensitive species",
        )


def _category(category: Category, subject: Subject, rules: DisclosureRules) -> tuple[Disclosure, str, str]:
    if category.rule == "R4" and subject.looted:
        return rules.looting.disclosure, "R4", f"{category.reason}, and which was looted"
    if category.rule == "R4" and subject.country in rules.looting.unregulated:
        reason = f"{category.reason}, in a country where that is done against the law or without any"
        return rules.looting.disclosure, "R4", reason
    return category.disclosure, category.rule, category.reason


def covers(category: Category, subject: Subject, rules: DisclosureRules) -> bool:
    """True when the class or the term says that the place is of this category."""
    if subject.class_item in category.items:
        return True
    return category.of_types.meant(subject.type, rules.others)


def _visited(subject: Subject, rules: DisclosureRules) -> bool:
    visitors = rules.visitors
    return (
        subject.visited
        or subject.kind in visitors.kinds
        or subject.identifier in visitors.identifiers
        or subject.class_item in visitors.items
    )


def species_category(subject: Subject, rules: DisclosureRules) -> int | None:
    """The category of a species that the source itself states (GBIF, 1 the most sensitive)."""
    for text in (subject.restriction, subject.type):
        found = rules.species_pattern.search(fold(text or ""))
        if found:
            return int(found[1])
    return None


def _dwelling(subject: Subject, rules: DisclosureRules) -> _Found:
    if subject.address_hidden:
        yield rules.hidden_address.disclosure, "R8", "the register hides the address of a dwelling"


def _conflict(subject: Subject, rules: DisclosureRules) -> _Found:
    conflict = rules.conflict
    if subject.moved:
        yield Disclosure.S5, "R9", "a collection that was brought to safety"
    at_war = in_war(subject, rules)
    if at_war and subject.in_use:
        yield conflict.disclosure, "R9", "armed conflict, and the place serves as a shelter or store"
    marked = (
        subject.marked
        or subject.identifier in conflict.marked_identifiers
        or subject.designation_item in conflict.marked_items
    )
    if marked or not (subject.kind in conflict.kinds or subject.level.endangered):
        return
    if at_war:
        yield conflict.disclosure, "R9", "armed conflict, and the place is not publicly marked"
    elif _nowhere(subject) and conflict.countries and subject.identifier not in rules.published_lists:
        yield conflict.disclosure, "R13", "the country is unknown, so it may be one at war"


def in_war(subject: Subject, rules: DisclosureRules) -> bool:
    """True when the body's list or events on record say that there is war where the place is."""
    conflict = rules.conflict
    listed = subject.country in conflict.items or (
        subject.country is None and subject.territory in conflict.countries
    )
    return listed or subject.embattled


def _nowhere(subject: Subject) -> bool:
    return subject.country is None and subject.territory is None


def _condition(subject: Subject, _: DisclosureRules) -> _Found:
    if subject.helps_thieves:
        yield Disclosure.S0, "R11", "what is said of its condition would help a thief and is left out"


def _undecided(subject: Subject, rules: DisclosureRules) -> _Found:
    published = subject.identifier in (*rules.conflict.marked_identifiers, *rules.published_lists)
    if published or subject.class_item or subject.kind not in rules.undecided.kinds:
        return
    # A term that a rule knows decides; any other term says nothing about whether the place is sensitive.
    decided = subject.named or species_category(subject, rules) or subject.visited
    if not decided and not any(covers(category, subject, rules) for category in rules.categories):
        reason = "the type is not known, and this kind of register holds sensitive places"
        yield rules.undecided.disclosure, "R13", reason


def _reporters(subject: Subject, rules: DisclosureRules) -> _Found:
    if subject.reported and in_war(subject, rules):
        reason = "who reported on it could be found, so nothing of the report is told for some weeks"
        yield Disclosure.S0, "R14", reason


_RULES = (
    *(_restriction, _asked, _source_precision, _categories, _dwelling),
    *(_conflict, _condition, _undecided, _reporters),
)
