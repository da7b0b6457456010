"""Processes that the demo starts are gone when it ends, however it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

# A grandchild that ignores SIGTERM, as a worker in the middle of a task may.
GRANDCHILD = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1]).touch()
time.sleep(600)
"""
PARENT = """
import subprocess, sys
subprocess.run([sys.executable, *sys.argv[1:]])
"""
OWNER = """
import signal, sys
from pathlib import Path
folder, then = Path(sys.argv[1]), sys.argv[2]
signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background ignores it
from processes import Processes
with Processes(folder / "logs", grace=1) as processes:
    command = [sys.executable, folder / "parent.py", folder / "grandchild.py", folder / "ready"]
    processes.start("parent", [str(part) for part in command], {}, folder)
    while not (folder / "ready").exists():
        processes.check()
    print("ready", flush=True)
    if then == "wait":
        signal.pause()
"""


def start(repository: Path, folder: Path, then: str) -> tuple[subprocess.Popen[str], list[psutil.Process]]:
    (folder / "parent.py").write_text(PARENT)
    (folder / "grandchild.py").write_text(GRANDCHILD)
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder), then],
        env=os.environ | {"PYTHONPATH": str(repository / "scripts")},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout is not None
    assert owner.stdout.readline() == "ready\n"
    return owner, psutil.Process(owner.pid).children(recursive=True)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_everything_ends_with_the_owner(repository: Path, tmp_path: Path, number: int) -> None:
    owner, started = start(repository, tmp_path, "wait")
    assert len(started) == 3, "guard, parent and grandchild"
    os.kill(owner.pid, number)
    owner.wait(timeout=120)
    _, alive = psutil.wait_procs(started, timeout=120)
    assert alive == []


def test_everything_ends_when_the_block_is_left(repository: Path, tmp_path: Path) -> None:
    owner, started = start(repository, tmp_path, "leave")
    assert owner.wait(timeout=120) == 0
    _, alive = psutil.wait_procs(started, timeout=120)
    assert alive == []


def test_a_process_that_dies_is_named_with_its_last_words(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(repository / "scripts"))
    from processes import Processes

    with Processes(tmp_path) as processes:
        processes.start("weak", [sys.executable, "-c", "raise SystemExit('no room left')"], {}, tmp_path)
        with pytest.raises(SystemExit, match=r"weak ended unexpectedly(.|\n)*no room left"):
            check_until_it_raises(processes.check)


def check_until_it_raises(check: Callable[[], None]) -> None:
    while True:
        check()
