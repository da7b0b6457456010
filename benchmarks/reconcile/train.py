"""Trains the two additive models of reconciliation on labelled sets and writes them as plain data.

    python benchmarks/reconcile/train.py FOLDER_OF_SETS [--out datasets/_vocabularies/reconcile/model.json]

A set is a folder with records.csv, items.jsonl and truth.csv as `heritage evaluate reconcile` takes them.
Every figure in the report is out of fold: five folds by a hash of the record's id, each judged by models
that never saw it. Besides the sets as they are, the models see them with items taken away (an index never
holds everything), without places, without municipalities and in small samples, so that no habit of one set
is learned.
"""

import argparse
import csv
import dataclasses
import hashlib
import json
import tempfile
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import synthetic
from sklearn.ensemble import HistGradientBoostingClassifier

from heritage.adapters.labelled import Labelled, read_labelled
from heritage.adapters.reconcile_settings import load_settings
from heritage.adapters.world import load_world
from heritage.reconcile import features, rivals
from heritage.reconcile.core import compare, prepare
from heritage.reconcile.decide import Least, decide
from heritage.reconcile.evaluation import wilson
from heritage.reconcile.features import Pairs
from heritage.reconcile.model import Additive, probability
from heritage.reconcile.settings import Settings
from heritage.reconcile.sides import Items, Records
from heritage.reconcile.trust import Tried, tried

ROOT = Path(__file__).resolve().parents[2]
VOCABULARIES = ROOT / "datasets" / "_vocabularies" / "reconcile"
FOLDS = 5
KEPT_PER_RECORD = 8
ALL = 1_000
LOWER_BOUND = 0.995
LEAST_PRECISION = 0.994
LEAST_MADE = 0.99
LEAST_WITH_GAPS = 0.965
WRONG_NEW = 0.008
TRAINING_SEED = 101
SYNTHETIC = [
    ("seven languages", "multilingual", None, 0.25),
    ("English", "one_language", ["en"], 0.5),
    ("German", "one_language", ["de"], 0.5),
    ("Georgian", "one_language", ["ka"], 0.5),
    ("Polish", "one_language", ["pl"], 0.5),
    ("conflict damage", "damage", None, 0.1),
    ("museums, libraries, archives", "glam", None, 0.03),
]
"""Label, kind, languages, and how much the weights learn from it; real records count 1."""
PLACED_GRID = [round(0.8 + k / 100, 2) for k in range(19)]
UNPLACED_GRID = [round(0.8 + k / 50, 2) for k in range(10)]
STRICT_GRID = [round(0.95 + k / 200, 3) for k in range(10)]


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


def synthetic_worlds(settings: Settings) -> list[World]:
    """Synthetic sets of seeds that no figure is published for; the weights learn a little from them."""
    made = []
    for number, (label, kind, languages, weight) in enumerate(SYNTHETIC):
        with tempfile.TemporaryDirectory(prefix="heritage-train-") as scratch:
            folder = Path(scratch)
            synthetic.write(folder, 4_000, 12_000, kind, languages, seed=TRAINING_SEED + number)
            with (folder / "truth.csv").open(encoding="utf-8") as lines:
                truth = {row["id"]: frozenset(filter(None, [row["qid"]])) for row in csv.DictReader(lines)}
            records, items = (
                pq.read_table(folder / "records.parquet"),
                pq.read_table(folder / "items.parquet"),
            )
        made.append(world(f"synthetic: {label}", Labelled(records, items, truth, []), settings, weight))
    return made


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
    return rivals.rival_features(w.pairs, log_odds) | {
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


def narrowed(w: World, odds: np.ndarray, kept: int) -> tuple[World, np.ndarray]:
    """The world with the pairs that the product keeps, and their odds."""
    rows = np.flatnonzero(features.likeliest(w.record, odds, kept))
    fewer = dataclasses.replace(w, pairs=w.pairs.take(rows), right=w.right[rows], judged=w.judged[rows])
    return fewer, odds[rows]


def out_of_fold(made: list[World], kept: int) -> list[tuple[World, np.ndarray, np.ndarray]]:
    """Each world with the pairs that the product keeps: their log-odds by themselves and their probability
    among their rivals, by models that never saw the record."""
    everything = set(range(FOLDS))
    odds = {w.name: np.zeros(len(w.record)) for w in made}
    for k in range(FOLDS):
        model = fit_pairs(made, everything - {k})
        for w in made:
            mine = in_folds(w, {k})
            odds[w.name][mine] = model.log_odds({n: c[mine] for n, c in w.columns.items()})
    fewer = [narrowed(w, odds[w.name], kept) for w in made]
    odds = {w.name: by_itself for w, by_itself in fewer}
    final = {w.name: np.zeros(len(w.record)) for w, _ in fewer}
    for k in range(FOLDS):
        model = fit_rivals([w for w, _ in fewer], odds, everything - {k})
        for w, _ in fewer:
            mine = in_folds(w, {k})
            final[w.name][mine] = model.log_odds(
                {n: c[mine] for n, c in rival_columns(w, odds[w.name]).items()}
            )
    return [(w, by_itself, probability(final[w.name])) for w, by_itself in fewer]


@dataclasses.dataclass
class Outcome:
    """Judged records of a world: what the rules leave of them at any threshold."""

    world: World
    tried: Tried
    """Which thresholds hold in this set, its places tell."""
    best: np.ndarray
    """Probability of each judged record's best candidate, 0 where a rule forbids the match."""
    placed: np.ndarray
    right: np.ndarray
    top: np.ndarray
    """The largest probability that speaks against "new"."""
    listed: np.ndarray
    """Whether the right item is among the candidates shown."""
    present: np.ndarray

    def matched(self, settings: Settings) -> np.ndarray:
        least = self.tried.least(settings)
        return self.best >= np.where(self.placed, least.placed, least.unplaced)


def outcome(w: World, odds: np.ndarray, final: np.ndarray, settings: Settings) -> Outcome:
    leads = rivals.rival_features(w.pairs, odds)
    every = dataclasses.replace(settings, match_unplaced=UNPLACED_GRID[0])
    decided = decide(w.pairs, leads, final, w.records, w.items, every, Least(0.5, 0.5))
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
        tried(w.pairs, w.records, w.items, settings),
        np.where(free, final[best], 0.0),
        ~np.isnan(w.pairs.distance[best]),
        np.where(best >= 0, w.right[best], False),
        top[rows],
        listed[rows],
        np.array([w.present[r] for r in rows.tolist()]),
    )


def report(o: Outcome, settings: Settings) -> None:
    match, least = o.matched(settings), o.tried.least(settings)
    new = ~match & (o.top < settings.low_bar)
    review = ~match & ~new & o.present
    right = int((match & o.right).sum())
    order = np.argsort(-o.best, kind="stable")
    precision = np.cumsum(o.right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero((precision >= 0.99) & (o.best[order] > 0))
    listed = f"{o.listed[review].mean():.3f}" if review.any() else "none"
    by_name = f"from {least.unplaced:.2f}" if least.unplaced <= 1 else "never"
    at_99 = f"{o.right[order][: good[-1] + 1].sum() / o.present.sum():.3f}" if len(good) else "none"
    print(
        f"{o.world.name}: {len(match)} judged, {o.present.sum()} present | "
        f"match {match.sum()}, right {right}, "
        f"precision {right / max(match.sum(), 1):.4f}, recall {right / max(o.present.sum(), 1):.3f} "
        f"(at precision .99: {at_99}) | truth listed in review {listed} | "
        f"placed from {least.placed:.2f}, by name {by_name} | "
        f"new {new.sum()}, wrong {(new & o.present).sum()}, absent found {(new & ~o.present).sum()}"
    )


def calibrate(every: list[Outcome], settings: Settings) -> Settings:
    """Thresholds with the best mean recall such that the lower bound of precision over all sets as they are
    holds, no real set falls below LEAST_PRECISION, none that is made below LEAST_MADE and none with half of
    its items gone below LEAST_WITH_GAPS; and the highest low bar that keeps wrong "new" rare in every real
    set."""
    made = [o for o in every if o.world.name.startswith("synthetic")]
    real = [o for o in every if "," not in o.world.name and o not in made]
    gone = [o for o in every if o.world.name.endswith("gone")]
    judged = [*real, *made, *gone]
    as_it_is = np.array([o not in gone for o in judged])
    asked = [LEAST_PRECISION if o in real else LEAST_MADE if o in made else LEAST_WITH_GAPS for o in judged]
    present = np.array([o.present.sum() for o in judged])
    found, rules = 0.0, settings
    for placed, unplaced, strict in product(PLACED_GRID, UNPLACED_GRID, STRICT_GRID):
        tested = dataclasses.replace(
            settings, match_placed=placed, match_unplaced=unplaced, match_strict=strict
        )
        right, total = np.array([counted(o, tested) for o in judged]).T
        if not total[as_it_is].sum() or (right < np.array(asked) * total).any():
            continue
        if wilson(int(right[as_it_is].sum()), int(total[as_it_is].sum()))[0] < LOWER_BOUND:
            continue
        recall = float((right / present)[as_it_is].mean())
        if recall > found:
            found, rules = recall, tested
    low_bar = min(
        float(np.quantile(np.where(o.matched(rules), 1.0, o.top)[o.present], WRONG_NEW)) for o in real
    )
    return dataclasses.replace(rules, low_bar=low_bar)


def counted(o: Outcome, settings: Settings) -> tuple[int, int]:
    """Right matches and all matches."""
    match = o.matched(settings)
    return int((match & o.right).sum()), int(match.sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=VOCABULARIES / "model.json")
    arguments = parser.parse_args()
    settings, borders = load_settings(VOCABULARIES), load_world(VOCABULARIES.parent)
    kept, settings = settings.kept, dataclasses.replace(settings, kept=ALL)
    made: list[World] = []
    for folder in sorted(p for p in arguments.folder.iterdir() if (p / "truth.csv").exists()):
        labelled = read_labelled(
            folder / "records.csv", folder / "items.jsonl", folder / "truth.csv", borders
        )
        made += worlds(folder.name, labelled, settings)
    made += synthetic_worlds(settings)
    pair_model = fit_pairs(made, set(range(FOLDS)))
    fewer = [narrowed(w, pair_model.log_odds(w.columns), kept) for w in made]
    rival_model = fit_rivals([w for w, _ in fewer], {w.name: odds for w, odds in fewer}, set(range(FOLDS)))
    settings = dataclasses.replace(settings, pair_model=pair_model, rival_model=rival_model)
    outcomes = [outcome(*judged, settings) for judged in out_of_fold(made, kept)]
    settings = calibrate(outcomes, settings)
    for name in ("match_placed", "match_unplaced", "match_strict", "low_bar"):
        print(f"{name}: {getattr(settings, name):.4f}")
    for o in outcomes:
        report(o, settings)
    arguments.out.write_text(
        json.dumps({"version": 1, "pair": pair_model.plain(), "rivals": rival_model.plain()}, indent=None)
        + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
