"""Loops over characters, words and pairs, compiled on first use and kept compiled beside the module."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """The function compiled; it releases the interpreter, so that threads may share the work."""
    return cast(Callable[P, R], njit(cache=True, nogil=True)(function))


def leaf(function: Callable[P, R]) -> Callable[P, R]:
    """What kernels call in their loops, compiled without counting who refers to which array, which takes half
    of the time where a call gets dozens of them. It must make no array and return none."""
    return cast(Callable[P, R], njit(cache=True, nogil=True, _nrt=False)(function))  # type: ignore[call-overload]
