"""Archives around files: what may come out of them, and how much."""

import gzip
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from heritage.adapters.harvest.formats.content import stop
from heritage.adapters.harvest.limits import ArchiveLimits
from heritage.errors import SourceChanged
from heritage.model.issue import IssueCode
from heritage.ports.files import FetchedFile
from heritage.spec.source import SourceSpec

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
GZIP = b"\x1f\x8b"
_ENCRYPTED = 0x1
_NAMED = 10  # members that a message names
_BLOCK = 1 << 20
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
)
"""What a damaged member of a ZIP archive ends in."""


class Archive:
    """A ZIP archive that keeps the limits. Raises SourceChanged when it does not, or is damaged."""

    def __init__(self, spec: SourceSpec, file: FetchedFile, limits: ArchiveLimits) -> None:
        self._spec, self._file, self._limits = spec, file, limits
        try:
            self._members = members_of(file.path)
        except zipfile.BadZipFile as error:
            raise self._damaged(error) from None
        self._refuse_bombs()

    @property
    def names(self) -> list[str]:
        """The members in their order, without what operating systems add."""
        return [
            one.filename
            for one in self._members
            if not one.filename.startswith("__MACOSX/") and not (_last(one.filename) or ".").startswith(".")
        ]

    def find(self, pattern: str | None, suffixes: Sequence[str]) -> str:
        """The one member that the pattern names, or else the only one with the first suffix that occurs.

        A pattern without a slash is compared with the last part of a name.
        """
        names = self.names
        if pattern:
            fitting = [n for n in names if fnmatch(n if "/" in pattern else _last(n), pattern)]
            sought = f"named {pattern}"
        else:
            by_suffix = ([n for n in names if n.lower().endswith(suffix)] for suffix in suffixes)
            fitting = next(filter(None, by_suffix), [])
            sought = f"that ends in {' or '.join(suffixes)}"
        if len(fitting) == 1:
            return fitting[0]
        found = "no file" if not fitting else f"{len(fitting)} files"
        hint = f"The archive holds {found} {sought}: {_listed(fitting or names)}. Set harvest.member to one."
        raise self._refuse(hint)

    def beside(self, name: str) -> list[str]:
        """The members that differ from this one in their suffix only, itself among them."""
        stem = PurePosixPath(name).with_suffix("").as_posix().lower()
        return [n for n in self.names if PurePosixPath(n).with_suffix("").as_posix().lower() == stem]

    def unpack(self, name: str, folder: Path) -> Path:
        """The member as a file in the folder, under the last part of its name."""
        target = folder / (_last(name) or "member")
        try:
            with zipfile.ZipFile(self._file.path) as archive, archive.open(name) as source:
                if source.read(4).startswith((*ZIP, GZIP)) and not zipped_by_nature(name):
                    raise self._refuse(f"{name} in the archive is an archive itself; give the file alone.")
                source.seek(0)
                with target.open("wb") as file:
                    while block := source.read(_BLOCK):
                        file.write(block)
        except _BROKEN as error:
            raise self._damaged(error) from None
        return target

    def judge_all(self) -> None:
        """Unpacks every member to nowhere: each is as long as it says and whole."""
        try:
            with zipfile.ZipFile(self._file.path) as archive:
                damaged = archive.testzip()
        except _BROKEN as error:
            raise self._damaged(error) from None
        if damaged:
            raise self._damaged(ValueError(damaged))

    def _refuse_bombs(self) -> None:
        limits, members = self._limits, self._members
        size = sum(one.file_size for one in members)
        most = max(limits.small_bytes, limits.ratio * self._file.path.stat().st_size)
        if len(members) > limits.members:
            raise self._bomb(
                f"The archive holds {len(members)} files; {limits.members} are allowed",
                "HERITAGE_ARCHIVE_MEMBERS",
            )
        if size > min(most, limits.unpacked_bytes):
            raise self._bomb(*_too_large(limits, size, self._file))
        locked = next((one.filename for one in members if one.flag_bits & _ENCRYPTED), None)
        if locked:
            raise self._refuse(f"{locked} in the archive is encrypted.")
        astray = next((one.filename for one in members if _astray(one)), None)
        if astray:
            raise self._refuse(f"The archive has a member that leads out of it, {astray[:80]!r}.")

    def _bomb(self, what: str, variable: str) -> SourceChanged:
        return _bomb(self._spec, self._file, what, variable)

    def _refuse(self, hint: str) -> SourceChanged:
        return stop(IssueCode.FILE_NOT_TABLE, self._spec, self._file, hint=hint)

    def _damaged(self, error: Exception) -> SourceChanged:
        hint = f"The archive cannot be unpacked ({error}). {IssueCode.FILE_TRUNCATED.remedy}"
        return stop(IssueCode.FILE_TRUNCATED, self._spec, self._file, hint=hint)


def gunzip(spec: SourceSpec, file: FetchedFile, folder: Path, limits: ArchiveLimits) -> Path:
    """The file in a gzip archive, unpacked into the folder. Raises SourceChanged for a bomb or damage."""
    target = folder / (file.name.removesuffix(".gz") or "member")
    most = max(limits.small_bytes, limits.ratio * file.path.stat().st_size)
    size = 0
    try:
        with gzip.open(file.path) as source, target.open("wb") as out:
            while block := source.read(_BLOCK):
                size += len(block)
                if size > min(most, limits.unpacked_bytes):
                    raise _bomb(spec, file, *_too_large(limits, size, file))
                out.write(block)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        hint = f"The archive cannot be unpacked ({error}). {IssueCode.FILE_TRUNCATED.remedy}"
        raise stop(IssueCode.FILE_TRUNCATED, spec, file, hint=hint) from None
    if tarfile.is_tarfile(target):
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint="It is a tar archive; give the file alone.")
    return target


def members_of(path: Path) -> list[zipfile.ZipInfo]:
    """The files that a ZIP archive lists. Raises BadZipFile for whatever is wrong with its list."""
    try:
        with zipfile.ZipFile(path) as archive:
            return [one for one in archive.infolist() if one.filename and not one.is_dir()]
    except (OSError, ValueError, NotImplementedError) as error:
        raise zipfile.BadZipFile(str(error)) from error


def zipped_by_nature(name: str) -> bool:
    """True for the name of a file that is a ZIP archive itself."""
    return name.lower().endswith((".xlsx", ".ods", ".kmz"))


def _astray(member: zipfile.ZipInfo) -> bool:
    """True for a name that leads out of the archive, and for a link, which may lead anywhere."""
    parts = PurePosixPath(member.filename.replace("\\", "/"))
    return parts.is_absolute() or ".." in parts.parts or stat.S_ISLNK(member.external_attr >> 16)


def _too_large(limits: ArchiveLimits, size: int, file: FetchedFile) -> tuple[str, str]:
    """Which limit so many bytes, or more, are over, and the variable that raises it."""
    if size > limits.unpacked_bytes:
        told = f"The archive unpacks to {size} bytes or more; {limits.unpacked_bytes} are allowed"
        return told, "HERITAGE_ARCHIVE_UNPACKED_BYTES"
    ratio = size / max(file.path.stat().st_size, 1)
    told = (
        f"The archive unpacks to {size} bytes or more, {ratio:.1f} times its own size; "
        f"{limits.ratio} times are allowed"
    )
    return told, "HERITAGE_ARCHIVE_RATIO"


def _bomb(spec: SourceSpec, file: FetchedFile, what: str, variable: str) -> SourceChanged:
    hint = f"{what}. If the register really is so large, raise {variable}."
    return stop(IssueCode.ARCHIVE_BOMB, spec, file, hint=hint)


def _last(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return (", ".join(name[:80] for name in names[:_NAMED]) or "it is empty") + more


def begin(path: Path) -> bytes:
    """The first bytes of a file, which tell an archive."""
    with path.open("rb") as file:
        return file.read(4)
