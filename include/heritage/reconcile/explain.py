"""Decisions and candidates in one plain sentence each, made from the features that decided; all at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from heritage.model.arrow import pc
from heritage.reconcile.decide import MATCH, NEW, Decisions
from heritage.reconcile.features import Pairs
from heritage.reconcile.folding import first_rows
from heritage.reconcile.identity import never_names
from heritage.reconcile.kinds import KindReader
from heritage.reconcile.objections import Objection
from heritage.reconcile.settings import Settings
from heritage.reconcile.sides import Items
from heritage.reconcile.text import Column, Flags, Floats, Ints, arrow

_OBJECTIONS = {
    Objection.OTHER_IDENTIFIER: "the item carries another id of this register",
    Objection.NOT_A_THING: "the item is {never}, not the thing itself",
    Objection.WHOLE_AND_PART: "one side names only a part of the other ({parts})",
    Objection.OTHER_KIND: "they are different kinds of things ({here} here, {there} there)",
    Objection.NAME_ALONE: "a name without a place to compare is not enough here",
    Objection.NUMBERS_DIFFER: "the numbers in the names differ",
    Objection.IDENTIFIER_ALONE: "it carries this record's id, but name, kind and place all disagree",
    Objection.OTHER_ITEM_NEAR: "another item is nearly as likely",
    Objection.COMMON_NAME: "the name is common, and it is not the very same one on the spot",
    Objection.PLACE_ALONE: "the names have nothing in common, and nearness alone never decides",
    Objection.OTHER_COUNTRY: "it lies in another country",
    Objection.OTHER_TOWN: "it names another municipality",
    Objection.FAR_AWAY: "the places lie too far apart",
    Objection.IDENTIFIER_TWICE: "this id stands on several items or records",
}
_NAMES = ["no name to compare", "same name", "same words in the name", "nearly the same name", "similar name",
          "different name"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Explainer:
    """Writes the sentences for pairs by number."""

    pairs: Pairs
    decisions: Decisions
    items: Items
    qids: Column
    reader: KindReader
    settings: Settings

    def candidates(self, shown: Ints) -> Column:
        """One sentence for each shown pair: what agrees, what does not, and what forbids a match."""
        facts = _joined(self._facts(shown, capital=True), ", ")
        objection = self._objection(shown)
        return _glued(facts, _after("; ", objection), pa.scalar("."))

    def records(self, labels: Column) -> Column:
        """One sentence for each record about its decision; `labels` are those of the best pairs' items."""
        decisions, rows = self.decisions, np.arange(len(self.decisions.best))
        best = np.maximum(decisions.best, 0)
        if not len(self.pairs.record):
            return pa.array(["No item of the index comes near in name or place."] * len(rows), pa.string())
        plain, begun = self._first_facts(best, capital=False), self._first_facts(best, capital=True)
        named = pc.coalesce(labels, pa.scalar("an item without a label"))
        begins = pc.coalesce(labels, pa.scalar("An item without a label"))
        qid = _glued(pa.scalar(" ("), self.qids.take(arrow(self.pairs.item[best])), pa.scalar(")"))
        objection = self._objection(best)
        forms = {
            "none": _said(0 * rows, ["No item of the index comes near in name or place."]),
            "match": _glued(begun, pa.scalar("; "), self._lead(best), pa.scalar(".")),
            "new": _glued(pa.scalar("No candidate is likely; the nearest is "), named, qid, pa.scalar(": "),
                          plain, pa.scalar(".")),
            "contested": _glued(pa.scalar("Another record claims "), named, qid, pa.scalar(" too: "), plain,
                                pa.scalar(".")),
            "objection": _glued(begins, qid, pa.scalar(": "), plain, pa.scalar(", but "), objection,
                                pa.scalar(".")),
            "doubt": _glued(begins, qid, pa.scalar(": "), plain, pa.scalar("; "), self._doubt(best),
                            pa.scalar(".")),
        }  # fmt: skip
        objected: Column = pc.is_valid(objection)
        conditions = [
            decisions.best < 0,
            decisions.decision == MATCH,
            decisions.decision == NEW,
            decisions.contested,
            objected.to_numpy(zero_copy_only=False),
            np.ones(len(rows), dtype=bool),
        ]
        which = np.select(conditions, np.arange(len(conditions)))
        return pc.choose(pa.array(which, pa.int64()), *forms.values())

    def _first_facts(self, pairs: Ints, *, capital: bool) -> Column:
        """The three facts that say most, joined."""
        same, name, place, *others = self._facts(pairs, capital=capital)
        third = pc.if_else(pc.is_valid(same), pa.scalar(None, pa.string()), pc.coalesce(*others))
        return _joined([same, name, place, third], " and ")

    def _facts(self, pairs: Ints, *, capital: bool) -> list[Column]:
        """Facts in order of weight, null where there is nothing to say; `capital` begins a sentence."""
        columns = {name: column[pairs] for name, column in self.pairs.columns.items()}
        same = self.decisions.same_identifier[pairs]
        here, there = self.pairs.record_kinds[pairs], self.pairs.item_kinds[pairs]
        named = columns["municipality"] >= self.settings.named
        elsewhere = ~named & (columns["other_municipality"] >= 1)
        names = _name_code(columns)
        plain = _said(names, _NAMES)
        return [
            _where(same, "Same identifier" if capital else "same identifier"),
            pc.if_else(pa.array(~same), _said(names, [n.capitalize() for n in _NAMES]), plain)
            if capital
            else plain,
            _places(self.pairs.distance[pairs]),
            pc.coalesce(
                _where(named, "its municipality is named there"),
                _where(elsewhere, "another municipality is named there"),
            ),
            _once(
                [np.where(columns["kind"] > 0, here & there, 0)],
                lambda bits: f"both {' or '.join(self.reader.names(bits))}" if bits else None,
            ),
            _where(columns["country"] < 0, "in another country"),
            _where(columns["numbers"] == 1, "the numbers agree"),
        ]

    def _objection(self, pairs: Ints) -> Column:
        """The weightiest objection against each pair, null for none."""
        flags = self.decisions.objections[pairs]
        first = np.zeros(len(pairs), dtype=np.int64)
        for objection in reversed(_OBJECTIONS):
            first[(flags & int(objection)) != 0] = int(objection)
        parts = self.reader.part | self.reader.known_part
        one_sided = self.pairs.one_sided_kinds[pairs] & parts
        other = first == int(Objection.OTHER_KIND)
        details = [
            np.where(first == int(Objection.NOT_A_THING), self.items.never[self.pairs.item[pairs]], 0),
            np.where(first == int(Objection.WHOLE_AND_PART), one_sided, 0),
            np.where(other, self.pairs.record_kinds[pairs], 0),
            np.where(other, self.pairs.item_kinds[pairs], 0),
        ]
        nevers = never_names(self.settings.vocabulary)

        def text(objection: int, never: int, part: int, here: int, there: int) -> str | None:
            if not objection:
                return None
            return _OBJECTIONS[Objection(objection)].format(
                never=nevers[never],
                parts=", ".join(self.reader.names(part)),
                here=" or ".join(self.reader.names(here)),
                there=" or ".join(self.reader.names(there)),
            )

        return _once([first, *details], text)

    def _rivals(self, pairs: Ints) -> Ints:
        """How many other candidates of the same record are possible."""
        near = self.decisions.pair_probability >= self.settings.low_bar
        count = np.bincount(self.pairs.record, weights=near, minlength=1).astype(np.int64)
        return count[self.pairs.record[pairs]] - near[pairs]

    def _lead(self, pairs: Ints) -> Column:
        code = np.where(self.decisions.same_identifier[pairs], 0, np.where(self._rivals(pairs) > 0, 1, 2))
        words = ["the register's own identifier decides", "every other item is far less likely",
                 "no other item comes near"]  # fmt: skip
        return _said(code, words)

    def _doubt(self, pairs: Ints) -> Column:
        percent = np.round(self.decisions.probability[pairs] * 100).astype(np.int64)

        def text(rivals: int, likely: int) -> str:
            if rivals:
                return f"{rivals} other item{'s' if rivals > 1 else ''} could be meant too, {likely}% likely"
            return f"{likely}% likely, too little to decide without a person"

        return _once([self._rivals(pairs), percent], text)


def _name_code(columns: dict[str, Floats]) -> Ints:
    """Which of _NAMES says how the names compare."""
    spelling, words = columns["spelling"], columns["words"]
    conditions: list[Flags] = [
        np.isnan(spelling),
        spelling >= 0.999,
        words >= 0.999,
        (words >= 0.8) | (spelling >= 0.85),
        (words >= 0.4) | (spelling >= 0.6),
    ]
    return np.select(conditions, list(range(5)), 5).astype(np.int64)


def _places(metres: Floats) -> Column:
    far = np.where(metres < 10_000, np.round(metres, -2), np.round(metres, -3))
    rounded = np.where(metres < 1000, np.round(metres), far)
    known = np.where(np.isnan(rounded), -1, rounded).astype(np.int64)
    return _once([known], lambda m: "no place to compare" if m < 0 else f"{_metres(m)} away")


def _metres(metres: float) -> str:
    """
    >>> _metres(12.3), _metres(1449.0), _metres(51234.0)
    ('12 m', '1.4 km', '51 km')
    """
    if metres < 1000:
        return f"{metres:.0f} m"
    return f"{metres / 1000:.1f} km" if metres < 10_000 else f"{metres / 1000:.0f} km"


def _said(code: Ints, words: Sequence[str]) -> Column:
    return pa.array(words, pa.string()).take(arrow(code, pa.int64()))


def _where(flag: Flags, words: str) -> Column:
    """The words where the flag is, else null."""
    return pc.if_else(pa.array(flag), pa.scalar(words), pa.scalar(None, pa.string()))


def _once(keys: Sequence[Ints], text: Callable[..., str | None]) -> Column:
    """The text of each row's keys, written once for each combination."""
    code = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        of_key, values = pd.factorize(key)
        code, _ = pd.factorize(code * max(len(values), 1) + of_key)
    first = first_rows(code)
    words = [text(*row) for row in np.column_stack(keys)[first].tolist()]
    return pa.array(words, pa.string()).take(arrow(code.astype(np.int64)))


def _glued(*parts: Column) -> Column:
    return pc.binary_join_element_wise(*parts, "", null_handling="skip")


def _joined(parts: Sequence[Column], separator: str) -> Column:
    return pc.binary_join_element_wise(*parts, separator, null_handling="skip")


def _after(separator: str, text: Column) -> Column:
    """The text behind a separator, null where there is none."""
    return pc.binary_join_element_wise(pa.scalar(separator), text, "", null_handling="emit_null")
