"""Where the decision log ended, as files beside the snapshots: implements the port SealBook."""

import json
import re
from dataclasses import asdict
from datetime import UTC, datetime

from heritage.adapters.places import open_place
from heritage.adapters.whole_file import whole_file
from heritage.model.governance import Seal

FOLDER = "_decisions"
"""Beside the folders of the datasets; no id of a dataset begins with `_`."""
_NAME = re.compile(r"([0-9]{8})-([0-9a-f]{64})-([0-9]{8}T[0-9]{6}Z)\.json")
_TIME = "%Y%m%dT%H%M%SZ"


class FileSeals:
    """One small file a seal; all that is to be checked stands in its name."""

    def __init__(self, url: str) -> None:
        self._fs, root = open_place(url)
        self._root = f"{root.rstrip('/')}/{FOLDER}"

    def keep(self, seal: Seal) -> None:
        """Writes the file, unless there is one of this seal."""
        stem = f"{seal.number:08}-{seal.hash}"
        if any((one.number, one.hash) == (seal.number, seal.hash) for one in self.seals()):
            return
        when = datetime.fromisoformat(seal.kept_at).astimezone(UTC).strftime(_TIME)
        with whole_file(self._fs, f"{self._root}/{stem}-{when}.json") as file:
            file.write(json.dumps(asdict(seal), indent=1).encode())

    def seals(self) -> list[Seal]:
        """From the names, the longest log last."""
        self._fs.invalidate_cache(self._root)
        names = (path.rsplit("/", 1)[-1] for path in self._fs.glob(f"{self._root}/*.json"))
        found = sorted(match.groups() for match in map(_NAME.fullmatch, names) if match)
        return [Seal(int(number), digest, _moment(at)) for number, digest, at in found]


def _moment(at: str) -> str:
    try:
        return datetime.strptime(at, _TIME).replace(tzinfo=UTC).isoformat()
    except ValueError:  # what counts is the number and the hash
        return at
