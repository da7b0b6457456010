"""The disclosure rules as data (domain details, part b): which words, items and countries they speak of."""

import re
import unicodedata
from functools import cached_property, lru_cache
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from heritage.model.disclosure import Disclosure

Qid = Annotated[str, StringConstraints(pattern=r"^Q[1-9]\d*$")]
Kind = Literal["monument", "site", "natural", "glam"]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Restriction(_Closed):
    """R1: the source's own word. Whatever is not listed as open restricts: an unknown word fails closed."""

    open: tuple[str, ...]
    hides_existence: tuple[str, ...]
    disclosure: Disclosure = Disclosure.S4


class PrecisionStep(_Closed):
    up_to_m: float = Field(gt=0)
    disclosure: Disclosure


class SourcePrecision(_Closed):
    """R3: a source that publishes a grid reference chose how exactly it tells the place."""

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


class Category(_Closed):
    """R4 to R7: kinds of place that suffer when they are found, by class item or by the register's term.

    A term matches at the beginning of a word of the folded type, so that "tumulus" is found in
    "Tumulus de l'âge du Fer" and "burial" in "burials", but "cave" not in "concave". In scripts without
    upper and lower case, which often do not part words either, it matches anywhere.
    """

    rule: Literal["R4", "R5", "R6", "R7"]
    disclosure: Disclosure
    reason: str
    items: tuple[Qid, ...] = ()
    terms: tuple[str, ...] = ()

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        terms = [fold(term) for term in self.terms]
        starts = [r"(?<!\w)" if term[0] != term[0].upper() else "" for term in terms]
        return re.compile(
            "|".join(start + re.escape(term) for start, term in zip(starts, terms, strict=True))
        )

    def covers(self, class_item: str | None, term: str | None) -> bool:
        if class_item in self.items:
            return True
        return bool(self.terms and term and self._pattern.search(fold(term)))


class Conflict(_Closed):
    """R9: the body's list of countries at war, and what is a target there."""

    countries: tuple[Qid, ...]
    kinds: tuple[Kind, ...]
    disclosure: Disclosure = Disclosure.S4


class Undecided(_Closed):
    """R13: kinds of register whose records are sensitive unless their type is known."""

    kinds: tuple[Kind, ...]
    disclosure: Disclosure = Disclosure.S4


class DisclosureRules(_Closed):
    """Everything that `decide` needs to know; `not_applied` says why a rule of the details is not asked."""

    version: int
    review_months: int = Field(ge=1, le=24)
    restriction: Restriction
    source_precision: SourcePrecision
    categories: tuple[Category, ...]
    marked_identifiers: tuple[str, ...]
    """Identifier properties of lists that mark and publish their places themselves (World Heritage)."""
    conflict: Conflict
    undecided: Undecided
    not_applied: dict[str, str]


@lru_cache(maxsize=4096)  # a register repeats its terms
def fold(text: str) -> str:
    """Case, accents and white space do not tell terms apart."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(text.casefold().split())
