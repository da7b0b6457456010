"""The same with pymcdm: the weighted sum under every weighting, and how often each is among the first. It has
no budget, no ties and no sampling of its own: the weightings are given to it."""

import json
import sys
import time
from pathlib import Path

import numpy as np
from inputs import PLACES
from pymcdm.methods import WSM


def as_they_are(column: np.ndarray, cost: bool = False) -> np.ndarray:  # noqa: ARG001
    """The criteria are in [0, 1] already."""
    return column


def main(folder: Path) -> None:
    values, weights = np.load(folder / "values.npy"), np.load(folder / "weights.npy")
    types = np.ones(values.shape[1])
    method, among = WSM(as_they_are), np.zeros(len(values))
    start = time.perf_counter()
    for weighting in weights:
        scores = method(values, weighting, types)
        among += method.rank(scores) <= PLACES
    seconds = time.perf_counter() - start
    np.save(folder / "peer.npy", among / len(weights))
    print(json.dumps({"seconds": seconds}))


main(Path(sys.argv[1]))
