"""How good answers are: best candidates beside each other, and what the shipped rules decide."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from heritage.reconcile.evaluation import wilson

Truth = dict[str, frozenset[str]]
Answers = dict[str, list[tuple[float, str]]]
SHOWN = 5


def answers_of(path: Path) -> Answers:
    """The scored items of each record, best first, as a matcher wrote them."""
    found: Answers = {}
    for row in pq.read_table(path).to_pylist():
        found.setdefault(row["id"], []).append((row["score"], row["qid"]))
    return found


def our_answers(path: Path) -> Answers:
    rows = pq.read_table(path, columns=["record_id", "candidates"]).to_pylist()
    return {
        row["record_id"]: [(c["probability"], c["qid"]) for c in row["candidates"]]
        for row in rows
        if row["candidates"]
    }


def best_f1(answers: Answers, truth: Truth, fixed: float | None) -> tuple[float, float]:
    """F1 of the best candidates at a fixed threshold or at the best one, and truth among five."""
    present = sum(bool(right) for right in truth.values())
    best = sorted(
        (
            (score, qid in truth[record])
            for record, few in answers.items()
            if record in truth
            for score, qid in few[:1]
        ),
        reverse=True,
    )
    if not best:
        return 0.0, 0.0
    scores = np.array([score for score, _ in best])
    right = np.cumsum([good for _, good in best])
    f1 = 2 * right / (np.arange(1, len(best) + 1) + present)
    listed = sum(
        any(q in items for _, q in answers.get(r, [])[:SHOWN]) for r, items in truth.items() if items
    )
    if fixed is None:
        last = np.append(scores[1:] != scores[:-1], True)
        return float(f1[last].max()), listed / present
    above = int((scores >= fixed).sum())
    return float(f1[above - 1]) if above else 0.0, listed / present


@dataclass(frozen=True)
class Decided:
    """What the shipped rules decided about the judged records, counted."""

    present: int
    match: int
    right: int
    review: int
    """Judged reviews whose item is in the index,"""
    listed: int
    """and those of them that show it."""
    wrong_new: int

    @classmethod
    def of(cls, matches: Path, truth: Truth) -> "Decided":
        rows = [row for row in pq.read_table(matches).to_pylist() if row["record_id"] in truth]
        match = [row for row in rows if row["decision"] == "match"]
        review = [row for row in rows if row["decision"] == "review" and truth[row["record_id"]]]
        return cls(
            present=sum(map(bool, truth.values())),
            match=len(match),
            right=sum(row["qid"] in truth[row["record_id"]] for row in match),
            review=len(review),
            listed=sum(any(c["qid"] in truth[row["record_id"]] for c in row["candidates"]) for row in review),
            wrong_new=sum(bool(truth[row["record_id"]]) for row in rows if row["decision"] == "new"),
        )

    @classmethod
    def together(cls, few: Iterable["Decided"]) -> "Decided":
        return cls(*map(sum, zip(*map(astuple, few), strict=True)))

    def row(self) -> str:
        low, high = wilson(self.right, self.match) if self.match else (0.0, 0.0)
        return (
            f"{self.match:,} | {self.right / max(self.match, 1):.4f} ({low:.4f} to {high:.4f}) | "
            f"{self.right / max(self.present, 1):.3f} | {self.listed / max(self.review, 1):.3f} | "
            f"{self.wrong_new / max(self.present, 1):.2%}"
        )
