"""Rulings on a whole register: records that look the same to the rules are decided once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from heritage.disclosure.decide import Ruling, Subject, decide
from heritage.disclosure.names import Positions, Texts, column_of, names_of
from heritage.disclosure.people import NOBODY, Standing
from heritage.disclosure.rules import DisclosureRules
from heritage.disclosure.subject import COLUMNS, Register, Said, read_subject
from heritage.disclosure.words import Flags
from heritage.model.arrow import Array, pc
from heritage.model.codes import codes, first_rows
from heritage.model.disclosure import Disclosure

CLASSES = tuple(Disclosure)
"""A class has its position here as its number."""
_AS_THEY_ARE = ("kind", "type", "class_item", "country", "restriction", "place_method", "designation_item")
"""Columns with few values in a register; of the others only what a rule finds in them tells apart."""


@dataclass(frozen=True, slots=True)
class Rulings:
    """For each record, in the order given, the position of its ruling and of the subject it was made on."""

    codes: Positions
    distinct: Sequence[Ruling]
    subjects: Sequence[Subject]

    def of(self, record: int) -> Ruling:
        """The ruling on one record."""
        return self.distinct[int(self.codes[record])]

    def column(self, value: Callable[[Ruling], Any], kind: pa.DataType) -> Array:
        """A value of each record's ruling."""
        return pa.array([value(ruling) for ruling in self.distinct], kind).take(self.codes)

    def where(self, holds: Callable[[Ruling], bool]) -> Flags:
        """The records whose ruling it holds for."""
        flags: Flags = np.array([holds(ruling) for ruling in self.distinct], dtype=bool)[self.codes]
        return flags

    def hit_by(self, rule: str) -> Flags:
        """The records that a rule applies to."""
        return self.where(lambda ruling: rule in ruling.rules)

    @property
    def classes(self) -> Positions:
        """The number of the class of each record."""
        numbers = [CLASSES.index(ruling.disclosure) for ruling in self.distinct]
        return np.array(numbers, dtype=np.int64)[self.codes]

    def changed(self, marks: Positions, change: Callable[[Subject, Ruling, int], Ruling]) -> "Rulings":
        """Other rulings for the records that have a mark above 0, one for each ruling and mark."""
        base = int(marks.max(initial=0)) + 1
        found, other = np.unique(self.codes * base + marks, return_inverse=True)
        both = [divmod(int(one), base) for one in found]
        subjects = [self.subjects[code] for code, _ in both]
        rulings = [
            change(self.subjects[code], self.distinct[code], mark) if mark else self.distinct[code]
            for code, mark in both
        ]
        return Rulings(other, rulings, subjects)


def all_rulings(
    records: pa.Table,
    register: Register,
    rules: DisclosureRules,
    decided_on: date,
    *,
    said: Sequence[Said],
    said_of: Positions,
    people: Mapping[str, Standing],
) -> Rulings:
    """What `decide` says of each of the records (COLUMNS). `said_of` are positions in `said`, one a record;
    `people` is by record id."""
    ids = records["record_id"].combine_chunks()
    asking = pc.index_in(ids, value_set=pa.array(people, pa.string()))
    asked = pc.fill_null(asking, -1).to_numpy() + 1
    standings = [NOBODY, *people.values()]
    told = pd.factorize(pd.Series(list(said), dtype=object))[0][said_of]
    keys: list[Any] = [records[name] for name in _AS_THEY_ARE]
    keys += [_precision(records, rules), told, pd.factorize(pd.Series(standings, dtype=object))[0][asked]]
    keys += _found_in_texts(records, rules)
    alike = codes(*keys)
    first = first_rows(alike)
    rows = records.select(list(COLUMNS)).take(first).to_pylist()
    subjects = [
        read_subject(row, register, rules, said=said[said_of[i]], people=standings[asked[i]])
        for i, row in zip(first, rows, strict=True)
    ]
    return Rulings(alike, [decide(subject, rules, decided_on) for subject in subjects], subjects)


def _precision(records: pa.Table, rules: DisclosureRules) -> Array:
    judged = pc.is_in(
        records["place_method"], value_set=pa.array(rules.source_precision.methods, pa.string())
    )
    return pc.if_else(judged, records["precision_m"], pa.scalar(None, pa.float64()))


def _found_in_texts(records: pa.Table, rules: DisclosureRules) -> list[Positions]:
    """What `read_subject` looks for in names, designations and addresses."""
    marked, in_use, moved = rules.conflict.words
    anywhere = (rules.visitors.words, rules.knowledge.words, in_use, moved)
    names = names_of(records)
    named = [c.of_names.meant_each(names.folded, rules.others) for c in rules.categories]
    designations, addresses = column_of(records["designation"]), column_of(records["address"])
    return [
        _marks(names, [*named, *(w.among_each(names.folded) for w in anywhere)], records.num_rows),
        _marks(
            designations,
            [w.among_each(designations.folded) for w in (*anywhere, marked, rules.condition.words)],
            records.num_rows,
        ),
        _marks(addresses, [rules.hidden_address.words.among_each(addresses.folded)], records.num_rows),
    ]


def _marks(texts: Texts, found: Sequence[Flags], count: int) -> Positions:
    """For each record a number whose bits say what was found in one of its texts."""
    bits = np.zeros(len(texts.texts), dtype=np.int64)
    for number, flags in enumerate(found):
        bits |= flags.astype(np.int64) << number
    marks = np.zeros(count, dtype=np.int64)
    np.bitwise_or.at(marks, texts.rows, bits[texts.of])
    return marks
