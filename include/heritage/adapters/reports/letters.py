"""The fonts of the PDF, which are shipped here so that it looks the same on every machine."""

import re
import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

import typst
from anyascii import anyascii

from heritage.model.shown import printable

FOLDER = Path(__file__).with_name("fonts")
OPENING, CLOSING = "‹", "›"
"""Around what is spelled out because no font here has its letters."""
_LONGEST = 28
_WORD = re.compile(rf"\S{{{_LONGEST}}}(?=\S)")
_BREAK = "\u200b"


@cache
def fonts() -> typst.Fonts:
    """Ours and no others."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER)])


def writable(text: str) -> str:
    """Text in letters that the fonts have: others are spelled in Latin ones, in marks of their own. What is
    too long for a line may be broken.

    >>> writable("ბაგრატის ტაძარი"), writable("北京 (Q956)")
    ('ბაგრატის ტაძარი', '‹BeiJing› (Q956)')
    """
    known = _letters()
    parts = []
    for has, run in groupby(
        unicodedata.normalize("NFC", printable(text)), lambda c: c.isspace() or ord(c) in known
    ):
        letters = "".join(run)
        if not has:
            spelled = anyascii(letters).strip()
            letters = f"{OPENING}{spelled}{CLOSING}" if spelled else ""
        parts.append(letters)
    return _WORD.sub(lambda word: word[0] + _BREAK, "".join(parts))


@cache
def _letters() -> frozenset[int]:
    return frozenset(code for file in FOLDER.glob("*-Regular.ttf") for code in _covered(file.read_bytes()))


def _covered(font: bytes) -> Iterator[int]:
    """The characters of a TrueType font, from its table `cmap` (OpenType specification, formats 4 and 12)."""
    tables = {}
    for number in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        tables[tag] = offset
    cmap = tables[b"cmap"]
    for number in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        at = cmap + struct.unpack_from(">HHI", font, cmap + 4 + 8 * number)[2]
        form = struct.unpack_from(">H", font, at)[0]
        if form == 12:
            for group in range(struct.unpack_from(">I", font, at + 12)[0]):
                first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * group)
                yield from range(first, last + 1)
        elif form == 4:
            half = struct.unpack_from(">H", font, at + 6)[0] // 2
            lasts = struct.unpack_from(f">{half}H", font, at + 14)
            firsts = struct.unpack_from(f">{half}H", font, at + 16 + 2 * half)
            for first, last in zip(firsts, lasts, strict=True):
                yield from range(first, min(last, 0xFFFE) + 1)
