"""Where these tests write: hundreds of small files each, and a disk is half of their time."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_MEMORY = "/dev/shm"


@pytest.fixture(scope="package", autouse=True)
def in_memory() -> Iterator[None]:
    """Temporary folders lie in memory, where the machine has such."""
    with pytest.MonkeyPatch.context() as patch:
        if os.access(_MEMORY, os.W_OK):
            patch.setattr(tempfile, "tempdir", _MEMORY)
        yield


@pytest.fixture
def tmp_path(in_memory: None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)
