"""The page of the benchmarks, docs/benchmarks.md."""

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime

from judging import Decided


@dataclass(frozen=True)
class Beside:
    """One matcher on one set."""

    title: str
    matcher: str
    f1: float
    listed: float
    """Share of the records with an item that show it among five."""
    speed: float
    """Records a second, index building counted."""
    cpu: float
    peak: float

    def text(self) -> str:
        return (
            f"| {self.title} | {self.matcher} | {self.f1:.3f} | {self.listed:.3f} | {self.speed:,.0f} | "
            f"{self.cpu:.0f} | {self.peak:,.0f} |"
        )


@dataclass(frozen=True)
class Sized:
    """Ours on a set of one size."""

    records: int
    items: int
    index: float
    seconds: float
    """The index among them."""
    peak: float

    def text(self) -> str:
        return (
            f"| {self.records:,} | {self.items:,} | {self.index:.1f} | {self.seconds:.1f} | "
            f"{self.records / self.seconds:,.0f} | {self.peak:,.0f} |"
        )


def page(
    beside: list[Beside],
    labelled: dict[str, Decided],
    made: dict[str, Decided],
    sizes: list[Sized],
    seed: int,
) -> str:
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    lines = [
        "# Benchmarks",
        "",
        "## Reconciliation",
        "",
        f"Measured on {datetime.now(UTC):%Y-%m-%d}, {machine}, with `benchmarks/reconcile/run.py`; load of "
        f"the machine at the end {os.getloadavg()[0]:.1f}. Index building is counted.",
        "",
        *_beside(beside, seed),
        *_decided(labelled, made),
        *_sizes(sizes),
    ]
    return "\n".join(lines)


def _beside(rows: list[Beside], seed: int) -> list[str]:
    told = [
        "F1 is that of the best candidate of each record: a peer's at the threshold that is best for it on "
        "that very set, known afterwards; ours at probability one half on every set. The shipped model has "
        "been trained on the given half of the truth of de-libraries and ancient-places, which these rows "
        "judge, so they tell how it fits them; figures out of fold stand in "
        "`benchmarks/reconcile/report.txt`. The other half is unseen.",
        "",
        "Sets called synthetic are made up by `benchmarks/reconcile/synthetic.py`, which says what is "
        f"wrong in them and how often; nothing was trained on these draws (seed {seed}, the multilingual "
        "one has its own), but on other draws of the same makers. Splink's settings were chosen on the "
        "multilingual draws themselves, in its favour. They show what a matcher bears, not how often "
        "registers are like that. The peers get folded names with the town added and one point, as "
        "`names_only` in `run.py` prepares them; items with several names stand there once for each. "
        "Only Heritage Guard and the exact identifier read identifiers, and only sets that say so have "
        "any, one in fifty of them wrong. recordlinkage is not asked beyond 50,000 records, since its "
        "blocks grow with the square of the set.",
        "",
    ]
    head = [
        "| set | matcher | F1 | truth among 5 | records a second | seconds of CPU | peak MB |",
        "|---|---|---|---|---|---|---|",
    ]
    return [*told, *head, *(row.text() for row in rows), ""] if rows else []


def _decided(labelled: dict[str, Decided], made: dict[str, Decided]) -> list[str]:
    every = labelled | made
    if not every:
        return []
    rows = [f"| {title} | {decided.row()} |" for title, decided in every.items()]
    for title, few in (("all labelled", labelled), ("all synthetic", made), ("all", every)):
        if len(few) > 1:
            rows.append(f"| **{title} sets together** | {Decided.together(few.values()).row()} |")
    return [
        "What the shipped rules decide without a person (thresholds are the same on every set; in the lines "
        "of sets together each record counts once, so large sets weigh more):",
        "",
        "| set | matches | precision (95 % interval) | recall | truth listed in review | wrong new |",
        "|---|---|---|---|---|---|",
        *rows,
        "",
    ]


def _sizes(sizes: list[Sized]) -> list[str]:
    if not sizes:
        return []
    return [
        "How it grows, on synthetic multilingual sets with three times as many items as records:",
        "",
        "| records | items | seconds of the index | seconds in all | records a second | peak MB |",
        "|---|---|---|---|---|---|",
        *(size.text() for size in sizes),
        "",
    ]
