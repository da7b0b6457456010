"""How far reviewers of a campaign agree, and what follows (pure; domain details, section 6)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from heritage.model.review import DONT_KNOW, Answer
from heritage.model.said import UNSAID, Said
from heritage.review.settings import ReviewSettings
from heritage.review.trust import newest, weight_of


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a campaign can go on. `alpha` is None where nothing can be said of agreement."""

    alpha: float | None
    tasks: int
    """With two answers or more that say something."""
    redundancy: int
    """Answers that each of its tasks needs at least."""
    paused: bool
    why: Said
    """Why it is paused, or more people are asked; empty otherwise."""


def alpha(answers: Iterable[Answer]) -> tuple[float | None, int]:
    """Krippendorff's alpha of choices as names (nominal), and the number of tasks with two or more of them.

    None where fewer than two choices were made in all: then nobody could disagree. Those who do not know are
    missing values; what an expert settled as an expert is no independent answer. Time and memory grow with
    the number of answers: the coincidences of choices that differ from task to task, as items do, are
    counted without their matrix. Source: Krippendorff, Content Analysis, 2004, chapter 11.
    """
    by_task: dict[str, list[str]] = defaultdict(list)
    for answer in newest(answers):
        if answer.choice != DONT_KNOW and not answer.expert:
            by_task[answer.task_id].append(answer.choice)
    units = [choices for choices in by_task.values() if len(choices) > 1]
    totals: Counter[str] = Counter()
    differ = 0.0
    for choices in units:
        counts = Counter(choices)
        totals.update(counts)
        m = len(choices)
        differ += (m * m - sum(n * n for n in counts.values())) / (m - 1)
    if len(totals) < 2:
        return None, len(units)
    n = totals.total()
    by_chance = (n * n - sum(of * of for of in totals.values())) / (n - 1)
    return 1 - differ / by_chance, len(units)


def health(answers: Iterable[Answer], weights: Mapping[str, float], settings: ReviewSettings) -> Health:
    """How a campaign is, by all answers to its tasks; those of reviewers who weigh nothing are left out, so
    that nobody can stop a campaign with nonsense."""
    counted = [answer for answer in answers if weight_of(answer.reviewer, weights, settings) > 0]
    of, tasks = alpha(counted)
    if of is None or tasks < settings.alpha_from or of >= settings.alpha_good:
        return Health(of, tasks, settings.redundancy, paused=False, why=UNSAID)
    told: dict[str, str | int | float] = {"alpha": f"{of:.2f}", "tasks": tasks}
    if of < settings.alpha_least:
        why = Said(
            "Reviewers agree too little (alpha {alpha} over {tasks} tasks): the guidelines are to be written "
            "anew.",
            told,
        )
        return Health(of, tasks, settings.redundancy_unsure, paused=True, why=why)
    why = Said(
        "Reviewers agree only so far (alpha {alpha} over {tasks} tasks): each task is put to more of them.",
        told,
    )
    return Health(of, tasks, settings.redundancy_unsure, paused=False, why=why)
