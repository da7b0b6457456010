"""The whole way of a record measured step by step, and written to docs/benchmarks.md.

    PYTHONPATH=include:benchmarks python benchmarks/way/run.py --records 10000 100000 1000000 \
        --folder FOLDER --page docs/benchmarks.md

A synthetic register is made up in FOLDER with three times as many items, served on loopback, harvested,
mapped, checked by Great Expectations, flagged by its own column and by 1,000 areas, reconciled, compared with
the items, rehearsed, ranked and reported. Nothing is uploaded: that goes at the pace of a wiki, not of a
machine. Each step is a process of its own. What is made up stays in FOLDER and is made once; `--steps` takes
some of the steps again, alone; a run that was interrupted goes on where it was with `--go-on`. Measured are
seconds, seconds of CPU of the process and its children, the most memory the process had (and of its largest
child), and the bytes that the step left in the data folder.
"""

import argparse
import functools
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from datetime import UTC, datetime
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from apart import ROOT

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from document import put, section  # noqa: E402
from made_up import DATASET, ITEMS_PER_RECORD, made  # noqa: E402
from taken import Taken  # noqa: E402

STEPS = [
    *("index", "layer", "harvest", "map", "check", "approve", "flag", "reconcile", "propose", "report"),
]


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and logs nothing."""

    def log_message(self, *_: Any) -> None:
        return


def take(step: str, folder: Path, environment: dict[str, str]) -> Taken:
    """Takes a step in a process of its own. Raises SystemExit with what the step said when it fails."""
    before, began = _mb(folder / "data"), time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", _WATCHED, str(HERE / "step.py"), step, str(folder)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    out, _ = process.communicate()
    seconds = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(
            f"{step} failed in {folder}; what came before it is kept: take it again with --go-on"
        )
    *_, said, used = out.splitlines()
    peak, child, cpu = map(float, used.split())
    grown = _mb(folder / "data") - before
    return Taken(step, seconds, cpu, peak, child, grown, json.loads(said), os.getloadavg()[0], _today())


_WATCHED = """
import resource, runpy, sys
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
with open("/proc/self/status") as lines:
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
used = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
print(peak / 1024, children.ru_maxrss / 1024, used)
"""


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def way(folder: Path, records: int, steps: list[str], go_on: bool) -> list[Taken]:
    """The steps of a register of so many records, each told as it ends; those known with `go_on` are not
    taken again."""
    made(folder, records)
    kept = folder / "taken.json"
    known = {one["step"]: Taken(**one) for one in json.loads(kept.read_text())} if kept.exists() else {}
    if not go_on and steps == STEPS:
        shutil.rmtree(folder / "data", ignore_errors=True)
        known = {}
    (folder / "data").mkdir(exist_ok=True)
    serve = functools.partial(Quiet, directory=str(folder / "source"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), serve)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = os.environ | {
        "PYTHONPATH": str(ROOT / "include"),
        "HERITAGE_DATA_URL": str(folder / "data"),
        "HERITAGE_DATASETS": str(folder / "datasets"),
        "HERITAGE_EXPECTATIONS": str(ROOT / "expectations"),
        "HERITAGE_CONTACT": "benchmark@example.org",
        "HERITAGE_MIRROR": f"http://127.0.0.1:{server.server_port}",
    }
    try:
        for step in steps:
            if go_on and step in known:
                continue
            if not go_on and steps != STEPS:
                _forget(folder, step)
            known[step] = take(step, folder, environment)
            print(f"{records:>9,} {known[step].text()}", flush=True)
            kept.write_text(json.dumps([asdict(one) for one in known.values()], indent=1))
    finally:
        server.shutdown()
        server.server_close()
    return [known[step] for step in STEPS if step in known]


_MADE = {
    "map": ["records", "rejected", "terms", "columns", "changes"],
    "flag": ["evidence", "risk", "history", "tasks", "protected", "overlay_world_synthetic_areas", "flagged"],
    "reconcile": ["matches"],
    "propose": ["edits", "conflicts", "findings", "rehearsal"],
}


def _forget(folder: Path, step: str) -> None:
    """A step that is taken again alone has to make its tables anew."""
    for name in _MADE.get(step, ()):
        for path in (folder / "data" / DATASET).glob(f"*/{name}*"):
            path.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=int, nargs="+", default=[10_000])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=STEPS)
    parser.add_argument("--go-on", action="store_true", help="take only what was not taken yet")
    parser.add_argument("--page", type=Path, help="write the figures of these sizes into this page")
    given = parser.parse_args()
    taken = {n: way(given.folder / str(n), n, given.steps, given.go_on) for n in given.records}
    if given.page:
        put(given.page, section(taken, ITEMS_PER_RECORD))


if __name__ == "__main__":
    main()
