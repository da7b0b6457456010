"""Keeps the requests to one host apart."""

import fcntl
import os
import re
import time
from collections.abc import Callable
from pathlib import Path


class Pace:
    """At least `pause_s` between two requests to a host, whichever process of this machine makes them.

    The time of the last request is that of a file in `folder`, one a host; who waits holds its lock, so
    that several waiting processes come one after another.
    """

    def __init__(self, folder: Path, pause_s: float, sleep: Callable[[float], None]) -> None:
        self._folder, self._pause_s, self._sleep = folder, pause_s, sleep

    def keep(self, host: str) -> None:
        """Returns when the host may be asked."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / re.sub(r"[^\w.\-]", "_", host)).open("ab", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            known = os.fstat(file.fileno())
            early = known.st_mtime + self._pause_s - time.time()
            if known.st_size and 0 < early <= self._pause_s:  # else the clock of the machine was set back
                self._sleep(early)
            file.truncate(0)
            file.write(b".")
