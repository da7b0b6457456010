"""A campaign: what people are asked, of which registers, until when, and who may take part."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from heritage.model.review import AnnotationKind, ReviewKind
from heritage.spec.closed import Closed, Lang, Qid

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
User = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Texts = Annotated[dict[Lang, Text], Field(min_length=1)]


class Campaign(Closed):
    """`datasets/_campaigns/<id>.yaml`."""

    id: Name
    title: Texts
    purpose: Texts
    guidelines: Texts
    kind: ReviewKind
    datasets: tuple[Name, ...] = ()
    """Registers whose records it is about; without any, all of `countries`."""
    countries: tuple[Qid, ...] = ()
    languages: tuple[Lang, ...] = ()
    """In which records have names that people should be able to read; none: any."""
    annotations: tuple[AnnotationKind, ...] = ()
    """What an annotation campaign judges, or a knowledge campaign asks for; none: every kind."""
    opens: date
    closes: date
    """The first day on which no answer is taken any more."""
    goal: Annotated[int, Field(ge=1)]
    """Tasks that are to be settled."""
    featured: bool = False
    participants: tuple[User, ...] = ()
    """User names; none: everybody who may answer reviews at all."""
    experts: tuple[User, ...] = ()
    """Who settles what people disagree on, and who alone sees what is kept from the public."""
    coordinators: tuple[User, ...] = ()
    """Who pauses and resumes it."""
    staff: Annotated[dict[Name, tuple[User, ...]], Field(default_factory=dict)]
    """People of each register's owner: they answer nothing about their own register."""
    leaderboard: bool = True
    """Never shown for countries in armed conflict, whatever stands here."""
    gold: Annotated[float, Field(ge=0, le=0.5)] = 0.05
    """Share of tasks whose answer is known, to learn how far each reviewer is to be trusted."""

    @model_validator(mode="after")
    def _lasts(self) -> "Campaign":
        if self.closes <= self.opens:
            raise ValueError(f"closes: {self.closes} is not after opens, {self.opens}")
        if not self.datasets and not self.countries:
            raise ValueError("datasets or countries: one of them says which records it is about")
        return self
