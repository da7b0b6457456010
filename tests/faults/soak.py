"""Days of the schedule, compressed, against one installation and one wiki: `python tests/faults/soak.py 200`.

A tick is an hour: registers run again and find nothing new, rounds are looked at, what was decided is planned
and uploaded; each day the index and the ranking are made anew; at the end journal and wiki are compared. All
in one process, so that what grows shows; the clock is the machine's. Prints memory, open files, threads and
sizes, and fails where one of them keeps growing, or an edit was lost or doubled.
"""

import argparse
import logging
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "include")]
from heritage.wiring.governance import close_due, rank_and_report
from heritage.wiring.item_index import refresh_index
from heritage.wiring.pipeline import Run, load_dataset, run_step
from heritage.wiring.settings import Settings
from heritage.wiring.undo import audit_batch
from heritage.wiring.uploads import plan_batches, upload_batch, verify_batch
from heritage.wiring.way import Step
from installation import account_of, decide, edits_made
from wikibase_sandbox.testing import Sandbox, running

DAY = 24
DATASETS = ("by_heritage", "de_libraries")


@dataclass(frozen=True)
class Seen:
    """What the process holds after a tick."""

    megabytes: float
    files: int
    threads: int
    folder_megabytes: float
    temporary: int


def main() -> int:
    """Runs so many ticks and prints what was seen."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("ticks", type=int)
    ticks = arguments.parse_args().ticks
    logging.disable(logging.WARNING)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as beside:
        tempfile.tempdir = beside  # of this process alone: what it leaves there is counted
        seen, faults = soak(Path(folder), ticks)
    for number, one in enumerate(seen):
        if number % max(1, len(seen) // 12) == 0 or number == len(seen) - 1:
            print(f"after tick {number + 1}: {one}")
    minutes = (time.monotonic() - began) / 60
    told = "; ".join(faults) or "nothing grew, nothing was doubled, journal and wiki agree"
    print(f"{ticks} ticks in {minutes:.1f} minutes; {told}")
    return bool(faults)


def soak(folder: Path, ticks: int) -> tuple[list[Seen], list[str]]:
    """What was seen after each tick, and what was wrong."""
    settings = decide(folder, DATASETS)
    with running(folder / "wiki.sqlite") as sandbox:
        seen = [tick(folder, settings, sandbox, number) for number in range(ticks)]
        return seen, [*grown(seen), *twice(sandbox), *differences(settings, sandbox)]


def tick(folder: Path, settings: Settings, sandbox: Sandbox, number: int) -> Seen:
    """One hour: every schedule that is due comes up."""
    account = account_of(sandbox)
    for dataset in DATASETS:
        spec = load_dataset(dataset, settings)
        [source] = (spec.folder / "samples").iterdir()
        snapshot = None
        for step in Step:
            snapshot = run_step(step, Run(spec, settings, account, source), snapshot)["snapshot"]
    if number % DAY == 0:
        refresh_index(settings)
        rank_and_report(settings)
    close_due(settings)
    for batch in plan_batches(settings, account):
        upload_batch(settings, account, batch.batch_id)
        verify_batch(settings, account, batch.batch_id)
    return look(folder)


def look(folder: Path) -> Seen:
    """What this process holds now."""
    process = psutil.Process()
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    left = list(Path(tempfile.gettempdir()).iterdir())
    return Seen(
        round(process.memory_info().rss / 2**20, 1),
        process.num_fds(),
        threading.active_count(),
        round(size / 2**20, 2),
        len(left),
    )


def grown(seen: list[Seen]) -> Iterator[str]:
    """What is more in the last quarter than in the second, beyond what comes and goes."""
    quarter = len(seen) // 4
    if not quarter:
        return
    before, after = seen[quarter : 2 * quarter], seen[-quarter:]
    for name, allowed in (("megabytes", 40.0), ("files", 5), ("threads", 5), ("temporary", 5)):
        was, now = (max(getattr(one, name) for one in some) for some in (before, after))
        if now > was + allowed:
            yield f"{name} grew from {was} to {now}"
    a_tick = (after[-1].folder_megabytes - before[0].folder_megabytes) / max(1, len(seen) - quarter)
    if a_tick > 0.5:
        yield f"the folder grows by {a_tick:.2f} MB a tick although nothing changed"


def twice(sandbox: Sandbox) -> Iterator[str]:
    """Edits that stand on the wiki more than once."""
    for edit, times in edits_made(sandbox).items():
        if times > 1:
            yield f"the edit {edit} was made {times} times"


def differences(settings: Settings, sandbox: Sandbox) -> Iterator[str]:
    """Where journal and wiki differ."""
    yield from map(str, audit_batch(settings, account_of(sandbox), None, lambda *_: None).differences)


if __name__ == "__main__":
    raise SystemExit(main())
