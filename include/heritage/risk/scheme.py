"""Schemes: what a source's verbatim value means, kept as data; an unknown value is never guessed."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from string import Formatter
from typing import Annotated, Any, Literal, Self

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from heritage.model.evidence import Axis, Evidence

Reliability = Literal["A", "B", "C", "D", "E", "F"]
LevelNumber = Annotated[int, Field(ge=0, le=5)]
Credibility = Annotated[int, Field(ge=1, le=6)]
Months = Annotated[int, Field(ge=1, le=120)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Meaning(_Closed):
    """One value of a scheme: matched verbatim (`value`) or whole against `pattern`.

    `level` null means that the value is known and says nothing about the risk now. Named groups of the
    pattern can stand in `meaning`, e.g. `listed since {since}`. What is not given here is taken from the
    scheme.
    """

    value: str | None = None
    pattern: str | None = None
    level: LevelNumber | None
    meaning: str = ""
    reliability: Reliability | None = None
    credibility: Credibility | None = None
    cap: LevelNumber | None = None
    valid_months: Months | None = None

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
        if unknown := {name for _, name, _, _ in Formatter().parse(self.meaning) if name} - groups:
            raise ValueError(f"meaning names no group of the pattern: {', '.join(sorted(unknown))}")
        return self


class Scheme(_Closed):
    """A vocabulary of one source, with how far it is to be believed and for how long."""

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
    valid_months: Months
    values: tuple[Meaning, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _values_once(self) -> Self:
        verbatim = [m.value for m in self.values if m.value is not None]
        if twice := sorted({value for value in verbatim if verbatim.count(value) > 1}):
            raise ValueError(f"values given twice: {', '.join(twice)}")
        return self

    @cached_property
    def _verbatim(self) -> dict[str, Meaning]:
        return {fold(m.value): m for m in self.values if m.value is not None}

    def meaning_of(self, raw: str) -> tuple[Meaning, str] | None:
        """What the folded value means and that in words; None when the scheme does not know the value."""
        if known := self._verbatim.get(raw):
            return known, known.meaning
        for meaning in self.values:
            if meaning.pattern is not None and (found := re.fullmatch(meaning.pattern, raw)):
                return meaning, meaning.meaning.format(**found.groupdict())
        return None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one value came to: evidence, a note in words, or neither when the scheme does not know it."""

    value: str
    known: bool
    evidence: Evidence | None = None
    note: str = ""


def fold(text: str) -> str:
    """NFC, white space folded: all that is done to a register's value before it is looked up."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def read_value(
    scheme: Scheme, raw: str, *, record_id: str, observed: date, url: str = "", root: str | None = None
) -> Reading | None:
    """What the value says about the record, None when the cell is empty.

    `observed` is the day the source was seen to say so; validity is counted from it. `root` names the
    root source when it is not the scheme's own (a community report's author or blog), so that reprints
    do not add up.
    """
    value = fold(raw)
    if not value:
        return None
    found = scheme.meaning_of(value)
    if found is None:
        return Reading(value, known=False)
    meaning, words = found
    if meaning.level is None:
        return Reading(value, known=True, note=words)
    months = meaning.valid_months or scheme.valid_months
    return Reading(
        value,
        known=True,
        evidence=Evidence(
            record_id=record_id,
            axis=scheme.axis,
            scheme=scheme.id,
            raw_value=value,
            level=meaning.level,
            reliability=meaning.reliability or scheme.reliability,
            credibility=meaning.credibility or scheme.credibility,
            cap=_first(meaning.cap, scheme.cap),
            observed=observed,
            valid_until=(pd.Timestamp(observed) + pd.DateOffset(months=months)).date(),
            source=scheme.source,
            url=url or scheme.source_url,
            independence_group=root or scheme.independence_group,
            meaning=words,
        ),
    )


def cell_values(cell: Any) -> tuple[str, ...]:
    """The values in a cell of a register's row: none, one, or each of a list."""
    if cell is None:
        return ()
    if isinstance(cell, list):
        return tuple(value for part in cell for value in cell_values(part))
    text = fold(str(cell))
    return (text,) if text else ()


def _first(preferred: int | None, default: int) -> int:
    return default if preferred is None else preferred
