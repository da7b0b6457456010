"""The two names of a pair that agree best, and what they have in common."""

from typing import NamedTuple

import numpy as np

from heritage.reconcile.folding import Bytes
from heritage.reconcile.jit import kernel, leaf
from heritage.reconcile.letters import BLOCKS, CODES, LONGEST, Letters, read_letters, text_similarity
from heritage.reconcile.record_words import MOST_WORDS, bits_of, left_out, read_words
from heritage.reconcile.text import MOST_NATS, Flags, Floats, Ints, Small

OF_WORDS, OF_SPELLING, OF_NATS = 0.6, 0.4, 0.01
"""What the words in common, the spelling and each nat (up to MOST_NATS) count in telling which names agree
best."""
MOST_FORMS = 32
"""Forms of a record's names that are compared."""


class Measured(NamedTuple):
    """What each pair's best names have in common, NaN where there are none. Nats, but for shares of 0 to 1
    (`spelling`, `words`, `record_words`, `item_words`, `own_words`, `municipality`) and `numbers`."""

    spelling: Floats
    words: Floats
    record_words: Floats
    item_words: Floats
    record_words_lost: Floats
    item_words_lost: Floats
    information: Floats
    own_words: Floats
    numbers: Floats
    municipality: Floats
    other_municipality: Floats
    guessed: Floats
    own_information: Floats
    own_words_lost: Floats


class Sheet(NamedTuple):
    """What lies at hand while the names of one record are compared."""

    masks: Letters
    """Of each of its forms the letters, as `letters.read_letters` writes them,"""
    rest: Letters
    form_bits: Letters
    """its words as bits,"""
    form_long: Ints
    """and its length."""
    best: Floats
    """How alike each of its words is to the best one of the item's name."""


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
def measure(pair_record, pair_item, ours, side, known, out):  # type: ignore[no-untyped-def]
    """Writes what the best names of each pair have in common; the numbers of their texts, -1 for none."""
    rows = len(pair_record)
    best_a, best_b = np.full(rows, -1, dtype=np.int64), np.full(rows, -1, dtype=np.int64)
    sheet = Sheet(
        np.zeros((MOST_FORMS, CODES, BLOCKS), np.uint64), np.zeros(BLOCKS, np.uint64),
        np.zeros(MOST_FORMS, np.uint64), np.zeros(MOST_FORMS, np.int64), np.zeros(MOST_WORDS),
    )  # fmt: skip
    _written(pair_record, pair_item, ours, side, known, sheet, best_a, best_b, out)
    return best_a, best_b


@leaf
def _written(pair_record, pair_item, ours, side, known, sheet, best_a, best_b, out):  # type: ignore[no-untyped-def]
    last, count, forms, town = -1, 0, 0, np.uint64(0)
    for k in range(len(pair_record)):
        r, i = pair_record[k], pair_item[k]
        if r != last:
            _write_forms(last, forms, 0, ours, side, known, sheet, False)
            count, last = read_words(r, ours, known), r
            forms = min(ours.start[r + 1] - ours.start[r], MOST_FORMS)
            _write_forms(r, forms, count, ours, side, known, sheet, True)
            town = bits_of(ours.place[r], ours, known, count) if ours.place[r] >= 0 else np.uint64(0)
        form = _best_names(k, r, i, forms, count, ours, side, known, sheet, best_a, best_b, out)
        out.numbers[k] = 0.0
        if best_b[k] >= 0:
            bits = sheet.form_bits[form]
            _own_words(k, r, best_b[k], bits, town, count, ours, side, known, sheet.best, out)
            out.numbers[k] = _numbers(best_a[k], best_b[k], r, bits, ours, side, known)
            if town:
                out.other_municipality[k] = _other_town(best_b[k], r, bits | town, side, known)
        if town:
            _town(r, i, town, side, known, sheet.best, count)
            found = _nats(town, sheet.best, ours, known, count)
            out.municipality[k] = found / max(ours.total[ours.place[r]], 1e-9)


@leaf
def _write_forms(r, forms, count, ours, side, known, sheet, on):  # type: ignore[no-untyped-def]
    """Writes the forms of a record's names on the sheet, or wipes them off."""
    for x in range(forms):
        a = ours.text[ours.start[r] + x]
        at = side.ours_start[a]
        if on:
            sheet.form_long[x] = min(side.ours_start[a + 1] - at, LONGEST)
            sheet.form_bits[x] = bits_of(a, ours, known, count)
        read_letters(sheet.masks[x], side.ours, at, at + sheet.form_long[x], on)


@leaf
def _best_names(k, r, i, forms, count, ours, side, known, sheet, best_a, best_b, out):  # type: ignore[no-untyped-def]
    """Chooses the two names that agree best, and measures them; which form of the record's it is."""
    best, top, top_form = sheet.best, -1.0, 0
    for y in range(side.name_start[i], side.name_start[i + 1]):
        b = side.name_text[y]
        found, total_b = _matched(b, r, side, known, best)
        at, end = side.theirs_start[b], min(side.theirs_start[b + 1], side.theirs_start[b] + LONGEST)
        for x in range(forms):
            a = ours.text[ours.start[r] + x]
            bits = found & sheet.form_bits[x]
            found_a = _nats(bits, best, ours, known, count) if bits else 0.0
            found_b = _nats_of_item(b, r, bits, side, known) if bits else 0.0
            total_a = ours.total[a]
            words = (found_a + found_b) / max(total_a + total_b, 1e-9)
            information = min(found_a, found_b)
            agreement = OF_WORDS * words + OF_NATS * min(information, MOST_NATS)
            long = sheet.form_long[x] + end - at
            most = 2 * OF_SPELLING * min(sheet.form_long[x], end - at)  # all of the shorter name
            if long == 0 or agreement + most / long <= top + 1e-9:
                continue
            spelling = text_similarity(sheet.masks[x], sheet.form_long[x], side.theirs, at, end, sheet.rest)
            agreement += OF_SPELLING * spelling
            if agreement > top + 1e-9:
                top, top_form = agreement, x
                best_a[k], best_b[k] = a, b
                out.spelling[k], out.words[k] = spelling, min(words, 1.0)
                out.record_words[k] = found_a / max(total_a, 1e-9)
                out.item_words[k] = found_b / max(total_b, 1e-9)
                out.record_words_lost[k] = total_a - found_a
                out.item_words_lost[k] = total_b - found_b
                out.information[k] = information
    return top_form


@leaf
def _own_words(k, r, b, form, town, count, ours, side, known, best, out):  # type: ignore[no-untyped-def]
    """What of the record's own name is found in text b, its municipality not counted, and how much of what
    the chosen form has in common with it is only spelled alike."""
    found, _ = _matched(b, r, side, known, best)
    own = own_nats = own_lost = 0.0
    for x in range(ours.bare_start[r], ours.bare_start[r + 1]):
        bits = bits_of(ours.bare_text[x], ours, known, count)
        if bits & ~town:  # in a name that has more to say, its municipality is not its own
            bits &= ~town
        share = _nats(found & bits, best, ours, known, count)
        total = _weight_of(bits, ours, known, count)
        total = max(total + left_out(ours.bare_text[x], ours, known, count), 1e-9)
        if x == ours.bare_start[r] or share / total > own:
            own, own_nats, own_lost = share / total, share, total - share
    out.own_words[k], out.own_information[k], out.own_words_lost[k] = own, own_nats, own_lost
    guessed, chosen = 0.0, found & form
    for j in range(count):
        if chosen >> np.uint64(j) & np.uint64(1) and best[j] < 1.0:
            guessed += ours.weight[known.words[j]]
    out.guessed[k] = guessed


@leaf
def _other_town(b, r, here, side, known):  # type: ignore[no-untyped-def]
    """Nats of the words of text b that name a municipality, less those that are the record's own."""
    other = 0.0
    for q in range(side.begin[b], side.begin[b + 1]):
        w = side.word[q]
        if side.is_place[w]:
            like = 0.0
            if known.stamp[w] == r + 1 and here >> np.uint64(known.place[w]) & np.uint64(1):
                like = known.alike[w]
            other += side.weight[w] * (1 - like)
    return other
