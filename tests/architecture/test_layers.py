"""The shape of the house, held by import-linter and a few rules of its own."""

import ast
from pathlib import Path

import pytest
from importlinter.cli import lint_imports


def test_imports_point_down_only(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0


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
