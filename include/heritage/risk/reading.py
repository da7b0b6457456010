"""What one cell of a source says through a scheme: evidence, nothing, or a word that nobody guesses at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pandas as pd

from heritage.model.evidence import Evidence
from heritage.risk.causes import Causes
from heritage.risk.scheme import Meaning, Scheme
from heritage.risk.text import fold


class Part(StrEnum):
    """Which column of a listing a word stands in."""

    VALUE = "field"
    ADJUST = "adjust"
    CERTAINTY = "certainty"
    CAUSES = "causes"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one value came to: evidence, or a note in words where it says nothing of today.

    `unknown` are words that the scheme, or the vocabulary of causes, does not have. A cause that is unknown
    is left out of the evidence; any other unknown word leaves none, for the level would be a guess.
    """

    value: str
    evidence: Evidence | None = None
    note: str = ""
    unknown: tuple[tuple[Part, str], ...] = ()

    @property
    def known(self) -> bool:
        """True when every word was understood."""
        return not self.unknown


def read_value(
    scheme: Scheme,
    raw: str,
    *,
    record_id: str,
    observed: date,
    url: str = "",
    root: str | None = None,
    adjust: str | None = None,
    certainty: str | Sequence[str] = (),
    causes: Sequence[str] = (),
    vocabulary: Causes | None = None,
) -> Reading | None:
    """What the value says about the record, None when the cell is empty.

    `observed` is the day the source was seen to say so; validity is counted from it. `root` names the
    root source when it is not the scheme's own (a community report's author or blog), so that reprints
    do not add up. `adjust`, `certainty` and `causes` are the words beside the value; of several certainties
    the least holds.
    """
    value = fold(raw)
    if not value:
        return None
    found = scheme.meaning_of(value)
    if found is None:
        return Reading(value, unknown=((Part.VALUE, value),))
    meaning, words = found
    if meaning.level is None:
        return Reading(value, note=words)
    unknown: list[tuple[Part, str]] = []
    level = _adjusted(scheme, meaning.level, fold(adjust or ""), unknown)
    sure = [certainty] if isinstance(certainty, str) else certainty
    reliability, credibility = _graded(scheme, meaning, sure, unknown)
    if unknown:
        return Reading(value, unknown=tuple(unknown))
    named = _causes(causes, vocabulary, unknown)
    evidence = Evidence(
        record_id=record_id,
        axis=scheme.axis,
        scheme=scheme.id,
        scheme_version=scheme.version,
        raw_value=value,
        level=level,
        reliability=reliability,
        credibility=credibility,
        cap=scheme.cap if meaning.cap is None else meaning.cap,
        observed=observed,
        valid_until=_until(scheme, meaning, observed),
        source=scheme.source,
        url=url or scheme.source_url,
        licence=scheme.licence,
        independence_group=fold(root or "").casefold() or scheme.independence_group,
        causes=tuple(sorted({*scheme.causes, *meaning.causes, *named})),
        meaning=words,
    )
    return Reading(value, evidence, unknown=tuple(unknown))


def _adjusted(scheme: Scheme, level: int, word: str, unknown: list[tuple[Part, str]]) -> int:
    if not word or not scheme.adjust:
        return level
    adjusted = scheme.adjust.apply(level, word)
    if adjusted is None:
        unknown.append((Part.ADJUST, word))
        return level
    return adjusted


def _graded(
    scheme: Scheme, meaning: Meaning, words: Sequence[str], unknown: list[tuple[Part, str]]
) -> tuple[str, int]:
    usual = meaning.reliability or scheme.reliability, meaning.credibility or scheme.credibility
    grades = []
    for word in filter(None, map(fold, words if scheme.certainty else ())):
        grade = scheme.grade_of(word)
        if grade is None:
            unknown.append((Part.CERTAINTY, word))
        else:
            grades.append((grade[0] or usual[0], grade[1] or usual[1]))
    return max(grades, key=lambda grade: (grade[1], grade[0]), default=usual)


def _causes(words: Sequence[str], vocabulary: Causes | None, unknown: list[tuple[Part, str]]) -> list[str]:
    named = []
    for word in filter(None, map(fold, words)):
        cause = vocabulary.read(word) if vocabulary else None
        if cause is None:
            unknown.append((Part.CAUSES, word))
        else:
            named.append(cause)
    return named


def _until(scheme: Scheme, meaning: Meaning, observed: date) -> date:
    """The first day on which it counts no more."""
    days, months = meaning.valid_days, meaning.valid_months
    if not (days or months):
        days, months = scheme.valid_days, scheme.valid_months
    offset = pd.DateOffset(days=days) if days else pd.DateOffset(months=months or 0)
    return (pd.Timestamp(observed) + offset).date()
