"""The rows that OpenRefine works on: one an edit, and columns for everything that an edit may say."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from heritage.model.edit import (
    Calendar,
    Content,
    CoordinateValue,
    ItemValue,
    MonolingualValue,
    QuantityValue,
    Snak,
    Statement,
    TextValue,
    TimeValue,
    UnknownValue,
    Value,
)
from heritage.ports.exports import FileBatch, FileEdit

ITEM, NEW, EDIT = "item", "new item", "edit"
SOME_VALUE = "#SOMEVALUE#"
TermColumn = tuple[str, str, int]
"""Label, description or alias, its language and its number there."""
_DATATYPES = dict.fromkeys(("P854", "P856", "P973", "P2699"), "url") | {"P18": "commonsMedia"}


@dataclass(frozen=True, slots=True)
class Slot:
    """The columns of one statement: statements of one property in an edit stand beside each other. `kinds`:
    datatype and language of each column."""

    property: str
    number: int
    kinds: tuple[tuple[str, str], ...]
    qualifiers: tuple[str, ...]
    references: tuple[tuple[str, ...], ...]


@dataclass
class Table:
    """Rows as they grow. `terms` and `slots` have their columns, by whether the rows are new items."""

    rows: list[dict[str, str]] = field(default_factory=list)
    terms: dict[TermColumn, str] = field(default_factory=dict)
    slots: dict[Slot, str] = field(default_factory=dict)
    used: dict[bool, dict[TermColumn | Slot, None]] = field(default_factory=lambda: defaultdict(dict))
    items: dict[str, None] = field(default_factory=dict)
    kinds: dict[str, Value] = field(default_factory=dict)


def add(table: Table, batch: FileBatch, edit: FileEdit, content: Content) -> None:
    """Puts an edit into a row, with new columns where it needs them."""
    new = edit.qid is None
    numbers = "+".join(str(number) for number in batch.decisions)
    row = {EDIT: f"batch {batch.batch_id}, decision {numbers}, edit {edit.edit_id}"}
    row[ITEM if edit.qid else NEW] = edit.qid or edit.edit_id
    for kind, lang, text, number in _terms(content):
        key = (kind, lang, number)
        column = table.terms.setdefault(key, f"{kind} {lang}" + (f" {number}" if number > 1 else ""))
        table.used[new][key] = None
        row[column] = text
    counted: dict[str, int] = defaultdict(int)
    for statement in content.statements:
        counted[statement.property] += 1
        slot = _slot(statement, counted[statement.property])
        name = table.slots.setdefault(slot, f"{len(table.slots) + 1} {slot.property}")
        table.used[new][slot] = None
        for column, snak in zip(columns_of(slot, name), _snaks(statement), strict=True):
            row[column] = _cell(snak.value)
            table.kinds[column] = snak.value
            if isinstance(snak.value, ItemValue):
                table.items[column] = None
    table.rows.append(row)


def _terms(content: Content) -> Iterator[tuple[str, str, str, int]]:
    for lang, text in content.labels.items():
        yield "label", lang, text, 1
    for lang, text in content.descriptions.items():
        yield "description", lang, text, 1
    for lang, texts in content.aliases.items():
        for number, text in enumerate(texts, 1):
            yield "alias", lang, text, number


def _slot(statement: Statement, number: int) -> Slot:
    return Slot(
        statement.property,
        number,
        tuple((datatype_of(snak), getattr(snak.value, "lang", "")) for snak in _snaks(statement)),
        tuple(snak.property for snak in statement.qualifiers),
        tuple(tuple(snak.property for snak in reference) for reference in statement.references),
    )


def columns_of(slot: Slot, name: str) -> Iterator[str]:
    """The columns in the order of `_snaks`."""
    yield name
    for place, pid in enumerate(slot.qualifiers, 1):
        yield f"{name} › qualifier {place} {pid}"
    for number, reference in enumerate(slot.references, 1):
        for place, pid in enumerate(reference, 1):
            yield f"{name} › reference {number}.{place} {pid}"


def _snaks(statement: Statement) -> Iterator[Snak]:
    yield Snak(statement.property, statement.value)
    yield from statement.qualifiers
    for reference in statement.references:
        yield from reference


def datatype_of(snak: Snak) -> str:
    """The datatype of a property, from how we use it."""
    match snak.value:
        case ItemValue():
            return "wikibase-item"
        case CoordinateValue():
            return "globe-coordinate"
        case TimeValue():
            return "time"
        case MonolingualValue():
            return "monolingualtext"
        case QuantityValue():
            return "quantity"
        case UnknownValue():
            return "string"
    return _DATATYPES.get(snak.property, "external-id")


def _cell(value: Value) -> str:
    match value:
        case ItemValue():
            return value.qid
        case CoordinateValue():
            return f"{value.lat!r},{value.lon!r},{value.precision!r}"
        case TimeValue():
            return _day(value)
        case QuantityValue():
            return value.amount
        case UnknownValue():
            return SOME_VALUE
        case TextValue() | MonolingualValue():
            return value.text


def _day(value: TimeValue) -> str:
    """As much of a date as is known: `1898`, `1898-05`, `1890D` for a decade, `-0044_Q1985786` if Julian."""
    sign, digits = value.time[0].removeprefix("+"), value.time[1:]
    said = digits[: {10: 7, 11: 10}.get(value.precision, 4)] + {7: "C", 8: "D"}.get(value.precision, "")
    return f"{sign}{said}{'_Q1985786' if value.calendar is Calendar.JULIAN else ''}"


def as_csv(table: Table) -> str:
    """The rows, with a line of column names."""
    columns = [ITEM, NEW, *table.terms.values()]
    for slot, name in table.slots.items():
        columns += columns_of(slot, name)
    columns.append(EDIT)
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(table.rows)
    return stream.getvalue()
