"""What is known beside the item itself when an edit of it is looked at."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from heritage.model.constraint import Constraint, ConstraintKind
from heritage.model.edit import Content, ItemValue, Snak, Statement, TextValue, Value
from heritage.statements import properties as p
from heritage.statements.live import DEPRECATED, LiveItem

_TYPES = frozenset({ConstraintKind.SUBJECT_TYPE, ConstraintKind.VALUE_TYPE})
_POINT_BACK = frozenset({ConstraintKind.INVERSE, ConstraintKind.SYMMETRIC})


@dataclass(frozen=True, slots=True)
class Constraints:
    """`by_property` holds the constraints of every property that edits may write. `items` are items that
    edits name as values, and the classes of those and of the subjects, as they were read; what is not among
    them is not known, and nothing is found about it. `held` says which item, or record with an item to come,
    carries a value already that no two may. `source` names the list that the constraints come from, where
    they are not the wiki's own."""

    by_property: Mapping[str, tuple[Constraint, ...]] = field(default_factory=dict)
    items: Mapping[str, LiveItem] = field(default_factory=dict)
    held: Mapping[tuple[str, str], str] = field(default_factory=dict)
    source: str | None = None

    def of(self, property: str, *kinds: ConstraintKind) -> Iterator[Constraint]:
        """The constraints of these kinds on a property."""
        return (one for one in self.by_property.get(property, ()) if one.kind in kinds)

    def pointing_back(self) -> frozenset[str]:
        """The properties by which values are to point back at their subjects."""
        return frozenset(
            back
            for pid in self.by_property
            for one in self.of(pid, *_POINT_BACK)
            for back in one.properties or (pid,)
        )

    def types_of(self, classes: Iterable[str]) -> frozenset[str] | None:
        """These classes and all above them; None when the way up is not known whole."""
        found: set[str] = set()
        ahead = list(classes)
        while ahead:
            one = ahead.pop()
            if one in found:
                continue
            if one not in self.items:
                return None
            found.add(one)
            ahead += item_values(self.items[one], p.SUBCLASS_OF)
        return frozenset(found)


def item_values(item: LiveItem | None, property: str) -> list[str]:
    """The items that an item names by a property, deprecated ones left out."""
    statements = item.statements if item else ()
    return [
        s.value.qid
        for s in statements
        if s.property == property and s.rank != DEPRECATED and isinstance(s.value, ItemValue)
    ]


def needed(
    content: Content, live: LiveItem | None, constraints: Constraints
) -> tuple[frozenset[str], frozenset[str]]:
    """The items that are to be read before an edit can be judged: values, and classes (with all above)."""
    values: set[str] = set()
    classes: set[str] = set()
    for statement in content.statements:
        if any(constraints.of(statement.property, ConstraintKind.SUBJECT_TYPE)):
            classes.update(item_values(live, p.INSTANCE_OF), item_values(live, p.SUBCLASS_OF))
            classes.update(
                s.value.qid
                for s in content.statements
                if s.property in (p.INSTANCE_OF, p.SUBCLASS_OF) and isinstance(s.value, ItemValue)
            )
        for snak in all_snaks(statement):
            kinds = {one.kind for one in constraints.by_property.get(snak.property, ())}
            if isinstance(snak.value, ItemValue) and kinds & (_TYPES | _POINT_BACK):
                values.add(snak.value.qid)
    return frozenset(values), frozenset(classes)


def main_snak(statement: Statement) -> Snak:
    """Property and value of a statement."""
    return Snak(statement.property, statement.value)


def all_snaks(statement: Statement) -> list[Snak]:
    """Its value, its qualifiers and what its references say."""
    cited = [snak for reference in statement.references for snak in reference]
    return [main_snak(statement), *statement.qualifiers, *cited]


def words(value: Value) -> str:
    """A value in a sentence."""
    match value:
        case ItemValue():
            return value.qid
        case TextValue():
            return repr(value.text)
    return getattr(value, "time", None) or "the value"
