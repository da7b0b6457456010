"""The names of records as columns: all that a register calls each of them, once."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from heritage.disclosure.words import fold
from heritage.model.arrow import Array, pc

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Texts:
    """Texts of records: the text number `of[k]` belongs to the record `rows[k]`; rows ascend, a text stands
    once for a record and once in `texts`."""

    rows: Positions
    of: Positions
    texts: Array

    @cached_property
    def folded(self) -> Array:
        """The texts as words are looked up in them."""
        return pa.array([fold(text) for text in self.texts.to_pylist()], pa.string())

    def lists(self, count: int) -> Array:
        """For each of so many records the list of its texts."""
        offsets = np.searchsorted(self.rows, np.arange(count + 1)).astype(np.int32)
        lists: Any = pa.ListArray
        return lists.from_arrays(pa.array(offsets), self.texts.take(self.of))


def names_of(records: pa.Table) -> Texts:
    """Of columns name and names of RECORDS; the first name of a record comes first."""
    names = records["names"].combine_chunks()
    return _texts(
        np.concatenate([np.arange(records.num_rows), pc.list_parent_indices(names).to_numpy()]),
        pa.concat_arrays([records["name"].combine_chunks(), pc.struct_field(pc.list_flatten(names), "text")]),
    )


def names_in(lists: Array) -> Texts:
    """Of a column of lists of names (PROTECTED)."""
    column = lists.combine_chunks()
    return _texts(pc.list_parent_indices(column).to_numpy(), pc.list_flatten(column))


def column_of(column: Array) -> Texts:
    """Of a column with one text for a record."""
    return _texts(np.arange(len(column)), column.combine_chunks())


def _texts(rows: Positions, said: Array) -> Texts:
    known = pc.fill_null(pc.not_equal(said, ""), False)
    rows, encoded = rows[known.to_numpy(zero_copy_only=False)], said.filter(known).dictionary_encode()
    frame = pd.DataFrame({"row": rows.astype(np.int64), "of": encoded.indices.to_numpy().astype(np.int64)})
    frame = frame.drop_duplicates().sort_values("row", kind="stable")
    return Texts(frame["row"].to_numpy(), frame["of"].to_numpy(), encoded.dictionary)
