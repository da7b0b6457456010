"""The shape of the house, held by import-linter and a few rules of its own."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest


def test_imports_point_down_only(repository: Path) -> None:
    """In a process of its own, for it turns off every log that was there before."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    linted = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False, timeout=300)
    assert linted.returncode == 0, linted.stdout


def test_dag_files_are_thin(repository: Path) -> None:
    lengths = {path.name: len(path.read_text().splitlines()) for path in (repository / "dags").glob("*.py")}
    assert lengths
    assert max(lengths.values()) <= 40, lengths


@pytest.mark.parametrize("folder", ["dags", "plugins"])
def test_nothing_heavy_is_imported_while_airflow_parses(repository: Path, folder: str) -> None:
    """Airflow parses these files again and again: only the standard library, Airflow and the thin faces."""
    allowed = (
        "airflow",
        "heritage.orchestration",
        "heritage.spec",
        "heritage.wiring.settings",
        "heritage.web",
    )
    for path in (repository / folder).glob("*.py"):
        for node in ast.parse(path.read_text()).body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            third_party = [
                name
                for name in names
                if name.split(".")[0] in ("pandas", "numpy", "heritage", "great_expectations")
            ]
            assert all(name.startswith(allowed) for name in third_party), f"{path.name} imports {third_party}"
