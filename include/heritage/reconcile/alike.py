"""How alike two words are spelled, and which words of an index are spelled like a given one."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from heritage.reconcile.folding import Bytes, Hashes, _hash
from heritage.reconcile.jit import kernel, leaf
from heritage.reconcile.text import Flags, Ints, Singles, Small

Letters = npt.NDArray[np.uint64]

KEYS = 5
"""Keys of a word; words of one key may be alike."""
LONGEST = 64
"""Letters of a word that is compared with others."""
SHORTEST = 4
"""A shorter word is only like itself."""
SOUND, SPELLING = 0.68, 0.72
"""Least Indel similarity of two words' sounds, for one to find the other, and of their letters, to be one."""


class Spelled(NamedTuple):
    """Words by number: their letters and sounds at data[start[w]:start[w + 1]]."""

    letters: Bytes
    sounds: Bytes
    """The letters with those that transliterations mix up (c, k, q; v, w; i, j, y; s, z) made one."""
    start: Ints
    present: Letters
    """One bit for each sound in the word."""
    digits: Flags
    """Whether it is a number."""


_ALIKE = np.arange(256, dtype=np.uint8)
_ALIKE[np.frombuffer(b"cqwjyz", dtype=np.uint8)] = np.frombuffer(b"kkviis", dtype=np.uint8)
_CONSONANTS = np.frombuffer(b"?bkt?fk???klnn?pkrst?vvk?s", dtype=np.uint8)
"""What each letter sounds like, roughly; a question mark for those that spellings add and leave out."""


def spelled(letters: Bytes, start: Ints, digits: Flags) -> Spelled:
    """Words ready to be compared."""
    sounds = _ALIKE[letters]
    return Spelled(letters, sounds, start, _present(sounds, start), digits)


@kernel
def _present(data: Bytes, start: Ints) -> Letters:
    out = np.zeros(len(start) - 1, dtype=np.uint64)
    for row in range(len(out)):
        for k in range(start[row], start[row + 1]):
            byte = data[k]
            bit = byte - 48 if byte < 58 else byte - 87
            out[row] |= np.uint64(1) << np.uint64(bit)
    return out


@leaf
def similarity(one: Bytes, a: int, a_end: int, other: Bytes, b: int, b_end: int) -> float:
    """Normalised Indel similarity of two words of at most 64 letters, bit-parallel (Hyyrö 2004)."""
    many_a, many_b = a_end - a, b_end - b
    if many_a > LONGEST or many_b > LONGEST:
        return 0.0
    rest = np.uint64(0xFFFFFFFFFFFFFFFF)
    for j in range(b, b_end):
        byte, same = other[j], np.uint64(0)
        for i in range(many_a):
            if one[a + i] == byte:
                same |= np.uint64(1) << np.uint64(i)
        used = rest & same
        rest = (rest + used) | (rest - used)
    common = many_a
    for i in range(many_a):
        common -= (rest >> np.uint64(i)) & np.uint64(1) != 0
    return 2.0 * common / (many_a + many_b)


@leaf
def _sounds_alike(a: int, ours: Spelled, b: int, theirs: Spelled) -> float:
    """The squared similarity of the sounds of two words, 0 where they are too different."""
    first, first_end, second, second_end = (
        ours.start[a],
        ours.start[a + 1],
        theirs.start[b],
        theirs.start[b + 1],
    )
    many = first_end - first + second_end - second
    if min(first_end - first, second_end - second) * 2 < SOUND * many:
        return 0.0
    apart, differ = ours.present[a] ^ theirs.present[b], 0
    while apart:
        apart &= apart - np.uint64(1)
        differ += 1
    if differ > (1 - SOUND) * many:
        return 0.0
    alike = similarity(ours.sounds, first, first_end, theirs.sounds, second, second_end)
    return (0.97 * alike) ** 2 if alike >= SOUND else 0.0


@leaf
def _spelled_alike(a: int, ours: Spelled, b: int, theirs: Spelled) -> float:
    """The squared similarity of two spellings, 0 for two words; they share a quarter of the letter pairs."""
    first, second = ours.start[a], theirs.start[b]
    many_a, many_b = ours.start[a + 1] - first, theirs.start[b + 1] - second
    if min(many_a, many_b) * 2 < SPELLING * (many_a + many_b):
        return 0.0
    common = 0
    for i in range(many_a + 1):
        before = ours.letters[first + i - 1] if i > 0 else 32
        after = ours.letters[first + i] if i < many_a else 32
        for j in range(many_b + 1):
            if (theirs.letters[second + j] if j < many_b else 32) == after and (
                theirs.letters[second + j - 1] if j > 0 else 32
            ) == before:
                common += 1
                break
    if common < 0.25 * (many_a + many_b + 2):
        return 0.0
    alike = similarity(ours.letters, first, first + many_a, theirs.letters, second, second + many_b)
    return alike * alike if alike >= SPELLING else 0.0


@leaf
def _keys_of(data: Bytes, start: int, end: int, out: Hashes, buffer: Bytes) -> int:
    """The keys of one word (of its sounds): both beginnings, the consonants, the first of them, and the
    letters in any order; 0 where a word is too short for one."""
    many = end - start
    out[:] = 0
    if many < SHORTEST or many > LONGEST:
        return 0
    out[0] = _hash(data, start, start + 4) ^ np.uint64(1)
    if many >= 7:
        out[1] = _hash(data, start, start + 6) ^ np.uint64(2)
    size = 0
    for k in range(start, end):
        byte = data[k]
        sound = np.uint8(byte)
        if byte >= 97:
            sound = _CONSONANTS[byte - 97]
        if byte == 112 and k + 1 < end and data[k + 1] == 104:  # ph
            sound = np.uint8(102)
        if sound != 63 and (size == 0 or buffer[size - 1] != sound):
            buffer[size] = sound
            size += 1
    if size >= 1:
        out[2] = _hash(buffer, 0, size) ^ np.uint64(3)
    if size >= 3:
        out[4] = _hash(buffer, 0, 3) ^ np.uint64(5)
    for k in range(many):
        buffer[k] = data[start + k]
    for k in range(1, many):
        byte, j = buffer[k], k - 1
        while j >= 0 and buffer[j] > byte:
            buffer[j + 1] = buffer[j]
            j -= 1
        buffer[j + 1] = byte
    out[3] = _hash(buffer, 0, many) ^ np.uint64(4)
    return KEYS


@kernel
def word_keys(words: Spelled) -> tuple[Hashes, Small]:
    """(key, word) for every key of every word that is no number."""
    rows = len(words.start) - 1
    hashes, word = np.empty(rows * KEYS, dtype=np.uint64), np.empty(rows * KEYS, dtype=np.int32)
    out, buffer = np.zeros(KEYS, dtype=np.uint64), np.empty(LONGEST, dtype=np.uint8)
    count = 0
    for row in range(rows):
        if words.digits[row]:
            continue
        for k in range(_keys_of(words.sounds, words.start[row], words.start[row + 1], out, buffer)):
            if out[k] != 0:
                hashes[count], word[count] = out[k], row
                count += 1
    return hashes[:count].copy(), word[:count].copy()


@kernel
def near_words(  # noqa: C901
    wanted: Ints, ours: Spelled, known: Ints, theirs: Spelled, key_hash: Hashes, key_word: Small, most: int
) -> tuple[Ints, Small, Singles, Singles]:
    """For each wanted word of ours the words of the index that sound like it, itself first (`known` is its
    number there, -1 for none): begin, word, how alike they sound and how alike they are spelled, 0 to 1.
    A key that more than `most` words share finds none of them."""
    begin = np.zeros(len(wanted) + 1, dtype=np.int64)
    size, room = 0, max(4 * len(wanted), 64)
    word, near, alike = np.empty(room, np.int32), np.empty(room, np.float32), np.empty(room, np.float32)
    keys, buffer = np.zeros(KEYS, dtype=np.uint64), np.empty(LONGEST, dtype=np.uint8)
    for row in range(len(wanted)):
        w = wanted[row]
        if size + KEYS * most + 1 > room:
            room = 2 * room + KEYS * most
            more_words, more_near = np.empty(room, np.int32), np.empty(room, np.float32)
            more_alike = np.empty(room, np.float32)
            more_words[:size], more_near[:size], more_alike[:size] = word[:size], near[:size], alike[:size]
            word, near, alike = more_words, more_near, more_alike
        first = size
        if known[w] >= 0:
            word[size], near[size], alike[size] = known[w], 1.0, 1.0
            size += 1
        if not ours.digits[w] and _keys_of(ours.sounds, ours.start[w], ours.start[w + 1], keys, buffer):
            for k in range(KEYS):
                low = np.searchsorted(key_hash, keys[k])
                high = low
                while high < len(key_hash) and key_hash[high] == keys[k] and high - low <= most:
                    high += 1
                if keys[k] == 0 or high - low > most:
                    continue
                for at in range(low, high):
                    other = key_word[at]
                    if other == known[w]:
                        continue
                    found = _sounds_alike(w, ours, other, theirs)
                    if found > 0:
                        seen = False
                        for earlier in range(first, size):
                            seen = seen or word[earlier] == other
                        if not seen:
                            word[size], near[size] = other, found
                            alike[size] = _spelled_alike(w, ours, other, theirs)
                            size += 1
        begin[row + 1] = size
    return begin, word[:size].copy(), near[:size].copy(), alike[:size].copy()
