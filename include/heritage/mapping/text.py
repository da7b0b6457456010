"""Text as records keep it: NFC and folded whitespace, nothing else is cleaned away."""

import unicodedata
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.model.arrow import Array, pc

_SPACES = "".join(chr(n) for n in (*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B)))
SPACES = _SPACES + "\u2028\u2029\u202f\u205f\u3000"
"""What Python's `str.split` takes for whitespace; other libraries know fewer."""
_CLASS = "".join(rf"\x{{{ord(c):x}}}" for c in SPACES)
_OTHERS = "".join(rf"\x{{{ord(c):x}}}" for c in SPACES if c != " ")
_SPACE = 32
_LOOSE = rf"^[{_CLASS}]|[{_CLASS}]$|[{_OTHERS}]|  "


def fold(value: Any) -> str:
    """The text of a cell; empty for None.

    >>> fold("  Cafe\\u0301\\n du  Nord ")
    'Café du Nord'
    """
    return unicodedata.normalize("NFC", " ".join(str(value).split())) if value is not None else ""


def fold_all(texts: Array) -> Array:
    """The same for a column; null stays null.

    >>> fold_all(pa.array(["  Cafe\\u0301\\n du  Nord ", None])).to_pylist()
    ['Café du Nord', None]
    """
    if _is_tidy(texts):
        return texts
    loose = pc.match_substring_regex(texts, _LOOSE)
    if pc.any(loose).as_py():
        loose = pc.fill_null(loose, False)
        single = pc.replace_substring_regex(texts.filter(loose), f"[{_CLASS}]+", " ")
        texts = pc.replace_with_mask(texts, loose, pc.utf8_trim(single, " "))
    if not pc.all(pc.string_is_ascii(texts)).as_py():
        texts = pc.utf8_normalize(texts, "NFC")
    return texts


def letters(texts: Array) -> np.ndarray:
    """The bytes of all texts of a string column, one after the other."""
    content = texts.buffers()[2]
    if content is None:
        return np.array([], np.uint8)
    ends = _ends(texts)
    return np.frombuffer(content, np.uint8)[ends[0] : ends[-1]]


def with_letters(texts: Array, among: np.ndarray) -> np.ndarray:
    """True for each text that has one of the `letters` that are marked."""
    has = np.zeros(len(texts), dtype=bool)
    ends = _ends(texts)
    has[np.searchsorted(ends, np.flatnonzero(among) + ends[0], side="right") - 1] = True
    return has


def _ends(texts: Array) -> np.ndarray:
    """Where in the bytes of the column each text begins, and where the last one ends."""
    ends: np.ndarray = np.frombuffer(texts.buffers()[1], np.int32)
    return ends[texts.offset : texts.offset + len(texts) + 1]


def _is_tidy(texts: Array) -> bool:
    """True when one look at all bytes shows that nothing is to fold; most columns are so."""
    if not len(texts):
        return True
    found = letters(texts)
    if len(found) and (found.min() < _SPACE or found.max() > 126):
        return False
    spaces = found == _SPACE
    ends = _ends(texts)
    ends = ends - ends[0]
    full = np.diff(ends) > 0
    edges = np.concatenate([ends[:-1][full], ends[1:][full] - 1])
    return not ((spaces[1:] & spaces[:-1]).any() or spaces[edges].any())


def strip_all(texts: Array) -> Array:
    """`str.strip` for a column."""
    return pc.utf8_trim(texts, SPACES)


def same(text: str | None, rows: int) -> Array:
    """The same text in every row."""
    return pa.repeat(pa.scalar(text, pa.string()), rows)


def by_value(texts: Array, say: Any, type: Any) -> Array:
    """What `say` answers to each text, asked once a distinct text; null for null."""
    coded = texts.dictionary_encode()
    answers = pa.array([say(text) for text in coded.dictionary.to_pylist()], type)
    return answers.take(coded.indices)
