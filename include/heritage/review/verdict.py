"""When a task is settled, and how (pure; domain details, section 6)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from math import fsum

from scipy.special import betainc

from heritage.model.review import DONT_KNOW, Answer, Outcome, Verdict
from heritage.review.settings import ReviewSettings
from heritage.review.trust import newest, weight_of


@lru_cache(maxsize=4096)
def confidence(up: float, down: float) -> float:
    """Probability that more than half of all people would say so, when `up` and `down` are the weights of
    those who did and who said something else: P(p > 1/2) under Beta(1 + up, 1 + down).

    >>> [round(confidence(*votes), 4) for votes in [(1, 0), (3, 0), (3, 1), (5, 1), (0, 3), (2, 2)]]
    [0.75, 0.9375, 0.8125, 0.9375, 0.0625, 0.5]
    """
    return float(betainc(1 + down, 1 + up, 0.5))


def judge(
    answers: Iterable[Answer],
    weights: Mapping[str, float],
    settings: ReviewSettings,
    redundancy: int | None = None,
) -> Outcome:
    """What the answers to one task come to: open, accepted, or for an expert. The order of answers and the
    names of choices make no difference, and an answer of weight 0 is as none.

    `weights` are those of now, by reviewer; whoever is not among them is a newcomer. `redundancy` is how many
    answers a task needs at least, as the agreement in its campaign demands (`agreement.health`); without it
    the usual number. The likeliest choice is empty where nobody spoke for any, or two are equally likely.
    What an expert says settles the task, the newest where several did; its confidence stays what the others'
    answers make it.
    """
    standing = newest(answers)
    weighed = [
        (answer.choice, weight_of(answer.reviewer, weights, settings))
        for answer in standing
        if not answer.expert
    ]
    said = [(choice, weight) for choice, weight in weighed if weight > 0]
    sums = {
        choice: fsum(sorted(weight for of, weight in said if of == choice))
        for choice in {choice for choice, _ in said if choice != DONT_KNOW}
    }
    ruled = [answer for answer in standing if answer.expert and answer.choice != DONT_KNOW]
    if ruled:
        last = max(ruled, key=lambda answer: (answer.given_at, answer.key))
        return _outcome(Verdict.ACCEPTED, last.choice, sums, len(said), last.reviewer)
    most = max(sums.values(), default=0.0)
    likeliest = [choice for choice, total in sums.items() if total == most]
    choice = likeliest[0] if len(likeliest) == 1 else ""
    outcome = _outcome(Verdict.OPEN, choice, sums, len(said))
    if choice and len(said) >= (redundancy or settings.redundancy) and outcome.confidence >= settings.accept:
        return replace(outcome, verdict=Verdict.ACCEPTED)
    if len(said) >= settings.answers_most:
        return replace(outcome, verdict=Verdict.EXPERT)
    return replace(outcome, stuck=missing(outcome, settings, redundancy) is None)


def missing(outcome: Outcome, settings: ReviewSettings, redundancy: int | None = None) -> int | None:
    """How many more answers for the likeliest choice, each of full weight, settle a task; None where not even
    as many as may still be asked do."""
    for more in range(max(0, settings.answers_most - outcome.answers) + 1):
        enough = outcome.answers + more >= (redundancy or settings.redundancy)
        if enough and confidence(outcome.up + more, outcome.down) >= settings.accept:
            return more
    return None


def _outcome(
    verdict: Verdict, choice: str, sums: Mapping[str, float], answers: int, by_expert: str = ""
) -> Outcome:
    """Without a choice the strongest stands for it, as two of them are equal."""
    up = sums.get(choice, 0.0) if choice else max(sums.values(), default=0.0)
    down = max(0.0, fsum(sorted(sums.values())) - up)
    return Outcome(verdict, choice, confidence(up, down), answers, by_expert, up, down)
