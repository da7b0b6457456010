"""What is found for a record: the items whose names have words in common with it, and those of its town."""

from typing import NamedTuple

import numpy as np

from heritage.reconcile.jit import leaf
from heritage.reconcile.text import Flags, Floats, Ints, Singles, Small

LOOKED_AT = 65536
"""Candidates of one record that are looked at at most."""


class Held(NamedTuple):
    """The index, by item, by text and by word."""

    name_start: Ints
    name_text: Ints
    begin: Ints
    word: Small
    weight: Floats
    total: Singles
    post_begin: Ints
    post_text: Small
    text_begin: Ints
    text_owner: Small
    point_start: Ints
    point: Floats
    """Unit vectors,"""
    point_precision: Floats
    never: Ints
    class_start: Ints
    class_code: Ints
    country_start: Ints
    kinds: Ints
    said_begin: Ints
    said_item: Small


class Facts(NamedTuple):
    """What records say beside their names, and the items found for them otherwise."""

    place: Floats
    """Unit vectors, NaN where there is no place."""
    precision: Floats
    area: Ints
    country: Ints
    country_code: Ints
    own_class: Ints
    kinds: Ints
    near_begin: Ints
    near_item: Ints
    id_begin: Ints
    id_item: Ints


class Limits(NamedTuple):
    """How many are looked at, as `Settings` tells."""

    similar_names: int
    similar_placed: int
    same_name_items: int
    town_items: int
    compared: int
    compared_placed: int
    read_texts: int


class Desk(NamedTuple):
    """What lies at hand while candidates are looked for."""

    shared: Singles
    """Of each text the nats in common with the record that is read, else 0,"""
    touched: Ints
    """and the texts where it is not."""
    best_text: Ints
    best_score: Floats
    stamp: Small
    """Of each item, one more than the last record that it was found for."""


class Seen(NamedTuple):
    """The candidates of one record."""

    item: Ints
    by_id: Flags
    in_town: Flags
    distance: Floats
    decimetres: Ints
    allowed: Floats
    by_name: Floats
    by_place: Floats
    by_both: Floats
    chosen: Flags


@leaf
def _from(sorted_numbers: Small, first: int, last: int, least: int) -> int:
    """Where the numbers from `least` on begin among those of a range."""
    while first < last:
        middle = (first + last) // 2
        if sorted_numbers[middle] < least:
            first = middle + 1
        else:
            last = middle
    return first


@leaf
def _similar_texts(words, country, most, read_most, ours, known, held, desk):  # type: ignore[no-untyped-def]  # noqa: C901
    """The texts of names that share most with the record, the best first; how many there are."""
    shared, touched, best_text, best_score = desk.shared, desk.touched, desk.best_text, desk.best_score
    count = read = 0
    for j in range(words):
        row = ours.row[known.words[j]]
        for n in range(ours.near_begin[row], ours.near_begin[row + 1]):
            other = ours.near_word[n]
            gain = np.float32(ours.weight[known.words[j]] * ours.near[n])
            begin, end = held.post_begin[other], held.post_begin[other + 1]
            for part in range(2 if country >= 0 else 1):
                first, last = begin, end
                if country >= 0:  # texts of several countries or of none, then those of the record's own
                    if part == 0:
                        last = _from(held.post_text, begin, end, held.country_start[0])
                    else:
                        first = _from(held.post_text, begin, end, held.country_start[country])
                        last = _from(held.post_text, first, end, held.country_start[country + 1])
                if read + last - first > read_most:
                    if read:
                        continue
                    last = first + read_most  # of the only word some, or the record would seem new
                read += last - first
                for at in range(first, last):
                    text = held.post_text[at]
                    if shared[text] == 0.0:
                        touched[count] = text
                        count += 1
                    shared[text] += gain
    kept = 0
    for k in range(count):
        text = touched[k]
        found, shared[text] = shared[text], np.float32(0.0)
        if kept == most and found < best_score[kept - 1]:
            continue
        score = found * np.sqrt(min(found / (held.total[text] + 0.1), 1.0))
        if kept == most and (
            score < best_score[kept - 1] or (score == best_score[kept - 1] and text > best_text[kept - 1])
        ):
            continue
        j = kept if kept < most else kept - 1
        while j > 0 and (
            best_score[j - 1] < score or (best_score[j - 1] == score and best_text[j - 1] > text)
        ):
            best_score[j], best_text[j] = best_score[j - 1], best_text[j - 1]
            j -= 1
        best_score[j], best_text[j] = score, text
        kept = min(kept + 1, most)
    return kept


@leaf
def _possible(i, r, held, facts):  # type: ignore[no-untyped-def]
    """Whether a record may be this item at all: no page, no class, not the area that it lies in."""
    if held.never[i] != 0 or i == facts.area[r] or i == facts.country[r]:
        for c in range(held.class_start[i], held.class_start[i + 1]):
            if facts.own_class[r] >= 0 and held.class_code[c] == facts.own_class[r]:
                return True
        return False
    return True


@leaf
def _added(i, r, count, by_id, in_town, desk, seen):  # type: ignore[no-untyped-def]
    """Adds one item to the candidates, while there is room; how many there are then."""
    if count == len(seen.item):
        return count
    desk.stamp[i], seen.item[count], seen.by_id[count], seen.in_town[count] = r + 1, i, by_id, in_town
    return count + 1


@leaf
def _in_town(r, placed, count, words, most, ours, known, held, facts, desk, seen):  # type: ignore[no-untyped-def]
    """Adds the items whose description or areas have the rarest word of the record's municipality, for a
    record with a place those without; how many candidates there are then."""
    town, chosen = ours.place[r], -1
    for j in range(words - 1, -1, -1):  # the rarest comes first
        for k in range(ours.begin[town], ours.begin[town + 1]):
            if ours.word[k] == known.words[j] and ours.known[ours.word[k]] >= 0:
                chosen = ours.known[ours.word[k]]
    if chosen < 0:
        return count
    first, last = held.said_begin[chosen], held.said_begin[chosen + 1]
    for at in range(first, min(last, first + most)):
        i = held.said_item[at]
        if placed and held.point_start[i] < held.point_start[i + 1]:
            continue
        if desk.stamp[i] == r + 1:
            for k in range(count):
                seen.in_town[k] = seen.in_town[k] or seen.item[k] == i
        elif _possible(i, r, held, facts):
            count = _added(i, r, count, False, True, desk, seen)
    return count


@leaf
def found(r, words, ours, known, held, facts, limits, desk, seen):  # type: ignore[no-untyped-def]
    """Finds the candidates of a record that was read: those that carry its id, lie near, have words in common
    with its names, and, where a side has no place, speak of its municipality; how many there are."""
    placed, count = not np.isnan(facts.place[r, 0]), 0
    similar = limits.similar_placed if placed else limits.similar_names
    for k in range(facts.id_begin[r], facts.id_begin[r + 1]):
        i = facts.id_item[k]
        if desk.stamp[i] != r + 1:
            count = _added(i, r, count, True, False, desk, seen)
    for k in range(facts.near_begin[r - ours.first], facts.near_begin[r - ours.first + 1]):
        i = facts.near_item[k]
        if desk.stamp[i] != r + 1 and _possible(i, r, held, facts):
            count = _added(i, r, count, False, False, desk, seen)
    texts = _similar_texts(words, facts.country_code[r], similar, limits.read_texts, ours, known, held, desk)
    before = count
    for k in range(texts):
        if count - before >= similar:
            break
        begin, end = held.text_begin[desk.best_text[k]], held.text_begin[desk.best_text[k] + 1]
        for o in range(begin, min(end, begin + limits.same_name_items)):
            i = held.text_owner[o]
            if desk.stamp[i] != r + 1 and _possible(i, r, held, facts):
                count = _added(i, r, count, False, False, desk, seen)
    if ours.place[r] >= 0:
        count = _in_town(r, placed, count, words, limits.town_items, ours, known, held, facts, desk, seen)
    return count
