"""The figures of the ranking: `datasets/_vocabularies/priority.yaml`, which the governance body keeps."""

from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, Field, model_validator

from heritage.model.evidence import Level
from heritage.spec.closed import Closed

Share = Annotated[float, Field(ge=0, le=1)]
Minutes = Annotated[float, Field(ge=0)]
Model = TypeVar("Model", bound=BaseModel)


class Weights(Closed):
    """Of the four criteria; together 1."""

    urgency: Share
    relevance: Share
    equity: Share
    readiness: Share

    @model_validator(mode="after")
    def _whole(self) -> Self:
        return _together_one(self)

    def in_thousandths(self) -> Self:
        """The nearest that three decimals can say and that still come to 1; the greatest takes the rest."""
        shares = {name: round(1000 * weight) for name, weight in self.model_dump().items()}
        shares[max(shares, key=lambda name: shares[name])] += 1000 - sum(shares.values())
        return type(self)(**{name: share / 1000 for name, share in shares.items()})


class Urgency(Closed):
    """`levels` says how urgent one record of a level is; the rest of `mean` goes to the share at risk."""

    levels: dict[Level, Share]
    mean: Share

    @model_validator(mode="after")
    def _every_level(self) -> Self:
        if missing := [level.value for level in Level if level not in self.levels]:
            raise ValueError(f"levels without a figure: {', '.join(missing)}")
        return self


class Relevance(Closed):
    """What each fact of a description's `relevance` counts; together 1."""

    community_request: Share
    planned_reuse: Share
    partner_engaged: Share

    @model_validator(mode="after")
    def _whole(self) -> Self:
        return _together_one(self)


class Equity(Closed):
    """`gap` is the weight of what is missing at all; the rest goes to whom it is missing for."""

    gap: Share
    lagging: Share = 0.25
    """A proposal whose groups lag behind by this share on average counts as under-covered."""
    group: Literal["type", "designation", "municipality", "country"]
    """The column of RECORDS that tells the groups apart whose coverage is compared."""


class Readiness(Closed):
    """Fields that a record should have, and the least readiness that may go to the vote."""

    core_fields: tuple[Literal["name", "point", "class_item", "admin_item", "url", "designation_item"], ...]
    minimum: Share


class Robustness(Closed):
    """How weightings are sampled, and from which share of them a place is steady."""

    draws: Annotated[int, Field(ge=1)]
    seed: int
    factor: tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]]
    robust_in: Share
    robust_out: Share

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.factor[0] > self.factor[1] or self.robust_out >= self.robust_in:
            raise ValueError("give factor from low to high, and robust_out below robust_in")
        return self


class Regions(Closed):
    """How a proposal that costs more than a round can spend is put forward region by region."""

    most: Annotated[int, Field(ge=0)] = 12
    least_edits: Annotated[int, Field(ge=1)] = 50


class Effort(Closed):
    """What a proposal costs the reviewers."""

    minutes_per_edit: Minutes
    """Samples are looked at, not every edit: the mean over all of them."""
    minutes_per_review: Minutes


class PrioritySettings(Closed):
    """The figures of a ranking. The body's last decision on weights takes the place of those in the file:
    `weights_decision` is its number, None where they are the file's own."""

    version: str
    weights: Weights
    weights_decision: int | None = None
    urgency: Urgency
    relevance: Relevance
    equity: Equity
    readiness: Readiness
    robustness: Robustness
    effort: Effort
    regions: Regions = Regions()


def _together_one(weights: Model) -> Model:
    total = sum(weights.model_dump().values())
    if abs(total - 1) > 1e-9:
        raise ValueError(f"the weights add up to {total:g}, not to 1")
    return weights
