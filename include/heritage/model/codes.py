"""Numbers that stand for equal values, so that what is alike is looked at once."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from heritage.model.arrow import pc


def codes(*columns: Any) -> np.ndarray:
    """One number for every combination of values that comes; equal rows have equal numbers, from 0, in the
    order in which they come.

    Columns are numpy arrays, pandas Series or pyarrow columns; what is missing equals what is missing.
    """
    combined = np.zeros(len(columns[0]), dtype=np.int64)
    for number, column in enumerate(columns):
        own, values = pd.factorize(_encoded(column), use_na_sentinel=False)
        combined = pd.factorize(combined * len(values) + own)[0] if number else own
    return combined


def _encoded(column: Any) -> Any:
    if not isinstance(column, pa.Array | pa.ChunkedArray):
        return column
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    return pc.fill_null(column.dictionary_encode().indices, -1).to_numpy(zero_copy_only=False)


def first_rows(numbers: np.ndarray) -> np.ndarray:
    """The first row of each number."""
    return np.unique(numbers, return_index=True)[1]


def times(numbers: np.ndarray) -> np.ndarray:
    """How often the number of each row comes."""
    often: np.ndarray = np.bincount(numbers)[numbers] if len(numbers) else numbers
    return often
