"""What ids and classes alone tell of a pair, and which items are no thing that a record describes."""

import numpy as np
import numpy.typing as npt

from heritage.model.arrow import pc
from heritage.reconcile.settings import Vocabulary
from heritage.reconcile.sides import Items, Records, coded, known_codes
from heritage.reconcile.text import Ints

Flags = npt.NDArray[np.bool_]


def not_a_thing(items: Items, vocabulary: Vocabulary) -> Flags:
    """Items that are pages about many things, classes, or of no class but those a record never describes; and
    those that the index holds for the names of classes and areas alone."""
    size = max(items.rows, 1)
    codes: dict[str, int] = {}
    code = coded(items.classes, codes)
    never = np.array([c in vocabulary.never for c in codes], dtype=bool)[code]
    pages = np.array([c in vocabulary.pages for c in codes], dtype=bool)[code]
    classed = np.bincount(items.class_owner, minlength=size)
    bad = np.bincount(items.class_owner, weights=never, minlength=size)
    page = np.bincount(items.class_owner, weights=pages, minlength=size)
    kinds = [items.row_of[c] for c in codes if c in items.row_of]
    page[kinds] = 1  # what others are instances of is a class, no single thing
    context = pc.fill_null(items.table.column("context"), False)
    page[np.flatnonzero(context.to_numpy())] = 1
    return np.asarray((page > 0) | ((classed > 0) & (bad == classed)))


def same_identifier(record: Ints, item: Ints, records: Records, items: Items) -> Flags:
    """Pairs whose item carries the record's id."""
    owner = np.array([row for row, _ in items.identifiers], dtype=np.int64)
    return carries(record, item, records.ids, owner, [value for _, value in items.identifiers])


def same_class(record: Ints, item: Ints, records: Records, items: Items) -> Flags:
    """Pairs whose item carries the record's own class."""
    return carries(record, item, records.classes, items.class_owner, items.classes)


def carries(record: Ints, item: Ints, wanted: list[str], owner: Ints, carried: list[str]) -> Flags:
    """Pairs whose item row carries the record's value; an empty value is carried by none."""
    codes: dict[str, int] = {}
    asked = coded(wanted, codes)[record]
    known = known_codes(carried, codes)
    keys = owner[known >= 0] * max(len(codes), 1) + known[known >= 0]
    return np.asarray((asked >= 0) & np.isin(item * max(len(codes), 1) + asked, keys))
