"""Measures reconciliation on labelled data, with the settings and vocabularies in force."""

import dataclasses
import time
from pathlib import Path

from heritage.adapters.labelled import read_labelled
from heritage.adapters.reconcile_settings import load_settings
from heritage.adapters.world import load_world
from heritage.reconcile import prepare, reconcile
from heritage.reconcile.evaluation import Figures, judge
from heritage.reconcile.unsupervised import learn_here
from heritage.spec.dataset import Weights
from heritage.wiring.settings import Settings


@dataclasses.dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured: `put_aside` rows could not be used, each with its reason; `seconds` are those of
    reconciliation with its blocking and learning, without reading the files. `weights` decided; `why` says
    what was learned, or why nothing was, and is None where the shipped ones were asked for."""

    figures: Figures
    items: int
    put_aside: tuple[str, ...]
    seconds: float
    weights: Weights
    why: str | None


def evaluate_reconcile(
    settings: Settings, records: Path, index: Path, truth: Path, identifier: str | None, weights: Weights
) -> Evaluation:
    """Reconciles the records with the index and judges against the truth, which nothing is learned from.
    Raises BadTable (a HeritageError) naming file, row and field."""
    rules = dataclasses.replace(load_settings(settings.vocabularies / "reconcile"), identifier=identifier)
    labelled = read_labelled(records, index, truth, load_world(settings.vocabularies))
    started = time.perf_counter()
    ready, why = prepare(labelled.items, rules), None
    if weights == "learned_here":
        rules, learned = learn_here(labelled.records, ready, rules)
        weights, why = weights if learned.model else "shipped", learned.why
    matches = reconcile(labelled.records, ready, rules)
    seconds = time.perf_counter() - started
    items = frozenset(map(str, labelled.items.column("qid").to_pylist()))
    figures = judge(matches, labelled.truth, items)
    aside = tuple(map(str, labelled.put_aside))
    return Evaluation(figures, labelled.items.num_rows, aside, seconds, weights, why)
