"""Times a register from its server to its records, beside the same done row by row.

    PYTHONPATH=include:benchmarks python benchmarks/map/run.py [--rows 400000] [--times 3]

Both run in processes of their own, in turns, against the same server on loopback, and end with the records in
a Parquet file. The fastest of the turns counts: the others waited for the machine. Peak memory is that of the
process (maximum resident set), and CPU what it used of all cores.
"""

import argparse
import functools
import shutil
import sys
import tempfile
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from apart import ROOT, measured
from register import write_description, write_register

HERE = Path(__file__).resolve().parent
VOCABULARIES = ROOT / "datasets" / "_vocabularies"


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and logs nothing."""

    def log_message(self, *_: Any) -> None:
        return


def main() -> None:
    parser = argparse.ArgumentParser(description="Times a register from its server to its records.")
    parser.add_argument("--rows", type=int, default=400_000)
    parser.add_argument("--times", type=int, default=3)
    rows, times = vars(parser.parse_args()).values()
    with tempfile.TemporaryDirectory(prefix="heritage-benchmark-") as folder:
        source = Path(folder) / "source"
        source.mkdir()
        write_register(source / "list.csv", rows)
        size = (source / "list.csv").stat().st_size / 1e6
        server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(source)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/list.csv"
        description = write_description(Path(folder), url)
        borders = str(VOCABULARIES / "natural_earth" / "borders.parquet")
        turns = []
        for turn in range(times):
            own = Path(folder) / str(turn)
            own.mkdir()
            turns.append(
                (
                    measured(sys.executable, HERE / "ours.py", str(description), str(own), str(VOCABULARIES)),
                    measured(sys.executable, HERE / "peer.py", url, str(own), borders),
                )
            )
            shutil.rmtree(own)
        server.shutdown()
        server.server_close()
    ours, peer = (min(one, key=lambda turn: turn["seconds"]) for one in zip(*turns, strict=True))
    if ours["records"] != peer["records"]:
        raise SystemExit(f"not the same records: {ours['records']} and {peer['records']}")
    print(f"{rows:,} rows, {size:.0f} MB of CSV, {int(ours['records']):,} records")
    print(f"{'':24}{'seconds':>10}{'CPU':>10}{'peak MB':>10}")
    for name, of in (("Heritage Guard", ours), ("row by row", peer)):
        print(f"{name:24}{of['seconds']:>10.1f}{of['cpu']:>10.1f}{of['peak']:>10.0f}")
    print(f"Heritage Guard: {ours['harvest']:.1f} s to harvest, {ours['read']:.1f} s to read the rows alone")
    faster, smaller = peer["seconds"] / ours["seconds"], ours["peak"] / peer["peak"]
    print(f"{faster:.1f} times as fast, in {smaller:.2f} of the memory")


if __name__ == "__main__":
    main()
