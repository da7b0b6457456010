"""Where the reports are: a folder of this machine, or a store elsewhere with copies of what is read here."""

from pathlib import Path

from heritage.adapters.places import open_place
from heritage.adapters.whole_file import whole_file

LAST = "ranking.json"
"""Written last: a report is whole when it is there."""


class ReportShelf:
    """The reports below `url`, a folder each, named by when they were made. They are written in, and read
    from, `here`: the same place where that is on this machine."""

    def __init__(self, url: str, here: Path) -> None:
        self._fs, self._root = open_place(url)
        self._here = here

    def keep(self, name: str) -> None:
        """Makes a report that was written here one that all machines have."""
        files = sorted((self._here / name).iterdir(), key=lambda path: (path.name == LAST, path.name))
        for file in files:
            path = f"{self._root}/{name}/{file.name}"
            if not self._fs.exists(path):
                with whole_file(self._fs, path) as kept:
                    kept.write(file.read_bytes())

    def newest(self) -> Path | None:
        """The folder of the newest whole report, on this machine; None before the first."""
        found = max(self._fs.glob(f"{self._root}/*/{LAST}"), default=None)
        return self.find(Path(found).parent) if found else None

    def find(self, folder: Path) -> Path:
        """The folder on this machine of a report that was perhaps written on another one."""
        if (folder / LAST).exists():
            return folder
        mine = self._here / folder.name
        if not (mine / LAST).exists():
            there = self._fs.ls(f"{self._root}/{folder.name}", detail=False)
            mine.mkdir(parents=True, exist_ok=True)
            for path in sorted(there, key=lambda path: (path.endswith(f"/{LAST}"), path)):
                (mine / Path(path).name).write_bytes(self._fs.cat_file(path))
        return mine
