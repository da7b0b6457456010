"""The questions of the benchmark: what the shipped engine leaves to people, of a set with known answers."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heritage.adapters.labelled import read_labelled
from heritage.adapters.reconcile_settings import load_settings
from heritage.adapters.world import load_world
from heritage.model.review import NONE_OF_THESE
from heritage.reconcile import reconcile

VOCABULARIES = Path(__file__).resolve().parents[2] / "datasets" / "_vocabularies"


@dataclass(frozen=True)
class Questions:
    """Records whose decision is review and whose answer is known.

    `choices` are the candidates of each, likeliest first, then none; `right` the place of the right choice
    among them.
    """

    ids: list[str]
    choices: list[tuple[str, ...]]
    right: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)


def questions(folder: Path, most: int) -> Questions:
    """From records.csv, items.jsonl and truth.csv of a folder; of more than `most` so many are drawn."""
    labelled = read_labelled(
        folder / "records.csv", folder / "items.jsonl", folder / "truth.csv", load_world(VOCABULARIES)
    )
    matches = reconcile(labelled.records, labelled.items, load_settings(VOCABULARIES / "reconcile"))
    ids, choices, right = [], [], []
    columns = matches.select(["record_id", "decision"]).to_pylist()
    listed = matches["candidates"].combine_chunks()
    for row, candidates in zip(columns, listed, strict=True):
        if row["decision"] != "review" or row["record_id"] not in labelled.truth:
            continue
        offered = (*(candidate["qid"].as_py() for candidate in candidates.values), NONE_OF_THESE)
        true = labelled.truth[row["record_id"]]
        ids.append(row["record_id"])
        choices.append(offered)
        right.append(next((n for n, qid in enumerate(offered) if qid in true), len(offered) - 1))
    few = np.sort(np.random.default_rng(0).permutation(len(ids))[:most])
    return Questions([ids[n] for n in few], [choices[n] for n in few], np.array(right)[few])
