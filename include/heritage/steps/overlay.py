"""Lays a layer over a dataset's records: which of them lie in or near an area of danger, and since when."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from heritage.model.arrow import pc
from heritage.model.digest import digest_json, inputs_digest
from heritage.model.tables import EVIDENCE, FEATURES
from heritage.ports.files import SnapshotStore
from heritage.ports.vocabularies import Vocabularies
from heritage.spec.loader import LoadedLayer, LoadedSpec
from heritage.steps.exposure import Overlay, Places
from heritage.steps.layer_scheme import layer_scheme

log = logging.getLogger(__name__)
_MANY = 10  # places; that a danger touches all of fewer is no wonder


@dataclass(frozen=True, slots=True)
class _Made:
    """What the table of a layer's exposures is made from: the layer's version and the day when it was seen
    last, and digests of what has to be the same for an earlier table to be of use."""

    name: str
    good: str
    seen: date
    version: str
    same: list[str]

    @property
    def inputs(self) -> str:
        return inputs_digest("overlay", *self.same, self.good, self.version, self.seen.isoformat())


def _made(
    loaded: LoadedSpec, snapshot: str, layer: LoadedLayer, store: SnapshotStore, vocabularies: Vocabularies
) -> _Made | None:
    """None without a good version of the layer."""
    good = store.last_good(layer.spec.id)
    if good is None:
        return None
    scheme = layer_scheme(layer.spec, vocabularies)
    kept = digest_json([layer.spec.digest(), scheme.model_dump(mode="json")])
    return _Made(
        name=f"overlay_{layer.spec.id}",
        good=good,
        seen=store.last_seen(layer.spec.id, good).date(),
        version=store.digest(layer.spec.id, good, "features"),
        same=[store.digest(loaded.spec.id, snapshot, "records"), kept],
    )


def to_expose(
    loaded: LoadedSpec,
    snapshot: str,
    layers: Sequence[LoadedLayer],
    *,
    store: SnapshotStore,
    vocabularies: Vocabularies,
) -> list[LoadedLayer]:
    """Those of the layers that `expose` has work with: of a version that it has not laid over the records."""
    found = []
    for layer in layers:
        made = _made(loaded, snapshot, layer, store, vocabularies)
        if made and not store.current(loaded.spec.id, snapshot, made.name, made.inputs):
            found.append(layer)
    return found


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
    spec, made = loaded.spec, _made(loaded, snapshot, layer, store, vocabularies)
    if made is None:
        return EVIDENCE.empty_table()
    name, inputs = made.name, made.inputs
    if store.current(spec.id, snapshot, name, inputs):
        return store.read_table(spec.id, snapshot, name, EVIDENCE.names)
    features = store.read_table(layer.spec.id, made.good, "features", FEATURES.names)
    overlay = Overlay(layer, made.good, made.seen, layer_scheme(layer.spec, vocabularies), features)
    records = store.read_table(spec.id, snapshot, "records", ["record_id", "lat", "lon", "precision_m"])
    places = Places.of(records)
    before = _before(spec.id, snapshot, name, made.same, store)
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
    facts = {"layer": made.good, "version": made.version, "inputs": inputs, "same": made.same}
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
