"""An additive model as plain data: each feature adds its own number to the log-odds, and that is all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from heritage.reconcile.jit import kernel
from heritage.reconcile.text import Floats


@dataclass(frozen=True, slots=True)
class Steps:
    """A step function: below `edges[0]` it is `values[0]`, from `edges[k]` on `values[k + 1]`."""

    edges: Floats
    values: Floats
    missing: float

    def at(self, x: Floats) -> Floats:
        found = self.values[np.searchsorted(self.edges, x, side="left")]
        return np.asarray(np.where(np.isnan(x), self.missing, found))


@dataclass(frozen=True, slots=True)
class Additive:
    """Log-odds = intercept + the sum of one step function per feature."""

    intercept: float
    features: dict[str, Steps]

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> "Additive":
        """From the mapping of one model in `model.json`."""
        return cls(
            float(content["intercept"]),
            {
                name: Steps(
                    np.array(steps["edges"], dtype=np.float64),
                    np.array(steps["values"], dtype=np.float64),
                    float(steps["missing"]),
                )
                for name, steps in content["features"].items()
            },
        )

    def plain(self) -> dict[str, Any]:
        """The model as `parse` reads it."""
        return {
            "intercept": self.intercept,
            "features": {
                name: {"edges": s.edges.tolist(), "values": s.values.tolist(), "missing": s.missing}
                for name, s in self.features.items()
            },
        }

    def contributions(self, columns: Mapping[str, Floats]) -> dict[str, Floats]:
        """What each feature adds, per row."""
        return {name: steps.at(columns[name]) for name, steps in self.features.items()}

    def log_odds(self, columns: Mapping[str, Floats]) -> Floats:
        rows = len(next(iter(columns.values())))
        total = np.full(rows, self.intercept)
        for name, steps in self.features.items():
            _add(columns[name], steps.edges, steps.values, steps.missing, total)
        return total


@kernel
def _add(x: Floats, edges: Floats, values: Floats, missing: float, total: Floats) -> None:
    """Adds what `Steps.at` tells, without a copy of a long column."""
    for row in range(len(x)):
        if np.isnan(x[row]):
            total[row] += missing
            continue
        low, high = 0, len(edges)
        while low < high:
            middle = (low + high) // 2
            if edges[middle] < x[row]:
                low = middle + 1
            else:
                high = middle
        total[row] += values[low]


def probability(log_odds: Floats) -> Floats:
    """From log-odds, without overflow."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -40.0, 40.0))))
