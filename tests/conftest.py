"""What all tests share: where the bundled and the shared data are, and which skips are allowed."""

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NEEDS = ("browser", "mediawiki", "postgresql", "redis")
collect_ignore_glob = ["**/conftest.py"]  # they have no doctests, and the same name in every folder


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the clone."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real registers and recorded answers; tests that use it carry the marker shared_data."""
    folder = Path(os.environ.get("HERITAGE_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the folder of shared data is missing: {folder} (set HERITAGE_SHARED_DATA)")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The system's Chromium; tests that use it carry the marker browser."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("Chromium is missing (Debian and Ubuntu: apt install chromium)")
    return found


@pytest.fixture(scope="session")
def bucket() -> Iterator[str]:
    """The URL of a bucket in an object store on loopback; take a folder of your own in it."""
    from object_store import object_store

    with object_store() as store:
        yield store.url


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server; tests that use it carry the marker postgresql."""
    from postgresql_cluster import postgresql_cluster

    with postgresql_cluster() as url:
        yield url


@pytest.fixture
def postgresql_database(postgresql_server: str) -> Iterator[str]:
    """The URL of an empty database."""
    from postgresql_cluster import postgresql_database_in

    with postgresql_database_in(postgresql_server) as url:
        yield url


@pytest.fixture(autouse=True)
def _logging_as_before():
    """The command line gives the log its own handler, which outlives the terminal that a test made for it."""
    root, ours = logging.getLogger(), logging.getLogger("heritage")
    before = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """With HERITAGE_FORBID_SKIPS, a missing browser or database server is a failure."""
    outcome = yield
    report = outcome.get_result()
    if (
        report.skipped
        and os.environ.get("HERITAGE_FORBID_SKIPS")
        and any(map(item.get_closest_marker, NEEDS))
    ):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} must not be skipped here: {report.longrepr}"
