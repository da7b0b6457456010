"""What a record and a candidate have in common, as one number per feature; nothing known is NaN."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from heritage.reconcile.candidates import Candidates
from heritage.reconcile.identity import Common, carries
from heritage.reconcile.jit import kernel
from heritage.reconcile.kinds import SideKinds, kind_reader
from heritage.reconcile.lexicon import Lexicon
from heritage.reconcile.names import name_features
from heritage.reconcile.place import FINEST_M
from heritage.reconcile.record_words import Asking
from heritage.reconcile.settings import Settings
from heritage.reconcile.sides import Items, Records
from heritage.reconcile.text import Flags, Floats, Ints, Small

DIRECTION: dict[str, int] = {
    "spelling": 1,  # Indel similarity of the two best names, 0..1
    "words": 1,  # weight of the words in common over all words of both, 0..1
    "own_words": 1,  # the same of the record's name alone, its municipality not counted, 0..1
    "record_words_lost": -1,  # nats
    "item_words_lost": -1,  # nats
    "information": 1,  # nats of the words in common
    "words_differ": -1,  # nats that both sides lack of the other, municipalities not counted
    "own_information": 1,  # nats of the words in common, the municipality's counted only if they are all
    "distinct_name": 1,  # words × log(1 + information)
    "numbers": 1,  # 1 agree, 0 none, -0.5 on one side only, -1 differ
    "municipality": 1,  # share of the municipality's name found on the item, or its item agrees
    "other_municipality": -1,  # nats of another record's municipality in the item's name
    "distance": -1,  # log10 of metres
    "distance_over_precision": -1,  # log10
    "near_name": 1,  # words, less a quarter of the logarithm of the distance over the precision
    "near_own": 1,  # own_words, less the same
    "near_rare": 1,  # own_information as a power of ten, less the square of the distance
    "near_in_town": 1,  # near_own where the municipality is named, else -3
    "near_kind": 1,  # nearness where a kind is in common
    "own_in_town": 1,  # own_words, at most the share of the municipality's name
    "own_kind": 1,  # own_words, less 0.3 for each kind that only one side names
    "nearer_items": -1,  # candidates that lie nearer to the record
    "kind": 1,  # 1 a kind in common, -1 none in common
    "kinds_lost": -1,  # kinds that only one side names
    "country": 1,
    "records_of_name": -1,  # log of the records that carry this very name
    "items_of_name": -1,
}
"""Every feature and whether more of it speaks for (1) or against (-1) the pair: the model must obey. Each
adds its own number, so what matters together stands together in one."""
OF_PLACE = (
    "distance", "distance_over_precision", "near_name", "near_own", "near_rare", "near_in_town", "near_kind",
    "nearer_items",
)  # fmt: skip
"""Those that say nothing where a side has no place."""
MOST_NATS = 12.0
"""Nats of a name beyond which it is not rarer still, compared with a distance."""


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
    log_odds: Floats
    """Of each pair by itself."""
    same_id: Flags
    """Whether the item carries the record's id,"""
    same_class: Flags
    """and its own class."""

    def take(self, rows: Ints) -> "Pairs":
        """These pairs, in this order."""
        arrays = {f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name != "columns"}
        return Pairs(columns={name: column[rows] for name, column in self.columns.items()}, **arrays)


def pair_features(
    found: Candidates,
    asked: Asking,
    records: Records,
    items: Items,
    lexicon: Lexicon,
    common: Common,
    of_records: SideKinds,
    of_items: SideKinds,
    settings: Settings,
) -> Pairs:
    """Compares each record with its candidates; those with nothing in common in name or place fall away, and
    of the others those that are not among the likeliest few."""
    record, item, distance, allowed = found.record, found.item, found.distance, found.allowed
    same_area = carries(item, common.admin[record], items.admin)
    chosen = name_features(found, asked, records, items, lexicon, same_area)
    columns = chosen.columns
    relative = np.maximum(distance, FINEST_M) / allowed
    columns["distance"] = np.log10(np.maximum(distance, FINEST_M))
    columns["distance_over_precision"] = np.log10(relative)
    afar = np.clip(columns["distance_over_precision"], -1, 4) / 4
    columns["near_name"], columns["near_own"] = columns["words"] - afar, columns["own_words"] - afar
    columns["nearer_items"] = found.nearer
    elsewhere = np.nan_to_num(columns["other_municipality"])
    lost = np.maximum(columns["item_words_lost"] - elsewhere, 0)
    columns["words_differ"] = np.minimum(columns["own_words_lost"], lost)
    of_record, of_item = of_records.of_row[record], of_items.of_row[item]
    record_class, item_class = of_records.of_class[record], of_items.of_class[item]
    ours, theirs = _of_chosen(of_records.of_text, chosen.record), _of_chosen(of_items.of_text, chosen.item)
    # where both names say the same, another class matters only if it is wide or a part: a lodge may be
    # classed as a rectory, and a church is no village
    reader, said = kind_reader(settings.vocabulary), np.where(ours == theirs, ours, 0)
    matters = np.where(said == 0, -1, reader.wide | np.where((said & reader.part) == 0, reader.part, 0))
    record_class, item_class = record_class & matters, item_class & matters
    one_sided = ((record_class | ours) & of_record & ~of_item) | ((item_class | theirs) & ~of_record)
    columns["kind"] = _agree(of_record, of_item, record_class, item_class)
    columns["kinds_lost"] = np.bitwise_count(one_sided).astype(np.float64)
    columns |= _together(columns, settings)
    columns["country"] = _countries(common.country[record], items.country[item], records.country.code[record])
    log_odds = settings.pair_model.log_odds(columns)
    same_id = carries(item, common.own_id[record], items.identifiers)
    same_class = carries(item, common.own_class[record], items.classes)
    keep = (columns["words"] >= settings.any_words) | (columns["spelling"] >= settings.any_spelling)
    keep |= (distance <= settings.disagree_m + allowed) | same_id
    keep = likeliest(record, np.where(keep, log_odds, -np.inf), settings.kept) | same_id
    pairs = Pairs(
        record, item, distance, allowed, columns, of_record, of_item, one_sided, log_odds, same_id, same_class
    )
    kept = pairs.take(np.flatnonzero(keep))
    # single precision: they are most of the memory of a large register
    return replace(kept, columns={name: column.astype(np.float32) for name, column in kept.columns.items()})


def _together(columns: Mapping[str, Floats], settings: Settings) -> dict[str, Floats]:
    """What place, municipality and kind say about how much of the name is in common."""
    own, relative = columns["own_words"], columns["distance_over_precision"]
    in_town = columns["municipality"] >= settings.named
    rare = np.minimum(columns["own_information"], MOST_NATS) / np.log(10)
    elsewhere = np.where(np.isnan(relative), np.nan, -3.0)
    return {
        "near_rare": rare - 2 * np.clip(columns["distance"], np.log10(FINEST_M), 5),
        "near_in_town": np.where(in_town, columns["near_own"], elsewhere),
        "near_kind": np.where(columns["kind"] > 0, -relative, np.nan),
        "own_in_town": np.minimum(columns["municipality"], own),
        "own_kind": own - 0.3 * columns["kinds_lost"],
    }


@kernel
def likeliest(record: Ints, log_odds: Floats, most: int) -> Flags:
    """The `most` likeliest pairs of each record, of equal ones the first; pairs stand record by record."""
    keep = np.zeros(len(record), dtype=np.bool_)
    first = 0
    for end in range(1, len(record) + 1):
        if end < len(record) and record[end] == record[first]:
            continue
        for k in range(first, end):
            better = 0
            for j in range(first, end):
                better += log_odds[j] > log_odds[k] or (log_odds[j] == log_odds[k] and j < k)
            keep[k] = better < most and log_odds[k] > -np.inf
        first = end
    return keep


def together(parts: Sequence[Pairs]) -> Pairs:
    """Pairs of consecutive ranges of records as one; the parts lose their columns, so that no column is in
    memory twice."""
    arrays = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(Pairs)
        if field.name != "columns"
    }
    names = list(parts[0].columns)
    columns = {name: np.concatenate([part.columns.pop(name) for part in parts]) for name in names}
    return Pairs(columns=columns, **arrays)


def _agree(of_record: Ints, of_item: Ints, record_class: Ints, item_class: Ints) -> Floats:
    """1 a kind in common, -1 none or none with the other side's class, NaN where a side says nothing."""
    apart = (of_record & of_item) == 0
    apart |= (item_class != 0) & ((item_class & of_record) == 0)
    apart |= (record_class != 0) & ((record_class & of_item) == 0)
    known = (of_record != 0) & (of_item != 0)
    return np.where(known, np.where(apart, -1.0, 1.0), np.nan)


def _of_chosen(bits: Ints, text: Ints) -> Ints:
    """The bits of the chosen names, none where there is no name."""
    chosen = np.zeros(len(text), dtype=np.int64)
    chosen[text >= 0] = bits[text[text >= 0]]
    return chosen


def _countries(ours: Ints, theirs: Ints, said: Small) -> Floats:
    """1 one country, -1 two; NaN where a side says none. What no item says is told by `said` alone."""
    known = (said >= 0) & (theirs >= 0)
    return np.where(known, np.where(ours == theirs, 1.0, -1.0), np.nan)
