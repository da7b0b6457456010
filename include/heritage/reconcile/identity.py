"""What ids and classes alone tell of a pair, and which items are no thing that a record describes."""

import numpy as np
import numpy.typing as npt

from heritage.model.arrow import pc
from heritage.reconcile.settings import Vocabulary
from heritage.reconcile.sides import Items, Listed, Records, coded, known_codes
from heritage.reconcile.text import Ints

Flags = npt.NDArray[np.bool_]


def not_a_thing(items: Items, vocabulary: Vocabulary) -> Flags:
    """Items that are pages about many things, classes, or of no class but those a record never describes; and
    those that the index holds for the names of classes and areas alone."""
    size, classes = max(items.rows, 1), items.classes
    never = np.array([c in vocabulary.never for c in classes.values], dtype=bool)[classes.code]
    pages = np.array([c in vocabulary.pages for c in classes.values], dtype=bool)[classes.code]
    classed = np.bincount(classes.owner, minlength=size)
    bad = np.bincount(classes.owner, weights=never, minlength=size)
    page = np.bincount(classes.owner, weights=pages, minlength=size)
    kinds = items.rows_of(classes.values)
    page[kinds[kinds >= 0]] = 1  # what others are instances of is a class, no single thing
    context = pc.fill_null(items.table.column("context"), False)
    page[np.flatnonzero(context.to_numpy())] = 1
    return np.asarray((page > 0) | ((classed > 0) & (bad == classed)))


def same_identifier(record: Ints, item: Ints, records: Records, items: Items) -> Flags:
    """Pairs whose item carries the record's id."""
    carried: dict[str, int] = {}
    code = coded([value for _, value in items.identifiers], carried)
    owner = np.array([row for row, _ in items.identifiers], dtype=np.int64)
    return carries(record, item, records.ids, Listed(owner, code, list(carried)))


def same_class(record: Ints, item: Ints, records: Records, items: Items) -> Flags:
    """Pairs whose item carries the record's own class."""
    return carries(record, item, records.classes, items.classes)


def carries(record: Ints, item: Ints, wanted: list[str], carried: Listed) -> Flags:
    """Pairs whose item row carries the record's value; an empty value is carried by none."""
    asked = known_codes(wanted, {value: k for k, value in enumerate(carried.values) if value})[record]
    found = np.zeros(len(record), dtype=bool)
    some = np.flatnonzero(asked >= 0)
    keys = carried.owner * len(carried.values) + carried.code
    found[some] = np.isin(item[some] * len(carried.values) + asked[some], keys)
    return found
