"""Names that are not what somebody wrote: letters of two scripts in a word, names cut at a column's width."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heritage.spec.thresholds import CutRules


def mixed_scripts(names: pa.StringArray, scripts: Sequence[str]) -> np.ndarray:
    """True where a word has letters of two of the `scripts` (Unicode names) side by side.

    Such a word looks right and is found by nobody: "Помнiк" with a Latin i. Marks and apostrophes belong
    to a word; hyphens, digits and spaces part words, so that "Wi-Fi-точка" is none.
    """
    between = r"[\p{M}'’ʼ]*"
    pairs = [
        rf"\p{{{one}}}{between}\p{{{other}}}|\p{{{other}}}{between}\p{{{one}}}"
        for one, other in combinations(scripts, 2)
    ]
    mixed = np.zeros(len(names), dtype=bool)
    others = _where(pc.invert(pc.string_is_ascii(names)))  # ASCII has letters of one script only
    mixed[others] = _where(pc.match_substring_regex(names.filter(pa.array(others)), "|".join(pairs)))
    return mixed


def cut_names(names: pa.StringArray, rules: CutRules) -> np.ndarray:
    """True for the names of the greatest length, where so many have it that a column's width cut them.

    Among whole names each length is rarer than the shorter ones near it; a width gathers the tail.
    """
    lengths = np.nan_to_num(np.asarray(pc.utf8_length(names), dtype=float)).astype(int)
    longest = int(lengths.max(initial=0))
    counts = np.bincount(lengths, minlength=longest + 1)
    near = counts[max(longest - rules.beside, 1) : longest]
    usual = near.mean() if len(near) else 0.0
    cut = (
        longest >= rules.least_length
        and counts[longest] >= rules.least_names
        and counts[longest] > rules.times_the_usual * usual
    )
    at_the_edge: np.ndarray = (lengths == longest) & cut
    return at_the_edge


def _where(matches: Any) -> np.ndarray:
    return np.asarray(pc.fill_null(matches, False))
