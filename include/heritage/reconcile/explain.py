"""Decisions and candidates in one plain sentence each, made from the features that decided."""

from dataclasses import dataclass

import numpy as np

from heritage.model.arrow import pc
from heritage.reconcile.decide import MATCH, NEW, Decisions
from heritage.reconcile.features import Pairs
from heritage.reconcile.glue import Piece, glued, once, quoted, said
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


_LEADS = ["the register's own identifier decides", "every other item is far less likely",
          "no other item comes near"]  # fmt: skip
_CAPITALS = [name.capitalize() for name in _NAMES]
_NOTHING, _MATCH, _NEW, _CONTESTED, _OBJECTION, _DOUBT = range(6)
"""What is to be said of a record."""
_BEGINS = ["No item of the index comes near in name or place.", "", "No candidate is likely; the nearest is ",
           "Another record claims ", "", ""]  # fmt: skip
_UNNAMED = ["an item without a label", "An item without a label"]
_ENDS = ["", "", "): ", ") too: ", "): ", "): "]


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
        name, same = _name_code(self._columns(shown)), self.pairs.same_id[shown]
        forms = [*_CAPITALS, *(f"Same identifier, {name}" for name in _NAMES)]
        return glued(
            said(name + len(_NAMES) * same, forms),
            _places(", ", self.pairs.distance[shown]),
            once(self._others(shown), lambda *others: "".join(f", {one}" for one in self._told(*others))),
            once(self._objections(shown), lambda *what: f"; {self._objection(*what)}." if what[0] else "."),
        )

    def records(self, rows: Ints, labels: Column) -> Column:
        """One sentence for each of these records about its decision; `labels` are those of the best pairs'
        items."""
        decisions = self.decisions
        best = decisions.best[rows]
        if not len(self.pairs.record):
            return glued(said(0 * rows, _BEGINS))
        about = np.select(
            [best < 0, decisions.decision[rows] == MATCH, decisions.decision[rows] == NEW,
             decisions.contested[rows], decisions.objections[best] != 0],
            [_NOTHING, _MATCH, _NEW, _CONTESTED, _OBJECTION], _DOUBT,
        )  # fmt: skip
        named, unnamed = about > _MATCH, ~pc.is_valid(labels).to_numpy(zero_copy_only=False)
        begins = (about == _OBJECTION) | (about == _DOUBT)
        qid = quoted(self.qids.take(arrow(self.pairs.item[best])))
        label = quoted(labels)
        return glued(
            said(about, _BEGINS),
            said(np.where(named & unnamed, begins.astype(np.int64), -1), _UNNAMED),
            label._replace(code=np.where(named, label.code, -1)),
            said(np.where(named, 0, -1), [" ("]),
            qid._replace(code=np.where(named, qid.code, -1)),
            said(about, _ENDS),
            *self._first_facts(best, about),
            self._end(best, about),
        )

    def _first_facts(self, pairs: Ints, about: Ints) -> list[Piece]:
        """The three facts that say most, joined, of records of which something is said."""
        there, capital = about != _NOTHING, about == _MATCH
        same, name = self.pairs.same_id[pairs], _name_code(self._columns(pairs))
        forms = [*_NAMES, *(f"same identifier and {name}" for name in _NAMES),
                 *_CAPITALS, *(f"Same identifier and {name}" for name in _NAMES)]  # fmt: skip
        place = _places(" and ", self.pairs.distance[pairs])

        def third(unwanted: int, *others: int) -> str:
            told = [] if unwanted else self._told(*others)[:1]
            return "".join(f" and {one}" for one in told)

        return [
            said(np.where(there, name + len(_NAMES) * (same + 2 * capital), -1), forms),
            place._replace(code=np.where(there, place.code, -1)),
            once([(same | ~there).astype(np.int64), *self._others(pairs)], third),
        ]

    def _columns(self, pairs: Ints) -> dict[str, Floats]:
        return {name: self.pairs.columns[name][pairs] for name in ("spelling", "words")}

    def _others(self, pairs: Ints) -> list[Ints]:
        """What agrees or does not beside name and place, as numbers that `_told` puts into words."""
        columns = self.pairs.columns
        here, there = self.pairs.record_kinds[pairs], self.pairs.item_kinds[pairs]
        named = columns["municipality"][pairs] >= self.settings.named
        elsewhere = ~named & (columns["other_municipality"][pairs] >= 1)
        return [
            named + 2 * elsewhere.astype(np.int64),
            np.where(columns["kind"][pairs] > 0, here & there, 0),
            (columns["country"][pairs] < 0).astype(np.int64),
            (columns["numbers"][pairs] == 1).astype(np.int64),
        ]

    def _told(self, municipality: int, kinds: int, abroad: int, numbers: int) -> list[str]:
        facts = {
            "its municipality is named there": municipality == 1,
            "another municipality is named there": municipality == 2,
            f"both {' or '.join(self.reader.names(kinds))}": kinds,
            "in another country": abroad,
            "the numbers agree": numbers,
        }
        return [fact for fact, holds in facts.items() if holds]

    def _objections(self, pairs: Ints) -> list[Ints]:
        """The weightiest objection against each pair, 0 for none, and what `_objection` says of it."""
        flags = self.decisions.objections[pairs]
        first = np.zeros(len(pairs), dtype=np.int64)
        for objection in reversed(_OBJECTIONS):
            first[(flags & int(objection)) != 0] = int(objection)
        parts = self.reader.part | self.reader.known_part
        one_sided = self.pairs.one_sided_kinds[pairs] & parts
        other = first == int(Objection.OTHER_KIND)
        return [
            first,
            np.where(first == int(Objection.NOT_A_THING), self.items.never[self.pairs.item[pairs]], 0),
            np.where(first == int(Objection.WHOLE_AND_PART), one_sided, 0),
            np.where(other, self.pairs.record_kinds[pairs], 0),
            np.where(other, self.pairs.item_kinds[pairs], 0),
        ]

    def _objection(self, objection: int, never: int, part: int, here: int, there: int) -> str:
        return _OBJECTIONS[Objection(objection)].format(
            never=never_names(self.settings.vocabulary)[never],
            parts=", ".join(self.reader.names(part)),
            here=" or ".join(self.reader.names(here)),
            there=" or ".join(self.reader.names(there)),
        )

    def _end(self, pairs: Ints, about: Ints) -> Piece:
        """What the sentence about a record ends with."""
        near = self.decisions.pair_probability[pairs] >= self.settings.low_bar
        rivals = self.decisions.likely[self.pairs.record[pairs]] - near
        lead = np.where(self.pairs.same_id[pairs], 0, np.where(rivals > 0, 1, 2))
        percent = np.round(self.decisions.probability[pairs] * 100).astype(np.int64)
        doubt = about == _DOUBT
        keys = [
            about,
            np.where(about == _MATCH, lead, 0),
            np.where(doubt, rivals, 0),
            np.where(doubt, percent, 0),
        ]
        objections = [np.where(about == _OBJECTION, one, 0) for one in self._objections(pairs)]

        def text(about: int, lead: int, rivals: int, percent: int, *objection: int) -> str:
            if about == _MATCH:
                return f"; {_LEADS[lead]}."
            if about == _OBJECTION:
                return f", but {self._objection(*objection)}."
            if about == _DOUBT and rivals:
                others = f"{rivals} other item{'s' if rivals > 1 else ''} could be meant too"
                return f"; {others}, {percent}% likely."
            if about == _DOUBT:
                return f"; {percent}% likely, too little to decide without a person."
            return "" if about == _NOTHING else "."

        return once([*keys, *objections], text)


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


def _places(separator: str, metres: Floats) -> Piece:
    far = np.where(metres < 10_000, np.round(metres, -2), np.round(metres, -3))
    rounded = np.where(metres < 1000, np.round(metres), far)
    known = np.where(np.isnan(rounded), -1, rounded).astype(np.int64)
    return once([known], lambda m: separator + ("no place to compare" if m < 0 else f"{_metres(m)} away"))


def _metres(metres: float) -> str:
    """
    >>> _metres(12.3), _metres(1449.0), _metres(51234.0)
    ('12 m', '1.4 km', '51 km')
    """
    if metres < 1000:
        return f"{metres:.0f} m"
    return f"{metres / 1000:.1f} km" if metres < 10_000 else f"{metres / 1000:.0f} km"
