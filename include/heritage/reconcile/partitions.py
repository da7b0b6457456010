"""A large register in partitions: neighbours that are compared with the index together, apart from the rest.

What a record is beside depends on the whole register (how many of its records carry a name, which towns it
has) and on the whole index (how many items have a word), never on the partition. Only what is then decided
needs the pairs of all partitions at once.
"""

from collections.abc import Iterable
from dataclasses import fields

import numpy as np
import pyarrow as pa

from heritage.reconcile.features import Pairs, together

_OWN = [field.name for field in fields(Pairs) if field.name != "columns"]


def partitions(records: int, most: int) -> list[tuple[int, int]]:
    """Where each partition of so many records at most begins and ends, in the order of `Records`.

    >>> partitions(10, 4), partitions(4, 4)
    ([(0, 4), (4, 8), (8, 10)], [(0, 4)])
    """
    return [(first, min(first + most, records)) for first in range(0, records, most)]


def pairs_as_table(pairs: Pairs) -> pa.Table:
    """Pairs to be kept. Records and items stand in it by their rows, so it is of use beside the very same
    register and index alone."""
    own = {name: pa.array(getattr(pairs, name)) for name in _OWN}
    return pa.table(own | {f"feature_{name}": pa.array(column) for name, column in pairs.columns.items()})


def pairs_of_tables(tables: Iterable[pa.Table]) -> Pairs:
    """The pairs of all partitions, given in their order; there is one table at least."""
    return together([_pairs(table) for table in tables])


def _pairs(table: pa.Table) -> Pairs:
    arrays = {name: np.asarray(table[name].to_numpy()) for name in table.column_names}
    features = {name.removeprefix("feature_"): arrays[name] for name in arrays if name not in _OWN}
    return Pairs(columns=features, **{name: arrays[name] for name in _OWN})
