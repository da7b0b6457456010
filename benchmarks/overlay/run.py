"""Times the overlay of records with areas beside the same join in DuckDB spatial.

    python -m venv /somewhere/peer
    /somewhere/peer/bin/pip install -r benchmarks/overlay/requirements.txt
    PYTHONPATH=include:benchmarks python benchmarks/overlay/run.py --peer /somewhere/peer/bin/python

Both run in processes of their own, in turns, from the same two Parquet files to the pairs in memory; the
fastest of the turns counts. Two joins: which records lie inside areas, and which within 1 km of one. For the
second DuckDB measures in a projection of Europe, which is right there alone and up to a percent off; ours
measures geodesics anywhere, and gives the distance of each pair. Without --peer ours is timed alone.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from apart import measured
from inputs import write_inputs

HERE = Path(__file__).resolve().parent


def has_peer(python: str | None) -> bool:
    if python is None:
        return False
    tried = subprocess.run([python, "-c", "import duckdb, duckdb_extension_spatial"], capture_output=True)
    return tried.returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser(description="Times the overlay beside the same join in DuckDB spatial.")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--areas", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--peer", help="Python of an environment with benchmarks/overlay/requirements.txt")
    given = parser.parse_args()
    peer = has_peer(given.peer)
    if not peer:
        print(
            "DuckDB is not there, so nothing is compared: make an environment of its own for it and name its"
        )
        print("Python with --peer, as the head of this file says.")
    with tempfile.TemporaryDirectory(prefix="heritage-benchmark-") as folder:
        write_inputs(Path(folder), given.records, given.areas)
        print(f"{given.records:,} records, {given.areas:,} areas, {os.cpu_count()} cores")
        print(f"{'':34}{'seconds':>10}{'CPU':>10}{'peak MB':>10}{'pairs':>12}")
        for name, reach in (("inside", "0"), ("within 1 km", "1000")):
            turns = [
                [
                    measured(sys.executable, HERE / "ours.py", folder, reach),
                    *([measured(given.peer, HERE / "peer.py", folder, reach)] if peer else []),
                ]
                for _ in range(given.times)
            ]
            best = [min(one, key=lambda turn: turn["seconds"]) for one in zip(*turns, strict=True)]
            for who, of in zip(("Heritage Guard", "DuckDB spatial"), best, strict=False):
                told = f"{of['seconds']:>10.1f}{of['cpu']:>10.1f}{of['peak']:>10.0f}{int(of['pairs']):>12,}"
                print(f"{who + ', ' + name:34}{told}")
            if peer:
                ratios = {key: best[1][key] / best[0][key] for key in ("seconds", "cpu", "peak")}
                told = "{seconds:.2f} of the time, {cpu:.2f} of the CPU, {peak:.2f} of the memory"
                print(f"  DuckDB to Heritage Guard: {told.format(**ratios)}")


if __name__ == "__main__":
    main()
