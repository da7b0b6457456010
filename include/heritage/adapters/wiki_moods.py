"""What wikis last told us when they took no more edits: files beside the snapshots."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from heritage.adapters.places import open_place
from heritage.adapters.whole_file import whole_file
from heritage.ports.health import Mood, Word

FOLDER = "_wikis"
"""Beside the folders of the datasets; no id of a dataset begins with `_`."""


class FileMoods:
    """One small file for each wiki and kind of mood: the newest, until it is over."""

    def __init__(self, url: str) -> None:
        self._fs, root = open_place(url)
        self._root = f"{root.rstrip('/')}/{FOLDER}"

    def keep(self, target: str, word: Word) -> None:
        """In place of what was kept of this kind before; where it says the same, since then."""
        path = self._path(target, word.mood)
        before = self._read(path) if self._fs.exists(path) else None
        since = before.since if before and before.why == word.why else word.since
        said = {"since": since.isoformat(), "at": word.at.isoformat(), "why": word.why}
        with whole_file(self._fs, path) as file:
            file.write(json.dumps(said).encode())

    def forget(self, target: str, mood: Mood) -> None:
        """It is over."""
        path = self._path(target, mood)
        if self._fs.exists(path):
            self._fs.rm_file(path)

    def kept(self) -> Iterator[tuple[str, Word]]:
        """Wiki and what it told; a file that is damaged is left out."""
        for path in sorted(self._fs.glob(f"{self._root}/*.json")):
            target, _, mood = path.rsplit("/", 1)[-1].removesuffix(".json").rpartition(".")
            word = self._read(path) if mood in list(Mood) else None
            if word:
                yield unquote(target), word

    def _read(self, path: str) -> Word | None:
        try:
            said = json.loads(self._fs.cat_file(path))
            mood = Mood(path.removesuffix(".json").rpartition(".")[2])
            since, at = (datetime.fromisoformat(said[name]).astimezone(UTC) for name in ("since", "at"))
            return Word(mood, since, at, str(said["why"]))
        except (FileNotFoundError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return None

    def _path(self, target: str, mood: Mood) -> str:
        return f"{self._root}/{quote(target, safe='')}.{mood}.json"
