"""What a layer says of places: who lies in or near its features, of what kind, from when until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from heritage.mapping.text import same
from heritage.model.arrow import pc, with_columns
from heritage.model.evidence import Evidence, Relation
from heritage.model.tables import EVIDENCE
from heritage.risk.near import Shapes
from heritage.risk.overlay import Events, Exposures, exposures
from heritage.risk.reading import read_value
from heritage.risk.rows import evidence_table, with_ids
from heritage.risk.scheme import Scheme
from heritage.spec.layer import Layer
from heritage.spec.loader import LoadedLayer

_DEGREE_M = 110_000.0  # metres that a degree of latitude has at least


@dataclass(frozen=True, slots=True)
class Places:
    """Records with a point: ids, degrees, and metres of precision."""

    ids: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    precision_m: np.ndarray

    @classmethod
    def of(cls, records: pa.Table) -> "Places":
        placed = records.filter(pc.and_(records["lat"].is_valid(), records["lon"].is_valid()))
        ids = placed["record_id"].to_numpy(zero_copy_only=False)
        lon, lat, precision = (
            placed[name].to_numpy(zero_copy_only=False) for name in ("lon", "lat", "precision_m")
        )
        return cls(ids, lon, lat, np.nan_to_num(precision))

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, at: np.ndarray) -> "Places":
        return Places(self.ids[at], self.lon[at], self.lat[at], self.precision_m[at])

    def near(self, features: pa.Table, layer: Layer) -> np.ndarray:
        """The positions of the records within reach of any of the features."""
        shapes = _shapes(features, layer)
        found = [some.place for some in shapes.near(self.lon, self.lat, self.precision_m)]
        return np.unique(np.concatenate([np.empty(0, np.int64), *found]))


def _shapes(features: pa.Table, layer: Layer) -> Shapes:
    wkb = features["geometry"].to_numpy(zero_copy_only=False)
    return Shapes(shapely.from_wkb(wkb), features["uncertainty_m"].to_numpy() + layer.reach_m)


@dataclass(frozen=True, slots=True)
class Overlay:
    """A version of a layer, by the day on which it was `seen`; `features` are a table of schema FEATURES."""

    layer: LoadedLayer
    version: str
    seen: date
    scheme: Scheme
    features: pa.Table

    def evidence(self, places: Places) -> pa.Table:
        """The evidence about these places that still counts on the day on which the layer was seen."""
        layer, features = self.layer.spec.layer, self._beside(places)
        values = features["value"].combine_chunks().dictionary_encode()
        codes, days = values.indices.to_numpy(), features["observed"].to_numpy().astype("datetime64[D]")
        rule = Events(layer.at_least, layer.within_days)
        near = _shapes(features, layer).near(places.lon, places.lat, places.precision_m)
        found = [exposures(some, codes, days, rule) for some in near]
        if not found:
            return EVIDENCE.empty_table()
        table = self._table(
            features, places, Exposures.joined(found), list(map(str, values.dictionary.to_pylist()))
        )
        return table.filter(pc.greater(table["valid_until"], pa.scalar(self.seen)))

    def seen_again(self, table: pa.Table) -> pa.Table:
        """Rows of an earlier version that this one says again. What has no date of its own was seen today."""
        rows = table.num_rows
        own: dict[str, Any] = {"snapshot": same(self.version, rows), "retrieved": self._days(rows)}
        if self.layer.spec.layer.observed is None and rows:
            values = table["raw_value"].combine_chunks().dictionary_encode()
            said = [self._said(str(value), self.seen) for value in values.dictionary.to_pylist()]
            until = pa.array([item.valid_until for item in said], pa.date32())
            own |= {"observed": self._days(rows), "valid_until": until.take(values.indices)}
        still = with_columns(table, own)
        return still.filter(pc.greater(still["valid_until"], pa.scalar(self.seen)))

    def _beside(self, places: Places) -> pa.Table:
        """The features in the latitudes of the places: few, when only a few places are looked at again."""
        if not len(places):
            return self.features.slice(0, 0)
        wkb = self.features["geometry"].to_numpy(zero_copy_only=False)
        _, south, _, north = shapely.bounds(shapely.from_wkb(wkb)).T
        reach = self.features["uncertainty_m"].to_numpy() + self.layer.spec.layer.reach_m
        degrees = (reach + places.precision_m.max()) / _DEGREE_M
        at = (north + degrees >= places.lat.min()) & (south - degrees <= places.lat.max())
        return self.features.filter(pa.array(at))

    def _table(self, features: pa.Table, places: Places, found: Exposures, values: Sequence[str]) -> pa.Table:
        """What each value says on each day once, then for every exposure of that value and day."""
        layer, rows = self.layer.spec.layer, len(found.record)
        days = found.observed.astype(np.int64)
        kinds, first, of = np.unique(
            np.column_stack([found.value, days]), axis=0, return_index=True, return_inverse=True
        )
        del kinds
        said = [self._said(values[found.value[i]], found.observed[i].astype(object)) for i in first.tolist()]
        table = evidence_table(said).take(of.reshape(-1))
        near = features.select(["uncertainty_m", "url"]).take(found.feature)
        margin = near["uncertainty_m"].to_numpy() + layer.reach_m
        until = table["valid_until"].to_numpy().astype("datetime64[D]")
        own: dict[str, Any] = {
            "record_id": pa.array(places.ids[found.record], pa.string()),
            "url": pc.coalesce(near["url"], table["url"]),
            "register": same(self.layer.spec.id, rows),
            "snapshot": same(self.version, rows),
            "licence": same(self.layer.spec.licence.id, rows),
            "retrieved": self._days(rows),
            "relation": same(Relation.WITHIN.value, rows),
            "distance_m": pa.array(found.distance_m),
            "uncertainty_m": pa.array(places.precision_m[found.record] + margin),
            "valid_until": pa.array(np.fmin(until, found.until)),
        }
        if layer.at_least > 1:
            within = f" events within {layer.reach_m:g} m in {layer.within_days} days"
            own["meaning"] = pc.binary_join_element_wise(
                pa.array(found.events).cast(pa.string()), same(within, rows), ""
            )
        return with_ids(with_columns(table, own))

    def _said(self, value: str, day: date) -> Evidence:
        reading = read_value(self.scheme, value, record_id="", observed=pd.Timestamp(day).date())
        if reading is None or reading.evidence is None:
            raise AssertionError(f"{value!r} is in the features although it says nothing")
        return reading.evidence

    def _days(self, rows: int) -> Any:
        return pa.array(np.full(rows, self.seen, dtype="datetime64[D]"))
