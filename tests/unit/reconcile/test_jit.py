"""Compiled loops are those that stand in the files."""

import os
import subprocess
import sys
from pathlib import Path

HEAD = "from heritage.reconcile.jit import kernel, leaf\n"


def answer(folder: Path) -> str:
    paths = os.pathsep.join([str(folder), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", "import calling; print(calling.twice(3))"],
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_a_change_of_what_a_kernel_calls_in_another_module_is_seen(tmp_path: Path) -> None:
    (tmp_path / "called.py").write_text(f"{HEAD}@leaf\ndef once(x):\n    return x + 1\n")
    (tmp_path / "calling.py").write_text(
        f"{HEAD}from called import once\n@kernel\ndef twice(x):\n    return once(once(x))\n"
    )
    assert answer(tmp_path) == "5"
    assert answer(tmp_path) == "5"
    (tmp_path / "called.py").write_text(f"{HEAD}@leaf\ndef once(x):\n    return x + 10\n")
    assert answer(tmp_path) == "23"
