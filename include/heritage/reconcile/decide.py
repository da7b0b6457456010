"""Match, review or new: one decision for each record, under rules that no score can overrule."""

from dataclasses import dataclass
from enum import IntFlag

import numpy as np
import numpy.typing as npt

from heritage.reconcile.features import Pairs
from heritage.reconcile.kinds import KindReader
from heritage.reconcile.settings import Settings
from heritage.reconcile.sides import Items, Records
from heritage.reconcile.text import Floats, Ints

Flags = npt.NDArray[np.bool_]

MATCH, REVIEW, NEW = "match", "review", "new"


class Objection(IntFlag):
    """Why a pair is never matched by machine, whatever its probability (domain rules, section 6)."""

    OTHER_IDENTIFIER = 1
    """The item carries another value of the register's identifier."""
    NOT_A_THING = 2
    """The item is a disambiguation page, a category, a person, a street, an event, an organisation."""
    WHOLE_AND_PART = 4
    """One side names a part (a wall, a gate) that the other does not."""
    OTHER_KIND = 8
    """Both sides say what they are, and it is not the same."""
    NAME_ALONE = 16
    """No place on one side, and the name is not distinctive or something else comes near it."""
    NUMBERS_DIFFER = 32
    """Number 3 is not number 4."""
    IDENTIFIER_ALONE = 64
    """The identifier agrees while name, kind and place all disagree."""
    IDENTIFIER_TWICE = 128
    """Several items, or several records, carry this identifier."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """Per pair: `probability`, `objections`, `same_identifier`; per record: the best pair (-1 without any),
    the decision, and whether its item is claimed by another record too."""

    pair_probability: Floats
    probability: Floats
    objections: Ints
    same_identifier: Flags
    order: Ints
    best: Ints
    decision: npt.NDArray[np.str_]
    contested: Flags


def decide(
    pairs: Pairs,
    pair_probability: Floats,
    final: Floats,
    records: Records,
    items: Items,
    settings: Settings,
) -> Decisions:
    """`final` is the probability with rivals considered, `pair_probability` that of each pair by itself."""
    same, other = _identifiers(pairs, records, items)
    objections = _objections(pairs, pair_probability, same, other, records, items, settings)
    final = np.where(same, np.maximum(final, settings.match), final)
    order = np.lexsort((pairs.item, -np.round(final, 9), ~same, pairs.record))
    best = np.full(records.rows, -1)
    first = order[_first_of_run(pairs.record[order])]
    best[pairs.record[first]] = first
    contested = _contested(pairs, first, final, records, settings)
    decision = np.full(records.rows, REVIEW, dtype="<U6")
    good = first[(final[first] >= settings.match) & (objections[first] == 0)]
    decision[pairs.record[good]] = MATCH
    decision[contested] = REVIEW
    decision[
        _without_candidate(pairs, np.maximum(pair_probability, final), objections, records, settings)
    ] = NEW
    return Decisions(pair_probability, final, objections, same, order, best, decision, contested)


def _first_of_run(groups: Ints) -> Flags:
    return np.concatenate([[True], groups[1:] != groups[:-1]]) if len(groups) else np.zeros(0, dtype=bool)


def _identifiers(pairs: Pairs, records: Records, items: Items) -> tuple[Flags, Flags]:
    """Pairs whose item carries the record's id, and pairs whose item carries only other ids."""
    carried = set(items.identifiers)
    carries = np.zeros(max(items.rows, 1), dtype=bool)
    carries[[row for row, _ in items.identifiers]] = True
    candidates = np.flatnonzero(carries[pairs.item])
    same = np.zeros(len(pairs.record), dtype=bool)
    same[candidates] = [
        (i, records.ids[r]) in carried
        for r, i in zip(pairs.record[candidates].tolist(), pairs.item[candidates].tolist(), strict=True)
    ]
    other = carries[pairs.item] & ~same
    return same, other


def _objections(
    pairs: Pairs,
    pair_probability: Floats,
    same: Flags,
    other: Flags,
    records: Records,
    items: Items,
    settings: Settings,
) -> Ints:
    columns, reader = pairs.columns, KindReader(settings.vocabulary)
    a, b = pairs.record_kinds, pairs.item_kinds
    nowhere = np.isnan(pairs.distance)
    same_class = _same_class(pairs, records, items)
    never = _never(items, settings)[pairs.item] & ~same_class
    part = ((a ^ b) & reader.part) != 0
    kind = (columns["kind"] < 0) & ~same_class
    name_differs = ~((columns["words"] >= settings.like_name) | (columns["spelling"] >= settings.like_name))
    far = pairs.distance > settings.disagree_m
    flags = {
        Objection.OTHER_IDENTIFIER: other,
        Objection.NOT_A_THING: never,
        Objection.WHOLE_AND_PART: part & ~same,
        Objection.OTHER_KIND: kind & ~same,
        Objection.NAME_ALONE: nowhere & ~same & ~_distinctive(pairs, pair_probability, settings),
        Objection.NUMBERS_DIFFER: (columns["numbers"] <= -1) & ~same,
        Objection.IDENTIFIER_ALONE: same & name_differs & far & ~(columns["kind"] > 0) & ~same_class,
        Objection.IDENTIFIER_TWICE: same & (_times(pairs.record, same) | _times(pairs.item, same)),
    }
    total = np.zeros(len(pairs.record), dtype=np.int64)
    for objection, holds in flags.items():
        total[holds] |= int(objection)
    return total


def _distinctive(pairs: Pairs, pair_probability: Floats, settings: Settings) -> Flags:
    """Rare words or the municipality named on the other side, and nothing else near the name."""
    columns = pairs.columns
    rare = columns["information"] >= settings.distinctive
    named = columns["municipality"] >= settings.named
    near = pair_probability >= settings.rival
    return (rare | named) & ~_others(pairs.record, near) & ~_others(pairs.item, near)


def _others(group: Ints, flag: Flags) -> Flags:
    """Whether another pair of the same group has the flag."""
    count = np.bincount(group, weights=flag, minlength=1)
    return np.asarray(count[group] - flag > 0)


def _times(group: Ints, flag: Flags) -> Flags:
    return flag & _others(group, flag)


def _never(items: Items, settings: Settings) -> Flags:
    never = np.zeros(max(items.rows, 1), dtype=bool)
    bad = [c in settings.vocabulary.never for c in items.classes]
    never[items.class_owner[bad]] = True
    return never


def _same_class(pairs: Pairs, records: Records, items: Items) -> Flags:
    """The record's own class stands on the item."""
    if not any(records.classes):
        return np.zeros(len(pairs.record), dtype=bool)
    carried = set(zip(items.class_owner.tolist(), items.classes, strict=True))
    return np.array(
        [
            (i, records.classes[r]) in carried
            for r, i in zip(pairs.record.tolist(), pairs.item.tolist(), strict=True)
        ],
        dtype=bool,
    )


def _contested(pairs: Pairs, first: Ints, final: Floats, records: Records, settings: Settings) -> Flags:
    """Records whose item another record claims too."""
    claims = first[final[first] >= settings.claim]
    several = np.bincount(pairs.item[claims], minlength=1) > 1
    contested = np.zeros(records.rows, dtype=bool)
    contested[pairs.record[claims[several[pairs.item[claims]]]]] = True
    return contested


def _without_candidate(
    pairs: Pairs, plausible: Floats, objections: Ints, records: Records, settings: Settings
) -> Flags:
    new = np.ones(records.rows, dtype=bool)
    new[pairs.record[(plausible >= settings.low_bar) & ((objections & int(Objection.NOT_A_THING)) == 0)]] = (
        False
    )
    return new
