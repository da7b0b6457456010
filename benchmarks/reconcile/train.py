"""Trains the two additive models of reconciliation on labelled sets and writes them as plain data.

    python benchmarks/reconcile/train.py FOLDER_OF_SETS [--out datasets/_vocabularies/reconcile/model.json]

A set is a folder with records.csv, items.jsonl and truth.csv as `heritage evaluate reconcile` takes them.
Every figure in the report is out of fold: five folds by a hash of the record's id, each judged by models
that never saw it. Besides the sets as they are, the models see them with items taken away (an index never
holds everything), without places, without municipalities and in small samples, so that no habit of one set
is learned.
"""

import argparse
import dataclasses
import hashlib
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
from sklearn.ensemble import HistGradientBoostingClassifier

from heritage.adapters.labelled import Labelled, read_labelled
from heritage.adapters.reconcile_settings import load_settings
from heritage.adapters.world import load_world
from heritage.reconcile import features, rivals
from heritage.reconcile.core import compare, prepare
from heritage.reconcile.decide import decide
from heritage.reconcile.evaluation import wilson
from heritage.reconcile.features import Pairs
from heritage.reconcile.model import Additive, probability
from heritage.reconcile.settings import Settings
from heritage.reconcile.sides import Items, Records

ROOT = Path(__file__).resolve().parents[2]
VOCABULARIES = ROOT / "datasets" / "_vocabularies" / "reconcile"
FOLDS = 5
KEPT_PER_RECORD = 8
LOWER_BOUND = 0.995
LEAST_PRECISION = 0.994
LEAST_WITH_GAPS = 0.975
WRONG_NEW = 0.008
GRID = np.linspace(0, 1, 100)


@dataclasses.dataclass
class World:
    """The pairs of one set in one state, with what is right."""

    name: str
    weight: float
    records: Records
    items: Items
    pairs: Pairs
    right: np.ndarray
    judged: np.ndarray
    present: dict[int, bool]
    """Judged record rows, and whether their item is in the index."""

    @property
    def columns(self) -> dict[str, np.ndarray]:
        return self.pairs.columns

    @property
    def record(self) -> np.ndarray:
        return self.pairs.record

    @property
    def item(self) -> np.ndarray:
        return self.pairs.item

    @property
    def ids(self) -> list[str]:
        return self.records.ids


def fold_of(record_id: str) -> int:
    return int(hashlib.sha256(record_id.encode()).hexdigest()[:8], 16) % FOLDS


def draw(text: str, salt: str) -> float:
    """A number in 0..1 that depends on nothing but the texts."""
    return int(hashlib.sha256(f"{salt}|{text}".encode()).hexdigest()[:8], 16) / 0xFFFFFFFF


def world(name: str, labelled: Labelled, settings: Settings, weight: float) -> World:
    records, items, pairs = compare(labelled.records, prepare(labelled.items, settings), settings)
    ids, qids = np.array(records.ids), np.array(items.qids)
    truth = labelled.truth
    right = np.array(
        [q in truth.get(r, ()) for r, q in zip(ids[pairs.record], qids[pairs.item], strict=True)]
    )
    judged = np.array([r in truth for r in records.ids])[pairs.record]
    known = set(items.qids)
    present = {row: bool(truth[r] & known) for row, r in enumerate(records.ids) if r in truth}
    return World(name, weight, records, items, pairs, right, judged, present)


def worlds(name: str, labelled: Labelled, settings: Settings) -> list[World]:
    """The set as it is first, then its changed states."""
    made = [world(name, labelled, settings, 1.0)]
    made.append(world(f"{name}, half of the items gone", _fewer_items(labelled, 0.5), settings, 1.0))
    table = labelled.items
    if sum(map(len, table["points"].to_pylist())):
        made.append(
            world(f"{name}, items without places", _without(labelled, "items", "points", [[]]), settings, 0.4)
        )
    if any(labelled.records["municipality"].to_pylist()):
        made.append(
            world(
                f"{name}, no municipality",
                _without(labelled, "records", "municipality", [None]),
                settings,
                0.4,
            )
        )
    samples = ((f"{name}, small sample {k}", _sample(labelled, f"small {k}")) for k in range(5))
    return made + [world(label, sample, settings, 1.0) for label, sample in samples]


def _fewer_items(labelled: Labelled, share: float) -> Labelled:
    keep = [draw(q, "gone") >= share for q in labelled.items["qid"].to_pylist()]
    return dataclasses.replace(labelled, items=labelled.items.filter(pa.array(keep)))


def _without(labelled: Labelled, side: str, column: str, nothing: list) -> Labelled:
    table = getattr(labelled, side)
    place = table.schema.get_field_index(column)
    empty = pa.array(nothing * table.num_rows, table.schema.field(column).type)
    return dataclasses.replace(labelled, **{side: table.set_column(place, table.schema.field(column), empty)})


def _sample(labelled: Labelled, salt: str) -> Labelled:
    """About 150 judged records, the items of six in ten of them, and 150 other items."""
    judged = sorted(labelled.truth, key=lambda r: draw(r, salt))[:150]
    wanted = {q for r in judged if draw(r, salt + " absent") < 0.6 for q in labelled.truth[r]}
    of_judged = {q for r in judged for q in labelled.truth[r]}
    others = sorted(
        (q for q in labelled.items["qid"].to_pylist() if q not in of_judged), key=lambda q: draw(q, salt)
    )
    wanted |= set(others[:150])
    records = labelled.records.filter(
        pa.array([r in set(judged) for r in labelled.records["record_id"].to_pylist()])
    )
    items = labelled.items.filter(pa.array([q in wanted for q in labelled.items["qid"].to_pylist()]))
    return dataclasses.replace(labelled, records=records, items=items)


def fit(
    columns: dict[str, np.ndarray],
    right: np.ndarray,
    weight: np.ndarray,
    direction: dict[str, int],
    **tree: float,
) -> Additive:
    """Boosted trees that may use one feature each, so that their sum is one step function per feature."""
    x = np.column_stack([columns[name] for name in direction])
    model = HistGradientBoostingClassifier(
        interaction_cst="no_interactions",
        monotonic_cst=list(direction.values()),
        early_stopping=False,
        random_state=0,
        **tree,
    ).fit(x, right, sample_weight=weight)
    return additive(model, list(direction))


def additive(model: HistGradientBoostingClassifier, names: list[str]) -> Additive:
    edges: dict[int, set[float]] = {}
    trees: dict[int, list[np.ndarray]] = {}
    constant = float(model._baseline_prediction.ravel()[0])
    for (predictor,) in model._predictors:
        nodes = predictor.nodes
        inner = nodes[nodes["is_leaf"] == 0]
        if not len(inner):
            constant += float(nodes["value"][0])
            continue
        feature = int(inner["feature_idx"][0])
        edges.setdefault(feature, set()).update(float(t) for t in inner["num_threshold"])
        trees.setdefault(feature, []).append(nodes)
    features_ = {}
    for feature, thresholds in sorted(edges.items()):
        ordered = np.array(sorted(thresholds))
        probes = np.append(ordered, np.inf)
        values = sum(np.array([_leaf(nodes, x) for x in probes]) for nodes in trees[feature])
        missing = sum(_leaf(nodes, np.nan) for nodes in trees[feature])
        features_[names[feature]] = {
            "edges": [float(f"{e:.6g}") for e in ordered],
            "values": [round(float(v), 4) for v in values],
            "missing": round(float(missing), 4),
        }
    return Additive.parse({"intercept": round(constant, 4), "features": features_})


def _leaf(nodes: np.ndarray, x: float) -> float:
    k = 0
    while not nodes["is_leaf"][k]:
        left = nodes["missing_go_to_left"][k] if np.isnan(x) else x <= nodes["num_threshold"][k]
        k = int(nodes["left"][k] if left else nodes["right"][k])
    return float(nodes["value"][k])


def plain(model: Additive) -> dict:
    return {
        "intercept": model.intercept,
        "features": {
            name: {"edges": s.edges.tolist(), "values": s.values.tolist(), "missing": s.missing}
            for name, s in model.features.items()
        },
    }


def hardest(w: World) -> np.ndarray:
    """The pairs worth learning from: judged, and among the best few of their record by plain measures."""
    near = np.nan_to_num(1 / (1 + 10 ** np.clip(w.columns["distance_over_precision"], -9, 9) / 4))
    crude = np.nan_to_num(0.6 * w.columns["words"] + 0.4 * w.columns["spelling"]) + 0.3 * near
    order = np.lexsort((-crude, w.record))
    begins = np.searchsorted(w.record[order], np.arange(w.record.max() + 1))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - begins[w.record[order]]
    return w.judged & ((rank < KEPT_PER_RECORD) | w.right)


def stacked(parts: list[tuple[World, np.ndarray]], columns: list[str], of) -> dict[str, np.ndarray]:
    return {name: np.concatenate([of(w)[name][keep] for w, keep in parts]) for name in columns}


PAIR_TREES = {
    "max_iter": 200,
    "learning_rate": 0.1,
    "max_leaf_nodes": 6,
    "min_samples_leaf": 60,
    "l2_regularization": 5.0,
}
RIVAL_TREES = {
    "max_iter": 150,
    "learning_rate": 0.1,
    "max_leaf_nodes": 6,
    "min_samples_leaf": 60,
    "l2_regularization": 5.0,
}


def fit_pairs(made: list[World], folds: set[int]) -> Additive:
    parts = [(w, hardest(w) & in_folds(w, folds)) for w in made]
    return fit(
        stacked(parts, list(features.DIRECTION), lambda w: w.columns),
        np.concatenate([w.right[k] for w, k in parts]),
        np.concatenate([np.full(k.sum(), w.weight) for w, k in parts]),
        features.DIRECTION,
        **PAIR_TREES,
    )


def in_folds(w: World, folds: set[int]) -> np.ndarray:
    return np.array([fold_of(r) in folds for r in w.ids])[w.record]


def rival_columns(w: World, log_odds: np.ndarray) -> dict[str, np.ndarray]:
    return rivals.rival_features(w.record, w.item, log_odds) | {
        name: w.columns[name] for name in ("information", "distance_over_precision")
    }


def fit_rivals(made: list[World], odds: dict[str, np.ndarray], folds: set[int]) -> Additive:
    parts = [(w, hardest(w) & in_folds(w, folds)) for w in made]
    columns = {w.name: rival_columns(w, odds[w.name]) for w in made}
    return fit(
        stacked(parts, list(rivals.DIRECTION), lambda w: columns[w.name]),
        np.concatenate([w.right[k] for w, k in parts]),
        np.concatenate([np.full(k.sum(), w.weight) for w, k in parts]),
        rivals.DIRECTION,
        **RIVAL_TREES,
    )


def out_of_fold(made: list[World]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Log-odds of each pair by itself, probability among its rivals, by models that never saw its record."""
    everything = set(range(FOLDS))
    odds = {w.name: np.zeros(len(w.record)) for w in made}
    for k in range(FOLDS):
        model = fit_pairs(made, everything - {k})
        for w in made:
            mine = in_folds(w, {k})
            odds[w.name][mine] = model.log_odds({n: c[mine] for n, c in w.columns.items()})
    final = {w.name: np.zeros(len(w.record)) for w in made}
    for k in range(FOLDS):
        model = fit_rivals(made, odds, everything - {k})
        for w in made:
            mine = in_folds(w, {k})
            final[w.name][mine] = model.log_odds(
                {n: c[mine] for n, c in rival_columns(w, odds[w.name]).items()}
            )
    return {w.name: (odds[w.name], probability(final[w.name])) for w in made}


@dataclasses.dataclass
class Outcome:
    """Judged records of a world: what the rules leave of them at any threshold."""

    world: World
    best: np.ndarray
    """Probability of each judged record's best candidate, 0 where a rule forbids the match."""
    placed: np.ndarray
    right: np.ndarray
    top: np.ndarray
    """The largest probability that speaks against "new"."""
    listed: np.ndarray
    """Whether the right item is among the candidates shown."""
    present: np.ndarray

    def matched(self, placed: float, unplaced: float) -> np.ndarray:
        return self.best >= np.where(self.placed, placed, unplaced)


def outcome(w: World, odds: np.ndarray, final: np.ndarray, settings: Settings) -> Outcome:
    leads = rivals.rival_features(w.record, w.item, odds)
    decided = decide(w.pairs, leads, final, w.records, w.items, settings)
    rows = np.array(sorted(w.present), dtype=np.int64)
    best = decided.best[rows]
    free = (best >= 0) & (decided.objections[best] == 0) & ~decided.contested[rows]
    top = np.zeros(w.records.rows)
    np.maximum.at(top, w.record, np.maximum(decided.pair_probability, final))
    place = np.arange(len(decided.order)) - np.searchsorted(w.record[decided.order], w.record[decided.order])
    listed = np.zeros(w.records.rows, dtype=bool)
    shown = decided.order[place < settings.shown]
    listed[w.record[shown[w.right[shown]]]] = True
    return Outcome(
        w,
        np.where(free, final[best], 0.0),
        ~np.isnan(w.pairs.distance[best]),
        np.where(best >= 0, w.right[best], False),
        top[rows],
        listed[rows],
        np.array([w.present[r] for r in rows.tolist()]),
    )


def report(o: Outcome, placed: float, unplaced: float, low_bar: float) -> None:
    match = o.matched(placed, unplaced)
    new = ~match & (o.top < low_bar)
    review = ~match & ~new & o.present
    right = int((match & o.right).sum())
    order = np.argsort(-o.best, kind="stable")
    precision = np.cumsum(o.right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero((precision >= 0.99) & (o.best[order] > 0))
    at_99 = f"{o.right[order][: good[-1] + 1].sum() / o.present.sum():.3f}" if len(good) else "none"
    print(
        f"{o.world.name}: {len(match)} judged, {o.present.sum()} present | "
        f"match {match.sum()}, right {right}, "
        f"precision {right / max(match.sum(), 1):.4f}, recall {right / max(o.present.sum(), 1):.3f} "
        f"(at precision .99: {at_99}) | truth listed in review {o.listed[review].mean():.3f} | "
        f"new {new.sum()}, wrong {(new & o.present).sum()}, absent found {(new & ~o.present).sum()}"
    )


def calibrate(every: list[Outcome]) -> tuple[float, float, float]:
    """Thresholds with the most right matches such that the lower bound of precision over the sets as they are
    holds, no set falls below LEAST_PRECISION, nor below LEAST_WITH_GAPS with half of the items gone; and
    the highest low bar that keeps wrong "new" rare in every set."""
    outcomes = [o for o in every if "," not in o.world.name]
    with_gaps = [o for o in every if o.world.name.endswith("gone")]
    grids = [
        np.unique(
            np.quantile(np.concatenate([o.best[(o.best > 0.5) & (o.placed == side)] for o in outcomes]), GRID)
        )
        for side in (True, False)
    ]
    found = (0, 1.0, 1.0)
    for placed in grids[0]:
        for unplaced in grids[1]:
            per_set = [
                (int((m & o.right).sum()), int(m.sum()))
                for o in outcomes
                for m in [o.matched(placed, unplaced)]
            ]
            right, total = (sum(column) for column in zip(*per_set, strict=True))
            gaps = [
                (int((m & o.right).sum()), int(m.sum()))
                for o in with_gaps
                for m in [o.matched(placed, unplaced)]
            ]
            good = all(r >= LEAST_PRECISION * n for r, n in per_set)
            good = good and all(r >= LEAST_WITH_GAPS * n for r, n in gaps)
            if good and wilson(right, total)[0] >= LOWER_BOUND:
                found = max(found, (right, float(placed), float(unplaced)))
    _, placed, unplaced = found
    low_bar = min(
        float(np.quantile(np.where(o.matched(placed, unplaced), 1.0, o.top)[o.present], WRONG_NEW))
        for o in outcomes
    )
    return placed, unplaced, low_bar


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=VOCABULARIES / "model.json")
    arguments = parser.parse_args()
    settings, borders = load_settings(VOCABULARIES), load_world(VOCABULARIES.parent)
    made: list[World] = []
    for folder in sorted(p for p in arguments.folder.iterdir() if (p / "truth.csv").exists()):
        labelled = read_labelled(
            folder / "records.csv", folder / "items.jsonl", folder / "truth.csv", borders
        )
        made += worlds(folder.name, labelled, settings)
    odds = out_of_fold(made)
    outcomes = [outcome(w, *odds[w.name], settings) for w in made]
    placed, unplaced, low_bar = calibrate(outcomes)
    print(f"match_placed: {placed:.4f}\nmatch_unplaced: {unplaced:.4f}\nlow_bar: {low_bar:.4f}")
    for o in outcomes:
        report(o, placed, unplaced, low_bar)
    everything = set(range(FOLDS))
    pair_model = fit_pairs(made, everything)
    rival_model = fit_rivals(made, {w.name: pair_model.log_odds(w.columns) for w in made}, everything)
    arguments.out.write_text(
        json.dumps({"version": 1, "pair": plain(pair_model), "rivals": plain(rival_model)}, indent=None)
        + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
