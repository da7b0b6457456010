"""A private installation a module, which the module's tests fill and run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from dag_house import House


@pytest.fixture(scope="module")
def house(airflow_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A folder and an environment of its own."""
    with pytest.MonkeyPatch.context() as environment:
        yield House(tmp_path_factory.mktemp("house"), environment)
