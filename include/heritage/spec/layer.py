"""The closed model of a layer: areas and points of danger that are laid over the records of registers."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from heritage.spec.closed import Closed, Column, Qid
from heritage.spec.record import DateSource, Point
from heritage.spec.source import SourceSpec

LAYER_PROTOCOLS = ("arcgis", "csv", "geojson", "geopackage", "kml", "ogcapi", "shapefile", "wfs")
Metres = Annotated[float, Field(gt=0, le=1_000_000)]


class Precision(Closed):
    """How far a feature may be from where it is said to be, in metres, by a column's words."""

    column: Column
    metres: dict[str, Metres]


class Layer(Closed):
    """How features become exposure: which of them, how near, and what their value means.

    `value` is the column whose words the scheme reads; `says` is the value of every feature where the layer
    has no such column. `id` tells apart features that are alike in all else. A table names its `point`;
    other layers bring their geometry, and name its CRS there where that is not WGS 84. `only` names the
    features to take by the texts of their columns.

    `reach_m` is how far from the feature a record is still exposed. Of events, `at_least` have to lie within
    reach in the last `within_days`.
    """

    scheme: str
    value: Column | None = None
    says: str | None = None
    id: Column | None = None
    point: Point | None = None
    only: dict[Column, Annotated[list[str], Field(min_length=1)]] = Field(default_factory=dict)
    observed: DateSource | None = None
    """When the source saw it; without it, the day of the pull."""
    url: Column | None = None
    precision: Metres | Precision = 1.0
    reach_m: Annotated[float, Field(ge=0, le=1_000_000)] = 0.0
    at_least: Annotated[int, Field(ge=1)] = 1
    within_days: Annotated[int, Field(ge=1)] | None = None
    countries: list[Qid] = Field(default_factory=list)
    """Where it can say anything; empty: everywhere."""
    features: tuple[Annotated[int, Field(ge=0)], int]
    """Bounds of how many features a pull brings."""
    absence: Literal["closes", "says_nothing"] = "closes"
    """Whether what a pull brings no longer is over, or only told no longer: it counts until it expires."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.value is None) == (self.says is None):
            raise ValueError("give either value (a column) or says (the value of every feature)")
        if self.at_least > 1 and self.within_days is None:
            raise ValueError("at_least needs within_days: how old an event may be to count")
        if self.within_days is not None and self.observed is None:
            raise ValueError("within_days needs observed: the column that says when an event was")
        if self.features[0] > self.features[1]:
            raise ValueError("features: the lower bound is above the upper one")
        return self

    def columns(self) -> set[str]:
        """Every column that is read."""
        named = {self.value, self.id, self.url, *self.only}
        named.update(self.point.columns() if self.point else ())
        named.update(self.observed.read() if self.observed else ())
        if isinstance(self.precision, Precision):
            named.add(self.precision.column)
        return {name for name in named if name}


class LayerSpec(SourceSpec):
    """A layer: who publishes it, where, and how its features are read."""

    place_key: ClassVar[str] = "layer.point"
    whole_shapes: ClassVar[bool] = True
    kind: Literal["layer"]
    layer: Layer

    @model_validator(mode="after")
    def _protocol_with_features(self) -> Self:
        if self.harvest.protocol not in LAYER_PROTOCOLS:
            known = ", ".join(LAYER_PROTOCOLS)
            raise ValueError(f"harvest.protocol: a layer comes as {known}, not {self.harvest.protocol}")
        table, columns = self.harvest.protocol == "csv", self.place().columns()
        if table and "geometry.x" in columns:
            raise ValueError("layer.point: a table needs the columns of its coordinates")
        if not table and "geometry.x" not in columns:
            raise ValueError("layer.point: only a table has columns of coordinates, name the crs alone")
        return self

    def place(self) -> Point:
        return self.layer.point or Point()

    def key(self) -> list[str]:
        return []  # features keep no ids of the source

    def told_apart_by(self) -> list[str]:
        return [self.layer.id] if self.layer.id else []

    def accounted_columns(self) -> set[str]:
        return self.layer.columns()

    def reads(self, column: str) -> bool:
        return column in self.layer.columns()

    def may_be_empty(self) -> bool:
        return self.layer.features[0] == 0
