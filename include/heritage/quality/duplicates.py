"""Records of one register that may be one site: next to each other, with names that say the same."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import fuzz, process

from heritage.model.codes import codes, times
from heritage.quality.plane import pairs_within
from heritage.spec.thresholds import DuplicateRules


def duplicate_sites(
    lat: np.ndarray, lon: np.ndarray, names: pd.Series, addresses: pd.Series, rules: DuplicateRules
) -> np.ndarray:
    """True for every record with another one within `near_m` whose name is at least `similar` (0 to 100).

    Different numbers in the names or different addresses make two sites of them: "Herengracht 12" is not
    "Herengracht 14". Names that more than `common` records have tell nothing. NaN and nameless records are
    passed over; leave out points that many share, they are not the sites' own.
    """
    twin = np.zeros(len(lat), dtype=bool)
    named = ~np.isnan(lat) & names.notna().to_numpy()
    at = np.flatnonzero(named)
    if not len(at):
        return twin
    name = codes(names.iloc[at])
    at, name = (each[times(name) <= rules.common] for each in (at, name))
    if not len(at):
        return twin
    pairs = at[pairs_within(lat[at], lon[at], rules.near_m)]
    if len(pairs):
        pairs = pairs[_same_address(addresses, pairs)]
    if len(pairs):
        pairs = pairs[_similar(names, pairs, rules.similar)]
    twin[pairs.ravel()] = True
    return twin


def _same_address(addresses: pd.Series, pairs: np.ndarray) -> np.ndarray:
    """True unless both records have an address and these differ."""
    one, other = (addresses.iloc[side].reset_index(drop=True) for side in pairs.T)
    same: np.ndarray = (one.isna() | other.isna() | (one == other)).to_numpy(dtype=bool)
    return same


def _similar(names: pd.Series, pairs: np.ndarray, least: float) -> np.ndarray:
    """True where the names have the same numbers and nearly the same words, in whatever order."""
    involved, sides = np.unique(pairs, return_inverse=True)
    texts = pa.array(names.iloc[involved], pa.string())
    folded = pc.utf8_lower(texts).to_numpy(zero_copy_only=False)
    numbers = codes(pc.utf8_trim_whitespace(pc.replace_substring_regex(texts, r"\D+", " ")).to_pandas())
    one, other = sides.reshape(pairs.shape).T
    same = numbers[one] == numbers[other]
    words = process.cpdist(
        folded[one[same]], folded[other[same]], scorer=fuzz.token_sort_ratio, score_cutoff=least
    )
    same[same] = words >= least
    found: np.ndarray = same
    return found
