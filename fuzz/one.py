"""One target until its time is over. A finding does not end it: the smallest input for each place in the code
is kept, and the next one is tried."""

import json
import logging
import os
import sys
import time
import traceback
import warnings
from collections import Counter
from contextlib import suppress
from pathlib import Path

import atheris

from fuzz.expected import Target

_ROOT = Path(__file__).resolve().parent
_LONGEST_S = 5.0
_LIMITS = ("-timeout=60", "-rss_limit_mb=3500", "-max_len=4096")


def fuzz(name: str, target: Target, seconds: float, folder: Path) -> None:
    """Runs libFuzzer, which ends the process; what it says goes into `<name>.log`."""
    log = os.open(folder / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    found, corpus, seeds = folder / "findings" / name, folder / "corpus" / name, _ROOT / "corpus" / name
    for one in (found, corpus):
        one.mkdir(parents=True, exist_ok=True)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    trial = _Trial(target, seconds, found, folder / f"{name}.last.json")
    given = [str(one) for one in (corpus, seeds) if one.is_dir()]
    limits = [f"-max_total_time={int(seconds)}", f"-artifact_prefix={found}/", *_LIMITS]
    with suppress(Exception):
        target(b"")  # what is compiled or read at the first call counts for no input
    atheris.Setup([sys.argv[0], *limits, *given], trial.once)
    atheris.Fuzz()


class _Trial:
    def __init__(self, target: Target, seconds: float, found: Path, told: Path) -> None:
        self._target, self._seconds, self._found, self._told = target, seconds, found, told
        self._inputs, self._findings, self._begun = 0, Counter[str](), time.monotonic()

    def once(self, data: bytes) -> None:
        """Tries one input."""
        self._inputs += 1
        started = time.monotonic()
        try:
            self._target(data)
        except Exception as error:  # noqa: BLE001 - what is looked for
            self._keep(place_of(error), data, error)
        ended = time.monotonic()
        if ended - started > _LONGEST_S:
            self._keep(f"slower than {_LONGEST_S:g} s", data, None)
        if self._inputs % 50 == 0 or ended - self._begun > self._seconds - 2:
            said = {
                "inputs": self._inputs,
                "seconds": ended - self._begun,
                "findings": self._findings,
            }
            self._told.write_text(json.dumps(said), encoding="utf-8")

    def _keep(self, place: str, data: bytes, error: BaseException | None) -> None:
        self._findings[place] += 1
        stem = "".join(letter if letter.isalnum() else "-" for letter in place)[:120]
        known = self._found / f"{stem}.bin"
        if not known.exists() or len(data) < known.stat().st_size:
            known.write_bytes(data)
            trace = "".join(traceback.format_exception(error)) if error else place
            known.with_suffix(".txt").write_text(trace, encoding="utf-8", errors="replace")


def place_of(error: BaseException) -> str:
    """Where an error was raised, as far as the product's own code goes."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if "/heritage/" in one.filename] or frames
    last = ours[-1]
    return f"{type(error).__name__} at {last.filename.rsplit('/include/', 1)[-1]}:{last.lineno} ({last.name})"
