"""Measures the weights that a register learns from itself, without labels, beside the shipped ones.

    PYTHONPATH=include:benchmarks python benchmarks/reconcile/unsupervised.py FOLDER_OF_SETS

The sets are those of train.py, as they are and changed, and the synthetic ones (synthetic.py), as they are,
with half of the items gone and without any right item. The labels only judge. The thresholds that it proposes
are the least ones with which no set has a precision below LEAST among its placed or its unplaced matches.
"""

import argparse
import csv
import dataclasses
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import synthetic
import train

from heritage.adapters.labelled import Labelled, read_labelled
from heritage.adapters.reconcile_settings import load_settings
from heritage.adapters.world import load_world
from heritage.reconcile.model import probability
from heritage.reconcile.settings import Learning, Settings
from heritage.reconcile.unsupervised import learn, taught

LEAST = 0.99
FEWEST = 100
"""Matches of a side from which a set has a say in its threshold."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--synthetic", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=2, help="another than that of published figures")
    given = parser.parse_args()
    settings, borders = load_settings(train.VOCABULARIES), load_world(train.VOCABULARIES.parent)
    every, outcomes = dataclasses.replace(settings, kept=train.ALL), []
    for folder in sorted(p for p in given.folder.iterdir() if (p / "truth.csv").exists()):
        labelled = read_labelled(
            folder / "records.csv", folder / "items.jsonl", folder / "truth.csv", borders
        )
        for world in train.worlds(folder.name, labelled, every):
            outcomes += judged(world, settings)
    for kind in synthetic.SETS if given.synthetic else ():
        made = synthetic_pair(kind, given.synthetic, given.seed)
        states = {
            "": made,
            ", half of the items gone": train._fewer_items(made, 0.5),
            ", none right": _none(made),
        }
        for state, labelled in states.items():
            outcomes += judged(train.world(f"{kind}{state}", labelled, every, 1.0), settings)
    share = max((called_new(one, settings.learning) for one in outcomes), default=0.0)
    print(f"largest share of records whose item is there called new: {share:.3f}")
    for placed in (True, False):
        print(f"least threshold, {'placed' if placed else 'unplaced'}: {least(outcomes, placed):.4f}")


def _none(labelled: Labelled) -> Labelled:
    """Without the items that are right, so that nothing is."""
    right = {qid for qids in labelled.truth.values() for qid in qids}
    keep = pa.array([qid not in right for qid in labelled.items["qid"].to_pylist()])
    return dataclasses.replace(
        labelled, items=labelled.items.filter(keep), truth=dict.fromkeys(labelled.truth, frozenset())
    )


def synthetic_pair(kind: str, records: int, seed: int) -> Labelled:
    with tempfile.TemporaryDirectory(prefix="heritage-benchmark-") as scratch:
        folder = Path(scratch)
        synthetic.write(folder, records, 3 * records, kind, seed=seed)
        with (folder / "truth.csv").open(encoding="utf-8") as lines:
            truth = {row["id"]: frozenset(filter(None, [row["qid"]])) for row in csv.DictReader(lines)}
        tables = (pq.read_table(folder / f"{side}.parquet") for side in ("records", "items"))
        return Labelled(*tables, truth, [])


def judged(world: train.World, settings: Settings) -> list[train.Outcome]:
    """What the shipped weights and the learned ones make of it, told; the outcome of the learned ones."""
    told(world, settings, "shipped")
    learned = learn(world.pairs, settings.learning)
    if learned.model is None:
        print(f"{world.name}: nothing learned, {learned.why}\n", flush=True)
        return []
    found = told(world, taught(learned.model, settings), "learned")
    print(f"{learned.why}\n", flush=True)
    return [found]


def told(world: train.World, settings: Settings, weights: str) -> train.Outcome:
    kept, odds = train.narrowed(world, settings.pair_model.log_odds(world.columns), settings.kept)
    final = probability(settings.rival_model.log_odds({**kept.columns, **train.rival_columns(kept, odds)}))
    found = train.outcome(kept, odds, final, settings)
    print(f"{weights}, F1 at one half {f1(kept, final):.3f}: ", end="")
    train.report(found, settings)
    return found


def f1(world: train.World, final: np.ndarray) -> float:
    """Of the best candidate of each judged record, from probability one half on."""
    order = np.lexsort((world.item, -np.round(final, 9), world.record))
    first = order[np.concatenate([[True], np.diff(world.record[order]) > 0])]
    first = first[world.judged[first] & (final[first] >= 0.5)]
    return 2 * int(world.right[first].sum()) / (len(first) + sum(world.present.values()))


def called_new(found: train.Outcome, rules: Learning) -> float:
    """Share of the records whose item is there that are called new."""
    matched = found.best >= np.where(found.placed, rules.match_placed, rules.match_unplaced)
    return (
        float((~matched & (found.top < rules.low_bar))[found.present].mean()) if found.present.any() else 0.0
    )


def least(outcomes: list[train.Outcome], placed: bool) -> float:
    """The least threshold from which on no outcome is less precise than LEAST."""
    found = 0.5
    for outcome in outcomes:
        mine = (outcome.placed == placed) & (outcome.best > 0.5)
        order = np.flatnonzero(mine)[np.argsort(-outcome.best[mine], kind="stable")]
        count = np.arange(1, len(order) + 1)
        bad = (np.cumsum(outcome.right[order]) < LEAST * count) & (count >= FEWEST)
        if bad.any():
            last = int(np.flatnonzero(bad)[0])
            found = max(found, float(np.nextafter(outcome.best[order[last]], 1)))
    return found


if __name__ == "__main__":
    main()
