"""Who stands where on a leaderboard: by agreement, never by speed or number (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass

from heritage.review.settings import ReviewSettings
from heritage.review.trust import Gold, accuracy


@dataclass(frozen=True, slots=True)
class Standing:
    """A line of a leaderboard: agreement with gold and with what was settled, never speed or number alone."""

    pseudonym: str
    agreement: float
    """0 to 1."""
    judged: int
    """Answers that could be compared."""


def standings(counts: Mapping[str, Gold], settings: ReviewSettings) -> list[Standing]:
    """Reviewers by pseudonym, best first, with how often they agreed with gold and with what was settled.

    The order is that of `trust.accuracy`, so that one lucky answer is not above a hundred careful ones, and
    after many answers more of them gain nothing; equals stand in the order of their pseudonyms. Whoever has
    no answer that could be compared is not in it.
    """

    def place(line: tuple[str, Gold]) -> tuple[float, str]:
        return -accuracy(line[1], settings), line[0]

    judged = {who: of for who, of in counts.items() if of.seen}
    return [Standing(who, of.right / of.seen, of.seen) for who, of in sorted(judged.items(), key=place)]
