"""Decisions and candidates in one plain sentence each, made from the features that decided."""

from dataclasses import dataclass

import numpy as np

from heritage.reconcile.decide import MATCH, NEW, Decisions
from heritage.reconcile.features import Pairs
from heritage.reconcile.kinds import KindReader
from heritage.reconcile.objections import Objection
from heritage.reconcile.settings import Settings

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
    Objection.IDENTIFIER_TWICE: "this id stands on several items or records",
}


@dataclass(frozen=True, slots=True)
class Explainer:
    """Writes the sentences for the pairs that are shown."""

    pairs: Pairs
    decisions: Decisions
    labels: dict[int, str]
    """Label of each shown item row."""
    qids: list[str]
    never: dict[int, str]
    """What a shown item is that no record describes."""
    reader: KindReader
    settings: Settings

    def candidate(self, pair: int) -> str:
        """One candidate: what agrees, what does not, and what forbids an automatic match."""
        text = ", ".join(self._facts(pair))
        objection = self._objection(pair)
        return _sentence(f"{text}; {objection}" if objection else text)

    def record(self, row: int) -> str:
        """The decision about a record."""
        decisions = self.decisions
        decision, best = decisions.decision[row], int(decisions.best[row])
        if best < 0:
            return "No item of the index comes near in name or place."
        facts = " and ".join(self._facts(best)[:3])
        chosen = int(self.pairs.item[best])
        item = f"{self.labels[chosen] or 'an item without a label'} ({self.qids[chosen]})"
        if decision == MATCH:
            return _sentence(f"{facts}; {self._lead(best)}")
        if decision == NEW:
            return _sentence(f"no candidate is likely; the nearest is {item}: {facts}")
        if decisions.contested[row]:
            return _sentence(f"another record claims {item} too: {facts}")
        objection = self._objection(best)
        if objection:
            return _sentence(f"{item}: {facts}, but {objection}")
        return _sentence(f"{item}: {facts}; {self._doubt(best)}")

    def _lead(self, pair: int) -> str:
        if self.decisions.same_identifier[pair]:
            return "the register's own identifier decides"
        return "no other item comes near" if not self._rivals(pair) else "every other item is far less likely"

    def _doubt(self, pair: int) -> str:
        rivals = self._rivals(pair)
        percent = f"{self.decisions.probability[pair]:.0%} likely"
        if rivals:
            return f"{rivals} other item{'s' if rivals > 1 else ''} could be meant too, {percent}"
        return f"{percent}, too little to decide without a person"

    def _rivals(self, pair: int) -> int:
        row = self.pairs.record[pair]
        start, end = np.searchsorted(self.pairs.record, [row, row + 1])
        near = self.decisions.pair_probability[start:end] >= self.settings.low_bar
        return int(near.sum() - near[pair - start])

    def _facts(self, pair: int) -> list[str]:
        value = {name: float(column[pair]) for name, column in self.pairs.columns.items()}
        facts = ["same identifier"] if self.decisions.same_identifier[pair] else []
        facts.append(_name(value))
        metres = float(self.pairs.distance[pair])
        facts.append("no place to compare" if np.isnan(metres) else f"{_metres(metres)} away")
        if value["municipality"] >= self.settings.named:
            facts.append("its municipality is named there")
        elif value["other_municipality"] >= 1:
            facts.append("another municipality is named there")
        here, there = int(self.pairs.record_kinds[pair]), int(self.pairs.item_kinds[pair])
        if value["kind"] > 0:
            facts.append(f"both {' or '.join(self.reader.names(here & there))}")
        if value["country"] < 0:
            facts.append("in another country")
        if value["numbers"] == 1:
            facts.append("the numbers agree")
        return facts

    def _objection(self, pair: int) -> str:
        flags = Objection(int(self.decisions.objections[pair]))
        here, there = int(self.pairs.record_kinds[pair]), int(self.pairs.item_kinds[pair])
        parts = self.reader.part | self.reader.known_part
        for objection, text in _OBJECTIONS.items():
            if objection in flags:
                return text.format(
                    never=self.never.get(int(self.pairs.item[pair]), "another sort of item"),
                    parts=", ".join(self.reader.names(int(self.pairs.one_sided_kinds[pair]) & parts)),
                    here=" or ".join(self.reader.names(here)),
                    there=" or ".join(self.reader.names(there)),
                )
        return ""


def _name(value: dict[str, float]) -> str:
    if np.isnan(value["spelling"]):
        return "no name to compare"
    if value["spelling"] >= 0.999:
        return "same name"
    if value["words"] >= 0.999:
        return "same words in the name"
    if value["words"] >= 0.8 or value["spelling"] >= 0.85:
        return "nearly the same name"
    if value["words"] >= 0.4 or value["spelling"] >= 0.6:
        return "similar name"
    return "different name"


def _metres(metres: float) -> str:
    """
    >>> _metres(12.3), _metres(1449.0), _metres(51234.0)
    ('12 m', '1.4 km', '51 km')
    """
    if metres < 1000:
        return f"{metres:.0f} m"
    return f"{metres / 1000:.1f} km" if metres < 10_000 else f"{metres / 1000:.0f} km"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
