"""Measures reconciliation on labelled data, with the settings and vocabularies in force."""

import dataclasses
import time
from pathlib import Path

from heritage.adapters.labelled import read_labelled
from heritage.adapters.reconcile_settings import load_settings
from heritage.adapters.world import load_world
from heritage.reconcile import reconcile
from heritage.reconcile.evaluation import Figures, judge
from heritage.wiring.settings import Settings


@dataclasses.dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured: `put_aside` rows could not be used, each with its reason; `seconds` are those of
    reconciliation with its blocking, without reading the files."""

    figures: Figures
    items: int
    put_aside: tuple[str, ...]
    seconds: float


def evaluate_reconcile(
    settings: Settings, records: Path, index: Path, truth: Path, identifier: str | None
) -> Evaluation:
    """Reconciles the records with the index and judges against the truth. Raises BadTable (a HeritageError)
    naming file, row and field."""
    rules = dataclasses.replace(load_settings(settings.vocabularies / "reconcile"), identifier=identifier)
    labelled = read_labelled(records, index, truth, load_world(settings.vocabularies))
    started = time.perf_counter()
    matches = reconcile(labelled.records, labelled.items, rules)
    seconds = time.perf_counter() - started
    items = frozenset(map(str, labelled.items.column("qid").to_pylist()))
    figures = judge(matches, labelled.truth, items)
    return Evaluation(figures, labelled.items.num_rows, tuple(map(str, labelled.put_aside)), seconds)
