"""Answers that nobody gives who reads what is asked (pure)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from heritage.model.review import DONT_KNOW, NONE_OF_THESE, RIGHT, WRONG, Answer
from heritage.model.said import Said
from heritage.review.settings import ReviewSettings
from heritage.review.trust import newest


class PatternKind(StrEnum):
    """What is odd about a reviewer's answers."""

    TOO_FAST = "too_fast"
    """Given faster than anybody reads."""
    SAME_CHOICE = "same_choice"
    """Always the same, also where others chose something else."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Why a reviewer's answers weigh nothing, in words for the coordinator."""

    kind: PatternKind
    why: Said


def patterns(
    answers: Iterable[Answer],
    choices: Mapping[str, Sequence[str]],
    known: Mapping[str, str],
    settings: ReviewSettings,
) -> dict[str, Pattern]:
    """The reviewers whose last answers form a pattern.

    `answers` are all to the tasks of a campaign, `choices` what each task offers in its order, and `known`
    the right choice of tasks where it is known: by gold, or from an expert. A reviewer is judged from
    `pattern_answers` answers on, by the last of them: so nobody is marked for ever who goes on better. What
    others chose is what most of them say, without their own runs of the same answer, so that several who say
    the same together do not hide each other.
    """
    by_task: dict[str, list[Answer]] = defaultdict(list)
    by_reviewer: dict[str, list[Answer]] = defaultdict(list)
    for answer in newest(answers):
        if not answer.expert and answer.task_id in choices:
            by_task[answer.task_id].append(answer)
            by_reviewer[answer.reviewer].append(answer)
    found = {}
    runs = {}
    for who, given in by_reviewer.items():
        given.sort(key=lambda answer: (answer.given_at, answer.key))
        fast = _too_fast(given, settings)
        if fast:
            found[who] = fast
        run = _run(given, choices)
        if len(run) >= settings.pattern_answers:
            runs[who] = run
    in_runs = {(answer.task_id, who) for who, run in runs.items() for answer in run}
    for who, run in runs.items():
        others = [
            known.get(answer.task_id)
            or _most([a for a in by_task[answer.task_id] if (a.task_id, a.reviewer) not in in_runs])
            for answer in run
        ]
        differ = sum(other not in ("", answer.choice) for answer, other in zip(run, others, strict=True))
        if differ >= settings.pattern_differ and who not in found:
            why = Said(
                "The last {run} answers are all the same ({same}), and others chose otherwise in {differ} "
                "of these tasks.",
                {"run": len(run), "same": _role(run[-1], choices), "differ": differ},
            )
            found[who] = Pattern(PatternKind.SAME_CHOICE, why)
    return found


def _too_fast(given: list[Answer], settings: ReviewSettings) -> Pattern | None:
    timed = [answer.seconds for answer in given if answer.seconds is not None][-settings.pattern_answers :]
    if len(timed) < settings.pattern_answers or median(timed) >= settings.seconds_least:
        return None
    why = Said(
        "Half of the last {n} answers took less than {seconds} seconds: nobody reads so fast.",
        {"n": len(timed), "seconds": f"{settings.seconds_least:g}"},
    )
    return Pattern(PatternKind.TOO_FAST, why)


def _role(answer: Answer, choices: Mapping[str, Sequence[str]]) -> str:
    """What a choice is among those of its task, so that it can be compared between tasks: candidates are
    other items in each."""
    if answer.choice in (RIGHT, WRONG, NONE_OF_THESE, DONT_KNOW):
        return answer.choice
    offered = choices[answer.task_id]
    return f"candidate {offered.index(answer.choice) + 1}" if answer.choice in offered else answer.choice


def _run(given: list[Answer], choices: Mapping[str, Sequence[str]]) -> list[Answer]:
    """The last answers that are all the same."""
    run: list[Answer] = []
    for answer in reversed(given):
        if run and _role(answer, choices) != _role(run[0], choices):
            break
        run.append(answer)
    return run[::-1]


def _most(answers: list[Answer]) -> str:
    """What most of them chose; empty where nobody knows, or two choices are as frequent."""
    first = Counter(answer.choice for answer in answers if answer.choice != DONT_KNOW).most_common(2)
    if not first or (len(first) > 1 and first[0][1] == first[1][1]):
        return ""
    return first[0][0]
