"""What ids and classes alone tell of a pair, and which items are no thing that a record describes."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from heritage.model.arrow import pc
from heritage.reconcile.settings import Vocabulary
from heritage.reconcile.sides import Items, Records
from heritage.reconcile.text import Ints

Flags = npt.NDArray[np.bool_]


def not_a_thing(items: Items, vocabulary: Vocabulary) -> Flags:
    """Items that are pages about many things, classes, or of no class but those a record never describes; and
    those that the index holds for the names of classes and areas alone."""
    size = max(items.rows, 1)
    never = np.array([c in vocabulary.never for c in items.classes], dtype=bool)
    pages = np.array([c in vocabulary.pages for c in items.classes], dtype=bool)
    classed = np.bincount(items.class_owner, minlength=size)
    bad = np.bincount(items.class_owner, weights=never, minlength=size)
    page = np.bincount(items.class_owner, weights=pages, minlength=size)
    kinds = [items.row_of[c] for c in set(items.classes) if c in items.row_of]
    page[kinds] = 1  # what others are instances of is a class, no single thing
    context = pc.fill_null(items.table.column("context"), False)
    page[np.flatnonzero(context.to_numpy())] = 1
    return np.asarray((page > 0) | ((classed > 0) & (bad == classed)))


def same_identifier(record: Ints, item: Ints, records: Records, items: Items) -> Flags:
    """Pairs whose item carries the record's id."""
    return carries(record, item, records.ids, items.identifiers)


def same_class(record: Ints, item: Ints, records: Records, items: Items) -> Flags:
    """Pairs whose item carries the record's own class."""
    return carries(record, item, records.classes, zip(items.class_owner.tolist(), items.classes, strict=True))


def carries(record: Ints, item: Ints, of_record: list[str], carried: Iterable[tuple[int, str]]) -> Flags:
    """Pairs whose item row carries the record's value; an empty value is carried by none."""
    values: dict[str, int] = {}
    wanted = np.array([values.setdefault(v, len(values)) if v else -1 for v in of_record], dtype=np.int64)
    known = [(row, values[value]) for row, value in carried if value in values]
    keys = np.array([row * len(values) + value for row, value in known], dtype=np.int64)
    asked = wanted[record]
    return np.asarray((asked >= 0) & np.isin(item * max(len(values), 1) + asked, keys))
