"""Makes the file that would be sent for an image, and looks whether the wiki has it already."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heritage.errors import SourceChanged
from heritage.media.kinds import EXTENSIONS
from heritage.media.naming import file_title
from heritage.media.stripping import NotAPicture, stripped
from heritage.ports.media import MediaEntry, MediaReader, Pictures


class Gone(Exception):
    """This file is not to be sent: the text says why, its first words up to a colon are counted. `title` is
    the file that is on the wiki in its place."""

    def __init__(self, reason: str, title: str = "") -> None:
        super().__init__(reason)
        self.kind, self.title = reason.partition(":")[0], title


@dataclass(frozen=True, slots=True)
class Ready:
    """A file as it would be sent."""

    path: Path
    title: str
    sha1: str


class Making:
    """Fetches images and looks on the wiki; writes nothing there."""

    def __init__(self, wiki: MediaReader, pictures: Pictures) -> None:
        self._wiki, self._pictures = wiki, pictures

    def ready(self, entry: MediaEntry, row: Mapping[str, Any]) -> Ready:
        """The file as it would be sent, under a title that is free. Raises Gone where it is there already."""
        path, extension = self._file(entry.source, strip=row["strip"])
        sha1 = _sha1(path)
        for standing in self._wiki.by_sha1(sha1):
            raise Gone(f"already on Commons: {standing.title}", standing.title)
        for apart in ("", entry.edit_id[:6]):
            title = file_title(row["title"], extension, apart)
            if self._wiki.by_title(title) is None:
                return Ready(path, title, sha1)
        raise Gone(f"title taken: {title}")

    def _file(self, source: str, *, strip: bool) -> tuple[Path, str]:
        """The image as it may leave, and its extension."""
        try:
            picture = self._pictures.fetch(source)
        except SourceChanged as error:
            what = "the image cannot be had"
            raise Gone(what if strip else f"{what}: {error}") from None
        extension = EXTENSIONS[picture.mime]
        if not strip:
            return picture.path, extension
        original = picture.path.read_bytes()
        for standing in self._wiki.by_sha1(hashlib.sha1(original, usedforsecurity=False).hexdigest()):
            raise Gone(f"already on Commons: {standing.title}", standing.title)
        try:
            bare = stripped(original, picture.mime)
        except NotAPicture as fault:
            raise Gone(f"the image may leave with its pixels only: {fault}") from None
        path = picture.path.with_name(f"{picture.path.name}.bare")
        path.write_bytes(bare)
        return path, extension


def _sha1(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.sha1(usedforsecurity=False)).hexdigest()
