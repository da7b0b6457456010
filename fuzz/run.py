"""Fuzzes all targets in turn: `python -m fuzz.run [--seconds 60] [--rounds 1] [--folder F] [TARGET …]`.

Needs atheris (`pip install -r fuzz/requirements.txt`). What was tried and found is added up in
`<folder>/totals.json` from run to run; inputs that lead on and findings stay in the folder.
"""

import argparse
import json
import multiprocessing
import pkgutil
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import atheris

import heritage.reconcile

for _module in pkgutil.iter_modules(heritage.reconcile.__path__, "heritage.reconcile."):
    import_module(_module.name)  # before the others: what numba compiles stays as it is
with atheris.instrument_imports(include=["heritage"]):
    from fuzz.targets import TARGETS

from fuzz.one import fuzz  # noqa: E402 - it imports some of them

_GRACE_S = 90
_FORK = multiprocessing.get_context("fork")
"""All is imported and instrumented once; each target has a process of its own, for libFuzzer ends it."""


def main() -> None:
    """Runs each target for its time, and tells after each what it came to."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("targets", nargs="*")
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--rounds", type=int, default=1)
    arguments.add_argument("--folder", type=Path, default=Path("data/fuzz"))
    given = arguments.parse_args()
    unknown = set(given.targets) - TARGETS.keys()
    if unknown:
        raise SystemExit(f"no such target: {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}")
    given.folder.mkdir(parents=True, exist_ok=True)
    for _ in range(given.rounds):
        for name in given.targets or TARGETS:
            print(run(name, given.seconds, given.folder), flush=True)
    print(summary(given.folder))


def run(name: str, seconds: float, folder: Path) -> str:
    """One target for so long, and a line of what it came to."""
    told, log = folder / f"{name}.last.json", folder / f"{name}.log"
    told.unlink(missing_ok=True)
    _compiled(name)
    begun = time.monotonic()
    process = _FORK.Process(target=fuzz, args=(name, TARGETS[name], seconds, folder))
    process.start()
    process.join(seconds + _GRACE_S)
    if process.is_alive():
        process.kill()
        process.join()
    last = json.loads(told.read_text("utf-8")) if told.exists() else {"inputs": 0, "findings": {}}
    if process.exitcode:
        kept = log.rename(log.with_suffix(f".{int(time.time())}.log"))
        last["findings"][f"the process ended with {process.exitcode}"] = 1
    else:
        kept = log
    edges = _edges(kept.read_text("utf-8", "replace"))
    _add(folder, name, last, time.monotonic() - begun, edges)
    inputs, rate = last["inputs"], last["inputs"] / max(last.get("seconds", seconds), 1)
    told_of = len(last["findings"])
    return f"{name}: {inputs:,} inputs, {rate:,.0f} a second, {edges} edges, {told_of} findings"


def _compiled(name: str) -> None:
    """Lets the target answer once: what numba compiles of it, for minutes, lies on the disk then."""
    process = _FORK.Process(target=_once, args=(name,))
    process.start()
    process.join()


def _once(name: str) -> None:
    with suppress(Exception):
        TARGETS[name](b"")


def summary(folder: Path) -> str:
    """All runs so far."""
    totals = _totals(folder)
    hours = sum(one["seconds"] for one in totals.values()) / 3600
    inputs = sum(one["inputs"] for one in totals.values())
    lines = [f"{len(totals)} targets, {hours:.2f} hours, {inputs:,} inputs"]
    lines += [
        f"  {name}: {place} ({count} times)"
        for name, one in sorted(totals.items())
        for place, count in one["findings"].items()
    ]
    return "\n".join(lines)


def _totals(folder: Path) -> dict[str, Any]:
    file = folder / "totals.json"
    return dict(json.loads(file.read_text("utf-8"))) if file.exists() else {}


def _add(folder: Path, name: str, last: dict[str, Any], seconds: float, edges: int) -> None:
    totals = _totals(folder)
    one = totals.setdefault(name, {"inputs": 0, "seconds": 0.0, "edges": 0, "findings": {}})
    one["inputs"] += last["inputs"]
    one["seconds"] += seconds
    one["edges"] = max(one["edges"], edges)
    for place, count in last["findings"].items():
        one["findings"][place] = one["findings"].get(place, 0) + count
    written = folder / "totals.json.partial"
    written.write_text(json.dumps(totals, indent=1), encoding="utf-8")
    written.replace(folder / "totals.json")


def _edges(log: str) -> int:
    found = [line.split("cov: ")[1].split()[0] for line in log.splitlines() if "cov: " in line]
    return int(found[-1]) if found else 0


if __name__ == "__main__":
    main()
