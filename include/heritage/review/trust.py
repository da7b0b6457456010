"""How much a reviewer's answers weigh: learned from tasks whose answer is known (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from heritage.model.review import DONT_KNOW, Answer
from heritage.review.settings import ReviewSettings


@dataclass(frozen=True, slots=True)
class Gold:
    """How a reviewer did on tasks whose answer is known. One who does not know one has not seen it."""

    seen: int = 0
    right: int = 0


def newest(answers: Iterable[Answer]) -> list[Answer]:
    """The answers that stand: of each reviewer to each task the newest, without those taken back.

    In an order of their own (task, reviewer), whichever order they came in; of two that were given at the
    same moment the later in `answers` stands.
    """
    standing: dict[tuple[str, str], Answer] = {}
    for answer in answers:
        of = answer.task_id, answer.reviewer
        before = standing.get(of)
        if before is None or before.given_at <= answer.given_at:
            standing[of] = answer
    return [answer for _, answer in sorted(standing.items()) if answer.choice]


def gold_of(answers: Iterable[Answer], known: Mapping[str, str]) -> dict[str, Gold]:
    """What each reviewer did on the tasks of `known` (task id to its right choice).

    Reviewers who met none are not in it; what experts settled as experts says nothing about them here.
    """
    counts: dict[str, Gold] = {}
    for answer in newest(answers):
        right = known.get(answer.task_id)
        if right is None or answer.choice == DONT_KNOW or answer.expert:
            continue
        of = counts.get(answer.reviewer, Gold())
        counts[answer.reviewer] = Gold(of.seen + 1, of.right + (answer.choice == right))
    return counts


def accuracy(gold: Gold, settings: ReviewSettings) -> float:
    """a = (right + 3) / (seen + 4): 0.75 for a newcomer (domain details, section 6)."""
    return (gold.right + settings.trust_prior_right) / (gold.seen + settings.trust_prior_seen)


def weight(gold: Gold, settings: ReviewSettings) -> float:
    """What one answer counts for, 0 to 1: min(1, a / 0.75), and nothing where a is below 0.5.

    >>> from heritage.review.settings import ReviewSettings
    >>> [round(weight(Gold(seen, 0), ReviewSettings()), 3) for seen in range(4)]
    [1.0, 0.8, 0.667, 0.0]
    """
    of = accuracy(gold, settings)
    return 0.0 if of < settings.trust_least else min(1.0, of / settings.trust_full)


def weight_of(reviewer: str, weights: Mapping[str, float], settings: ReviewSettings) -> float:
    """The weight of one reviewer, by what is known of some: whoever is not among them is a newcomer."""
    known = weights.get(reviewer)
    return weight(Gold(), settings) if known is None else known
