"""Work on a register in parts, by several threads: what is compiled releases the interpreter."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
CHUNK = 20_000
"""Records of a part, which bounds the memory."""
THREADS = 2


def ranges(rows: int) -> list[tuple[int, int]]:
    """Where each part begins and ends."""
    return [(first, min(first + CHUNK, rows)) for first in range(0, rows, CHUNK)]


def in_parts(part: Callable[[int, int], T], rows: int) -> Iterator[T]:
    """What `part` makes of each range of rows, in order; no thread runs far ahead of who takes it."""
    with ThreadPoolExecutor(THREADS) as pool:
        waiting: deque[Future[T]] = deque()
        for first, last in ranges(rows):
            waiting.append(pool.submit(part, first, last))
            if len(waiting) > THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
