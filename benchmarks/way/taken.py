"""What one step of the way took."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Taken:
    """`said` are the counts that the step ended with."""

    step: str
    seconds: float
    cpu: float
    """Of the process and its children, seconds."""
    peak_mb: float
    child_mb: float
    mb: float
    """What it left in the data folder."""
    said: dict[str, Any]
    load: float
    """Of the machine over the last minute, when the step had ended."""
    day: str

    def text(self) -> str:
        return (
            f"{self.step:10} {self.seconds:9.1f} s {self.cpu:9.1f} s of CPU {self.peak_mb:8,.0f} MB peak "
            f"{self.mb:9,.1f} MB left, load {self.load:.1f}"
        )
