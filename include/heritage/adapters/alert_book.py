"""What engineers were told this hour, and what waits to be told together: files beside the snapshots."""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict

import fsspec
from fsspec.implementations.local import LocalFileSystem

from heritage.adapters.whole_file import whole_file
from heritage.model.alert import Alert

FOLDER = "_alerts"
"""Beside the folders of the datasets; no id of a dataset begins with `_`."""
_TOLD = "told"


class FileAlerts:
    """One folder an hour and kind: a mark that it was told, and a file for each alert that was not."""

    def __init__(self, url: str) -> None:
        self._fs, root = fsspec.core.url_to_fs(url, use_listings_cache=False)
        self._root = f"{root.rstrip('/')}/{FOLDER}"

    def first(self, alert: Alert) -> bool:
        """True for one alert an hour of its kind, however many processes ask at once."""
        folder = f"{self._root}/{_hour(alert)}/{alert.kind}"
        if isinstance(self._fs, LocalFileSystem):
            self._fs.makedirs(folder, exist_ok=True)  # elsewhere this would make a bucket that is misspelt
        mark = f"{folder}/{_TOLD}"
        try:
            with self._fs.open(mark, "xb") as file:
                file.write(b"1")  # an empty object may not be written at all
        except OSError:
            if not self._fs.exists(mark):
                raise
            return False
        return True

    def keep(self, alert: Alert) -> None:
        """It waits to be told with others; the same alert is kept once."""
        with whole_file(self._fs, self._path(alert)) as file:
            file.write(json.dumps(asdict(alert)).encode())

    def waiting(self, before: str) -> list[Alert]:
        """What is not told of the hours before that of the moment `before` (ISO 8601), in order; a file that
        was damaged is left out."""
        found = []
        for path in sorted(self._fs.glob(f"{self._root}/*/*/*.json")):
            if _older(path, before):
                with suppress(ValueError, TypeError, RecursionError):
                    found.append(Alert(**json.loads(self._fs.cat_file(path))))
        return found

    def forget(self, told: Iterable[Alert], before: str) -> None:
        """Removes what was told, and the hours before that of `before` of which nothing waits any more."""
        for alert in told:
            self._fs.rm_file(self._path(alert))
        waits = {_hour(alert) for alert in self.waiting(before)}
        marks = [path for path in self._fs.glob(f"{self._root}/*/*/{_TOLD}") if _older(path, before)]
        for hour in {path.split("/")[-3] for path in marks} - waits:
            self._fs.rm(f"{self._root}/{hour}", recursive=True)

    def _path(self, alert: Alert) -> str:
        name = hashlib.sha256(f"{alert.where} {alert.run}".encode()).hexdigest()[:16]
        return f"{self._root}/{_hour(alert)}/{alert.kind}/{name}.json"


_HOUR = len("2026-01-01T00")


def _hour(alert: Alert) -> str:
    return alert.at[:_HOUR]


def _older(path: str, before: str) -> bool:
    hour = path.split("/")[-3]  # or a day, of what is told once a day
    return hour < before[: len(hour)]
