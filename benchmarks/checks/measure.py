"""How long the checks of 400,000 records take beside reading their file, and what they spend it on.

Usage: PYTHONPATH=include .venv/bin/python benchmarks/checks/measure.py

The file is the made-up list of `benchmarks/map`, the records are what the mapping makes of it. Reading is
measured four ways, each keeping what it reads in memory, and by our own reader. The best of five counts;
the import of Great Expectations, once a process, is told apart. What Great Expectations and its page take
whatever the number of records is measured on none; the two rules that compare records with each other are
measured by themselves. CPU is of all processors: it says more than seconds on a machine that is shared.
"""

import csv
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow.csv

from heritage.adapters.gx import ExpectationSuites
from heritage.adapters.harvest import Reader
from heritage.adapters.world import load_world
from heritage.mapping import map_rows
from heritage.ports.files import FetchedFile
from heritage.quality.centres import municipality_centres
from heritage.quality.duplicates import duplicate_sites
from heritage.spec.dataset import DatasetSpec
from heritage.spec.properties import load_identifier_formats
from heritage.spec.thresholds import load_thresholds

ROOT = Path(__file__).resolve().parents[2]
VOCABULARIES = ROOT / "datasets" / "_vocabularies"
ROWS = 400_000
sys.path.append(str(ROOT / "benchmarks" / "map"))
from register import DESCRIPTION, write_register  # noqa: E402


class Took(NamedTuple):
    """Of one run."""

    seconds: float
    cpu: float


def took(work: Callable[[], Any]) -> Took:
    """Of one run of the work."""
    began, used = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - began, time.process_time() - used)


def peak() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    harvest = {"protocol": "csv", "url": "https://example.org/list.csv"}
    spec = DatasetSpec.model_validate({**DESCRIPTION, "harvest": harvest})
    thresholds = load_thresholds(VOCABULARIES / "thresholds.yaml")
    formats = load_identifier_formats(VOCABULARIES / "properties.yaml")
    suites = ExpectationSuites(ROOT / "expectations", thresholds.records, formats)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        write_register(path, ROWS)
        file = FetchedFile("list.csv", path, spec.harvest.url)
        mapped = map_rows(spec, Reader().rows(spec, [file]), load_world(VOCABULARIES), thresholds.places)
        noted = Counter(issue.code.value for issue in mapped.issues)
        records = mapped.records
        first = took(lambda: suites.check(spec, records.slice(0, 100), noted)).seconds
        table = records.select(["lat", "lon", "name", "address", "municipality"]).to_pandas()
        lat, lon = table["lat"].to_numpy(), table["lon"].to_numpy()
        rules = thresholds.records
        before = peak()
        number = len(suites.check(spec, records, noted).results)
        more = peak() - before

        def by_csv_module() -> list[dict[str, Any]]:
            with path.open(encoding="utf-8", newline="") as opened:
                return list(csv.DictReader(opened))

        ways: dict[str, Callable[[], Any]] = {
            "csv module, a dict a row": by_csv_module,
            "pandas, types guessed": lambda: pd.read_csv(path),
            "pandas, all as text": lambda: pd.read_csv(path, dtype=str),
            "pyarrow, on all processors": lambda: pyarrow.csv.read_csv(path),
            "our reader": lambda: sum(len(rows.numbers) for rows in Reader().rows(spec, [file])),
        }
        spent: dict[str, Callable[[], Any]] = {
            "all checks, with Data Docs": lambda: suites.check(spec, records, noted),
            "  Great Expectations and its page, on no records": lambda: suites.check(
                spec, records.slice(0, 0), noted
            ),
            "  two records of one site": lambda: duplicate_sites(
                lat, lon, table["name"], table["address"], rules.duplicate
            ),
            "  middles of municipalities": lambda: municipality_centres(
                lat, lon, table["municipality"], rules.centre
            ),
        }
        read, checked = (
            {name: min(took(way) for _ in range(5)) for name, way in of.items()} for of in (ways, spent)
        )
        size = path.stat().st_size / 1e6
    every, *parts = checked.values()
    rest = (whole - sum(some) for whole, *some in zip(every, *parts, strict=True))
    checked["  all other expectations"] = Took(*rest)
    print(f"{records.num_rows:,} records, {number} expectations")
    print(f"{'':52}{'seconds':>10}{'CPU':>10}")
    for name, of in checked.items():
        print(f"{name:52}{of.seconds:>10.2f}{of.cpu:>10.2f}")
    print(f"(the first of a process {first:.1f} s more, to import Great Expectations)")
    print(f"peak: {before:.0f} MB after mapping, the checks took {more:.0f} MB more")
    for name, of in read.items():
        share = every.seconds / of.seconds
        print(f"{f'reading {size:.0f} MB by {name}':52}{of.seconds:>10.2f}{of.cpu:>10.2f}   {share:.2f}")
    print("The last figure is what part of it the checks take.")


if __name__ == "__main__":
    main()
