"""Decisions and candidates as the table MATCHES."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from heritage.model.arrow import pc
from heritage.model.tables import CANDIDATE, FEATURE, MATCHES
from heritage.reconcile.decide import MATCH, NEW, REVIEW, Decisions
from heritage.reconcile.explain import Explainer
from heritage.reconcile.features import Pairs
from heritage.reconcile.jit import kernel
from heritage.reconcile.sides import Items, Records
from heritage.reconcile.text import Column, Flags, Ints, arrow, filled, whole
from heritage.reconcile.threads import in_parts, ranges


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


class Answers:
    """What was decided about records; `by_name` is the least probability of a match where a side has no
    place, infinite where names alone decide nothing."""

    def __init__(
        self,
        pairs: Pairs,
        decisions: Decisions,
        records: Records,
        names: Called,
        explainer: Explainer,
        by_name: float,
    ) -> None:
        self.by_name = by_name
        self._pairs, self._decisions, self._records = pairs, decisions, records
        self._names, self._explainer = names, explainer
        settings = explainer.settings
        possible = np.maximum(decisions.pair_probability, decisions.probability) >= settings.low_bar / 10
        review = decisions.decision == REVIEW
        self._shown, self._begin = _shown(
            records.by_id, decisions.begin, decisions.order, possible, review, settings.shown
        )
        self._wanted = records.lang.numbers(names.langs)
        counts = (self._begin[last] - self._begin[first] for first, last in ranges(records.rows))
        self._features = _repeated(list(pairs.columns), max(map(int, counts), default=0))  # for all parts

    def parts(self) -> Iterator[pa.Table]:
        """Tables of the schema MATCHES, together one row for each record, sorted by record id."""
        return in_parts(self._part, self._records.rows)

    def _part(self, first: int, last: int) -> pa.Table:
        pairs, decisions, rows = self._pairs, self._decisions, self._records.by_id[first:last]
        best, none = decisions.best[rows], pa.nulls(last - first, pa.string())
        if not len(pairs.record):
            labels = qids = none
            probability = np.zeros(len(rows))
        else:
            labels = self._labels(np.maximum(best, 0))
            qids = self._names.qid.take(arrow(pairs.item[np.maximum(best, 0)]))
            probability = decisions.probability[np.maximum(best, 0)]
        decision = decisions.decision[rows]
        code = np.where(decision == MATCH, 0, np.where(decision == REVIEW, 1, 2))
        begin = self._begin[first : last + 1]
        shown = self._shown[begin[0] : begin[-1]]
        columns = {
            "record_id": self._records.id.take(arrow(rows)),
            "decision": pa.array([MATCH, REVIEW, NEW], pa.string()).take(arrow(code)),
            "qid": pc.if_else(pa.array(code == 0), qids, none),
            "probability": pa.array(probability, pa.float64(), mask=best < 0),
            "reason": self._explainer.records(rows, labels),
            "candidates": pa.ListArray.from_arrays(
                pa.array(begin - begin[0], pa.int32()), self._candidates(shown)
            ),
        }
        return pa.table([columns[field.name] for field in MATCHES], schema=MATCHES)

    def _candidates(self, shown: Ints) -> Column:
        pairs, many = self._pairs, len(self._pairs.columns)
        values = np.empty((len(shown), many))
        for k, column in enumerate(pairs.columns.values()):
            values[:, k] = column[shown]
        features = pa.StructArray.from_arrays(
            [
                self._features.slice(0, len(shown) * many),
                pa.array(values.ravel(), pa.float64(), from_pandas=True),
            ],
            fields=list(FEATURE),
        )
        return pa.StructArray.from_arrays(
            [
                self._names.qid.take(arrow(pairs.item[shown])),
                self._labels(shown),
                pa.array(self._decisions.probability[shown], pa.float64()),
                pa.array(pairs.distance[shown], pa.float64(), from_pandas=True),
                pa.ListArray.from_arrays(pa.array(np.arange(len(shown) + 1) * many, pa.int32()), features),
                self._explainer.candidates(shown),
            ],
            fields=list(CANDIDATE),
        )

    def _labels(self, shown: Ints) -> Column:
        """The label of each pair's item in the record's language, else in English, else the first."""
        names, pairs = self._names, self._pairs
        english = names.langs.get("en", -2)
        wanted = self._wanted[pairs.record[shown]]
        chosen = _label_rows(pairs.item[shown], wanted, names.start, names.lang, english)
        return names.label.take(pa.array(chosen, pa.int64(), mask=chosen < 0))


def _repeated(texts: list[str], times: int) -> Column:
    """The texts in order, so many times."""
    number = np.tile(np.arange(len(texts)), times)
    return pa.array(texts, pa.string()).take(arrow(number, pa.int64()))


@kernel
def _shown(
    by_id: Ints, begin: Ints, order: Ints, possible: Flags, review: Flags, most: int
) -> tuple[Ints, Ints]:
    """The best few pairs of each record, by its id, and where each record's begin. Of a match and of what is
    new only those are shown that are possible, or the nearest one."""
    start, size = np.zeros(len(by_id) + 1, dtype=np.int64), 0
    shown = np.empty(len(order), dtype=np.int64)
    for place in range(len(by_id)):
        row = by_id[place]
        for k in range(begin[row], min(begin[row + 1], begin[row] + most)):
            if k == begin[row] or review[row] or possible[order[k]]:
                shown[size] = order[k]
                size += 1
        start[place + 1] = size
    return shown[:size].copy(), start


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
