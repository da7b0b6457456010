"""The one sentence that stands beside a level: what it is, who says so, when, and until when it holds."""

from collections.abc import Sequence

from heritage.model.evidence import NEARBY, Evidence, Relation
from heritage.risk.combine import Assessment

_QUOTED = 120
"""Characters of a register's own text that fit into a sentence."""


def explain(assessment: Assessment, told: Sequence[str] = ()) -> str:
    """Why the record has this level, for a person; `told` is what was read without being evidence now."""
    if assessment.top is None:
        silent = f"says anything about it now ({'; '.join(told)})" if told else "speaks of it"
        return f"Unknown: no source {silent}, which does not mean that it is safe."
    said = _said(assessment.top)
    if assessment.last_level is not None:
        before = assessment.last_level.words
        return (
            f"Unknown: the last evidence expired on {assessment.top.valid_until} ({said}); "
            f"the level was {before} until then."
        )
    until = assessment.next_expiry
    if "unverified" in assessment.flags:
        return f"Unknown and unverified: {said} is not enough to go by; it counts until {until}."
    level = assessment.level.words.capitalize()
    doubts = {
        "conflicting": "sources contradict each other",
        "candidate_lost": "it may be lost, which a second independent source would have to confirm",
    }
    doubt = "".join(f"; {doubts[flag]}" for flag in assessment.flags if flag in doubts)
    return f"{level} ({assessment.confidence} confidence): {said}; holds until {until}{doubt}."


def not_understood(value: str) -> str:
    """What is told of a value that its scheme does not know."""
    return f"we do not know what the register means by {quoted(value)}"


def taken_off(item: Evidence) -> str:
    """What is told of a listing that ended without a word."""
    return f"{item.source} had it until {item.observed} and has it no more; nobody knows why yet"


def _said(item: Evidence) -> str:
    words = item.meaning or quoted(item.raw_value)
    verbatim = f", {quoted(item.raw_value)}" if item.meaning else ""
    return f"{_OF[item.relation]}{words} ({item.source}{verbatim}, seen {item.observed})"


_OF = {
    Relation.SAME: "",
    Relation.PART_OF: "of a part of it: ",
    Relation.CONTAINS: "of a whole that contains it: ",
    Relation.WITHIN: NEARBY,
}


def quoted(text: str) -> str:
    """A register's text in quotation marks, cut to what a sentence can hold."""
    return f'"{text}"' if len(text) <= _QUOTED else f'"{text[:_QUOTED]}…"'
