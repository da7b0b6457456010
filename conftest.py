"""Surroundings of all tests, made before the first import of Airflow, which settles its home for good.

Nothing of the caller's installation is seen or written: no database, no connection, no setting.
"""

import gc
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

_ROOT = Path(__file__).resolve().parent
_FOR_TESTS = ("HERITAGE_SHARED_DATA", "HERITAGE_TEST_", "HERITAGE_FORBID_SKIPS", "HERITAGE_WRITE_EXPECTED")
_TOGETHER = {
    "tests/dags/test_task_logs.py": "airflow_server",
    "tests/unit/plugins/test_heritage_pages.py": "airflow_server",
    "tests/commons/test_media_batches.py": "real_wiki",
    "tests/commons/test_real_uploads.py": "real_wiki",
}
"""Modules of tests to the server that they share; each worker of pytest-xdist would start one of its own."""
_home = Path(tempfile.mkdtemp(prefix="heritage-airflow-"))

for _name in list(os.environ):
    if _name.startswith(("AIRFLOW", "HERITAGE_")) and not _name.startswith(_FOR_TESTS):
        del os.environ[_name]
os.environ |= {
    "AIRFLOW_HOME": str(_home),
    "AIRFLOW__CORE__DAGS_FOLDER": str(_ROOT / "dags"),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__OPENLINEAGE__DISABLED": "True",
}

# A busy machine must not fail a property: how long an example takes says nothing about it.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_collection() -> None:
    """Modules and tests live to the end: looking through them for garbage takes a fifth of the collection."""
    gc.disable()


def pytest_collection_finish() -> None:
    """What was collected is looked at no more; what tests make is."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A module's tests stay in one worker, and so do those of modules that share a server."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            module = super()._split_scope(nodeid)
            return _TOGETHER.get(module, module)

    return Together(config, log) if config.getvalue("dist") == "loadscope" else None


def pytest_unconfigure() -> None:
    """Removes the home."""
    shutil.rmtree(_home, ignore_errors=True)


@pytest.fixture(scope="session")
def airflow_home() -> Iterator[Path]:
    """The home, with a migrated database `airflow.db` on SQLite, and a copy of it that stays empty."""
    from airflow.settings import engine
    from airflow.utils.db import initdb

    initdb()
    with (
        closing(sqlite3.connect(_home / "airflow.db")) as source,
        closing(sqlite3.connect(_home / "empty.db")) as copy,
    ):
        source.backup(copy)  # not a copy of the file: what was written last stands beside it
    yield _home
    engine.dispose()


@pytest.fixture(scope="session")
def airflow_server(airflow_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A real API server (see `airflow_server.Server`) with the one dataset `se_demo`.

    Ada has a seat in the governance body; Root may do everything in Airflow, but has none.
    """
    from airflow_server import serving
    from register_examples import VOCABULARIES, loaded

    folder = tmp_path_factory.mktemp("server")
    loaded(folder / "datasets")
    (folder / "datasets" / "_vocabularies").symlink_to(VOCABULARIES)
    users = {"Ada": "user", "Root": "admin"}
    with serving(airflow_home / "empty.db", folder, users, datasets=str(folder / "datasets")) as server:
        yield server


@pytest.fixture(scope="session")
def decided_installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of an installation with approved edits and a wiki that has none of them; copy it."""
    from installation import decide

    folder = tmp_path_factory.mktemp("decided")
    decide(folder)
    return folder
