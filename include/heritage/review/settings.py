"""The numbers of reviews (domain details, section 6), from `datasets/_vocabularies/reviews.yaml`."""

from typing import Annotated

from pydantic import Field

from heritage.spec.closed import Closed

Share = Annotated[float, Field(ge=0, le=1)]


class RuleSettings(Closed):
    """When rules suggest something of a record (`review.rules`)."""

    area_items: Annotated[int, Field(ge=2)] = 5
    """Items nearest to a place that must all lie in one area."""
    area_within_m: Annotated[float, Field(gt=0)] = 2000
    """Metres within which they must lie."""
    term_items: Annotated[int, Field(ge=2)] = 5
    """Matched records of a term that must be known."""
    term_share: Share = 0.9
    """Of them are of one class at least."""


class ReviewSettings(Closed):
    """How many are asked, when a task is settled, and when a campaign has to stop."""

    accept: Annotated[float, Field(gt=0.5, lt=1)] = 0.93
    """A choice is accepted from this probability on; what is judged is rejected at 1 less this."""
    redundancy: Annotated[int, Field(ge=1)] = 3
    """Answers that a task gets at least."""
    redundancy_unsure: Annotated[int, Field(ge=1)] = 5
    """The same while agreement lies between `alpha_least` and `alpha_good`."""
    answers_most: Annotated[int, Field(ge=1)] = 5
    """Then an expert decides."""
    alpha_good: Share = 0.80
    alpha_least: Share = 0.667
    """Below it the campaign is paused, and its guidelines are to be written anew."""
    alpha_from: Annotated[int, Field(ge=2)] = 20
    """Tasks with two answers or more from which on agreement is judged at all."""
    trust_prior_right: Annotated[float, Field(gt=0)] = 3
    trust_prior_seen: Annotated[float, Field(gt=0)] = 4
    trust_full: Share = 0.75
    trust_least: Share = 0.5
    """Answers of whom is below it weigh nothing."""
    seconds_least: Annotated[float, Field(ge=0)] = 1.5
    """Nobody reads a task faster than this: the median of a reviewer's last answers below it is a pattern."""
    pattern_answers: Annotated[int, Field(ge=2)] = 20
    """Last answers of a reviewer from which on a pattern is seen in them."""
    pattern_differ: Annotated[int, Field(ge=1)] = 5
    """In so many of them others chose otherwise, where somebody always says the same."""
    rules: RuleSettings = RuleSettings()
