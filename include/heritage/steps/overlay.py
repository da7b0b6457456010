"""Lays a layer over a dataset's records: which of them lie in or near an area of danger, and since when."""

import logging
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
from heritage.model.digest import digest_json, inputs_digest
from heritage.model.evidence import Evidence, Relation
from heritage.model.tables import EVIDENCE, FEATURES
from heritage.ports.files import SnapshotStore
from heritage.ports.vocabularies import Vocabularies
from heritage.risk.near import Shapes
from heritage.risk.overlay import Events, Exposures, exposures
from heritage.risk.reading import read_value
from heritage.risk.rows import evidence_table, with_ids
from heritage.risk.scheme import Scheme
from heritage.spec.layer import Layer
from heritage.spec.loader import LoadedLayer, LoadedSpec
from heritage.steps.layer_scheme import layer_scheme

log = logging.getLogger(__name__)
_MANY = 10  # places; that a danger touches all of fewer is no wonder
_DEGREE_M = 110_000.0  # metres that a degree of latitude has at least


def expose(
    loaded: LoadedSpec,
    snapshot: str,
    layer: LoadedLayer,
    *,
    store: SnapshotStore,
    vocabularies: Vocabularies,
) -> pa.Table:
    """The exposure of a snapshot's records to the last good version of a layer, schema EVIDENCE.

    A row a record and value of the layer, in the table `overlay_<layer>` of the snapshot. When the layer has
    a new version, only records near features that came, went or changed are looked at again; the counts
    stand in `overlay_<layer>.json`. Without a good version of the layer there is no row. Raises SpecError
    when the layer's scheme speaks of something else than exposure.
    """
    spec, name = loaded.spec, f"overlay_{layer.spec.id}"
    good = store.last_good(layer.spec.id)
    if good is None:
        return EVIDENCE.empty_table()
    scheme = layer_scheme(layer.spec, vocabularies)
    seen = store.last_seen(layer.spec.id, good).date()
    version = store.digest(layer.spec.id, good, "features")
    kept = digest_json([layer.spec.digest(), scheme.model_dump(mode="json")])
    same_inputs = [store.digest(spec.id, snapshot, "records"), kept]
    inputs = inputs_digest("overlay", *same_inputs, good, version, seen.isoformat())
    if store.current(spec.id, snapshot, name, inputs):
        return store.read_table(spec.id, snapshot, name, EVIDENCE.names)
    overlay = _Overlay(
        layer, good, seen, scheme, store.read_table(layer.spec.id, good, "features", FEATURES.names)
    )
    records = store.read_table(spec.id, snapshot, "records", ["record_id", "lat", "lon", "precision_m"])
    places = _Places.of(records)
    before = _before(spec.id, snapshot, name, same_inputs, store)
    touched = None
    if before is not None:
        earlier = store.read_table(
            layer.spec.id, before["layer"], "features", FEATURES.names, before["version"]
        )
        touched = places.near(_changed(earlier, overlay.features), layer.spec.layer)
    table = overlay.evidence(places if touched is None else places.take(touched))
    evaluated = len(places) if touched is None else len(touched)
    if before is not None and touched is not None:
        stayed = store.read_table(spec.id, snapshot, name, EVIDENCE.names, before["inputs"])
        again = pa.array(places.ids[touched], pa.string())
        stayed = stayed.filter(pc.invert(pc.is_in(stayed["record_id"], again)))
        table = pa.concat_tables([overlay.seen_again(stayed.cast(EVIDENCE)), table])
    table = table.sort_by([("record_id", "ascending"), ("raw_value", "ascending")]).combine_chunks()
    store.write_table(spec.id, snapshot, name, table, inputs)
    facts = {"layer": good, "version": version, "inputs": inputs, "same": same_inputs}
    store.write_json(spec.id, snapshot, name, {**facts, "evaluated": evaluated, "exposed": table.num_rows})
    log.info(
        "%s over %s: %d of %d records looked at, %d exposures.",
        layer.spec.title,
        spec.title,
        evaluated,
        len(places),
        table.num_rows,
    )
    if len(places) >= _MANY and len(pc.unique(table["record_id"])) == len(places):
        log.warning(
            "%s touches every one of the %d places of %s, so that it tells none from another. Is it drawn "
            "too wide, or reach_m too far?",
            layer.spec.title,
            len(places),
            spec.title,
        )
    return table


def _before(
    dataset: str, snapshot: str, name: str, same_inputs: list[str], store: SnapshotStore
) -> dict[str, Any] | None:
    """What is known of the table that another version of the layer made of these very records."""
    try:
        facts: dict[str, Any] = store.read_json(dataset, snapshot, name)
    except FileNotFoundError:
        return None
    return facts if facts["same"] == same_inputs else None


def _changed(before: pa.Table, now: pa.Table) -> pa.Table:
    """Features that came or went; one that changed did both."""
    came = pc.invert(pc.is_in(now["feature_id"], before["feature_id"].combine_chunks()))
    went = pc.invert(pc.is_in(before["feature_id"], now["feature_id"].combine_chunks()))
    return pa.concat_tables([now.filter(came), before.filter(went)])


@dataclass(frozen=True, slots=True)
class _Places:
    """Records with a point: ids, degrees, and metres of precision."""

    ids: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    precision_m: np.ndarray

    @classmethod
    def of(cls, records: pa.Table) -> "_Places":
        placed = records.filter(pc.and_(records["lat"].is_valid(), records["lon"].is_valid()))
        ids = placed["record_id"].to_numpy(zero_copy_only=False)
        lon, lat, precision = (
            placed[name].to_numpy(zero_copy_only=False) for name in ("lon", "lat", "precision_m")
        )
        return cls(ids, lon, lat, np.nan_to_num(precision))

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, at: np.ndarray) -> "_Places":
        return _Places(self.ids[at], self.lon[at], self.lat[at], self.precision_m[at])

    def near(self, features: pa.Table, layer: Layer) -> np.ndarray:
        """The positions of the records within reach of any of the features."""
        shapes = _shapes(features, layer)
        found = [some.place for some in shapes.near(self.lon, self.lat, self.precision_m)]
        return np.unique(np.concatenate([np.empty(0, np.int64), *found]))


def _shapes(features: pa.Table, layer: Layer) -> Shapes:
    wkb = features["geometry"].to_numpy(zero_copy_only=False)
    return Shapes(shapely.from_wkb(wkb), features["uncertainty_m"].to_numpy() + layer.reach_m)


@dataclass(frozen=True, slots=True)
class _Overlay:
    layer: LoadedLayer
    version: str
    seen: date
    scheme: Scheme
    features: pa.Table

    def evidence(self, places: _Places) -> pa.Table:
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

    def _beside(self, places: _Places) -> pa.Table:
        """The features in the latitudes of the places: few, when only a few places are looked at again."""
        if not len(places):
            return self.features.slice(0, 0)
        wkb = self.features["geometry"].to_numpy(zero_copy_only=False)
        _, south, _, north = shapely.bounds(shapely.from_wkb(wkb)).T
        reach = self.features["uncertainty_m"].to_numpy() + self.layer.spec.layer.reach_m
        degrees = (reach + places.precision_m.max()) / _DEGREE_M
        at = (north + degrees >= places.lat.min()) & (south - degrees <= places.lat.max())
        return self.features.filter(pa.array(at))

    def _table(
        self, features: pa.Table, places: _Places, found: Exposures, values: Sequence[str]
    ) -> pa.Table:
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
