"""Processes that are gone when their owner is, however it ends.

A guard process holds the reading end of a pipe. When the owner closes it, or is killed, the guard
ends every session that the owner started, with all descendants: `airflow scheduler` and its kin
leave their children behind when only the parent is stopped.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO

import psutil


class Processes:
    """A context: what is started inside is ended with it, also after SIGKILL of the owner."""

    def __init__(self, logs: Path, grace: float = 6) -> None:
        self.logs = logs
        self._grace = grace  # seconds that processes have to end by themselves
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Processes":
        self.logs.mkdir(parents=True, exist_ok=True)
        for stop in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(stop, _leave)
        reading, writing = os.pipe()
        self._guard = subprocess.Popen(
            [sys.executable, __file__, str(reading), str(self._grace)],
            pass_fds=(reading,),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(reading)
        self._pipe: IO[str] = os.fdopen(writing, "w")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pipe.close()
        self._guard.wait()
        for process in self._running.values():
            process.wait()

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str], cwd: Path) -> Path:
        """Starts a command in its own session; its output goes to the file that is returned."""
        log = self.logs / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._pipe.write(json.dumps(process.pid) + "\n")
        self._pipe.flush()
        self._running[name] = process
        return log

    def kill(self, name: str) -> None:
        """Ends one at once, with all that it started, as when its machine dies."""
        process = self._running.pop(name)
        for member in _members({process.pid}):
            _signal(member, signal.SIGKILL)
        process.wait()

    def pid(self, name: str) -> int:
        """The number of its first process."""
        return self._running[name].pid

    def ended(self, name: str) -> bool:
        """Whether it has ended by itself."""
        return self._running[name].poll() is not None

    def check(self) -> None:
        """Raises when one of the processes has ended by itself, naming it and the end of its output."""
        for name, process in self._running.items():
            if process.poll() is not None:
                tail = (self.logs / f"{name}.log").read_text(errors="replace")[-2000:]
                raise SystemExit(
                    f"{name} ended unexpectedly (exit {process.returncode}). Its last words:\n{tail}"
                )


def _leave(signum: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + signum)


def guard(pipe: int, grace: float) -> None:
    """Waits for the end of the owner, then ends all sessions it named."""
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.SIG_IGN)
    with os.fdopen(pipe) as lines:
        sessions = {int(line) for line in lines}
    members = _members(sessions)
    for process in members:
        _signal(process, signal.SIGTERM)
    psutil.wait_procs(members, timeout=grace)
    for process in _members(sessions) + members:
        _signal(process, signal.SIGKILL)


def _members(sessions: set[int]) -> list[psutil.Process]:
    members = []
    for process in psutil.process_iter():
        try:
            line = {process.pid, *(parent.pid for parent in process.parents())}
            if os.getsid(process.pid) in sessions or line & sessions:
                members.append(process)
        except (psutil.Error, ProcessLookupError):
            continue  # it ended while we looked
    return members


def _signal(process: psutil.Process, number: int) -> None:
    with suppress(psutil.Error):  # it has ended already
        process.send_signal(number)


if __name__ == "__main__":
    guard(int(sys.argv[1]), float(sys.argv[2]))
