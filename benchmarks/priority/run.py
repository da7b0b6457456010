"""Times the ranking of 500 proposals under 10,000 weightings beside the same with pymcdm.

    python -m venv /somewhere/peer
    /somewhere/peer/bin/pip install -r benchmarks/priority/requirements.txt
    PYTHONPATH=include:benchmarks python benchmarks/priority/run.py --peer /somewhere/peer/bin/python

Both run in processes of their own, in turns, on the same values and weightings; the fastest of the turns
counts. What both find is compared: how often each proposal is among the first 50. Without --peer ours is
timed alone.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from apart import measured
from inputs import write_inputs

HERE = Path(__file__).resolve().parent


def has_peer(python: str | None) -> bool:
    if python is None:
        return False
    return subprocess.run([python, "-c", "import pymcdm, yaml"], capture_output=True).returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser(description="Times the ranking beside pymcdm.")
    parser.add_argument("--proposals", type=int, default=500)
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--peer", help="Python of an environment with benchmarks/priority/requirements.txt")
    given = parser.parse_args()
    peer = has_peer(given.peer)
    if not peer:
        print("pymcdm is not there, so nothing is compared: the head of this file says how to get it.")
    with tempfile.TemporaryDirectory(prefix="heritage-benchmark-") as name:
        folder = Path(name)
        write_inputs(folder, given.proposals, given.draws)
        print(f"{given.proposals:,} proposals, {given.draws:,} weightings, {os.cpu_count()} cores")
        print(f"{'':20}{'seconds':>10}{'CPU':>10}{'peak MB':>10}")
        turns = [
            [
                measured(sys.executable, HERE / "ours.py", name, str(given.draws)),
                *([measured(given.peer, HERE / "peer.py", name)] if peer else []),
            ]
            for _ in range(given.times)
        ]
        best = [min(one, key=lambda turn: turn["seconds"]) for one in zip(*turns, strict=True)]
        for who, of in zip(("Heritage Guard", "pymcdm"), best, strict=False):
            print(f"{who:20}{of['seconds']:>10.2f}{of['cpu']:>10.2f}{of['peak']:>10.0f}")
        if peer:
            apart = np.abs(np.load(folder / "ours.npy") - np.load(folder / "peer.npy")).max()
            ratio = best[1]["seconds"] / best[0]["seconds"]
            print(
                f"  pymcdm to Heritage Guard: {ratio:.1f} of the time; shares differ by {apart:.4f} at most"
            )


if __name__ == "__main__":
    main()
