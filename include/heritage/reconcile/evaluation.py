"""How good decisions are against known answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import pyarrow as pa

Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over the judged records. Precision is null without a match, recall without a present item."""

    records: int
    judged: int
    present: int
    """Judged records whose item is in the index."""
    match: int
    match_right: int
    precision: float | None
    precision_low: float | None
    precision_high: float | None
    recall: float | None
    review: int
    review_with_truth: int
    review_with_truth_share: float | None
    """Of the judged reviews whose item is in the index."""
    new: int
    new_wrong: int


def judge(matches: pa.Table, truth: Mapping[str, frozenset[str]], qids: frozenset[str]) -> Figures:
    """`truth` gives the right items of a record, none when it is absent; other records are not judged."""
    rows = [row for row in matches.to_pylist() if row["record_id"] in truth]
    found = {row["record_id"]: truth[row["record_id"]] & qids for row in rows}
    by_decision = {
        decision: [row for row in rows if row["decision"] == decision]
        for decision in ("match", "review", "new")
    }
    match = by_decision["match"]
    right = sum(row["qid"] in truth[row["record_id"]] for row in match)
    present = sum(bool(items) for items in found.values())
    answerable = [row for row in by_decision["review"] if found[row["record_id"]]]
    with_truth = sum(
        any(candidate["qid"] in found[row["record_id"]] for candidate in row["candidates"])
        for row in answerable
    )
    low, high = wilson(right, len(match)) if match else (None, None)
    return Figures(
        records=matches.num_rows,
        judged=len(rows),
        present=present,
        match=len(match),
        match_right=right,
        precision=right / len(match) if match else None,
        precision_low=low,
        precision_high=high,
        recall=right / present if present else None,
        review=len(by_decision["review"]),
        review_with_truth=with_truth,
        review_with_truth_share=with_truth / len(answerable) if answerable else None,
        new=len(by_decision["new"]),
        new_wrong=sum(bool(found[row["record_id"]]) for row in by_decision["new"]),
    )


def wilson(right: int, total: int) -> tuple[float, float]:
    """95 % Wilson score interval of a share.

    >>> tuple(round(bound, 4) for bound in wilson(995, 1000))
    (0.9883, 0.9979)
    """
    share, z2 = right / total, Z_95 * Z_95
    centre = share + z2 / (2 * total)
    spread = Z_95 * sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    return (centre - spread) / (1 + z2 / total), min((centre + spread) / (1 + z2 / total), 1.0)
