"""Uploading beside its peers, against the sandbox on this machine, written to docs/benchmarks-upload.md.

    python -m venv /somewhere/peers
    /somewhere/peers/bin/pip install -r benchmarks/upload/requirements.txt
    PYTHONPATH=include:benchmarks python benchmarks/upload/run.py --peers /somewhere/peers/bin/python

Each side runs in a process of its own against a fresh sandbox in another. First all on a wiki without a
limit; then ours alone on one that answers in 200 ms: a batch at 90 edits a minute, and the pace at four
settings (`--items` and `--paced` say how many edits; `--part speed | limit | pace` does one of these alone).
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from work import PASSWORD, USER, entities

from wikibase_sandbox.testing import Sandbox, running_process

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "benchmarks-upload.md"
FIGURES = HERE / "figures.json"
ANSWER = 0.2
PACES = (6, 30, 60, 90)


@contextmanager
def wiki(items: int, *, answer: float = 0.0) -> Iterator[Sandbox]:
    with tempfile.TemporaryDirectory() as folder:
        password = Path(folder, "password")
        password.write_text(PASSWORD)
        account = ["--user", USER, "--password-file", str(password)]
        with running_process(Path(folder, "wiki.sqlite"), arguments=account) as (sandbox, _):
            made = entities(items)
            for start in range(0, len(made), 500):
                sandbox.seed(entities=made[start : start + 500])
            if answer:
                sandbox.fault("delay", times=None, seconds=answer)
            yield sandbox


def timed(python: str, script: str, *arguments: str) -> dict[str, Any]:
    """What a script says of itself in its last line."""
    path = os.pathsep.join([str(HERE), *([str(ROOT / "include")] if python == sys.executable else [])])
    done = subprocess.run(
        [python, str(HERE / script), *arguments],
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def speed(peers: str, items: int) -> list[dict[str, Any]]:
    """Items a minute of every side in the best of three rounds, in which they take turns: what else the
    machine does slows one of them and not the others. One claim at a time gets a tenth of the items."""
    best: dict[str, dict[str, Any]] = {}
    for _ in range(3):
        for found in _round(peers, items):
            before = best.get(found["side"])
            if before is None or found["rate"] > before["rate"]:
                best[found["side"]] = found
    return list(best.values())


def _round(peers: str, items: int) -> list[dict[str, Any]]:
    ours, theirs = "ours.py", "wikibaseintegrator_items.py"
    sides = [
        ("Heritage Guard: one edit an item, read back", sys.executable, ours, items, ["6000000", "known"]),
        ("WikibaseIntegrator: item read, one edit", peers, theirs, items, ["read"]),
        ("WikibaseIntegrator: one edit, nothing read", peers, theirs, items, ["blind"]),
        ("pywikibot: addClaim, addSources", peers, "pywikibot_claims.py", max(10, items // 10), []),
        ("Heritage Guard: new items, looked up first", sys.executable, ours, items, ["6000000", "new"]),
    ]
    found = []
    for name, python, script, count, more in sides:
        with wiki(count) as sandbox:
            said = timed(python, script, sandbox.api_url, str(count), *more)
            asked = sandbox.requests()
        rate = 60 * said["items"] / said["seconds"]
        found.append(
            {
                "side": name,
                "items": said["items"],
                "rate": rate,
                "requests": asked["total"] / said["items"],
                "writes": asked["writes"] / said["items"],
            }
        )
        print(json.dumps(found[-1]), flush=True)
    return found


def tell_speed(sides: list[dict[str, Any]]) -> None:
    """The two ratios that are promised."""
    ours, integrator, _, claims, _ = (one["rate"] for one in sides)
    print(f"Beside WikibaseIntegrator, one edit an item: {ours / integrator:.2f} times as fast (at least 1).")
    print(f"Beside addClaim, one claim at a time: {ours / claims:.2f} times as fast (at least 5).")


def paced(items: int, per_minute: float) -> dict[str, Any]:
    """Edits a minute on a wiki that answers in 200 ms: from the first edit to the last, and of the whole run
    with all that comes before and after."""
    with wiki(items, answer=ANSWER) as sandbox:
        said = timed(sys.executable, "ours.py", sandbox.api_url, str(items), str(per_minute), "known")
    whole = 60 * said["items"] / said["seconds"]
    rate = 60 * (said["items"] - 1) / said["between"]
    found = {"set": per_minute, "items": said["items"], "rate": rate, "whole": whole}
    print(json.dumps(found), flush=True)
    return found


INTRODUCTION = """# Uploading: how fast

Measured by `benchmarks/upload/run.py`, which says how to repeat it. Every side adds to each item the same
four statements, each with a reference of three parts, and a name, and runs in a process of its own on the
same machine as the wiki, the sandbox of this repository. Ratios travel between machines, figures do not.
"""
UNLIMITED = """
## Without a limit

{measured}

Each in the best of three rounds, in which they took turns.

| | items | items a minute | requests an item | writes an item | ours is so many times as fast |
|---|---|---|---|---|---|
{rows}

Ours writes every edit into a journal on the disk before it is sent (some together, for the disk is waited
for), asks before every edit whether people have stopped the batch, reads every edit back, looks at the stop
page every ten seconds and compares each item with what is to be added, as it was at most five seconds before;
the peers do none of that.
Who writes without reading cannot know what stands there already.
"""
LIMITED = """
## At the limit of a wiki

{measured}

A wiki that answers in {answer:.0f} ms and allows {set:g} edits a minute: a batch of {items:,} items keeps at
{rate:.1f} % of that from its first edit to its last, and at {whole:.1f} % with the first look and the last
reading back.
"""
PACED = """
## The pace that is set and the pace that is kept

{measured}

| set, edits a minute | edits | measured | off by |
|---|---|---|---|
{rows}
"""


def page(figures: dict[str, Any]) -> str:
    parts = [INTRODUCTION]
    if "speed" in figures:
        sides = figures["speed"]["sides"]
        ours = sides[0]["rate"]
        rows = [
            f"| {s['side']} | {s['items']:,} | {s['rate']:,.0f} | {s['requests']:.2f} | {s['writes']:.2f} "
            f"| {ours / s['rate']:.1f} |"
            for s in sides
        ]
        parts.append(UNLIMITED.format(measured=_measured(figures["speed"]), rows="\n".join(rows)))
    if "limit" in figures:
        one = figures["limit"]
        share = {key: 100 * one[key] / one["set"] for key in ("rate", "whole")}
        known = {
            "measured": _measured(one),
            "answer": 1000 * ANSWER,
            "set": one["set"],
            "items": one["items"],
        }
        parts.append(LIMITED.format(**known, **share))
    if "pace" in figures:
        rows = [
            f"| {one['set']:g} | {one['items']} | {one['rate']:.2f} "
            f"| {100 * (one['rate'] / one['set'] - 1):+.1f} % |"
            for one in figures["pace"]["paces"]
        ]
        parts.append(PACED.format(measured=_measured(figures["pace"]), rows="\n".join(rows)))
    return "".join(parts)


def _measured(part: dict[str, Any]) -> str:
    return f"{part['at']}, {part['machine']}."


def _with_machine(found: dict[str, Any]) -> dict[str, Any]:
    load = os.getloadavg()[0]
    python = platform.python_version()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {python}, load {load:.1f} at the end"
    return {"at": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine} | found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peers", default="", help="Python of an environment with requirements.txt")
    parser.add_argument("--items", type=int, default=1000)
    parser.add_argument("--paced", type=float, default=1.5, help="minutes that each pace is measured for")
    parser.add_argument("--part", choices=["speed", "limit", "pace"], action="append")
    given = parser.parse_args()
    parts = given.part or ["speed", "limit", "pace"]
    figures: dict[str, Any] = json.loads(FIGURES.read_text()) if FIGURES.is_file() else {}
    if "speed" in parts:
        if not given.peers:
            parser.error("--peers is needed for the comparison")
        figures["speed"] = _with_machine({"sides": speed(given.peers, given.items)})
        tell_speed(figures["speed"]["sides"])
    if "limit" in parts:
        figures["limit"] = _with_machine(paced(given.items, 90))
        share = figures["limit"]["rate"] / figures["limit"]["set"]
        print(f"At a limit of 90 edits a minute: {share:.1%} of it is used (at least 97 %).")
    if "pace" in parts:
        counts = {pace: max(13, round(pace * given.paced)) for pace in PACES}
        figures["pace"] = _with_machine({"paces": [paced(count, pace) for pace, count in counts.items()]})
    FIGURES.write_text(json.dumps(figures, indent=1) + "\n")
    PAGE.write_text(page(figures))


if __name__ == "__main__":
    main()
