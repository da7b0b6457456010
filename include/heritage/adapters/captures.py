"""Captures: the bytes of a register as they came, with what was known of them, and never changed again."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from fsspec.implementations.local import LocalFileSystem
from pydantic import AfterValidator, AwareDatetime, BaseModel

from heritage.adapters.whole_file import whole_file
from heritage.errors import SourceChanged, StoreDamaged
from heritage.model.digest import digest_bytes
from heritage.model.masking import masked
from heritage.ports.files import Capture, FetchedFile, Pulled
from heritage.spec.source import SourceSpec

FACTS = "capture.json"
_VALIDATORS = ("etag", "last-modified")


def _safe(name: str) -> str:
    """The name of a file that lies beside the facts and is none of them. Raises ValueError for any other."""
    if not name or "/" in name or "\0" in name or name.startswith(".") or name == FACTS:
        raise ValueError(f"{name!r} is not a safe file name")
    return name


class _File(BaseModel):
    name: Annotated[str, AfterValidator(_safe)]
    url: str
    headers: dict[str, str]
    sha256: str


class _Facts(BaseModel):
    """What `capture.json` says, as far as it is read again."""

    dataset: str
    snapshot: str
    url: str
    retrieved_at: AwareDatetime
    files: list[_File]
    announced: int | None = None
    received: int | None = None
    stated_licence: str = ""


@dataclass(frozen=True, slots=True)
class Captures:
    """The captures below `root` of a file system: `<dataset>/<snapshot>/capture/…` and `capture.json`."""

    fs: Any
    root: str

    def keep(self, spec: SourceSpec, pulled: Pulled, retrieved_at: datetime) -> tuple[Capture, bool]:
        """Keeps the files, `capture.json` last: with it the capture is whole.

        The second value is False when a capture of the same content is there already.
        """
        files = sorted(pulled.files, key=lambda f: f.name)
        for file in files:
            try:
                _safe(file.name)
            except ValueError as error:
                raise SourceChanged(f"{spec.id}: {error}") from None
        sums = {file.name: _sha256(file.path) for file in files}
        parts = [part for file in files for part in (file.name, file.stable or sums[file.name])]
        parts += [f"licence {pulled.licence}"] if pulled.licence else []
        snapshot = digest_bytes(*(part.encode() for part in parts))[:16]
        if self.fs.exists(self._path(spec.id, snapshot, FACTS)):
            return self.known(spec.id, snapshot), False
        for file in files:
            path = self._path(spec.id, snapshot, file.name)
            with file.path.open("rb") as source, whole_file(self.fs, path) as target:
                shutil.copyfileobj(source, target, 1 << 20)
        facts = {
            "dataset": spec.id,
            "snapshot": snapshot,
            "url": masked(spec.harvest.url),
            "licence": spec.licence.id,
            "stated_licence": pulled.licence,
            "retrieved_at": retrieved_at.isoformat(),
            "announced": pulled.announced,
            "received": pulled.received,
            "files": [
                {
                    "name": file.name,
                    "url": masked(file.url),
                    "headers": dict(file.headers),
                    "sha256": sums[file.name],
                    "bytes": file.path.stat().st_size,
                }
                for file in files
            ],
        }
        with whole_file(self.fs, self._path(spec.id, snapshot, FACTS)) as target:
            target.write(json.dumps(facts, ensure_ascii=False, indent=1).encode())
        return self.known(spec.id, snapshot), True

    def known(self, dataset: str, snapshot: str) -> Capture:
        """What is known of a capture, without its files. Raises FileNotFoundError naming the snapshot."""
        return _capture(self._facts(dataset, snapshot))

    def newest(self, dataset: str) -> Capture | None:
        """The capture that was pulled last."""
        found = self.fs.glob(self._path(dataset, "*", FACTS))
        captures = [_capture(self._facts(dataset, path.split("/")[-3])) for path in found]
        return max(captures, key=lambda one: one.retrieved_at, default=None)

    @contextmanager
    def files(self, dataset: str, snapshot: str) -> Iterator[list[FetchedFile]]:
        """The files as they came, on this machine; copies of a remote store are gone afterwards.

        Raises SourceChanged when a file is not what was captured.
        """
        facts = self._facts(dataset, snapshot)
        with tempfile.TemporaryDirectory(prefix="heritage-capture-") as folder:
            files = []
            for file in facts.files:
                stored = self._path(dataset, snapshot, file.name)
                path = Path(stored)
                there = bool(self.fs.exists(stored))
                if there and not isinstance(self.fs, LocalFileSystem):
                    path = Path(folder) / file.name
                    self.fs.get_file(stored, str(path))
                if not there or _sha256(path) != file.sha256:
                    raise SourceChanged(
                        f"{dataset}, {file.name}: the captured file was damaged or changed after "
                        f"the pull; remove the folder of snapshot {snapshot} and harvest again"
                    )
                files.append(FetchedFile(file.name, path, file.url, file.headers))
            yield files

    def _path(self, dataset: str, snapshot: str, name: str) -> str:
        return "/".join((self.root.rstrip("/"), dataset, snapshot, "capture", name))

    def _facts(self, dataset: str, snapshot: str) -> _Facts:
        path = self._path(dataset, snapshot, FACTS)
        if not self.fs.exists(path):
            raise FileNotFoundError(f"{dataset}: there is no capture {snapshot}; run harvest first")
        try:
            return _Facts.model_validate(json.loads(self.fs.cat_file(path)))
        except (ValueError, RecursionError) as error:
            said = " ".join(str(error).split())[:200]
            raise StoreDamaged(
                f"{path} is damaged ({said}): restore it from a backup, or remove the folder "
                "of the snapshot and harvest again"
            ) from None


def _capture(facts: _Facts) -> Capture:
    return Capture(
        facts.dataset,
        facts.snapshot,
        tuple(file.name for file in facts.files),
        facts.retrieved_at,
        facts.url,
        facts.announced,
        facts.received,
        {
            file.url: {name: file.headers[name] for name in _VALIDATORS if name in file.headers}
            for file in facts.files
        },
        facts.stated_licence,
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
