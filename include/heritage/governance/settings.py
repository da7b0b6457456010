"""The terms of reference as data: `datasets/_vocabularies/governance.yaml`."""

from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Self

from pydantic import Field, StringConstraints, ValidationInfo, field_validator, model_validator

from heritage.spec.closed import Closed, Country

Share = Annotated[Fraction, Field(gt=0, le=1)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""A user name, as the people who log in have it."""
Count = Annotated[int, Field(ge=1)]
Days = Annotated[int, Field(ge=1, le=3650)]
AirflowRole = Annotated[str, StringConstraints(min_length=1, to_lower=True)]


class Role(StrEnum):
    """What somebody is in the process; people may have several."""

    MEMBER = "member"
    CHAIR = "chair"
    SECRETARY = "secretary"
    DATA_STEWARD = "data_steward"
    SENSITIVITY_STEWARD = "sensitivity_steward"
    EXPERT_COMMITTEE = "expert_committee"
    APPEAL_PANEL = "appeal_panel"
    OBSERVER = "observer"


class Interest(Closed):
    """A stake that was declared: whatever of these a proposal is about, its owner is recused from it."""

    why: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    """Employer, affiliate, funder, data owner, residence."""
    datasets: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    countries: tuple[Country, ...] = ()

    @model_validator(mode="after")
    def _about_something(self) -> Self:
        if not (self.datasets or self.publishers or self.countries):
            raise ValueError("say what the interest is in: datasets, publishers or countries")
        return self


class Term(Closed):
    """Somebody in a role, from a day to a day; both are part of the term."""

    user: Name
    begins: date = Field(alias="from")
    ends: date = Field(alias="until")

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.ends < self.begins:
            raise ValueError(
                f"the term of {self.user} ends before it begins: `until` is {self.ends}, `from` is "
                f"{self.begins}; swap them, or mend the year"
            )
        return self

    def covers(self, day: date) -> bool:
        return self.begins <= day <= self.ends


class Member(Term):
    """A seat in the body, with what its holder has declared."""

    name: str = ""
    """As it is shown; the user name without it."""
    interests: tuple[Interest, ...] = ()


class Emergency(Closed):
    """The lane for what cannot wait; it passes no gate of licence or sensitivity."""

    hours: Annotated[int, Field(ge=1, le=8760)]
    """Within which it is decided."""
    members: Count
    """Who must agree beside the chair."""
    ratify_days: Days
    """Within which the body ratifies it, else it lapses."""


class Appeals(Closed):
    days: Days
    """After the decision."""
    panel: Count
    """So many must have answered for an appeal to be decided."""
    hearing_days: Days


class Portfolio(Closed):
    """Of the reviewer-hours of a quarter, the share kept for what is covered least."""

    share: Share


class GovernanceSettings(Closed):
    """Only members whose term covers the day on which a round opens vote in it."""

    version: str
    body: Annotated[str, StringConstraints(pattern=r"^[^\r\n]+$")]
    """What the governance body is called, for pages and minutes."""
    members: tuple[Member, ...] = ()
    roles: dict[Role, tuple[Term, ...]] = Field(default_factory=dict)
    """Other roles than a seat; the chair has a seat too."""
    airflow_roles: dict[Role, tuple[AirflowRole, ...]]
    """Which roles of Airflow's auth manager a person must have to act in a role here."""
    open_after_days: Annotated[int, Field(ge=0, le=3650)]
    """So long after the report a round opens by itself; 0 at once. The secretary may open it before."""
    voting_days: Days
    remind_days: Annotated[int, Field(ge=0, le=3650)]
    """Before the deadline members who have not answered are reminded."""
    confirm_days: Days
    """So long the secretary has to confirm that a round went by the rules; silence confirms."""
    quorum_least: Count
    quorum_share: Share
    votes_least: Count
    """Members of an item who voted and were not recused."""
    qualified_majority: Share
    """Share of votes for, among those for and against, that opens what is closed otherwise."""
    budget_hours: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    """Reviewer-hours that one round may commit."""
    emergency: Emergency
    appeals: Appeals
    portfolio: Portfolio
    review_months: Annotated[int, Field(ge=1, le=1200)]
    """After which a decision is looked at again."""
    names_public: bool
    """Whether minutes and the public log tell who voted how; numbers alone otherwise."""

    @field_validator("members")
    @classmethod
    def _one_seat_each(cls, members: tuple[Member, ...]) -> tuple[Member, ...]:
        for number, member in enumerate(members):
            for other in members[:number]:
                if member.user == other.user and member.begins <= other.ends and other.begins <= member.ends:
                    raise ValueError(
                        f"more than one seat for {member.user} at one time, from {other.begins} until "
                        f"{other.ends} and from {member.begins} until {member.ends}: let one term end before "
                        "the next begins"
                    )
        return members

    @field_validator("roles")
    @classmethod
    def _members_apart(
        cls, roles: dict[Role, tuple[Term, ...]], known: ValidationInfo
    ) -> dict[Role, tuple[Term, ...]]:
        if Role.MEMBER in roles:
            raise ValueError(
                "members stand under `members`, with their interests, not under `roles`: move them there"
            )
        if "members" not in known.data:
            return roles  # what is wrong with them is told
        users = {member.user for member in known.data["members"]}
        for term in roles.get(Role.CHAIR, ()):
            if term.user not in users:
                raise ValueError(
                    f"the chair {term.user} has no seat under `members`: give them one, or name a member"
                )
        staff = {term.user for term in roles.get(Role.SECRETARY, ())}
        if both := sorted(users & staff):
            raise ValueError(
                f"secretaries have no vote, but {', '.join(both)} stand under `members` too: take them out "
                "of one of the two"
            )
        return roles

    def seats(self, day: date) -> tuple[str, ...]:
        """User names of the members whose term covers a day, in the order of the terms."""
        return tuple(member.user for member in self.members if member.covers(day))

    def holders(self, role: Role, day: date) -> tuple[str, ...]:
        """User names of who has a role on a day."""
        if role is Role.MEMBER:
            return self.seats(day)
        return tuple(term.user for term in self.roles.get(role, ()) if term.covers(day))

    def interests(self, user: str) -> tuple[Interest, ...]:
        """What a member has declared, in all of their terms."""
        return tuple(one for member in self.members if member.user == user for one in member.interests)
