"""The lines of a dump, one entity each."""

from collections.abc import Iterator

import fsspec

from heritage.errors import SourceChanged, SourceUnavailable

LONGEST = 64 << 20
"""Bytes of a line; the largest entities have a few million."""


def entity_lines(dump: str) -> Iterator[bytes]:
    """Every entity of the file, one a line; brackets and trailing commas of the big array do not matter."""
    came = 0
    try:
        with fsspec.open(dump, "rb", compression="infer") as lines:
            for raw in iter(lambda: lines.readline(LONGEST), b""):
                if len(raw) == LONGEST:
                    long = f"line {came + 1} is longer than {LONGEST} bytes"
                    raise SourceChanged(f"{dump}: {long}; a dump has one entity a line.")
                line = raw.strip().rstrip(b",").strip(b"\xef\xbb\xbf")
                if line not in (b"", b"[", b"]"):
                    came += 1
                    yield line
    except EOFError as error:
        raise SourceChanged(f"{dump}: ends in the middle after {came} entities; get it again.") from error
    except OSError as error:
        if came:
            raise SourceChanged(f"{dump}: damaged after {came} entities ({error}).") from error
        raise SourceUnavailable(f"{dump}: cannot be opened ({error}).") from error
