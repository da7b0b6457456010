"""Implements the port Pictures: images fetched as registers are, within the same limits."""

import shutil
from pathlib import Path

from heritage.adapters.harvest.limits import HttpSettings
from heritage.adapters.harvest.session import Session
from heritage.errors import SourceChanged
from heritage.media.kinds import kind_of
from heritage.model.digest import digest_json
from heritage.ports.clock import Clock
from heritage.ports.media import Picture

_HEAD = 64


class HttpPictures:
    """Images of one dataset, one at a time: the one before is dropped. What was cut off is gone on with."""

    def __init__(self, dataset: str, settings: HttpSettings, clock: Clock) -> None:
        self._dataset, self._settings, self._clock = dataset, settings, clock
        self._folder = settings.scratch / "media" / dataset

    def fetch(self, url: str) -> Picture:
        """The image. What a server or a name says that it is, is not believed: its first bytes are.

        Raises SourceUnavailable (later) and SourceChanged (it is no image, or none that Commons takes).
        """
        name = digest_json(url)[:16]
        self._drop(but=name)
        remedy = "Look at where the image lies, and change media.url."
        session = Session(self._dataset, self._folder, self._settings, self._clock, remedy=remedy)
        try:
            answer = session.download(name, url)
        finally:
            session.close()
        if answer is None:
            raise session.changed(url, "the server says that it is as before, and it was never fetched")
        with answer.path.open("rb") as file:
            head = file.read(_HEAD)
        mime = kind_of(head)
        if mime is None:
            said = answer.headers.get("content-type", "nothing")
            raise SourceChanged(
                f"{self._dataset}: {answer.url} is no image that Commons takes from us: the server calls it "
                f"{said!r}, and its first bytes are those of none. {remedy}"
            )
        return Picture(answer.path, mime)

    def _drop(self, but: str) -> None:
        if self._folder.is_dir():
            for left in self._folder.iterdir():
                if not left.name.startswith(but):
                    self._remove(left)

    def _remove(self, left: Path) -> None:
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)
