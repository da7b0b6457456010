"""Loops over characters, words and pairs, compiled on first use and kept compiled beside the module."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """The function compiled; it releases the interpreter, so that threads may share the work."""
    return _compiled(function)


def leaf(function: Callable[P, R]) -> Callable[P, R]:
    """What kernels call in their loops, compiled without counting who refers to which array, which takes half
    of the time where a call gets dozens of them. It must make no array and return none."""
    return _compiled(function, _nrt=False)


def _compiled(function: Callable[P, R], **options: Any) -> Callable[P, R]:
    compiled: Any = njit(cache=True, nogil=True, **options)(function)
    kept = getattr(compiled, "_cache", None)
    if kept is not None:
        # numba looks at the function's own file alone, and would go on with what it called in another file
        # before that was changed
        kept._cache_file._source_stamp = _state(Path(function.__code__.co_filename).parent)
    return cast(Callable[P, R], compiled)


@cache
def _state(folder: Path) -> str:
    """A digest of all modules of a folder that may hold kernels."""
    contents = (path.read_bytes() for path in sorted(folder.glob("*.py")))
    found = hashlib.sha256()
    for content in contents:
        if b"heritage.reconcile.jit" in content:
            found.update(content)
    return found.hexdigest()
