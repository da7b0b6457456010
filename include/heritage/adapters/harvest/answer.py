"""What a publisher answers."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from heritage.errors import SourceChanged
from heritage.ports.files import FetchedFile


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the server; it lies at `path` until the pull is over. Its `url` is without credentials."""

    url: str
    path: Path
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """The bytes of the body."""
        return self.path.read_bytes()

    def json(self) -> Any:
        """The body as JSON. Raises SourceChanged when it is none, with how it begins."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            begin = " ".join(self.content[:200].decode("utf-8", "replace").split())[:80]
            raise SourceChanged(f"{self.url}: the answer is not JSON, it begins {begin!r}") from None

    def file(self, stable: str | None = None) -> FetchedFile:
        """The answer as a file of the capture."""
        return FetchedFile(self.path.name, self.path, self.url, self.headers, stable)


Check = Callable[[Answer], None]
"""Raises SourceUnavailable or SourceChanged for an answer that came as if it were good and is an error."""


def good(answer: Answer) -> None:
    """Nothing more to judge than what HTTP says."""
