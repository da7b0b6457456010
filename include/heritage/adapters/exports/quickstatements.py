"""Commands of QuickStatements, version 1 (https://www.wikidata.org/wiki/Help:QuickStatements).

The form has no escapes. Two programs read it, QuickStatements 2 and 3, and not alike: a text goes out only if
both read back every character of it.
"""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from heritage.adapters.exports.sayable import Fault, sayable, text_fault
from heritage.model.edit import (
    Calendar,
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
from heritage.ports.exports import FileBatch, FileEdit, LeftOut, Written

PRECISION = 0.000001
"""What every point is stated with, in degrees: there is no way to say another."""
_LANGUAGE = re.compile(r"[a-z]+([_-][a-z]+)*")
_COMMENT = re.compile(r"[|\\\t\r\n]|/\*|\*/")
_OVERSTATED = (
    f"QuickStatements states every point as known to {PRECISION:f} degrees, and this one is known less well"
)


def quickstatements(batches: Sequence[FileBatch], *, points: bool = False) -> Written:
    """One file of commands, a line each, with dataset, batch, decision and edit in the comment.

    `points`: also those that are known less well than QuickStatements will state.
    """
    lines: list[str] = []
    left: list[LeftOut] = []
    edits = new_items = 0
    for batch in batches:
        for edit in batch.edits:
            content, without = sayable(edit, term_fault, partial(value_fault, points=points))
            left += without
            if content.empty:
                continue
            edits += 1
            new_items += edit.qid is None
            said = comment(batch, edit)
            item = edit.qid or "LAST"
            commands = [] if edit.qid else ["CREATE"]
            for letter, terms in (("L", content.labels), ("D", content.descriptions)):
                commands += [f"{item}\t{letter}{lang}\t{quoted(text)}" for lang, text in terms.items()]
            for lang, texts in content.aliases.items():
                commands += [f"{item}\tA{lang}\t{quoted(text)}" for text in texts]
            commands += ["\t".join([item, *_statement(s)]) for s in content.statements]
            # a space, no tab: after a tab the comment would be read as a reference
            lines += [f"{command} /* {said} */" for command in commands]
    return Written({"commands.txt": "".join(f"{line}\n" for line in lines)}, edits, new_items, tuple(left))


def comment(batch: FileBatch, edit: FileEdit) -> str:
    """What stands in the summary of an edit made by hand."""
    title = _COMMENT.sub(" ", batch.title).strip()
    numbers = "+".join(str(number) for number in batch.decisions)
    return f"{title} (batch {batch.batch_id}, decision {numbers}, edit {edit.edit_id})"


def term_fault(lang: str, text: str) -> Fault:
    """Why a label, description or alias cannot be said."""
    return language_fault(lang) or string_fault(text)


def language_fault(lang: str) -> Fault:
    """Why a language cannot be said."""
    return None if _LANGUAGE.fullmatch(lang) else "is in a language whose code cannot be written"


def string_fault(text: str) -> Fault:
    """Why a text between quotes cannot be said."""
    if fault := text_fault(text):
        return fault
    if "|" in text:
        return "has a bar, which is read as a tab"
    if "/*" in text or "*/" in text:
        return "has the signs of a comment"
    return quotes_fault(text)


def quotes_fault(text: str) -> Fault:
    """Why quotes inside a text would not be read back."""
    if "“" in text or "”" in text:
        return "has curly quotes, which are read as straight ones"
    if text.startswith('""') and text.endswith('""') and len(text) > 3:
        return "begins and ends with two quotes, which are read as part of the form"
    return None


def value_fault(snak: Snak, *, points: bool) -> Fault:
    """Why a value cannot be said."""
    match snak.value:
        case TextValue(text):
            return string_fault(text)
        case MonolingualValue(lang, text):
            return term_fault(lang, text)
        case CoordinateValue(precision=precision):
            return _OVERSTATED if precision > PRECISION and not points else None
    return None


def written(value: Value) -> str:
    """A value as a command says it."""
    match value:
        case ItemValue():
            return value.qid
        case TextValue():
            return quoted(value.text)
        case MonolingualValue():
            return f"{value.lang}:{quoted(value.text)}"
        case CoordinateValue():
            return f"@{_decimal(value.lat)}/{_decimal(value.lon)}"
        case TimeValue():
            julian = "/J" if value.calendar is Calendar.JULIAN else ""
            return f"{value.time}/{value.precision}{julian}"
        case QuantityValue():
            return value.amount
        case UnknownValue():
            return "somevalue"


def quoted(text: str) -> str:
    """Quotes inside stay as they are: the first and the last one of a column count."""
    return f'"{text}"'


def _statement(statement: Statement) -> Iterator[str]:
    yield statement.property
    yield written(statement.value)
    for snak in statement.qualifiers:
        yield snak.property
        yield written(snak.value)
    for number, reference in enumerate(statement.references):
        for place, snak in enumerate(reference):
            yield ("!S" if number and not place else "S") + snak.property[1:]
            yield written(snak.value)


def _decimal(number: float) -> str:
    # never an exponent, which no reader takes; ours have at most six decimals
    return f"{number:.9f}".rstrip("0").rstrip(".")
