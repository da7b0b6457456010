"""An installation of its own for the maintainer's commands."""

from pathlib import Path

import pytest

from register_examples import ROOT, VOCABULARIES


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The bundled vocabularies and no dataset."""
    datasets = tmp_path / "datasets"
    datasets.mkdir()
    (datasets / "_vocabularies").symlink_to(VOCABULARIES)
    monkeypatch.setenv("HERITAGE_DATASETS", str(datasets))
    monkeypatch.setenv("HERITAGE_DATA_URL", str(tmp_path / "data"))
    monkeypatch.setenv("HERITAGE_EXPECTATIONS", str(ROOT / "expectations"))
    return tmp_path
