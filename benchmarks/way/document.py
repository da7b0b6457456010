"""The section of docs/benchmarks.md on the whole way."""

import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path

from taken import Taken

TITLE = "## The whole way"
_ABOUT = """\
From a register's server to the report, on synthetic registers (`benchmarks/way/made_up.py`: seven languages
in four scripts, {items} times as many items as records, some areas of danger, a tenth of the rows with a
state of conservation), by `benchmarks/way/run.py`, which says how to repeat it. Nothing is uploaded: that
goes at the pace of a wiki. Each step was a process of its own, one after the other. *CPU* is of all threads
and children, and says more than the seconds on a machine that does other work too; *load* is that of the
machine when the step had ended, of {cores} cores. *Peak* is the most memory that the process had, *left*
what the step added to the data folder."""
_WORDS = {
    "index": "index of the items, from items that are read already",
    "layer": "areas of danger",
    "harvest": "harvest over HTTP",
    "map": "map",
    "check": "check (Great Expectations)",
    "approve": "approve, and the licence gate",
    "flag": "flag, with overlays",
    "reconcile": "reconcile",
    "propose": "propose, and rehearse every edit",
    "report": "rank and report",
}
_COUNTED = {
    "layer": ("areas",),
    "reconcile": ("match", "review", "new"),
    "flag": ("withheld",),
    "propose": ("edits", "new_items", "conflicts"),
}


def section(taken: Mapping[int, Sequence[Taken]], items: int) -> str:
    """The figures of all sizes, by number of records."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    lines = [TITLE, "", _ABOUT.format(items=items, cores=os.cpu_count()), "", f"{machine}.", ""]
    for records, steps in sorted(taken.items()):
        lines += _table(records, steps)
    return "\n".join(lines)


def _table(records: int, steps: Sequence[Taken]) -> list[str]:
    rows = [_row(_WORDS[one.step], records, one) for one in steps]
    seconds, cpu, mb = (sum(getattr(one, name) for one in steps) for name in ("seconds", "cpu", "mb"))
    peak = max(one.peak_mb for one in steps)
    missing = [_WORDS[name] for name in _WORDS if name not in {one.step for one in steps}]
    counts = [f"{one.said[name]:,} {name}" for one in steps for name in _COUNTED.get(one.step, ())]
    told = f"Not measured: {'; '.join(missing)}." if missing else ""
    days = sorted({one.day for one in steps})
    return [
        f"### {records:,} records (synthetic), {' and '.join(days)}",
        "",
        "| step | seconds | CPU | CPU for 1,000 records | peak MB | left MB | load |",
        "|---|---|---|---|---|---|---|",
        *rows,
        f"| **all** | {seconds:,.0f} | {cpu:,.0f} | {1000 * cpu / records:.2f} | {peak:,.0f} | {mb:,.0f} | |",
        "",
        f"What came of it: {', '.join(counts).replace('_', ' ')}. {told}".strip(),
        "",
    ]


def _row(words: str, records: int, one: Taken) -> str:
    return (
        f"| {words} | {one.seconds:,.0f} | {one.cpu:,.1f} | {1000 * one.cpu / records:.3f} | "
        f"{one.peak_mb:,.0f} | {one.mb:,.1f} | {one.load:.1f} |"
    )


def put(page: Path, text: str) -> None:
    """Writes the section into the page, in the place of the one that is there, or at the end."""
    before, _, after = page.read_text(encoding="utf-8").partition(TITLE)
    _, following, rest = after.partition("\n## ")
    page.write_text(f"{before.rstrip()}\n\n{text.rstrip()}\n{following}{rest}", encoding="utf-8")
