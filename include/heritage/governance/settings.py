"""The terms of reference as data: `datasets/_vocabularies/governance.yaml`."""

from fractions import Fraction
from typing import Annotated

from pydantic import Field, field_validator

from heritage.spec.closed import Closed

Share = Annotated[Fraction, Field(gt=0, le=1)]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class GovernanceSettings(Closed):
    """Only the members named under `seats` may vote; a seat's name is the member's user name."""

    version: str
    body: str
    """What the governance body is called, for pages and minutes."""
    seats: tuple[Name, ...]
    voting_days: Annotated[int, Field(ge=1)]
    quorum_least: Annotated[int, Field(ge=1)]
    quorum_share: Share
    votes_least: Annotated[int, Field(ge=1)]
    """Members of an item who voted and were not recused."""
    qualified_majority: Share
    """Share of votes for, among those for and against, that opens what is closed otherwise."""
    budget_hours: Annotated[float, Field(gt=0)]
    """Reviewer-hours that one round may commit."""

    @field_validator("seats")
    @classmethod
    def _one_seat_each(cls, seats: tuple[str, ...]) -> tuple[str, ...]:
        twice = sorted({seat for seat in seats if seats.count(seat) > 1})
        if twice:
            raise ValueError(f"more than one seat for {', '.join(twice)}")
        return seats
