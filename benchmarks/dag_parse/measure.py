"""How long the DAG processor needs for 300 datasets: `.venv/bin/python benchmarks/dag_parse/measure.py`.

Copies real descriptions under new ids until there are 300, and loads `dags/datasets.py` with Airflow's
DagBag in a fresh process each time, as the DAG processor does. Prints the best of five.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATASETS = 300
PARSE = """
import time
began = time.perf_counter()
from airflow.dag_processing.dagbag import DagBag
import airflow.sdk
imported = time.perf_counter()
bag = DagBag(__import__("sys").argv[1], collect_dags=False)
bag.process_file(__import__("sys").argv[1], only_if_updated=False)
parsed = time.perf_counter()
assert not bag.import_errors, bag.import_errors
print(len(bag.dags), imported - began, parsed - imported)
"""
LOAD = """
import sys, time
from pathlib import Path
began = time.perf_counter()
from heritage.spec.loader import load_specs
imported = time.perf_counter()
specs, failures = load_specs(Path(sys.argv[1]))
print(len(specs), imported - began, time.perf_counter() - imported)
assert not failures, failures[0]
"""


def copies(folder: Path) -> None:
    """300 descriptions with everything that stands beside them, samples left out."""
    sources = [p for p in sorted((ROOT / "datasets").glob("*/*/*.yaml")) if p.stem == p.parent.name]
    for number, source in enumerate(islice(cycle(sources), DATASETS)):
        name = f"{source.stem}_{number}"
        target = folder / source.parent.parent.name / name
        target.mkdir(parents=True)
        for beside in source.parent.glob("*.csv"):
            shutil.copy(beside, target)
        text = re.sub(rf"^id: {source.stem}$", f"id: {name}", source.read_text("utf-8"), flags=re.MULTILINE)
        text = re.sub(rf"^id: {source.stem}\s.*$", f"id: {name}", text, flags=re.MULTILINE)
        (target / f"{name}.yaml").write_text(text, "utf-8")
    (folder / "_vocabularies").symlink_to(ROOT / "datasets" / "_vocabularies")


def best(code: str, argument: str, env: dict[str, str]) -> tuple[int, float, float]:
    """Of five fresh processes: DAGs or descriptions, seconds of imports, seconds of the work."""
    runs = []
    for _ in range(5):
        ran = subprocess.run(
            [sys.executable, "-c", code, argument], env=env, capture_output=True, text=True, check=True
        )
        number, imports, work = ran.stdout.split()[-3:]
        runs.append((int(number), float(imports), float(work)))
    return min(runs, key=lambda run: run[2])


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copies(folder / "datasets")
        env = os.environ | {
            "PYTHONPATH": str(ROOT / "include"),
            "AIRFLOW_HOME": str(folder / "airflow"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
            "HERITAGE_DATASETS": str(folder / "datasets"),
        }
        number, imports, work = best(LOAD, str(folder / "datasets"), env)
        print(f"{number} descriptions read and validated: {work:.2f} s (imports {imports:.2f} s)")
        number, imports, work = best(PARSE, str(ROOT / "dags" / "datasets.py"), env)
        print(
            f"{number} DAGs of dags/datasets.py: {work:.2f} s, {imports + work:.2f} s with Airflow's import"
        )


if __name__ == "__main__":
    main()
