"""Reconciliation: which item of the index each record is, if any, and why."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.model.tables import CANDIDATE, FEATURE, MATCHES
from heritage.reconcile.candidates import candidate_pairs
from heritage.reconcile.corpus import build
from heritage.reconcile.decide import MATCH, Decisions, decide
from heritage.reconcile.explain import Explainer
from heritage.reconcile.features import Pairs, pair_features
from heritage.reconcile.kinds import KindReader
from heritage.reconcile.model import probability
from heritage.reconcile.rivals import rival_features
from heritage.reconcile.settings import Settings
from heritage.reconcile.sides import Items, Records, read_items, read_records, with_identifier
from heritage.reconcile.text import Ints


@dataclass(frozen=True, slots=True)
class Prepared:
    """What can be computed once for an index, whatever register asks it; `items` carry no identifier yet."""

    items: Items
    texts: dict[str, int]


def prepare(items: pa.Table, settings: Settings) -> Prepared:  # noqa: ARG001
    """An index of items (schema ITEMS) made ready for any number of calls of `reconcile`, also with a handful
    of records each. Everything in `settings` but `identifier` must be the same then."""
    texts: dict[str, int] = {}
    return Prepared(read_items(items, texts), texts)


def reconcile(records: pa.Table, items: pa.Table | Prepared, settings: Settings) -> pa.Table:
    """One row of MATCHES for every record, sorted by record id.

    `records` has the schema RECORDS, `items` the schema ITEMS (or is such a table made ready by `prepare`);
    the order of their rows changes nothing.
    Candidates come from the register's identifier, place and name; each has a probability, and the rules
    that forbid an automatic match hold whatever the probability.
    """
    ready = items if isinstance(items, Prepared) else prepare(items, settings)
    texts = dict(ready.texts)
    ours, theirs = read_records(records, texts), with_identifier(ready.items, settings.identifier)
    corpus = build(list(texts), ours.names, theirs.names, settings.vocabulary.generic)
    record, item = candidate_pairs(ours, theirs, corpus, settings)
    pairs = pair_features(record, item, ours, theirs, corpus, settings)
    odds = settings.pair_model.log_odds(pairs.columns)
    leads = rival_features(pairs.record, pairs.item, odds)
    final = settings.rival_model.log_odds({**pairs.columns, **leads})
    decisions = decide(pairs, leads, probability(final), ours, theirs, settings)
    return _table(pairs, decisions, ours, theirs, settings)


def _table(
    pairs: Pairs, decisions: Decisions, records: Records, items: Items, settings: Settings
) -> pa.Table:
    shown, offsets = _shown(pairs, decisions, records, settings)
    explainer = _explainer(pairs, decisions, records, items, shown, settings)
    best = decisions.best
    matched = decisions.decision == MATCH
    columns: dict[str, Any] = {
        "record_id": pa.array(records.ids, pa.string()),
        "decision": pa.array(decisions.decision.tolist(), pa.string()),
        "qid": pa.array(
            [items.qids[pairs.item[b]] if m else None for b, m in zip(best, matched, strict=True)],
            pa.string(),
        ),
        "probability": pa.array(
            [float(decisions.probability[b]) if b >= 0 else None for b in best.tolist()], pa.float64()
        ),
        "reason": pa.array([explainer.record(row) for row in range(records.rows)], pa.string()),
        "candidates": pa.ListArray.from_arrays(
            pa.array(offsets, pa.int32()), _candidates(pairs, decisions, explainer, items, shown)
        ),
    }
    return pa.table([columns[field.name] for field in MATCHES], schema=MATCHES)


def _shown(pairs: Pairs, decisions: Decisions, records: Records, settings: Settings) -> tuple[Ints, Ints]:
    """The best few pairs of each record, in order, and where each record's begin."""
    order = decisions.order
    owner = pairs.record[order]
    begins = np.searchsorted(owner, np.arange(records.rows + 1))
    place = np.arange(len(order)) - begins[owner]
    kept = order[place < settings.shown]
    return kept, np.searchsorted(pairs.record[kept], np.arange(records.rows + 1)).astype(np.int64)


def _candidates(
    pairs: Pairs, decisions: Decisions, explainer: Explainer, items: Items, shown: Ints
) -> pa.StructArray:
    names = list(pairs.columns)
    values = np.column_stack([pairs.columns[name][shown] for name in names]).ravel()
    features = pa.StructArray.from_arrays(
        [
            pa.array(np.tile(np.array(names, dtype=object), len(shown)), pa.string()),
            pa.array(values, pa.float64(), from_pandas=True),
        ],
        fields=list(FEATURE),
    )
    offsets = pa.array(np.arange(len(shown) + 1) * len(names), pa.int32())
    rows = shown.tolist()
    columns: list[Any] = [
        pa.array([items.qids[pairs.item[k]] for k in rows], pa.string()),
        pa.array([explainer.labels[int(pairs.item[k])] or None for k in rows], pa.string()),
        pa.array(decisions.probability[shown], pa.float64()),
        pa.array(pairs.distance[shown], pa.float64(), from_pandas=True),
        pa.ListArray.from_arrays(offsets, features),
        pa.array([explainer.candidate(k) for k in rows], pa.string()),
    ]
    return pa.StructArray.from_arrays(columns, fields=list(CANDIDATE))


def _explainer(
    pairs: Pairs, decisions: Decisions, records: Records, items: Items, shown: Ints, settings: Settings
) -> Explainer:
    langs = records.table.column("lang").to_pylist()
    wanted: dict[int, str] = {}
    for pair in shown.tolist():
        wanted.setdefault(int(pairs.item[pair]), langs[pairs.record[pair]] or "en")
    rows = list(wanted)
    labels = items.table.column("labels").take(pa.array(rows, pa.int64())).to_pylist()
    never = settings.vocabulary.never | settings.vocabulary.pages
    return Explainer(
        pairs,
        decisions,
        {row: _label(texts or [], wanted[row]) for row, texts in zip(rows, labels, strict=True)},
        items.qids,
        {o: never[c] for o, c in zip(items.class_owner.tolist(), items.classes, strict=True) if c in never},
        KindReader(settings.vocabulary),
        settings,
    )


def _label(labels: list[dict[str, str]], lang: str) -> str:
    """The label in the record's language, else in English, else the first."""
    by_lang = {label["lang"]: label["text"] for label in labels}
    return by_lang.get(lang) or by_lang.get("en") or next(iter(by_lang.values()), "")
