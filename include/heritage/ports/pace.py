"""How fast a wiki may be written to, over all workers and processes together."""

from datetime import datetime
from typing import Protocol


class Pace(Protocol):
    """Gives out the moments at which one wiki may be written to, each to one asker."""

    def slot(self) -> datetime:
        """The moment from which the next write may be sent; whoever asks waits for it. It is kept for the
        asker whether it writes or not, and committed when the call returns."""
        ...
