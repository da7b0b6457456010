"""The closed model of a layer: areas and points of danger that are laid over the records of registers."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from heritage.spec.closed import Closed, Column, Qid
from heritage.spec.record import DateSource, Point
from heritage.spec.source import SourceSpec

LAYER_PROTOCOLS = ("arcgis", "csv", "geojson", "geopackage", "kml", "shapefile")
Metres = Annotated[float, Field(gt=0, le=1_000_000)]


class Precision(Closed):
    """How far a feature may be from where it is said to be, in metres, by a column's words."""

    column: Column
    metres: dict[str, Metres]


class Layer(Closed):
    """How features become exposure: which of them, how near, and what their value means.

    `value` is the column whose words the scheme reads; `says` is the value of every feature where the layer
    has no such column. A point layer of a table names its `point`; other layers bring their geometry.
    `reach_m` is how far from the feature a record is still exposed. Of events, `at_least` have to lie within
    reach in the last `within_days`.
    """

    scheme: str
    value: Column | None = None
    says: str | None = None
    point: Point | None = None
    where: dict[Column, list[str]] = Field(default_factory=dict)
    observed: DateSource | None = None
    url: Column | None = None
    precision: Metres | Precision = 1.0
    reach_m: Annotated[float, Field(ge=0, le=1_000_000)] = 0.0
    at_least: Annotated[int, Field(ge=1)] = 1
    within_days: Annotated[int, Field(ge=1)] | None = None
    countries: list[Qid] = Field(default_factory=list)
    """Where it can say anything; empty: everywhere."""
    features: tuple[Annotated[int, Field(ge=0)], int]
    """Bounds of how many features the layer has."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.value is None) == (self.says is None):
            raise ValueError("give either value (a column) or says (the value of every feature)")
        if self.at_least > 1 and self.within_days is None:
            raise ValueError("at_least needs within_days: how old an event may be to count")
        if self.features[0] > self.features[1]:
            raise ValueError("features: the lower bound is above the upper one")
        return self


class LayerSpec(SourceSpec):
    """A layer: who publishes it, where, and how its features are read."""

    kind: Literal["layer"]
    layer: Layer

    @model_validator(mode="after")
    def _protocol_with_features(self) -> Self:
        if self.harvest.protocol not in LAYER_PROTOCOLS:
            known = ", ".join(LAYER_PROTOCOLS)
            raise ValueError(f"harvest.protocol: a layer comes as {known}, not {self.harvest.protocol}")
        if self.harvest.protocol == "csv" and self.layer.point is None:
            raise ValueError("layer.point: a table needs the columns of its coordinates")
        return self
