"""By what a dataset is profiled: `datasets/_vocabularies/ethics.yaml`, which the governance body keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from heritage.spec.closed import Closed, Country, Qid

Share = Annotated[float, Field(ge=0, le=1)]


class Dimension(StrEnum):
    """What groups are told apart by."""

    PERIOD = "period"
    KIND = "kind"
    LANGUAGE = "language"
    REGION = "region"
    COMMUNITY = "community"


class Colonial(Closed):
    """Years of colonial rule, both included, and the page that says so."""

    since: int
    until: int
    source: Annotated[str, StringConstraints(pattern=r"^https://")]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.since >= self.until:
            raise ValueError("since must lie before until")
        return self


class Languages(Closed):
    """A language of a country is one with such a standing there and at least this share of its people."""

    standing: tuple[Literal["official", "official_regional", "de_facto_official"], ...]
    least_share: Share


class EthicsRules(Closed):
    version: int
    least_records: Annotated[int, Field(ge=1)]
    """Records whose group is known, below which nothing is concluded."""
    least_withheld: Annotated[int, Field(ge=2)]
    """Sites that are not shown exactly and are fewer than this in a group are not told by it."""
    least_share: Share
    """Of what the country has, from which a group without any record is named as missing."""
    least_common: Share
    """Of a dataset's own groups, below which the other side groups otherwise and nothing is compared."""
    colonial_share: Share
    one_group: tuple[Dimension, ...]
    years: Annotated[tuple[int, ...], Field(min_length=1)]
    """First years of the periods; what is earlier is a period too."""
    languages: Languages
    no_kind: frozenset[Qid]
    """Classes that say only that something is heritage."""
    communities: Mapping[str, tuple[Qid, ...]]
    colonial: Mapping[Country, Colonial]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if any(one >= other for one, other in pairwise(self.years)):
            raise ValueError("years must rise")
        classes = [item for items in self.communities.values() for item in items]
        if twice := sorted({item for item in classes if classes.count(item) > 1}):
            raise ValueError(f"communities: {', '.join(twice)} stand under two names")
        return self


@dataclass(frozen=True, slots=True)
class Spoken:
    """A language of a country: BCP 47 without script, its English name, the share of people who use it."""

    code: str
    name: str
    share: float
    standing: str
