"""R10: records of any register that are the same place as a protected one, or a part of it."""

from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np
import pandas as pd
import pyarrow as pa

from heritage.disclosure.names import Positions, Texts, names_in, names_of
from heritage.disclosure.near import Places, near
from heritage.disclosure.rules import Beside
from heritage.disclosure.words import tokens
from heritage.model.arrow import pc
from heritage.model.disclosure import Disclosure

COMMON = 50
"""A word in more protected names than this does not tell one place from another."""
_LONG = 5  # letters that a name of one word needs to be found within another
_CLASSES = [member.value for member in Disclosure]
_Name = frozenset[str]


def exposing(
    records: pa.Table, own: Positions, identifier: str | None, protected: pa.Table, rules: Beside
) -> Positions:
    """For each record the number (0 to 5) of the class of what it would reveal, if that is stricter than its
    own; otherwise 0.

    `records` has dataset, record_id, name, names, municipality, lat, lon, precision_m; `own` are the numbers
    of the classes that their own rules demand; `protected` has the schema PROTECTED, this register's own
    records among them.
    """
    raised = np.zeros(records.num_rows, dtype=np.int64)
    classes = np.array(
        [_CLASSES.index(str(value)) for value in protected["disclosure"].to_pylist()], np.int64
    )
    looser = np.flatnonzero(own < classes.max(initial=0))
    records = records.take(looser)
    pairs = pd.concat([_same_identifier(records, identifier, protected), _alike(records, protected, rules)])
    i, j = pairs["i"].to_numpy(np.int64), pairs["j"].to_numpy(np.int64)
    revealing = (classes[j] > own[looser[i]]) & ~_itself(records, protected, i, j)
    np.maximum.at(raised, looser[i[revealing]], classes[j[revealing]])
    return raised


def _itself(records: pa.Table, protected: pa.Table, i: Positions, j: Positions) -> np.ndarray:
    one, other = (
        [table[name].take(at) for name in ("dataset", "record_id")]
        for table, at in ((records, i), (protected, j))
    )
    same = pc.and_(pc.equal(one[0], other[0]), pc.equal(one[1], other[1]))
    return np.asarray(same.to_numpy(), dtype=bool)


def _same_identifier(records: pa.Table, identifier: str | None, protected: pa.Table) -> pd.DataFrame:
    known = pc.fill_null(pc.equal(protected["property"], identifier), False)
    theirs = np.flatnonzero(known.to_numpy())
    ids = [records["record_id"].to_pylist(), protected["record_id"].take(theirs).to_pylist()]
    one, other = (pd.Series(values, dtype=object, name="id") for values in ids)
    return one.rename_axis("i").reset_index().merge(other.to_frame().assign(j=theirs), on="id")[["i", "j"]]


def _alike(records: pa.Table, protected: pa.Table, rules: Beside) -> pd.DataFrame:
    """Pairs that are near each other and have the same name, or of which one's name is within the other's."""
    mine, theirs = names_of(records), names_in(protected["names"])
    our_names, their_names = _names(mine), _names(theirs)
    keys: dict[str | _Name, int] = {}
    for name in their_names:
        for key in _keys_of(name):
            keys.setdefault(key, len(keys))
    right = _keyed(theirs, their_names, keys, "j")
    whole = np.array([isinstance(key, frozenset) for key in keys], dtype=bool)
    rare = np.bincount(right["key"], minlength=len(keys)) <= COMMON
    right = right[(whole | rare)[right["key"]]]
    left = _keyed(mine, our_names, keys, "i")
    left = left[(whole | rare)[left["key"]]]
    places = Places.both(records, protected, rules.largest_precision_m)
    pairs = near(left, right, places, rules.radius_m)
    same = whole[pairs["key"]]
    words = {number: key for key, number in keys.items() if isinstance(key, str)}
    of_mine, of_theirs = _by_row(mine, our_names), _by_row(theirs, their_names)
    within = [
        any(words[key] in name and any(_within(name, other) for other in of_theirs(j)) for name in of_mine(i))
        for i, j, key in pairs[~same].itertuples(index=False)
    ]
    return pd.concat([pairs[same], pairs[~same][np.array(within, dtype=bool)]])[["i", "j"]]


def _names(names: Texts) -> list[_Name]:
    return [tokens(text) for text in names.texts.to_pylist()]


def _keys_of(name: _Name) -> tuple[str | _Name, ...]:
    return (*name, name) if name else ()


def _keyed(names: Texts, tokened: Sequence[_Name], keys: dict[str | _Name, int], row: str) -> pd.DataFrame:
    """The numbers of the words and of the whole names of each record."""
    found = [[keys[key] for key in _keys_of(name) if key in keys] for name in tokened]
    of_text = np.array([len(one) for one in found], dtype=np.int64)
    flat = np.fromiter(chain.from_iterable(found), np.int64)
    starts = np.cumsum(of_text) - of_text
    count = of_text[names.of]
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    key = flat[np.repeat(starts[names.of], count) + within]
    return pd.DataFrame({row: np.repeat(names.rows, count), "key": key}).drop_duplicates()


def _by_row(names: Texts, tokened: Sequence[_Name]) -> Callable[[int], list[_Name]]:
    """The names of a record."""

    def of(row: int) -> list[_Name]:
        start, end = np.searchsorted(names.rows, (row, row + 1))
        return [tokened[number] for number in names.of[start:end] if tokened[number]]

    return of


def _within(one: _Name, other: _Name) -> bool:
    smaller, larger = sorted((one, other), key=len)
    return smaller <= larger and (len(smaller) > 1 or all(len(word) >= _LONG for word in smaller))
