"""Writes a file whole or not at all, on any file system that fsspec knows."""

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from fsspec.implementations.local import LocalFileSystem


@contextmanager
def whole_file(fs: Any, path: str, before: Callable[[], None] | None = None) -> Iterator[IO[bytes]]:
    """A local file that becomes `path` on `fs` only when the block ends well, after `before` was called."""
    folder = Path(path).parent if isinstance(fs, LocalFileSystem) else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".writing-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if before:
            before()
        if folder:
            Path(temporary).replace(path)
        else:
            fs.put_file(temporary, path)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT) and not error.filename:
            error.filename = path  # a full disk does not say for what
        raise
    finally:
        Path(temporary).unlink(missing_ok=True)
