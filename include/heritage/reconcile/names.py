"""Names compared: words weighed by rarity, spelling, numbers, and the municipality named or not."""

from dataclasses import dataclass

import numpy as np

from heritage.reconcile.candidates import Candidates
from heritage.reconcile.identity import Flags
from heritage.reconcile.jit import kernel
from heritage.reconcile.lexicon import Lexicon, spelled_alike
from heritage.reconcile.sides import Items, Records
from heritage.reconcile.text import Floats, Ints

MEASURES = (
    "spelling", "words", "record_words", "item_words", "record_words_lost", "item_words_lost", "information",
    "own_words", "numbers", "municipality", "other_municipality", "guessed",
    "translated",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChosenNames:
    """Text numbers of the names chosen on both sides (-1 for none), and the features made from them."""

    record: Ints
    item: Ints
    columns: dict[str, Floats]


def name_features(
    pairs: Candidates, records: Records, items: Items, lexicon: Lexicon, of_word: Ints, same_area: Flags
) -> ChosenNames:
    """The two names of each pair that agree best, and what they say; `of_word` are the kinds that
    words name, `same_area` tells the pairs whose item
    lies in the record's municipality."""
    words = lexicon.vocabulary
    is_place = np.zeros(words.size, dtype=bool)
    begin, word = lexicon.records.begin, lexicon.records.word
    for place in np.unique(records.place[records.place >= 0]):
        is_place[word[begin[place] : begin[place + 1]]] = True
    a, b, values = _compared(
        pairs.record, pairs.item, records.names.start, records.names.text, records.bare.start,
        records.bare.text, records.place, records.texts.data, records.texts.start, begin, word,
        lexicon.record_total, items.names.start, items.names.text, items.contexts.start, items.contexts.text,
        items.texts.data, items.texts.start, lexicon.items.texts.begin, lexicon.items.texts.word,
        lexicon.item_total, lexicon.weight, words.words.data, words.words.start, words.letters, words.digits,
        is_place, of_word,
    )  # fmt: skip
    columns = {name: values[k] for k, name in enumerate(MEASURES)}
    columns["municipality"][same_area] = 1.0
    columns["distinct_name"] = columns["words"] * np.log1p(columns["information"])
    for name, text, side, size in (
        ("records_of_name", a, records.names, records.texts.rows),
        ("items_of_name", b, items.names, items.texts.rows),
    ):
        counts = np.bincount(side.text, minlength=size).astype(np.float64)
        columns[name] = np.append(np.log(np.maximum(counts, 1)), np.nan)[text]
    return ChosenNames(a, b, columns)


@kernel
def _text_similarity(masks, a, a_end, data_b, b, b_end, rest):  # type: ignore[no-untyped-def]
    """Normalised Indel similarity of two texts; `masks` hold the first one's letters."""
    blocks = (a_end - a + 63) // 64
    if blocks == 0 or b_end == b:
        return 0.0
    for k in range(blocks):
        rest[k] = np.uint64(0xFFFFFFFFFFFFFFFF)
    for j in range(b, b_end):
        carry = np.uint64(0)
        byte = np.int64(data_b[j])
        for k in range(blocks):
            same = masks[byte, k]
            old = rest[k]
            used = old & same
            total = old + used
            over = np.uint64(1) if total < old else np.uint64(0)
            total2 = total + carry
            if total2 < total:
                over = np.uint64(1)
            carry = over
            rest[k] = total2 | (old - used)
    common = a_end - a
    for k in range(a_end - a):
        common -= (rest[k // 64] >> np.uint64(k % 64)) & np.uint64(1) != 0
    return 2.0 * common / (a_end - a + b_end - b)


@kernel
def _found(  # type: ignore[no-untyped-def]
    first, first_end, first_word, second, second_end, second_word, weight, data, start, letters, digits
):
    """Nats of the first text's words that the second one has, near spellings counted by their likeness."""
    total = 0.0
    for i in range(first, first_end):
        best = 0.0
        for j in range(second, second_end):
            likeness = spelled_alike(first_word[i], second_word[j], data, start, letters, digits)
            if likeness > best:
                best = likeness
                if best == 1.0:
                    break
        total += best * weight[first_word[i]]
    return total


@kernel
def _compared(  # type: ignore[no-untyped-def]  # noqa: C901
    pair_record, pair_item, name_start, name_text, bare_start,
    bare_text, place, record_data, record_start, begin, word,
    record_total, item_start, item_text, context_start, context_text,
    item_data, item_text_start, item_begin, item_word,
    item_total, weight, data, start, letters, digits,
    is_place, kinds,
):  # fmt: skip
    rows = len(pair_record)
    best_a, best_b = np.full(rows, -1, dtype=np.int64), np.full(rows, -1, dtype=np.int64)
    out = np.full((13, rows), np.nan)
    masks = np.zeros((123, 5), dtype=np.uint64)
    rest = np.zeros(5, dtype=np.uint64)
    for k in range(rows):
        r, i = pair_record[k], pair_item[k]
        best = -1.0
        for x in range(name_start[r], name_start[r + 1]):
            a = name_text[x]
            a_at, a_end = record_start[a], min(record_start[a + 1], record_start[a] + 320)
            for c in range(a_at, a_end):
                masks[record_data[c], (c - a_at) // 64] |= np.uint64(1) << np.uint64((c - a_at) % 64)
            for y in range(item_start[i], item_start[i + 1]):
                b = item_text[y]
                found_a = found_b = 0.0
                for p in range(begin[a], begin[a + 1]):
                    likeness = 0.0
                    for q in range(item_begin[b], item_begin[b + 1]):
                        likeness = max(
                            likeness, spelled_alike(word[p], item_word[q], data, start, letters, digits)
                        )
                        if likeness == 1.0:
                            break
                    found_a += likeness * weight[word[p]]
                if found_a > 0:
                    found_b = _found(
                        item_begin[b], item_begin[b + 1], item_word, begin[a], begin[a + 1], word, weight,
                        data, start, letters, digits,
                    )  # fmt: skip
                b_end = min(item_text_start[b + 1], item_text_start[b] + 320)
                spelling = _text_similarity(masks, a_at, a_end, item_data, item_text_start[b], b_end, rest)
                total_a, total_b = record_total[a], item_total[b]
                words = (found_a + found_b) / max(total_a + total_b, 1e-9)
                information = min(found_a, found_b)
                agreement = 0.6 * words + 0.4 * spelling + 0.01 * min(information, 20.0)
                if agreement > best + 1e-9:
                    best = agreement
                    best_a[k], best_b[k] = a, b
                    out[0, k], out[1, k] = spelling, min(words, 1.0)
                    out[2, k] = found_a / max(total_a, 1e-9)
                    out[3, k] = found_b / max(total_b, 1e-9)
                    out[4, k], out[5, k], out[6, k] = total_a - found_a, total_b - found_b, information
            for c in range(a_at, a_end):
                masks[record_data[c], (c - a_at) // 64] = np.uint64(0)
        a, b = best_a[k], best_b[k]
        if b >= 0:
            own = 0.0
            for x in range(bare_start[r], bare_start[r + 1]):
                t = bare_text[x]
                share = _found(
                    begin[t], begin[t + 1], word, item_begin[b], item_begin[b + 1], item_word, weight,
                    data, start, letters, digits,
                )  # fmt: skip
                own = max(own, share / max(record_total[t], 1e-9))
            out[7, k] = own
            guessed = translated = 0.0
            for p in range(begin[a], begin[a + 1]):
                likeness, one_kind = 0.0, False
                for q in range(item_begin[b], item_begin[b + 1]):
                    likeness = max(
                        likeness, spelled_alike(word[p], item_word[q], data, start, letters, digits)
                    )
                    one_kind = one_kind or kinds[word[p]] & kinds[item_word[q]] != 0
                if 0.0 < likeness < 1.0:
                    guessed += weight[word[p]]
                translated += weight[word[p]] * (max(likeness, 0.7) if one_kind else likeness)
            for q in range(item_begin[b], item_begin[b + 1]):
                likeness, one_kind = 0.0, False
                for p in range(begin[a], begin[a + 1]):
                    likeness = max(
                        likeness, spelled_alike(word[p], item_word[q], data, start, letters, digits)
                    )
                    one_kind = one_kind or kinds[word[p]] & kinds[item_word[q]] != 0
                translated += weight[item_word[q]] * (max(likeness, 0.7) if one_kind else likeness)
            out[11, k] = guessed
            out[12, k] = translated / max(record_total[a] + item_total[b], 1e-9)
        numbers_a = numbers_b = shared = 0
        if b >= 0:
            for p in range(begin[a], begin[a + 1]):
                numbers_a += digits[word[p]]
            for q in range(item_begin[b], item_begin[b + 1]):
                numbers_b += digits[item_word[q]]
                if digits[item_word[q]]:
                    for p in range(begin[a], begin[a + 1]):
                        shared += word[p] == item_word[q]
        agree = 0.0
        if numbers_a and numbers_b:
            agree = 1.0 if shared == max(numbers_a, numbers_b) else -1.0
        elif numbers_a or numbers_b:
            agree = -0.5
        out[8, k] = agree
        town = place[r]
        if town >= 0:
            found = 0.0
            for p in range(begin[town], begin[town + 1]):
                likeness = 0.0
                for side in range(2):
                    low = item_start[i] if side == 0 else context_start[i]
                    high = item_start[i + 1] if side == 0 else context_start[i + 1]
                    for y in range(low, high):
                        t = item_text[y] if side == 0 else context_text[y]
                        for q in range(item_begin[t], item_begin[t + 1]):
                            likeness = max(
                                likeness, spelled_alike(word[p], item_word[q], data, start, letters, digits)
                            )
                            if likeness == 1.0:
                                break
                        if likeness == 1.0:
                            break
                    if likeness == 1.0:
                        break
                found += likeness * weight[word[p]]
            out[9, k] = found / max(record_total[town], 1e-9)
            if b >= 0:
                other = 0.0
                for q in range(item_begin[b], item_begin[b + 1]):
                    w = item_word[q]
                    if is_place[w]:
                        ours = 0.0
                        for p in range(begin[a], begin[a + 1]):
                            ours = max(ours, spelled_alike(w, word[p], data, start, letters, digits))
                        for p in range(begin[town], begin[town + 1]):
                            ours = max(ours, spelled_alike(w, word[p], data, start, letters, digits))
                        other += weight[w] * (1 - ours)
                out[10, k] = other
    return best_a, best_b, out
