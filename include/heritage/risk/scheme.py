"""Schemes: what a source's verbatim value means, kept as data."""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from string import Formatter
from typing import Annotated, Literal, Self, cast

from pydantic import BeforeValidator, Field, field_validator, model_validator

from heritage.model.evidence import Axis
from heritage.risk.causes import CauseId
from heritage.risk.text import fold
from heritage.spec.closed import Closed, Url

Reliability = Literal["A", "B", "C", "D", "E", "F"]
LevelNumber = Annotated[int, Field(ge=0, le=5)]
Credibility = Annotated[int, Field(ge=1, le=6)]
Months = Annotated[int, Field(ge=1, le=120)]
Days = Annotated[int, Field(ge=1, le=3650)]


def _graded(said: object) -> object:
    if said is None or (isinstance(said, int) and said in range(1, 7) and said is not True):
        return said
    if isinstance(said, str) and re.fullmatch("[A-F][1-6]", said):
        return said
    raise ValueError("write a credibility from 1 to 6, a grade such as D3, or null")


Certainty = Annotated[int | str | None, BeforeValidator(_graded)]
"""A credibility, or reliability and credibility in one, as the Admiralty scale is written: D3."""


class Meaning(Closed):
    """One value of a scheme: matched verbatim (`value`) or whole against `pattern`.

    `level` null means that the value is known and says nothing about the risk now: a source that wrote
    something else before has taken that back. Named groups of the pattern can stand in `meaning`, e.g.
    `listed since {since}`. What is not given here is taken from the scheme.
    """

    value: str | None = None
    pattern: str | None = None
    level: LevelNumber | None
    meaning: str = ""
    reliability: Reliability | None = None
    credibility: Credibility | None = None
    cap: LevelNumber | None = None
    valid_months: Months | None = None
    valid_days: Days | None = None
    causes: tuple[CauseId, ...] = ()

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"not a regular expression: {error}") from error
        return pattern

    @model_validator(mode="after")
    def _one_way_to_match(self) -> Self:
        if (self.value is None) == (self.pattern is None):
            raise ValueError("give either value or pattern")
        groups = set(re.compile(self.pattern).groupindex) if self.pattern else set()
        try:
            parts = Formatter().parse(self.meaning)
            named = {name or "{}" for _, name, _, _ in parts if name is not None}
        except ValueError:
            raise ValueError("meaning has a { or } that stands alone: write {{ or }} for it") from None
        if unknown := named - groups:
            raise ValueError(f"meaning names no group of the pattern: {', '.join(sorted(unknown))}")
        if self.valid_months and self.valid_days:
            raise ValueError("give valid_months or valid_days, not both")
        return self


class Step(Closed):
    """How far a word moves the level, where the value alone says at least `from_level`."""

    by: Annotated[int, Field(ge=-5, le=5)]
    from_level: LevelNumber = 0


class Adjust(Closed):
    """What the words of a second column (a trend, say) do to the level, within bounds."""

    words: dict[str, Step] = Field(min_length=1)
    at_least: LevelNumber = 0
    at_most: LevelNumber = 5

    def apply(self, level: int, word: str) -> int | None:
        """The level after the folded word was heard; None when the word is unknown."""
        step = self._steps.get(word)
        if step is None:
            return None
        if not step.by or level < step.from_level:
            return level
        return max(self.at_least, min(self.at_most, level + step.by))

    @cached_property
    def _steps(self) -> dict[str, Step]:
        return {fold(word): step for word, step in self.words.items()}


class Scheme(Closed):
    """A vocabulary of one source, with how far it is to be believed and for how long.

    `adjust` and `certainty` read further columns of a row, if the description names them: how a trend moves
    the level, and how far the assessor's own word is to be believed (a credibility, or a whole grade; null
    says no more than the scheme does). An empty cell changes nothing.
    """

    id: str
    version: int
    source: str
    source_url: Url
    licence: str
    mapping_source: str
    axis: Axis
    independence_group: str
    reliability: Reliability
    credibility: Credibility
    cap: LevelNumber
    valid_months: Months | None = None
    valid_days: Days | None = None
    causes: tuple[CauseId, ...] = ()
    """What endangers everything that the scheme speaks of, e.g. fire."""
    adjust: Adjust | None = None
    certainty: dict[str, Certainty] = Field(default_factory=dict)
    values: tuple[Meaning, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _values_once(self) -> Self:
        for where, words in (
            ("values", [m.value for m in self.values if m.value is not None]),
            ("adjust.words", list(self.adjust.words) if self.adjust else []),
            ("certainty", list(self.certainty)),
        ):
            times = Counter(map(fold, words))
            if twice := sorted(word for word in times if times[word] > 1):
                raise ValueError(f"{where} given twice (spaces apart): {', '.join(twice)}")
        return self

    @model_validator(mode="after")
    def _one_validity(self) -> Self:
        if (self.valid_months is None) == (self.valid_days is None):
            raise ValueError("give either valid_months or valid_days")
        return self

    @cached_property
    def _verbatim(self) -> dict[str, Meaning]:
        return {fold(m.value): m for m in self.values if m.value is not None}

    @cached_property
    def _grades(self) -> Mapping[str, tuple[Reliability | None, int | None]]:
        return {
            fold(word): (cast(Reliability, said[0]), int(said[1])) if isinstance(said, str) else (None, said)
            for word, said in self.certainty.items()
        }

    def meaning_of(self, raw: str) -> tuple[Meaning, str] | None:
        """What the folded value means and that in words; None when the scheme does not know the value."""
        if known := self._verbatim.get(raw):
            return known, known.meaning
        for meaning in self.values:
            if meaning.pattern is not None and (found := re.fullmatch(meaning.pattern, raw)):
                return meaning, meaning.meaning.format(**found.groupdict(default=""))
        return None

    def grade_of(self, word: str) -> tuple[Reliability | None, int | None] | None:
        """Reliability and credibility that the folded word sets, None where it leaves them; None when the
        word is unknown."""
        return self._grades.get(word)

    def cause_ids(self) -> frozenset[str]:
        """Every category of cause that the scheme names."""
        return frozenset(self.causes).union(*(meaning.causes for meaning in self.values))
