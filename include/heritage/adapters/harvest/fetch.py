"""Pulls a register by the protocol of its description, or takes its files from disk."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from urllib.parse import quote

from heritage.adapters.harvest.folder import files_in
from heritage.adapters.harvest.limits import HttpSettings
from heritage.adapters.harvest.outside import resolved
from heritage.adapters.harvest.session import Session
from heritage.adapters.harvest.shapefile_parts import parts_beside
from heritage.adapters.harvest.unfinished import unfinished
from heritage.errors import SourceChanged, SourceUnavailable
from heritage.model.digest import digest_json
from heritage.model.masking import masked
from heritage.ports.clock import Clock
from heritage.ports.files import Capture, FetchedFile, Pulled
from heritage.spec.harvest import FileHarvest
from heritage.spec.loader import LoadedSource
from heritage.spec.source import SourceSpec


class HttpFetcher:
    """Port Fetcher over http(s)."""

    def __init__(
        self,
        settings: HttpSettings,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
        resolve: Callable[[str], Iterable[str]] = resolved,
    ) -> None:
        self._settings, self._clock, self._sleep, self._resolve = settings, clock, sleep, resolve

    @contextmanager
    def fetch(self, loaded: LoadedSource, last: Capture | None) -> Iterator[Pulled | None]:
        """What the register sends, refused when it is not as many rows as the server counts.

        Pages stay in the scratch folder while another attempt can use them. Raises SourceUnavailable while
        another process pulls the same register.
        """
        spec = loaded.spec
        key = digest_json([spec.harvest.model_dump(mode="json"), self._settings.mirror])[:16]
        known = last if last and last.url == masked(spec.harvest.url) else None
        scratch, keep_s, now = self._settings.scratch, self._settings.unfinished_s, self._clock.now()
        with unfinished(scratch, spec.id, key, now, keep_s) as folder:
            session = Session(spec.id, folder, self._settings, self._clock, known, self._sleep, self._resolve)
            try:
                mirror = self._settings.mirror
                pulled = _from_mirror(loaded, mirror, session) if mirror else _pull(spec, session)
                pulled = pulled and replace(pulled, licence=session.licence)
                _compare(spec, pulled)
            except SourceChanged:
                session.forget()
                raise
            finally:
                session.close()
            yield pulled
            session.forget()


def _pull(spec: SourceSpec, session: Session) -> Pulled | None:
    one_file = isinstance(spec.harvest, FileHarvest)
    name = "file" if one_file else spec.harvest.protocol
    pull: Callable[[SourceSpec, Session], Pulled | None] = import_module(
        f"heritage.adapters.harvest.protocols.{name}"
    ).pull
    return pull(spec, session)


def _from_mirror(loaded: LoadedSource, mirror: str, session: Session) -> Pulled:
    """The bundled sample from a server that stands for the publisher."""
    base = f"{mirror.rstrip('/')}/{loaded.folder.parent.name}/{loaded.spec.id}/samples"
    harvest = loaded.spec.harvest
    names = (
        [harvest.file_name]
        if isinstance(harvest, FileHarvest)
        else sorted(path.name for path in (loaded.folder / "samples").iterdir() if path.is_file())
    )
    return Pulled([session.page(name, f"{base}/{quote(name)}").file() for name in names])


def _compare(spec: SourceSpec, pulled: Pulled | None) -> None:
    if pulled is None or pulled.announced is None or pulled.announced == pulled.received:
        return
    raise SourceChanged(
        f"{spec.id}: the server counts {pulled.announced} rows and sent {pulled.received}: the register may "
        "have changed while it was read, or its service leaves rows out. Nothing was kept; run harvest "
        "again, and if it stays so, tell the publisher."
    )


class FileFetcher:
    """Port Fetcher that takes a file, or all files of a folder, instead of asking the publisher. A .shp comes
    with the other parts of its shapefile."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def fetch(self, loaded: LoadedSource, last: Capture | None) -> Iterator[Pulled | None]:
        """The files under their own names. Raises SourceUnavailable naming what is missing, SourceChanged for
        a link that leads out of the folder."""
        del last  # a file on disk has no validators
        try:
            paths = files_in(self._path) if self._path.is_dir() else [self._path]
            if self._path.suffix.lower() == ".shp":
                paths = list(parts_beside(self._path).values()) or paths
            files = [_on_disk(path) for path in paths]
        except OSError as error:
            raise SourceUnavailable(
                f"{loaded.spec.id}: the file {self._path} cannot be read: {error.strerror or error}"
            ) from error
        if not files:
            raise SourceUnavailable(f"{loaded.spec.id}: the folder {self._path} holds no file")
        yield Pulled(files)


def _on_disk(path: Path) -> FetchedFile:
    with path.open("rb"):
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return FetchedFile(
        path.name.lstrip("."), path, f"file:{path.name}", {"last-modified": changed.isoformat()}
    )
