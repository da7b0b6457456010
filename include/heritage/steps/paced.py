"""The pace of a wiki, for whoever sends one thing after another."""

from collections.abc import Callable

from heritage.ports.clock import Clock
from heritage.ports.pace import Pace


def keep_pace(pace: Pace, clock: Clock, wait: Callable[[float], None]) -> bool:
    """Waits for the next slot, which all processes share; True when that took time."""
    seconds = (pace.slot() - clock.now()).total_seconds()
    if seconds > 0:
        wait(seconds)
    return seconds > 0
