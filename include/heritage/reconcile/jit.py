"""Loops over characters, words and pairs, compiled on first use and kept compiled beside the module."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """The function compiled; it releases the interpreter, so that threads may share the work."""
    return cast(Callable[P, R], njit(cache=True, nogil=True)(function))
