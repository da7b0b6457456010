"""Fifty made-up reviewers: how often each is wrong, how often they come, and all that they would answer."""

from dataclasses import dataclass

import numpy as np
from doubtful import Questions

UNKNOWN = -1
"""The answer of somebody who does not know."""
HARDER = 2.0
"""How much more often people are wrong where the engine's first candidate is not the right one."""
MISLED = 0.7
"""Of wrong answers, those that fall on the same wrong choice: the likeliest in the eyes of the engine."""


@dataclass(frozen=True)
class Kind:
    """Sort of reviewer. `wrong` is the range that each one's error rate is drawn from."""

    name: str
    wrong: tuple[float, float]
    unsure: float
    busy: float
    """How often they come, beside somebody careful."""


CAREFUL = Kind("careful", (0.02, 0.08), 0.03, 1.0)
HASTY = Kind("hasty", (0.15, 0.30), 0.01, 2.0)
VANDAL = Kind("vandal", (0.0, 0.0), 0.0, 2.0)
"""Chooses by chance."""
ALL_YES = Kind("all yes", (0.0, 0.0), 0.0, 2.0)
"""Always the first candidate, together."""
ONE_LANGUAGE = Kind("one language", (0.01, 0.03), 0.02, 1.0)
"""An expert for half of the records, who elsewhere does not know, or guesses."""
KINDS = (CAREFUL, HASTY, VANDAL, ALL_YES, ONE_LANGUAGE)

CROWDS = {
    "mostly careful": (38, 5, 1, 2, 4),
    "mixed": (28, 10, 4, 4, 4),
    "rough": (18, 16, 6, 6, 4),
}
"""How many there are of each of KINDS."""


@dataclass(frozen=True)
class Crowd:
    """`said` is what each reviewer would answer to each question (place among its choices, or UNKNOWN), so
    that every method hears the same; `arrivals` who comes, one after the other, for some questions."""

    kinds: list[Kind]
    said: np.ndarray
    arrivals: np.ndarray


def crowd(mix: tuple[int, ...], asked: Questions, rng: np.random.Generator) -> Crowd:
    kinds = [kind for kind, many in zip(KINDS, mix, strict=True) for _ in range(many)]
    choices = np.array([len(of) for of in asked.choices])
    hard = np.where(asked.right == 0, 1.0, HARDER)
    foreign = rng.random(len(asked)) < 0.5
    misleading = np.where(asked.right == 0, 1, 0)
    said = np.stack([_answers(kind, asked.right, choices, hard, foreign, misleading, rng) for kind in kinds])
    busy = np.array([kind.busy for kind in kinds])
    return Crowd(kinds, said, rng.choice(len(kinds), size=20 * len(asked), p=busy / busy.sum()))


def _answers(
    kind: Kind,
    right: np.ndarray,
    choices: np.ndarray,
    hard: np.ndarray,
    foreign: np.ndarray,
    misleading: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    any_of = (rng.random(len(right)) * choices).astype(int)
    if kind is VANDAL:
        return any_of
    if kind is ALL_YES:
        return np.zeros(len(right), dtype=int)
    wrong = rng.uniform(*kind.wrong) * hard
    unsure = np.full(len(right), kind.unsure)
    if kind is ONE_LANGUAGE:
        wrong, unsure = np.where(foreign, 0.5, wrong), np.where(foreign, 0.6, unsure)
    elsewhere = (right + 1 + (rng.random(len(right)) * (choices - 1)).astype(int)) % choices
    mistaken = np.where(rng.random(len(right)) < MISLED, misleading, elsewhere)
    answers = np.where(rng.random(len(right)) < wrong, mistaken, right)
    return np.where(rng.random(len(right)) < unsure, UNKNOWN, answers)
