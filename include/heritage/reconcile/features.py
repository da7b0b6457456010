"""What a record and a candidate have in common, as one number per feature; nothing known is NaN."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from heritage.reconcile.candidates import Candidates
from heritage.reconcile.identity import carries, same_identifier
from heritage.reconcile.kinds import Kinds
from heritage.reconcile.lexicon import Lexicon
from heritage.reconcile.names import name_features
from heritage.reconcile.place import FINEST_M
from heritage.reconcile.settings import Settings
from heritage.reconcile.sides import Items, Records, coded
from heritage.reconcile.text import Floats, Ints

DIRECTION: dict[str, int] = {
    "spelling": 1,  # Indel similarity of the two best names, 0..1
    "words": 1,  # weight of the words in common over all words of both, 0..1
    "record_words": 1,  # weight of the record's words found on the item, 0..1
    "item_words": 1,  # weight of the item's words found on the record, 0..1
    "own_words": 1,  # the same of the record's name alone, its municipality not counted, 0..1
    "record_words_lost": -1,  # nats
    "item_words_lost": -1,  # nats
    "information": 1,  # nats of the words in common
    "distinct_name": 1,  # words × log(1 + information)
    "numbers": 1,  # 1 agree, 0 none, -0.5 on one side only, -1 differ
    "municipality": 1,  # share of the municipality's name found on the item, or its item agrees
    "other_municipality": -1,  # nats of another record's municipality in the item's name
    "distance": -1,  # log10 of metres
    "distance_over_precision": -1,  # log10
    "near_name": 1,  # the smaller of words and nearness, 0..1
    "nearer_items": -1,  # candidates that lie nearer to the record
    "nearer_records": -1,  # records that lie nearer to the item
    "kind": 1,  # 1 a kind in common, -1 none in common
    "kinds_lost": -1,  # kinds that only one side names
    "country": 1,
    "records_of_name": -1,  # log of the records that carry this very name
    "items_of_name": -1,
}
"""Every feature and whether more of it speaks for (1) or against (-1) the pair: the model must obey."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidate pairs with features. Kinds are bits: all that each side names, and what the chosen name or
    the class of one side says while the other side nowhere does."""

    record: Ints
    item: Ints
    distance: Floats
    """Metres, NaN where a side has no place; `allowed` is the sum of both precisions."""
    allowed: Floats
    columns: dict[str, Floats]
    record_kinds: Ints
    item_kinds: Ints
    one_sided_kinds: Ints


def pair_features(
    found: Candidates,
    records: Records,
    items: Items,
    lexicon: Lexicon,
    kinds: Kinds,
    settings: Settings,
) -> Pairs:
    """Compares each record with its candidates; those with nothing in common in name or place fall away."""
    record, item, distance, allowed = found.record, found.item, found.distance, found.allowed
    same_area = carries(record, item, records.admin, items.admin_owner, items.admin)
    chosen = name_features(found, records, items, lexicon, kinds.of_word, same_area)
    columns = chosen.columns
    relative = np.maximum(distance, FINEST_M) / allowed
    columns["distance"] = np.log10(np.maximum(distance, FINEST_M))
    columns["distance_over_precision"] = np.log10(relative)
    columns["near_name"] = np.minimum(columns["words"], 1 / (1 + relative / 4))
    columns["nearer_items"] = found.nearer
    of_record, of_item = kinds.record[record], kinds.item[item]
    one_sided = (
        (kinds.record_class[record] | _of_chosen(kinds.of_record_text, chosen.record)) & of_record & ~of_item
    ) | ((kinds.item_class[item] | _of_chosen(kinds.of_item_text, chosen.item)) & ~of_record)
    columns["kind"] = _agree(of_record, of_item, kinds.record_class[record], kinds.item_class[item])
    columns["kinds_lost"] = np.bitwise_count(one_sided).astype(np.float64)
    columns["country"] = _countries(record, item, records, items, settings)
    keep = (columns["words"] >= settings.any_words) | (columns["spelling"] >= settings.any_spelling)
    keep |= (distance <= settings.disagree_m + allowed) | same_identifier(record, item, records, items)
    return Pairs(
        record[keep],
        item[keep],
        distance[keep],
        allowed[keep],
        {name: column[keep] for name, column in columns.items()},
        of_record[keep],
        of_item[keep],
        one_sided[keep],
    )


def among_records(pairs: Pairs) -> Pairs:
    """The pairs with what only all of them together tell: how many records lie nearer to the item."""
    nearer = _nearer(pairs.item, pairs.distance)
    return replace(pairs, columns=pairs.columns | {"nearer_records": nearer})


def together(parts: Sequence[Pairs]) -> Pairs:
    """Pairs of consecutive ranges of records as one."""
    arrays = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(Pairs)
        if field.name != "columns"
    }
    names = parts[0].columns
    return Pairs(columns={name: np.concatenate([p.columns[name] for p in parts]) for name in names}, **arrays)


def _nearer(group: Ints, distance: Floats) -> Floats:
    """How many pairs of the same group are strictly nearer."""
    rank = np.full(len(group), np.nan)
    placed = np.flatnonzero(~np.isnan(distance))
    if not len(placed):
        return rank
    metres = np.round(distance[placed], 1)
    order = placed[np.lexsort((metres, group[placed]))]
    owner, metres = group[order], np.round(distance[order], 1)
    begins = np.concatenate([[True], owner[1:] != owner[:-1]])
    steps = begins | np.concatenate([[True], metres[1:] != metres[:-1]])
    position = np.arange(len(order))
    group_start = np.maximum.accumulate(np.where(begins, position, 0))
    tie_start = np.maximum.accumulate(np.where(steps, position, 0))
    rank[order] = np.minimum(tie_start - group_start, 10)
    return rank


def _agree(of_record: Ints, of_item: Ints, record_class: Ints, item_class: Ints) -> Floats:
    """1 a kind in common, -1 none or none with the other side's class, NaN where a side says nothing."""
    apart = (of_record & of_item) == 0
    apart |= (item_class != 0) & ((item_class & of_record) == 0)
    apart |= (record_class != 0) & ((record_class & of_item) == 0)
    known = (of_record != 0) & (of_item != 0)
    return np.where(known, np.where(apart, -1.0, 1.0), np.nan)


def _of_chosen(bits: Ints, text: Ints) -> Ints:
    """The bits of the chosen names, none where there is no name."""
    return np.append(bits, 0)[text]


def _countries(record: Ints, item: Ints, records: Records, items: Items, settings: Settings) -> Floats:
    one = {qid: min(group) for group in settings.vocabulary.same_countries for qid in group}
    codes: dict[str, int] = {}
    of_record = coded((one.get(c, c) for c in records.country), codes)
    of_item = coded((one.get(c, c) for c in items.country), codes)
    a, b = of_record[record], of_item[item]
    return np.where((a < 0) | (b < 0), np.nan, np.where(a == b, 1.0, -1.0))
