"""Times a register from its server to its records, beside the same done row by row.

    PYTHONPATH=include python benchmarks/map/run.py [--rows 400000]

Both run in a process of their own, one after the other, against the same server on loopback, and end with the
records in a Parquet file. Peak memory is that of the process (maximum resident set).
"""

import argparse
import functools
import json
import os
import subprocess
import sys
import tempfile
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from register import write_description, write_register

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VOCABULARIES = ROOT / "datasets" / "_vocabularies"
_PEAK = (
    "import resource, runpy, sys; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__');"
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
)


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and logs nothing."""

    def log_message(self, *_: Any) -> None:
        return


def measured(script: str, *arguments: str) -> dict[str, float]:
    """What the script says of itself, with its peak memory in MB."""
    path = os.pathsep.join([str(ROOT / "include"), str(HERE)])
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, str(HERE / script), *arguments],
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    said, peak = done.stdout.splitlines()[-2:]
    return json.loads(said) | {"peak": int(peak) / 1024}


def main() -> None:
    parser = argparse.ArgumentParser(description="Times a register from its server to its records.")
    parser.add_argument("--rows", type=int, default=400_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory(prefix="heritage-benchmark-") as folder:
        source = Path(folder) / "source"
        source.mkdir()
        write_register(source / "list.csv", rows)
        size = (source / "list.csv").stat().st_size / 1e6
        server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(source)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/list.csv"
        description = write_description(Path(folder), url)
        ours = measured("ours.py", str(description), folder, str(VOCABULARIES))
        peer = measured("peer.py", url, folder, str(VOCABULARIES / "natural_earth" / "borders.parquet"))
        server.shutdown()
        server.server_close()
    if ours["records"] != peer["records"]:
        raise SystemExit(f"not the same records: {ours['records']} and {peer['records']}")
    print(f"{rows:,} rows, {size:.0f} MB of CSV, {int(ours['records']):,} records")
    print(f"{'':24}{'seconds':>10}{'peak MB':>10}")
    print(f"{'Heritage Guard':24}{ours['seconds']:>10.1f}{ours['peak']:>10.0f}")
    print(f"{'  of these harvest':24}{ours['harvest']:>10.1f}")
    print(f"{'  reading alone':24}{ours['read']:>10.1f}")
    print(f"{'row by row':24}{peer['seconds']:>10.1f}{peer['peak']:>10.0f}")
    faster, smaller = peer["seconds"] / ours["seconds"], ours["peak"] / peer["peak"]
    print(f"{faster:.1f} times as fast, in {smaller:.2f} of the memory")


if __name__ == "__main__":
    main()
