"""Decisions and candidates as the table MATCHES."""

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


def matches_table(
    pairs: Pairs, decisions: Decisions, records: Records, items: Items, settings: Settings
) -> pa.Table:
    """One row of MATCHES for every record."""
    shown, offsets = _shown(pairs, decisions, records, settings)
    qids = whole(items.table.column("qid"))
    explainer = Explainer(pairs, decisions, items, qids, KindReader(settings.vocabulary), settings)
    best, matched = decisions.best, decisions.decision == MATCH
    any_pairs = len(pairs.record) > 0
    chosen = pa.array(pairs.item[np.maximum(best, 0)] if any_pairs else np.zeros(len(best), dtype=np.int64))
    none = pa.nulls(records.rows, pa.string())
    probability = decisions.probability[np.maximum(best, 0)] if any_pairs else np.zeros(len(best))
    labels = _labels(np.maximum(best, 0), pairs, records, items) if any_pairs else none
    columns = {
        "record_id": pa.array(records.ids, pa.string()),
        "decision": pa.array(decisions.decision.astype(object), pa.string()),
        "qid": pc.if_else(pa.array(matched), qids.take(chosen), none) if any_pairs else none,
        "probability": pa.array(probability, pa.float64(), mask=best < 0),
        "reason": explainer.records(labels),
    }
    columns = {name: column.take(arrow(records.by_id)) for name, column in columns.items()} | {
        "candidates": pa.ListArray.from_arrays(
            pa.array(offsets, pa.int32()), _candidates(pairs, decisions, explainer, records, items, shown)
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
    pairs: Pairs, decisions: Decisions, explainer: Explainer, records: Records, items: Items, shown: Ints
) -> Column:
    names = list(pairs.columns)
    values = np.column_stack([pairs.columns[name][shown] for name in names]).ravel()
    features = pa.StructArray.from_arrays(
        [
            pa.DictionaryArray.from_arrays(
                arrow(np.tile(np.arange(len(names), dtype=np.int8), len(shown))), arrow(names)
            ).cast(pa.string()),
            pa.array(values, pa.float64(), from_pandas=True),
        ],
        fields=list(FEATURE),
    )
    offsets = pa.array(np.arange(len(shown) + 1) * len(names), pa.int32())
    return pa.StructArray.from_arrays(
        [
            explainer.qids.take(arrow(pairs.item[shown])),
            _labels(shown, pairs, records, items),
            pa.array(decisions.probability[shown], pa.float64()),
            pa.array(pairs.distance[shown], pa.float64(), from_pandas=True),
            pa.ListArray.from_arrays(offsets, features),
            explainer.candidates(shown),
        ],
        fields=list(CANDIDATE),
    )


def _labels(shown: Ints, pairs: Pairs, records: Records, items: Items) -> Column:
    """The label of each pair's item in the record's language, else in English, else the first."""
    array = whole(items.table.column("labels"))
    flat = pc.list_flatten(array)
    texts = pc.struct_field(flat, "text")
    langs = filled(pc.struct_field(flat, "lang"), "").dictionary_encode()
    codes = {lang: k for k, lang in enumerate(langs.dictionary.to_pylist())}
    spoken = filled(records.table.column("lang"), "en").to_pylist()
    wanted = np.array([codes.get(lang, -1) for lang in spoken], dtype=np.int64)
    long = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False)
    start = np.concatenate([[0], np.cumsum(long)]).astype(np.int64)
    code = langs.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    chosen = _label_rows(pairs.item[shown], wanted[pairs.record[shown]], start, code, codes.get("en", -2))
    return texts.take(pa.array(chosen, pa.int64(), mask=chosen < 0))


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
