"""Names of items in the order of their letters, to find what begins with what somebody is typing."""

import unicodedata
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.model.arrow import pc

_LONGEST = 300  # characters that are compared
_LAST = "\U0010ffff"
_WINDOW = 500
"""Names beyond so many that begin alike are not looked at: whoever wants one of them types on."""


def folded(text: str) -> str:
    """Small letters without accents.

    >>> folded("Église Ŝ")
    'eglise s'
    """
    plain = unicodedata.normalize("NFKD", text[:_LONGEST].lower())
    return "".join(one for one in plain if not unicodedata.combining(one)).strip()


def flattened(column: Any) -> tuple[np.ndarray, list[Any]]:
    """A column of lists: the row of each value, and the values, an array a chunk."""
    owners, values, start = [np.zeros(0, dtype=np.int64)], [], 0
    for chunk in column.chunks:
        owners.append(pc.list_parent_indices(chunk).to_numpy(zero_copy_only=False).astype(np.int64) + start)
        values.append(pc.list_flatten(chunk))
        start += len(chunk)
    return np.concatenate(owners), values


class NameList:
    """The labels and aliases of a table of the schema ITEMS."""

    def __init__(self, items: pa.Table) -> None:
        parts = [flattened(items[column]) for column in ("labels", "aliases")]
        names = pa.chunked_array(
            [pc.struct_field(one, "text") for _, flat in parts for one in flat], pa.string()
        )
        owners = np.concatenate([owner for owner, _ in parts])
        texts: Any = names.cast(pa.large_string())
        plain = pc.utf8_lower(pc.utf8_slice_codeunits(pc.fill_null(texts, ""), 0, _LONGEST))
        plain = pc.replace_substring_regex(pc.utf8_normalize(plain, form="NFKD"), r"\p{M}", "")
        plain = pc.utf8_trim_whitespace(plain)
        order = pc.sort_indices(plain)
        self._names: Any = plain.take(order).combine_chunks()
        self._rows = owners[order.to_numpy()]
        self._size: Any = pc.fill_null(pc.list_value_length(items["sitelinks"]), 0).to_numpy()

    def called(self, name: str, most: int) -> list[int]:
        """Rows of items that bear this very name, but for case and accents."""
        wanted = folded(name)
        start, end = self._first(wanted), self._first(wanted + "\0")
        found = self._rows[start : min(end, start + _WINDOW)].tolist() if wanted else []
        return list(dict.fromkeys(found))[:most]

    def beginning(self, prefix: str, most: int, skip: int) -> list[int]:
        """Rows of items with a name that begins so: those of that very name first, then the best known."""
        wanted = folded(prefix)
        start, end = self._first(wanted), self._first(wanted + _LAST)
        hits: dict[int, str] = {}
        for at in range(start, min(end, start + _WINDOW)):
            hits.setdefault(int(self._rows[at]), self._names[at].as_py())
        best = sorted(hits, key=lambda row: (hits[row] != wanted, -int(self._size[row]), hits[row], row))
        return best[skip : skip + most]

    def _first(self, wanted: str) -> int:
        low, high = 0, len(self._names)
        while low < high:
            middle = (low + high) // 2
            if self._names[middle].as_py() < wanted:
                low = middle + 1
            else:
                high = middle
        return low
