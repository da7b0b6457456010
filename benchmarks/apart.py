"""Runs a script in a process of its own, so that what it uses is its own."""

import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PEAK = """
import resource, runpy, sys
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
used = resource.getrusage(resource.RUSAGE_SELF)
peak = used.ru_maxrss
if sys.platform == "linux":  # where ru_maxrss begins with what the process that started this one had taken
    with open("/proc/self/status") as lines:
        peak = next(line.split()[1] for line in lines if line.startswith("VmHWM"))
print(peak, used.ru_utime + used.ru_stime)
"""


def measured(python: str, script: Path, *arguments: str) -> dict[str, float]:
    """What the script says of itself (its last line, JSON), with its peak memory in MB and the seconds of
    CPU it used. It may import the package and what lies beside it."""
    done = subprocess.run(
        [python, "-c", _PEAK, str(script), *arguments],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "include"), str(script.parent)])},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    said, used = done.stdout.splitlines()[-2:]
    kilobytes, cpu = map(float, used.split())
    return json.loads(said) | {"peak": kilobytes / 1024, "cpu": cpu}
