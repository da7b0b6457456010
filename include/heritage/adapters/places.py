"""Opens the folder or store that a URL names; what is wrong with a store is told in a sentence."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from heritage.errors import HeritageError, StoreRefused, StoreUnavailable
from heritage.model.masking import masked

_NO_BUCKET = ("NoSuchBucket", "bucket does not exist")
_NO_KEY = ("Credential", "ProfileNotFound", "TokenRetrieval", "InvalidRegion")
"""Parts of the names of errors that a client raises before it asks: it has no key that it can use."""


def open_place(url: str) -> tuple[Any, str]:
    """The file system of an fsspec URL, and the path in it.

    No listing is remembered: other machines write there, too. A store elsewhere raises StoreUnavailable when
    it cannot be reached (try again) and StoreRefused when a person must mend something; a file that is not
    there is FileNotFoundError, as in a folder.
    """
    try:
        fs, root = fsspec.core.url_to_fs(url, use_listings_cache=False)
    except (ValueError, ImportError) as error:
        raise StoreRefused(
            f"{masked(url)}: {error}; give a folder or an address that fsspec can open here"
        ) from None
    if not (url and root):
        raise StoreRefused(f"{masked(url)!r} names no place: give a folder, or an address with a bucket")
    return (fs if isinstance(fs, LocalFileSystem) else _Elsewhere(fs, masked(url))), root


class _Elsewhere:
    """A file system of other machines: everything that `fs` can do, with errors in sentences."""

    def __init__(self, fs: Any, where: str) -> None:
        self._fs, self._where = fs, where

    def open(self, path: str, mode: str = "rb") -> io.BufferedReader:
        """Only for reading: what is written goes up whole, by `whole_file`."""
        with _told(self._where):
            return io.BufferedReader(_Reading(self._fs.open(path, mode), self._where))

    def glob(self, path: str) -> list[str]:
        """As of a folder; but no bucket is not the same as an empty one."""
        with _told(self._where):
            return list(self._fs.glob(path) or self._fs.ls(path.split("/")[0], detail=False)[:0])

    def __getattr__(self, name: str) -> Callable[..., Any]:
        wanted = getattr(self._fs, name)

        def asked(*arguments: Any, **named: Any) -> Any:
            with _told(self._where):
                return wanted(*arguments, **named)

        return asked


class _Reading(io.RawIOBase):
    """A file elsewhere, of which parts are fetched as they are asked for."""

    def __init__(self, file: Any, where: str) -> None:
        self._file, self._where = file, where

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def readinto(self, buffer: Any) -> int:
        with _told(self._where):
            found: bytes = self._file.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)

    def close(self) -> None:
        self._file.close()
        super().close()


@contextmanager
def _told(where: str) -> Iterator[None]:
    try:
        yield
    except HeritageError:
        raise
    except Exception as error:
        refused = _refusal(error)
        if refused:
            raise StoreRefused(f"{where}: {refused}") from error
        if isinstance(error, FileNotFoundError | FileExistsError):
            raise
        said = " ".join(str(error).split())[:200] or type(error).__name__
        raise StoreUnavailable(f"{where} cannot be reached ({said}): it is tried again later") from error


def _refusal(error: Exception) -> str:
    """What a person must mend, where it is that; else nothing."""
    causes = [error, error.__cause__] if error.__cause__ else [error]
    if any(part in str(cause) for cause in causes for part in _NO_BUCKET):
        return "there is no such bucket; create it, or mend the address"
    if any(part in type(cause).__name__ for cause in causes for part in _NO_KEY):
        return f"the key to the store is missing or cannot be read ({error}); see docs/production-data.md"
    if isinstance(error, PermissionError):
        return f"the store refuses ({error}); look at the key, and at what it may do"
    return ""
