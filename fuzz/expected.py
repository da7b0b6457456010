"""What a parser may answer to anything: a result, or an error that its caller expects."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from heritage.spec.dataset import DatasetSpec

Target = Callable[[bytes], None]


@contextmanager
def refusing(*errors: type[Exception]) -> Iterator[None]:
    """These errors are answers, if they can be shown to a person."""
    try:
        yield
    except errors as error:
        shown = str(error)
        assert shown.strip(), "an error that says nothing"
        shown.encode("utf-8")  # it goes into a log


@contextmanager
def file_of(content: bytes, name: str) -> Iterator[Path]:
    """The content as a file of that name."""
    with tempfile.TemporaryDirectory(prefix="heritage-fuzz-", dir=MEMORY) as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path


MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a folder of its own below it


def described(harvest: dict[str, Any], **more: Any) -> DatasetSpec:
    """A description of a register that is published so, with `more` of its keys."""
    content = {
        "id": "new_source",
        "title": "New source",
        "publisher": {"name": "Nobody"},
        "kind": "monument",
        "maintainers": ["nobody"],
        "licence": {"id": "CC0-1.0", "evidence": "https://register.example/licence"},
        "sample": "synthetic",
        "harvest": harvest,
        "record": {"id": "nr", "name": {"en": "namn"}},
        "item": {"identifier": "P1"},
        "checks": {"rows": [0, 1]},
    }
    return DatasetSpec.model_validate(content | more)
