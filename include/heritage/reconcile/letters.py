"""How alike two whole names are spelled, letter by letter."""

import numpy as np
import numpy.typing as npt

from heritage.reconcile.jit import leaf

Letters = npt.NDArray[np.uint64]
"""One bit for each place of a text where a letter stands, 64 to a number."""
LONGEST = 320
"""Letters of a name whose spelling is compared: room for a municipality behind the longest name."""
BLOCKS = LONGEST // 64
CODES = 123
"""Codes of folded letters are below this."""


@leaf
def text_similarity(masks, long, text, start, end, rest):  # type: ignore[no-untyped-def]
    """Normalised Indel similarity of two texts; `masks` hold the letters of the first, `long` of them."""
    blocks = (long + 63) // 64
    if blocks == 0 or end == start:
        return 0.0
    for k in range(blocks):
        rest[k] = np.uint64(0xFFFFFFFFFFFFFFFF)
    if blocks == 1:
        left = rest[0]
        for j in range(start, end):
            used = left & masks[text[j], 0]
            left = (left + used) | (left - used)
        rest[0] = left
    else:
        for j in range(start, end):
            carry = np.uint64(0)
            for k in range(blocks):
                old = rest[k]
                used = old & masks[text[j], k]
                total = old + used
                over = np.uint64(1) if total < old else np.uint64(0)
                with_carry = total + carry
                if with_carry < total:
                    over = np.uint64(1)
                carry = over
                rest[k] = with_carry | (old - used)
    common = long
    for k in range(long):
        common -= (rest[k // 64] >> np.uint64(k % 64)) & np.uint64(1) != 0
    return 2.0 * common / (long + end - start)


@leaf
def read_letters(masks, text, start, end, on):  # type: ignore[no-untyped-def]
    """Sets or clears the letters of a text."""
    for k in range(start, end):
        if on:
            masks[text[k], (k - start) // 64] |= np.uint64(1) << np.uint64((k - start) % 64)
        else:
            masks[text[k], (k - start) // 64] = np.uint64(0)
