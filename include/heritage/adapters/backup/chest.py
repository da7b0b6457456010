"""Where backups are kept: what files say, once each by its digest, and what each backup had of them."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from fsspec.implementations.local import LocalFileSystem
from pydantic import Field, TypeAdapter

from heritage.adapters.places import open_place
from heritage.adapters.whole_file import whole_file
from heritage.errors import StoreDamaged, StoreRefused
from heritage.model.digest import digest_json
from heritage.model.masking import masked

Progress = Callable[[int, int], None]
_BLOCK = 1 << 20
_MANIFEST = "manifest.json"
_TELLING = ("size", "mtime", "ETag", "LastModified")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a backup. `seen` is what its store said of it: the same again is the same file."""

    path: Annotated[str, Field(pattern=r"^[^/\x00]+(/[^/\x00]+)*$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bytes: int
    seen: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup: its name is when it was begun. `databases` by name; `facts` say what was in the product's."""

    name: str
    databases: Mapping[str, Kept]
    files: tuple[Kept, ...]
    facts: Mapping[str, Any]


_READ = TypeAdapter(Manifest)


class Chest:
    """Backups below a folder or fsspec URL, which nobody but the operator may read."""

    def __init__(self, url: str) -> None:
        self._fs, self._root = open_place(url)
        self._where = masked(url)

    def names(self) -> list[str]:
        """The backups that are whole, oldest first."""
        found = self._fs.glob(f"{self._root}/*/{_MANIFEST}")
        return sorted(str(path).split("/")[-2] for path in found)

    def manifest(self, name: str = "") -> Manifest:
        """One backup, the newest by default. Raises StoreRefused or StoreDamaged when it is none."""
        whole = self.names()
        wanted = name or (whole[-1] if whole else "")
        if wanted not in whole:
            begun = f"{wanted} was not finished, or is none" if wanted else "no backup is whole"
            raise StoreRefused(f"{self._where}: {begun}; whole are: {', '.join(whole) or 'none'}")
        try:
            said = json.loads(self._fs.cat_file(f"{self._root}/{wanted}/{_MANIFEST}"))
            digest = said.pop("digest")
            if digest != digest_json(said):
                raise ValueError("its digest is another one")
            return _READ.validate_python(said)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            why = " ".join(str(error).split())[:200]
            raise StoreDamaged(f"{self._where}, {wanted}: the list of files is damaged ({why})") from None

    def finish(self, made: Manifest) -> None:
        """Writes the list, last: with it the backup is whole. What it names is looked at once
        more, and databases are read."""
        self.check(made)
        for database in made.databases.values():
            with self.file(database):
                pass
        said = asdict(made)
        with whole_file(self._fs, f"{self._root}/{made.name}/{_MANIFEST}") as file:
            file.write(json.dumps(said | {"digest": digest_json(said)}, indent=1).encode())

    def put(self, path: str, source: Path, seen: str = "") -> Kept:
        """Keeps a file of this machine."""
        with source.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            place, size = self._object(sha256), source.stat().st_size
            if not self._fs.exists(place) or self._fs.info(place)["size"] != size:
                file.seek(0)
                with whole_file(self._fs, place) as kept:
                    shutil.copyfileobj(file, kept, _BLOCK)
        return Kept(path, sha256, size, seen)

    def take(
        self, fs: Any, root: str, paths: Iterator[str], known: Mapping[str, Kept], progress: Progress | None
    ) -> Iterator[Kept]:
        """Keeps files of a store; what an earlier backup has of them is not read again, while it is there."""
        there = self._sizes()
        for done, path in enumerate(paths):
            with suppress(FileNotFoundError):  # an index or a part of one that is not needed any more
                facts = fs.info(f"{root}/{path}")
                seen = "|".join(str(facts.get(name, "")) for name in _TELLING)
                before = known.get(path)
                if before and before.seen == seen and there.get(self._object(before.sha256)) == before.bytes:
                    yield replace(before, path=path)
                else:
                    with _here(fs, f"{root}/{path}") as file:
                        yield self.put(path, file, seen)
            if progress:
                progress(done + 1, 0)

    def check(self, made: Manifest, *, read: bool = False, progress: Progress | None = None) -> None:
        """Raises StoreDamaged naming a file that is not there in full; with `read` also one that says
        something else than it did."""
        named, there = [*made.databases.values(), *made.files], self._sizes()
        for done, one in enumerate(named):
            if there.get(self._object(one.sha256)) != one.bytes:
                raise StoreDamaged(
                    f"{self._where}, {made.name}: {one.path} is missing or not whole; take another backup"
                )
            if read:
                with self.file(one):
                    pass
            if progress:
                progress(done + 1, len(named))

    @contextmanager
    def file(self, one: Kept) -> Iterator[Path]:
        """The file on this machine, read and compared with its digest."""
        with _here(self._fs, self._object(one.sha256)) as path:
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != one.sha256:
                    raise StoreDamaged(
                        f"{self._where}: {one.path} is not what was kept: remove "
                        f"{self._object(one.sha256)} and take another backup"
                    )
            yield path

    def _sizes(self) -> dict[str, int]:
        """All objects, by where they are."""
        found = self._fs.find(f"{self._root}/objects", detail=True)
        return {str(path): int(facts["size"]) for path, facts in found.items()}

    def _object(self, sha256: str) -> str:
        return f"{self._root}/objects/{sha256[:2]}/{sha256}"


@contextmanager
def _here(fs: Any, path: str) -> Iterator[Path]:
    """The file itself, where it is on this machine; else a copy, which is gone afterwards."""
    if isinstance(fs, LocalFileSystem):
        yield Path(path)
        return
    with tempfile.TemporaryDirectory(prefix="heritage-backup-") as folder:
        copy = Path(folder, "file")
        fs.get_file(path, str(copy))
        yield copy
