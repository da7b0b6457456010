"""The one sentence that stands beside a level: what it is, who says so, when, and until when it holds."""

from collections.abc import Sequence

from heritage.model.evidence import Evidence, Level
from heritage.risk.combine import Assessment
from heritage.risk.reading import Reading

_QUOTED = 120
"""Characters of a register's own text that fit into a sentence."""


def explain(assessment: Assessment, readings: Sequence[Reading] = ()) -> str:
    """Why the record has this level, for a person; `readings` adds what was read without being evidence."""
    if assessment.top is None:
        return f"Unknown: {_no_evidence(readings)}, which does not mean that it is safe."
    said = _said(assessment.top)
    if assessment.last_level is not None:
        before = _words(assessment.last_level)
        return (
            f"Unknown: the last evidence expired on {assessment.top.valid_until} ({said}); "
            f"the level was {before} until then."
        )
    support = f"support {assessment.support:.2f}, next expiry {assessment.next_expiry}"
    if "unverified" in assessment.flags:
        return f"Unknown and unverified: {said} is not enough to go by; {support}."
    level = _words(assessment.level).capitalize()
    doubts = {
        "conflicting": "sources contradict each other",
        "candidate_lost": "it may be lost, which a second independent source would have to confirm",
    }
    doubt = "".join(f"; {doubts[flag]}" for flag in assessment.flags if flag in doubts)
    return f"{level} ({assessment.confidence} confidence): {said}; {support}{doubt}."


def _said(item: Evidence) -> str:
    words = item.meaning or quoted(item.raw_value)
    verbatim = f", {quoted(item.raw_value)}" if item.meaning else ""
    return f"{words} ({item.source}{verbatim}, seen {item.observed})"


def _no_evidence(readings: Sequence[Reading]) -> str:
    unknown = [quoted(reading.value) for reading in readings if not reading.known]
    if unknown:
        return f"we do not know what the register means by {' and '.join(unknown)}"
    notes = [reading.note for reading in readings if reading.note]
    return f"no source says anything about it now ({'; '.join(notes)})" if notes else "no source speaks of it"


def quoted(text: str) -> str:
    """A register's text in quotation marks, cut to what a sentence can hold."""
    return f'"{text}"' if len(text) <= _QUOTED else f'"{text[:_QUOTED]}…"'


def _words(level: Level) -> str:
    return level.value.replace("_", " ")
