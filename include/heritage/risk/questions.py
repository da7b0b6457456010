"""What a person is asked about a record, from how its evidence weighs."""

from collections.abc import Iterator, Sequence

from heritage.model.evidence import Evidence
from heritage.model.task import TaskKind
from heritage.risk.combine import Assessment
from heritage.risk.explain import quoted
from heritage.risk.history import Question


def questions(assessment: Assessment, explanation: str, delisted: Sequence[Evidence]) -> Iterator[Question]:
    """The questions, each with its kind; `delisted` is what was on a list and is there no more."""
    for item in sorted(delisted, key=lambda one: (one.source, one.raw_value)):
        said = item.meaning or quoted(item.raw_value)
        yield (
            TaskKind.DELISTED,
            f"{item.source} said {said} until {item.observed} and says nothing any more. Why: repaired, "
            "demolished, or forgotten?",
        )
        break  # one question about the record is enough
    if assessment.recheck and assessment.last_level is not None:
        level = assessment.last_level.words
        yield TaskKind.RECHECK, f"It was {level}, and nobody has looked since. How is it now? ({explanation})"
    asked = {
        "unverified": (TaskKind.UNVERIFIED, "Is it in danger? There are signs, and not enough to go by."),
        "candidate_lost": (
            TaskKind.CANDIDATE_LOST,
            "Is it lost? One source says so; a second has to confirm.",
        ),
        "conflicting": (TaskKind.CONFLICTING, "How is it? Sources contradict each other."),
    }
    for flag in assessment.flags:
        if flag in asked:
            kind, question = asked[flag]
            yield kind, f"{question} ({explanation})"
