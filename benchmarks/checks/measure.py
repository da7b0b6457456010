"""How long the checks of 400,000 records take beside reading their file.

Usage: PYTHONPATH=include .venv/bin/python benchmarks/checks/measure.py

The file is the made-up list of `benchmarks/map`, the records are what the mapping makes of it. Reading is
measured four ways, each keeping what it reads in memory, and by our own reader. The best of five counts;
the import of Great Expectations, once a process, is told apart.
"""

import csv
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.csv

from heritage.adapters.gx import ExpectationSuites
from heritage.adapters.harvest import Reader
from heritage.adapters.world import load_world
from heritage.mapping import map_rows
from heritage.ports.files import FetchedFile
from heritage.spec.dataset import DatasetSpec
from heritage.spec.properties import load_identifier_formats
from heritage.spec.thresholds import load_thresholds

ROOT = Path(__file__).resolve().parents[2]
VOCABULARIES = ROOT / "datasets" / "_vocabularies"
ROWS = 400_000
sys.path.append(str(ROOT / "benchmarks" / "map"))
from register import DESCRIPTION, write_register  # noqa: E402


def seconds(work: Callable[[], Any]) -> float:
    """Of one run."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


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
        first = seconds(lambda: suites.check(spec, mapped.records.slice(0, 100), noted))

        def by_csv_module() -> list[dict[str, Any]]:
            with path.open(encoding="utf-8", newline="") as opened:
                return list(csv.DictReader(opened))

        ways: dict[str, Callable[[], Any]] = {
            "csv module, a dict a row": by_csv_module,
            "pandas, types guessed": lambda: pd.read_csv(path),
            "pandas, all as text": lambda: pd.read_csv(path, dtype=str),
            "pyarrow, on all processors": lambda: pyarrow.csv.read_csv(path),
            "our reader": lambda: sum(len(rows.numbers) for rows in Reader().rows(spec, [file])),
            "": lambda: suites.check(spec, mapped.records, noted),
        }
        best = {name: min(seconds(way) for _ in range(5)) for name, way in ways.items()}
        size = path.stat().st_size / 1e6
    checks = best.pop("")
    number = len(suites.check(spec, mapped.records, noted).results)
    print(f"{mapped.records.num_rows:,} records, {number} expectations with Data Docs: {checks:.2f} s")
    print(f"(the first of a process {first:.1f} s more, to import Great Expectations)")
    for name, took in best.items():
        print(f"reading {size:.0f} MB by {name}: {took:.2f} s; the checks take {checks / took:.2f} of that")


if __name__ == "__main__":
    main()
