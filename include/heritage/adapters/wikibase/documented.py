"""Answers that are JSON and yet none of a Wikibase, as of a proxy or of another service at the address."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import isfunction, isgeneratorfunction
from typing import Any, TypeVar

from heritage.errors import WikiStopped

Reader = TypeVar("Reader")
_TRIPPED = (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError)


def documented(reader: type[Reader]) -> type[Reader]:
    """The class, of whose public methods nothing comes but an answer, or an error of ours: one that is not in
    the form that the API documents stops the batch, for the next question would fare the same."""
    for name, method in list(vars(reader).items()):
        if isfunction(method) and not name.startswith("_"):
            setattr(reader, name, (_each if isgeneratorfunction(method) else _whole)(method))
    return reader


def _whole(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def told(*given: Any, **named: Any) -> Any:
        with _told(method.__name__):
            return method(*given, **named)

    return told


def _each(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def told(*given: Any, **named: Any) -> Iterator[Any]:
        with _told(method.__name__):
            yield from method(*given, **named)

    return told


@contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except _TRIPPED as error:
        raise WikiStopped(
            f"The answer ({what}) is not in the form of a Wikibase: {type(error).__name__}. Look whether the "
            "address is that of its api.php, and what stands between."
        ) from error
