"""The disclosure rules as data (domain details, part b): which words, items and countries they speak of."""

import re
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from heritage.disclosure.words import Others, Words
from heritage.model.digest import digest_json
from heritage.model.disclosure import Disclosure
from heritage.spec.closed import Closed, Country, Qid

Kind = Literal["monument", "site", "natural", "glam"]
RuleId = Annotated[str, StringConstraints(pattern=r"^R([1-9]|1[0-4])$")]


class Restriction(Closed):
    """R1: the source's own word. Whatever is not listed as open restricts: an unknown word fails closed."""

    open: tuple[str, ...]
    hides_existence: tuple[str, ...]
    disclosure: Disclosure = Disclosure.S4


class PrecisionStep(Closed):
    up_to_m: float = Field(gt=0)
    disclosure: Disclosure


class SourcePrecision(Closed):
    """R3: a source that publishes a grid reference chose how exactly it tells the place.

    Every other precision binds the gate: coordinates leave with no more figures than it supports.
    """

    methods: tuple[str, ...]
    steps: tuple[PrecisionStep, ...] = Field(min_length=1)
    coarser: Disclosure

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        borders = [step.up_to_m for step in self.steps]
        if borders != sorted(set(borders)):
            raise ValueError("steps: up_to_m must ascend")
        return self

    def disclosure(self, precision_m: float | None) -> Disclosure:
        """The class that is not finer than the source; an unknown precision gets the coarsest."""
        if precision_m is None or precision_m != precision_m:  # not a number: unknown as well
            return self.coarser
        return next((s.disclosure for s in self.steps if precision_m <= s.up_to_m), self.coarser)


class Category(Closed):
    """R4 to R7: kinds of place that suffer when they are found: by class item, the register's term, a name.

    Words stand for themselves where one beside them says that something else is meant (`named_after`).
    """

    rule: Literal["R4", "R5", "R6", "R7"]
    disclosure: Disclosure
    reason: str
    items: tuple[Qid, ...] = ()
    terms: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """Words that say so in a name; fewer than those of types, for names speak of neighbours, too."""

    @cached_property
    def of_types(self) -> Words:
        """What to look for in types and designations."""
        return Words(self.terms)

    @cached_property
    def of_names(self) -> Words:
        """What to look for in names."""
        return Words(self.names)


class Looting(Closed):
    """R4: what raises a place that can be dug up to `disclosure`: robbed in these years, or nothing forbids
    to search there."""

    causes: tuple[str, ...]
    years: int = Field(ge=1)
    unregulated: tuple[Qid, ...]
    """Countries where detecting is illegal, and done, or not regulated."""
    disclosure: Disclosure = Disclosure.S4


class Visitors(Closed):
    """Places that are open to visitors: R4 and R5 pass them over."""

    kinds: tuple[Kind, ...]
    identifiers: tuple[str, ...]
    items: tuple[Qid, ...]
    terms: tuple[str, ...]

    @cached_property
    def words(self) -> Words:
        return Words(self.terms)


class Knowledge(Closed):
    """R6: words for what only some members of a community may know."""

    terms: tuple[str, ...]
    disclosure: Disclosure = Disclosure.S5

    @cached_property
    def words(self) -> Words:
        return Words(self.terms)


class HiddenAddress(Closed):
    """R8: what a register writes in place of the address of a dwelling that it hides."""

    terms: tuple[str, ...]
    disclosure: Disclosure = Disclosure.S4

    @cached_property
    def words(self) -> Words:
        return Words(self.terms)


class Conflict(Closed):
    """R9: where there is war (the body's list, and events on record), and what is a target there."""

    countries: dict[Country, Qid]
    """ISO 3166 code to item."""
    schemes: tuple[str, ...]
    """Risk schemes whose live evidence says that there is fighting near the place."""
    kinds: tuple[Kind, ...]
    marked_identifiers: tuple[str, ...]
    """Identifier properties of lists that mark their places for everybody (World Heritage)."""
    marked_items: tuple[Qid, ...]
    marked_terms: tuple[str, ...]
    in_use: tuple[str, ...]
    """Words for shelters, stores and evacuation points: sensitive although the place is marked."""
    moved: tuple[str, ...]
    """Words for collections that were brought to safety: their place is never told, nowhere."""
    disclosure: Disclosure = Disclosure.S4

    @cached_property
    def items(self) -> frozenset[str]:
        return frozenset(self.countries.values())

    @cached_property
    def words(self) -> tuple[Words, Words, Words]:
        """Of marked places, of places in use, of moved collections."""
        return Words(self.marked_terms), Words(self.in_use), Words(self.moved)


class Beside(Closed):
    """R10: when a record of any register is the same place as a protected one, or a part of it."""

    rules: tuple[RuleId, ...]
    """What these rules protect is protected beside it, too."""
    radius_m: float = Field(gt=0)
    """Between two places, beyond the precision of both."""
    largest_precision_m: float = Field(gt=0)


class Condition(Closed):
    """R11: words on a place's condition that tell a thief how to go about it."""

    terms: tuple[str, ...]

    @cached_property
    def words(self) -> Words:
        return Words(self.terms)


class Reporters(Closed):
    """R14: evidence by these schemes comes from people who can be found; in a war it waits, stripped."""

    schemes: tuple[str, ...]
    delay_days: int = Field(ge=30)


class Undecided(Closed):
    """R13: kinds of register whose records are sensitive unless their type is known."""

    kinds: tuple[Kind, ...]
    disclosure: Disclosure = Disclosure.S4


class DisclosureRules(Closed):
    """Everything that `decide` needs to know. R2 comes from people alone, R12 from what Wikidata says."""

    version: int
    review_months: int = Field(ge=1, le=24)
    restriction: Restriction
    source_precision: SourcePrecision
    categories: tuple[Category, ...]
    institutions: tuple[str, ...]
    """In a name or type with one of these, words of R4 to R7 say what it is about: a museum, a society."""
    named_after: tuple[str, ...]
    """Before one of these, words of R4 to R7 are only part of a name: a road, a house."""
    connectives: tuple[str, ...]
    """What stands between the two where the name goes last: of, de, der."""
    looting: Looting
    visitors: Visitors
    knowledge: Knowledge
    hidden_address: HiddenAddress
    conflict: Conflict
    beside: Beside
    condition: Condition
    reporters: Reporters
    undecided: Undecided
    published_lists: tuple[str, ...]
    """Identifier properties of official lists of areas that publish their places themselves: their names
    decide nothing, R13 passes them over, and no neighbour raises them."""
    species_category: str
    """R7: how a source states the category of a species (GBIF, 1 to 4), as a pattern with one group."""
    species: dict[Annotated[int, Field(ge=1, le=4)], Disclosure]

    @cached_property
    def others(self) -> Others:
        """What is named after a sensitive place."""
        return Others(Words(self.institutions), Words(self.named_after), frozenset(self.connectives))

    @cached_property
    def species_pattern(self) -> re.Pattern[str]:
        """Finds a stated category in a folded text."""
        return re.compile(self.species_category)

    @cached_property
    def digest(self) -> str:
        """Changes with any word of the rules: a ruling is bound to it."""
        return digest_json(self.model_dump(mode="json"))[:16]
