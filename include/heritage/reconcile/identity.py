"""What ids and classes alone tell of a pair, and which items are no thing that a record describes."""

import numpy as np
import numpy.typing as npt

from heritage.model.arrow import pc
from heritage.reconcile.jit import kernel
from heritage.reconcile.settings import Vocabulary
from heritage.reconcile.sides import Items, Listed, Records, known_codes
from heritage.reconcile.text import Ints

Flags = npt.NDArray[np.bool_]


def not_a_thing(items: Items, vocabulary: Vocabulary) -> Ints:
    """For each item 0, or its place among `never_names`: for a page about many things, a class, what is of no
    class but those a record never describes, and what the index holds for the name of a class or area alone.
    """
    size, classes, owner = items.rows, items.classes, items.classes.owner
    never = np.array([c in vocabulary.never for c in classes.values], dtype=bool)[classes.code]
    pages = np.array([c in vocabulary.pages for c in classes.values], dtype=bool)[classes.code]
    classed = np.bincount(owner, minlength=size)
    bad = np.bincount(owner, weights=never, minlength=size)
    page = np.bincount(owner, weights=pages, minlength=size)
    kinds = items.rows_of(classes.values)
    page[kinds[kinds >= 0]] = 1  # what others are instances of is a class, no single thing
    context = pc.fill_null(items.table.column("context"), False)
    page[np.flatnonzero(context.to_numpy())] = 1
    place = {qid: k + 2 for k, qid in enumerate(vocabulary.never | vocabulary.pages)}
    which, some = known_codes(classes.values, place)[classes.code], np.ones(size, dtype=np.int64)
    some[owner[which >= 0]] = which[which >= 0]
    return np.where((page > 0) | ((classed > 0) & (bad == classed)), some, 0)


def never_names(vocabulary: Vocabulary) -> list[str]:
    """What an item may be that no record describes."""
    return ["", "another sort of item", *(vocabulary.never | vocabulary.pages).values()]


def same_identifier(record: Ints, item: Ints, records: Records, items: Items) -> Flags:
    """Pairs whose item carries the record's id."""
    return carries(record, item, records.ids, items.identifiers)


def same_class(record: Ints, item: Ints, records: Records, items: Items) -> Flags:
    """Pairs whose item carries the record's own class."""
    return carries(record, item, records.classes, items.classes)


def carries(record: Ints, item: Ints, wanted: list[str], carried: Listed) -> Flags:
    """Pairs whose item row carries the record's value; an empty value is carried by none."""
    asked = known_codes(wanted, {value: k for k, value in enumerate(carried.values) if value})[record]
    return _carried(item, asked, carried.start, carried.code)


@kernel
def _carried(item: Ints, asked: Ints, start: Ints, code: Ints) -> Flags:
    found = np.zeros(len(item), dtype=np.bool_)
    for k in range(len(item)):
        if asked[k] >= 0:
            for at in range(start[item[k]], start[item[k] + 1]):
                found[k] = found[k] or code[at] == asked[k]
    return found
