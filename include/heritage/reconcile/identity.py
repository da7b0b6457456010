"""What ids and classes alone tell of a pair, and which items are no thing that a record describes."""

from dataclasses import dataclass

import numpy as np

from heritage.model.arrow import pc
from heritage.reconcile.columns import Listed
from heritage.reconcile.jit import kernel
from heritage.reconcile.settings import Vocabulary
from heritage.reconcile.sides import Items, Records, places
from heritage.reconcile.text import Flags, Ints


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
    which = np.array([place.get(c, -1) for c in classes.values], dtype=np.int64)[classes.code]
    some = np.ones(size, dtype=np.int64)
    some[owner[which >= 0]] = which[which >= 0]
    return np.where((page > 0) | ((classed > 0) & (bad == classed)), some, 0)


def never_names(vocabulary: Vocabulary) -> list[str]:
    """What an item may be that no record describes."""
    return ["", "another sort of item", *(vocabulary.never | vocabulary.pages).values()]


@dataclass(frozen=True, slots=True)
class Common:
    """What each record says in the numbers of the items, -1 for what no item says."""

    own_id: Ints
    own_class: Ints
    admin: Ints
    country: Ints
    admin_row: Ints
    """Rows of the items that are the area and the country that it lies in."""
    country_row: Ints

    @classmethod
    def of(cls, records: Records, items: Items) -> "Common":
        own_id = np.full(records.rows, -1)
        if len(items.identifiers.code):
            empty = pc.equal(records.id, "").to_numpy(zero_copy_only=False)
            own_id = np.where(empty, -1, places(records.id, records.id))
        return cls(
            own_id,
            records.own_class.numbers(items.classes.numbers),
            records.admin.numbers(items.admin.numbers),
            records.country.numbers(items.countries),
            records.admin.each(items.rows_of(records.admin.values.to_pylist()), -1),
            records.country.each(items.rows_of(records.country.values.to_pylist()), -1),
        )


def carries(item: Ints, asked: Ints, carried: Listed) -> Flags:
    """Pairs whose item row carries the number that the record asks for, if it does."""
    return _carried(item, asked, carried.start, carried.code)


@kernel
def _carried(item: Ints, asked: Ints, start: Ints, code: Ints) -> Flags:
    found = np.zeros(len(item), dtype=np.bool_)
    for k in range(len(item)):
        if asked[k] >= 0:
            for at in range(start[item[k]], start[item[k] + 1]):
                found[k] = found[k] or code[at] == asked[k]
    return found
