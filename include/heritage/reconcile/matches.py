"""Decisions and candidates as the table MATCHES."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from heritage.model.arrow import pc
from heritage.model.tables import CANDIDATE, FEATURE, MATCHES
from heritage.reconcile.decide import MATCH, NEW, Decisions
from heritage.reconcile.explain import Explainer
from heritage.reconcile.features import Pairs
from heritage.reconcile.jit import kernel
from heritage.reconcile.kinds import KindReader
from heritage.reconcile.settings import Settings
from heritage.reconcile.sides import Items, Records
from heritage.reconcile.text import Column, Ints, arrow, filled, whole


@dataclass(frozen=True, slots=True)
class Called:
    """How the items are called: the labels of item r are those from start[r] up to start[r + 1]."""

    qid: Column
    start: Ints
    label: Column
    lang: Ints
    langs: dict[str, int]
    """The languages by number."""


def called(items: Items) -> Called:
    """The ids and labels of all items."""
    labels = whole(items.table.column("labels"))
    flat = pc.list_flatten(labels)
    langs = filled(pc.struct_field(flat, "lang"), "").dictionary_encode()
    long = pc.fill_null(pc.list_value_length(labels), 0).to_numpy(zero_copy_only=False)
    return Called(
        whole(items.table.column("qid")),
        np.concatenate([[0], np.cumsum(long)]).astype(np.int64),
        pc.struct_field(flat, "text"),
        langs.indices.to_numpy(zero_copy_only=False).astype(np.int64),
        {lang: k for k, lang in enumerate(langs.dictionary.to_pylist())},
    )


def matches_table(
    pairs: Pairs,
    decisions: Decisions,
    records: Records,
    items: Items,
    names: Called,
    reader: KindReader,
    settings: Settings,
) -> pa.Table:
    """One row of MATCHES for every record."""
    shown, offsets = _shown(pairs, decisions, records, settings)
    qids = names.qid
    explainer = Explainer(pairs, decisions, items, qids, reader, settings)
    best, matched = decisions.best, decisions.decision == MATCH
    any_pairs = len(pairs.record) > 0
    chosen = pa.array(pairs.item[np.maximum(best, 0)] if any_pairs else np.zeros(len(best), dtype=np.int64))
    none = pa.nulls(records.rows, pa.string())
    probability = decisions.probability[np.maximum(best, 0)] if any_pairs else np.zeros(len(best))
    labels = _labels(np.maximum(best, 0), pairs, records, names) if any_pairs else none
    columns = {
        "record_id": records.id,
        "decision": pa.array(decisions.decision.astype(object), pa.string()),
        "qid": pc.if_else(pa.array(matched), qids.take(chosen), none) if any_pairs else none,
        "probability": pa.array(probability, pa.float64(), mask=best < 0),
        "reason": explainer.records(labels),
    }
    columns = {name: column.take(arrow(records.by_id)) for name, column in columns.items()} | {
        "candidates": pa.ListArray.from_arrays(
            pa.array(offsets, pa.int32()), _candidates(pairs, decisions, explainer, records, names, shown)
        ),
    }
    return pa.table([columns[field.name] for field in MATCHES], schema=MATCHES)


def _shown(pairs: Pairs, decisions: Decisions, records: Records, settings: Settings) -> tuple[Ints, Ints]:
    """The best few pairs of each record, by its id, and where each record's begin. Of a match and of what is
    new only those are shown that are possible, or the nearest one."""
    order = decisions.order
    owner = pairs.record[order]
    begins = np.searchsorted(owner, np.arange(records.rows + 1))
    place = np.arange(len(order)) - begins[owner]
    kept = place < settings.shown
    possible = np.maximum(decisions.pair_probability, decisions.probability)[order] >= settings.low_bar / 10
    decided = np.isin(decisions.decision, (MATCH, NEW))[owner]
    kept &= ~decided | possible | (place == 0)
    shown, rank = order[kept], np.argsort(records.by_id)[owner[kept]]
    return shown[np.argsort(rank, kind="stable")], np.searchsorted(np.sort(rank), np.arange(records.rows + 1))


def _candidates(
    pairs: Pairs, decisions: Decisions, explainer: Explainer, records: Records, names: Called, shown: Ints
) -> Column:
    parts = list(pairs.columns)
    values = np.column_stack([pairs.columns[part][shown] for part in parts]).ravel().astype(np.float64)
    features = pa.StructArray.from_arrays(
        [
            pa.DictionaryArray.from_arrays(
                arrow(np.tile(np.arange(len(parts), dtype=np.int8), len(shown))), arrow(parts)
            ).cast(pa.string()),
            pa.array(values, pa.float64(), from_pandas=True),
        ],
        fields=list(FEATURE),
    )
    offsets = pa.array(np.arange(len(shown) + 1) * len(parts), pa.int32())
    return pa.StructArray.from_arrays(
        [
            explainer.qids.take(arrow(pairs.item[shown])),
            _labels(shown, pairs, records, names),
            pa.array(decisions.probability[shown], pa.float64()),
            pa.array(pairs.distance[shown], pa.float64(), from_pandas=True),
            pa.ListArray.from_arrays(offsets, features),
            explainer.candidates(shown),
        ],
        fields=list(CANDIDATE),
    )


def _labels(shown: Ints, pairs: Pairs, records: Records, names: Called) -> Column:
    """The label of each pair's item in the record's language, else in English, else the first."""
    wanted = records.lang.numbers(names.langs)[pairs.record[shown]]
    english = names.langs.get("en", -2)
    chosen = _label_rows(pairs.item[shown], wanted, names.start, names.lang, english)
    return names.label.take(pa.array(chosen, pa.int64(), mask=chosen < 0))


@kernel
def _label_rows(item: Ints, wanted: Ints, start: Ints, code: Ints, english: int) -> Ints:
    out = np.full(len(item), -1, dtype=np.int64)
    for k in range(len(item)):
        best = 0
        for at in range(start[item[k]], start[item[k] + 1]):
            good = 3 if code[at] == wanted[k] else 2 if code[at] == english else 1
            if good > best:
                best, out[k] = good, at
    return out
