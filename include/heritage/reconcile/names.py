"""Names compared: words weighed by rarity, spelling, numbers, and the municipality named or not."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from heritage.reconcile.candidates import Candidates
from heritage.reconcile.folding import Bytes
from heritage.reconcile.jit import kernel, leaf
from heritage.reconcile.lexicon import Lexicon
from heritage.reconcile.record_words import MOST_WORDS, Asking, bits_of, left_out, read_words, reading
from heritage.reconcile.sides import Items, Records
from heritage.reconcile.text import Flags, Floats, Ints, Small

MEASURES = (
    "spelling", "words", "record_words", "item_words", "record_words_lost", "item_words_lost", "information",
    "own_words", "numbers", "municipality", "other_municipality", "guessed",
    "own_information", "own_words_lost",
)  # fmt: skip
LONGEST = 320
"""Letters of a name whose spelling is compared: room for a municipality behind the longest name."""
OF_WORDS, OF_SPELLING, OF_NATS, MOST_NATS = 0.6, 0.4, 0.01, 20.0
"""What the words in common, the spelling and each nat (up to so many) count in telling which two names agree
best."""
MOST_FORMS = 32
"""Forms of a record's names that are compared."""


@dataclass(frozen=True, slots=True)
class ChosenNames:
    """Text numbers of the names chosen on both sides (-1 for none), and the features made from them."""

    record: Ints
    item: Ints
    columns: dict[str, Floats]


class Written(NamedTuple):
    """The names of one side as letters, the other's as letters and words."""

    ours: Bytes
    ours_start: Ints
    theirs: Bytes
    theirs_start: Ints
    name_start: Ints
    name_text: Ints
    context_start: Ints
    context_text: Ints
    begin: Ints
    word: Small
    weight: Floats
    digits: Flags
    is_place: Flags


def name_features(
    pairs: Candidates, ours: Asking, records: Records, items: Items, lexicon: Lexicon, same_area: Flags
) -> ChosenNames:
    """The two names of each pair that agree best, and what they say; `same_area` tells the pairs whose item
    lies in the record's municipality."""
    known = lexicon.items
    written = Written(
        records.texts.data, records.texts.start, items.texts.data, items.texts.start, items.names.start,
        items.names.text, items.contexts.start, items.contexts.text, known.texts.begin, known.texts.word,
        known.weight, known.vocabulary.spelled.digits, _place_words(ours, lexicon),
    )  # fmt: skip
    a, b, values = _compared(
        pairs.record, pairs.item, ours, written, reading(known.vocabulary.size), len(MEASURES)
    )
    columns = {name: values[k] for k, name in enumerate(MEASURES)}
    columns["municipality"][same_area] = 1.0
    columns["distinct_name"] = columns["words"] * np.log1p(columns["information"])
    for name, text, carriers in (
        ("records_of_name", a, lexicon.records_of),
        ("items_of_name", b, np.diff(known.text_begin)),
    ):
        columns[name] = np.append(np.log(np.maximum(carriers, 1)), np.nan)[text]
    return ChosenNames(a, b, columns)


def _place_words(ours: Asking, lexicon: Lexicon) -> Flags:
    """The words of the index that name a municipality of these records."""
    is_place = np.zeros(lexicon.items.vocabulary.size, dtype=bool)
    for place in np.unique(ours.place[ours.place >= 0]):
        numbers = lexicon.known[ours.word[ours.begin[place] : ours.begin[place + 1]]]
        is_place[numbers[numbers >= 0]] = True
    return is_place


@leaf
def _text_similarity(masks, long, text, start, end, rest):  # type: ignore[no-untyped-def]
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
def _read_letters(masks, text, start, end, on):  # type: ignore[no-untyped-def]
    """Sets or clears the letters of a text."""
    for k in range(start, end):
        if on:
            masks[text[k], (k - start) // 64] |= np.uint64(1) << np.uint64((k - start) % 64)
        else:
            masks[text[k], (k - start) // 64] = np.uint64(0)


@leaf
def _matched(b, r, side, known, best):  # type: ignore[no-untyped-def]
    """How alike each of the record's words is to the best word of text b of the items: the words found as
    bits (their likeness in `best`), and the nats of the whole text."""
    found, total = np.uint64(0), 0.0
    for q in range(side.begin[b], side.begin[b + 1]):
        w = side.word[q]
        total += side.weight[w]
        if known.stamp[w] == r + 1 and known.alike[w] > 0:
            j = known.place[w]
            bit = np.uint64(1) << np.uint64(j)
            if not found & bit or known.alike[w] > best[j]:
                best[j] = known.alike[w]
            found |= bit
    return found, total


@leaf
def _nats(bits, best, ours, known, count):  # type: ignore[no-untyped-def]
    """Nats of the record's words of these bits."""
    total = 0.0
    for j in range(count):
        if bits >> np.uint64(j) & np.uint64(1):
            total += best[j] * ours.weight[known.words[j]]
    return total


@leaf
def _weight_of(bits, ours, known, count):  # type: ignore[no-untyped-def]
    """Nats of the record's words of these bits, found or not."""
    total = 0.0
    for j in range(count):
        if bits >> np.uint64(j) & np.uint64(1):
            total += ours.weight[known.words[j]]
    return total


@leaf
def _nats_of_item(b, r, bits, side, known):  # type: ignore[no-untyped-def]
    """Nats of the words of text b of the items that are like one of the record's words of these bits."""
    total = 0.0
    for q in range(side.begin[b], side.begin[b + 1]):
        w = side.word[q]
        if known.stamp[w] == r + 1 and bits >> np.uint64(known.place[w]) & np.uint64(1):
            total += known.alike[w] * side.weight[w]
    return total


@leaf
def _town(r, i, bits, side, known, best, count):  # type: ignore[no-untyped-def]
    """How alike each word of the municipality is to the best word in the item's names and contexts."""
    best[:count] = 0.0
    full = np.uint64(0)
    for which in range(2):
        start = side.name_start if which == 0 else side.context_start
        text = side.name_text if which == 0 else side.context_text
        for y in range(start[i], start[i + 1]):
            for q in range(side.begin[text[y]], side.begin[text[y] + 1]):
                w = side.word[q]
                if known.stamp[w] == r + 1 and known.alike[w] > best[known.place[w]]:
                    best[known.place[w]] = known.alike[w]
                    if known.alike[w] == 1.0:
                        full |= np.uint64(1) << np.uint64(known.place[w])
            if full & bits == bits:
                return


@leaf
def _numbers(a, b, r, bits, ours, side, known):  # type: ignore[no-untyped-def]
    """1 the numbers agree, 0 there are none, -0.5 on one side only, -1 they differ."""
    ours_count = theirs_count = shared = 0
    for k in range(ours.begin[a], ours.begin[a + 1]):
        ours_count += ours.is_number[ours.word[k]]
    for q in range(side.begin[b], side.begin[b + 1]):
        w = side.word[q]
        if side.digits[w]:
            theirs_count += 1
            shared += known.stamp[w] == r + 1 and (bits >> np.uint64(known.place[w]) & np.uint64(1)) != 0
    if ours_count and theirs_count:
        return 1.0 if shared == max(ours_count, theirs_count) else -1.0
    return -0.5 if ours_count or theirs_count else 0.0


@kernel
def _compared(  # type: ignore[no-untyped-def]  # noqa: C901
    pair_record, pair_item, ours, side, known, measures
):
    rows = len(pair_record)
    best_a, best_b = np.full(rows, -1, dtype=np.int64), np.full(rows, -1, dtype=np.int64)
    out = np.full((measures, rows), np.nan)
    masks = np.zeros((MOST_FORMS, 123, 5), dtype=np.uint64)
    rest = np.zeros(5, dtype=np.uint64)
    form_bits, form_long = np.zeros(MOST_FORMS, dtype=np.uint64), np.zeros(MOST_FORMS, dtype=np.int64)
    best = np.zeros(MOST_WORDS)
    last, count, forms, town_bits = -1, 0, 0, np.uint64(0)
    for k in range(rows):
        r, i = pair_record[k], pair_item[k]
        if r != last:
            for x in range(forms):
                a = ours.text[ours.start[last] + x]
                at = side.ours_start[a]
                _read_letters(masks[x], side.ours, at, at + form_long[x], False)
            count, last = read_words(r, ours, known), r
            forms = min(ours.start[r + 1] - ours.start[r], MOST_FORMS)
            for x in range(forms):
                a = ours.text[ours.start[r] + x]
                at = side.ours_start[a]
                form_long[x] = min(side.ours_start[a + 1] - at, LONGEST)
                form_bits[x] = bits_of(a, ours, known, count)
                _read_letters(masks[x], side.ours, at, at + form_long[x], True)
            town_bits = bits_of(ours.place[r], ours, known, count) if ours.place[r] >= 0 else np.uint64(0)
        top, top_form = -1.0, 0
        for y in range(side.name_start[i], side.name_start[i + 1]):
            b = side.name_text[y]
            found, total_b = _matched(b, r, side, known, best)
            at, end = side.theirs_start[b], min(side.theirs_start[b + 1], side.theirs_start[b] + LONGEST)
            for x in range(forms):
                a = ours.text[ours.start[r] + x]
                bits = found & form_bits[x]
                found_a = _nats(bits, best, ours, known, count) if bits else 0.0
                found_b = _nats_of_item(b, r, bits, side, known) if bits else 0.0
                total_a = ours.total[a]
                words = (found_a + found_b) / max(total_a + total_b, 1e-9)
                information = min(found_a, found_b)
                agreement = OF_WORDS * words + OF_NATS * min(information, MOST_NATS)
                long = form_long[x] + end - at
                most = 2 * OF_SPELLING * min(form_long[x], end - at)  # all of the shorter name
                if long == 0 or agreement + most / long <= top + 1e-9:
                    continue
                spelling = _text_similarity(masks[x], form_long[x], side.theirs, at, end, rest)
                agreement += OF_SPELLING * spelling
                if agreement > top + 1e-9:
                    top, top_form = agreement, x
                    best_a[k], best_b[k] = a, b
                    out[0, k], out[1, k] = spelling, min(words, 1.0)
                    out[2, k] = found_a / max(total_a, 1e-9)
                    out[3, k] = found_b / max(total_b, 1e-9)
                    out[4, k], out[5, k], out[6, k] = total_a - found_a, total_b - found_b, information
        b = best_b[k]
        agree = 0.0
        if b >= 0:
            found, _ = _matched(b, r, side, known, best)
            own = own_nats = own_lost = 0.0
            for x in range(ours.bare_start[r], ours.bare_start[r + 1]):
                bits = bits_of(ours.bare_text[x], ours, known, count)
                if bits & ~town_bits:  # in a name that has more to say, its municipality is not its own
                    bits &= ~town_bits
                share = _nats(found & bits, best, ours, known, count)
                total = _weight_of(bits, ours, known, count)
                total = max(total + left_out(ours.bare_text[x], ours, known, count), 1e-9)
                if x == ours.bare_start[r] or share / total > own:
                    own, own_nats, own_lost = share / total, share, total - share
            out[7, k], out[12, k], out[13, k] = own, own_nats, own_lost
            guessed, chosen = 0.0, found & form_bits[top_form]
            for j in range(count):
                if chosen >> np.uint64(j) & np.uint64(1) and best[j] < 1.0:
                    guessed += ours.weight[known.words[j]]
            out[11, k] = guessed
            agree = _numbers(best_a[k], b, r, form_bits[top_form], ours, side, known)
            if town_bits:
                other, here = 0.0, form_bits[top_form] | town_bits
                for q in range(side.begin[b], side.begin[b + 1]):
                    w = side.word[q]
                    if side.is_place[w]:
                        like = 0.0
                        if known.stamp[w] == r + 1 and here >> np.uint64(known.place[w]) & np.uint64(1):
                            like = known.alike[w]
                        other += side.weight[w] * (1 - like)
                out[10, k] = other
        out[8, k] = agree
        if town_bits:
            _town(r, i, town_bits, side, known, best, count)
            out[9, k] = _nats(town_bits, best, ours, known, count) / max(ours.total[ours.place[r]], 1e-9)
    return best_a, best_b, out
