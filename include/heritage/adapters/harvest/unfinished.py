"""The folder where the pages of a pull lie until all have come."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from heritage.errors import SourceUnavailable


@contextmanager
def unfinished(root: Path, dataset: str, key: str, now: datetime, keep_s: float) -> Iterator[Path]:
    """A folder for this pull alone, with the pages of an attempt that was cut off.

    It is empty when that attempt asked otherwise (another `key`) or began more than `keep_s` seconds ago:
    pages of different days do not make one state of a register. Raises SourceUnavailable while another
    process pulls the same register, and when the folder cannot be written. What is there at the end stays.
    """
    place = root / dataset
    try:
        place.mkdir(parents=True, exist_ok=True)
        opened = (place / ".lock").open("wb")
    except OSError as error:
        raise SourceUnavailable(
            f"{dataset}: the folder {place} for unfinished pulls cannot be written: {error.strerror}; "
            "set HERITAGE_SCRATCH to one that can"
        ) from None
    with opened as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SourceUnavailable(
                f"{dataset}: another run is pulling this register; try again when it has ended"
            ) from None
        begun = place / f"{key}.begun"
        began = _read(begun)
        if began is None or not timedelta(0) <= now - began <= timedelta(seconds=keep_s):
            shutil.rmtree(place / key, ignore_errors=True)
        for other in place.iterdir():
            if other.is_dir() and other.name != key:
                shutil.rmtree(other, ignore_errors=True)
            elif other.suffix == ".begun" and (other != begun or not (place / key).exists()):
                other.unlink()
        if not begun.exists():
            begun.write_text(now.isoformat(), encoding="utf-8")
        yield place / key


def _read(begun: Path) -> datetime | None:
    with suppress(OSError, ValueError):
        return datetime.fromisoformat(begun.read_text(encoding="utf-8"))
    return None
