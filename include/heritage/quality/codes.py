"""Numbers that stand for equal values."""

from typing import Any

import numpy as np
import pandas as pd


def codes(*columns: Any) -> np.ndarray:
    """One number for every combination of values that comes; equal rows have equal numbers, from 0."""
    combined = np.zeros(len(columns[0]), dtype=np.int64)
    for number, column in enumerate(columns):
        own, values = pd.factorize(column, use_na_sentinel=False)
        combined = pd.factorize(combined * len(values) + own)[0] if number else own
    return combined


def times(numbers: np.ndarray) -> np.ndarray:
    """How often the number of each row comes."""
    often: np.ndarray = np.bincount(numbers)[numbers] if len(numbers) else numbers
    return often
