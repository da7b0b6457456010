"""What was found out about a file."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from heritage.errors import SourceChanged


@dataclass(frozen=True, slots=True)
class Detected:
    """`harvest` are keys of a description, without the address; `evidence` tells by key what spoke for it."""

    harvest: dict[str, Any]
    evidence: dict[str, str] = field(default_factory=dict)


def refused(path: Path, what: str) -> SourceChanged:
    """The error of a file that is no register."""
    return SourceChanged(f"{path.name}: it is {what}; give the file or the address of the register itself")
