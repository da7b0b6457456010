"""Made-up proposals and the weightings that both sides rank them under, the same every time."""

from pathlib import Path

import numpy as np
import yaml

ROOT = Path(__file__).resolve().parents[2]
PLACES = 50
"""Every proposal costs one hour, and the budget is so many."""


def write_inputs(folder: Path, proposals: int, draws: int) -> None:
    """`values.npy`, a row a proposal, and `weights.npy`, a row a weighting, as the product draws them."""
    content = yaml.safe_load((ROOT / "datasets/_vocabularies/priority.yaml").read_text(encoding="utf-8"))
    robustness, base = content["robustness"], np.array(list(content["weights"].values()))
    draw = np.random.default_rng(robustness["seed"])
    weights = base * draw.uniform(*robustness["factor"], size=(draws, base.size))
    np.save(folder / "weights.npy", weights / weights.sum(axis=1, keepdims=True))
    np.save(folder / "values.npy", np.random.default_rng(20261122).random((proposals, base.size)))
