"""The CSV form of QuickStatements (https://www.wikidata.org/wiki/Help:QuickStatements#CSV_file_syntax).

An empty cell would take a label away or make a reference of an unknown value, so that no cell may be empty:
edits that say different things stand in different files.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from functools import partial

from heritage.adapters.exports.quickstatements import comment, quotes_fault, written
from heritage.adapters.exports.quickstatements import value_fault as command_fault
from heritage.adapters.exports.sayable import Fault, sayable, text_fault
from heritage.model.edit import Content, MonolingualValue, Snak, TextValue
from heritage.ports.exports import FileBatch, LeftOut, Written

Row = list[tuple[str, str]]
_LANGUAGE = re.compile(r"[a-z]{2}")
_READ_AS_VALUE = re.compile(
    r"""somevalue|novalue|LAST|[QMPL]\d+|L\d+-[FS]\d+.*|([a-z_-]+:)?".*"|@[\d\s/.+-]*"""
    r"""|[+-]?\d[\d.,~U\[\]\s+-]*|[+-]?\d+-\d\d-\d\dT.*"""
)
"""Texts without quotes that look like a value: one reader of labels would make that value of them."""


def edits_csv(batches: Sequence[FileBatch], *, points: bool = False) -> Written:
    """A file for every set of columns; `points` as for the commands."""
    files: dict[tuple[str, ...], list[list[str]]] = {}
    left: list[LeftOut] = []
    edits = new_items = 0
    for batch in batches:
        for edit in batch.edits:
            content, without = sayable(edit, _term_fault, partial(_value_fault, points=points))
            left += without
            if content.empty:
                continue
            edits += 1
            new_items += edit.qid is None
            row = list(_cells(content, comment(batch, edit)))
            header = ("qid", *(column for column, _ in row))
            files.setdefault(header, []).append([edit.qid or "", *(cell for _, cell in row)])
    told = {
        f"edits-{number}.csv": _text(header, rows) for number, (header, rows) in enumerate(files.items(), 1)
    }
    return Written(told or {"edits-1.csv": "qid\n"}, edits, new_items, tuple(left))


def _cells(content: Content, said: str) -> Iterator[tuple[str, str]]:
    """Columns and cells; behind every command its comment, as a comment belongs to the command before it."""
    for letter, terms in (("L", content.labels), ("D", content.descriptions)):
        for lang, text in terms.items():
            yield f"{letter}{lang}", text
            yield "#", said
    for lang, texts in content.aliases.items():
        for text in texts:
            yield f"A{lang}", text
            yield "#", said
    for statement in content.statements:
        yield statement.property, written(statement.value)
        for snak in statement.qualifiers:
            yield f"qal{snak.property[1:]}", written(snak.value)
        for reference in statement.references:
            for place, snak in enumerate(reference):
                yield f"{'s' if place else 'S'}{snak.property[1:]}", written(snak.value)
        yield "#", said


def _text(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return stream.getvalue()


def _term_fault(lang: str, text: str) -> Fault:
    if not _LANGUAGE.fullmatch(lang):
        return "is in a language of more than two letters, whose column is passed over"
    if fault := text_fault(text) or _cell_fault(text):
        return fault
    if _READ_AS_VALUE.fullmatch(text.replace("“", '"').replace("”", '"')):
        return "looks like a number, an id or a value, and is read as one"
    return "begins like a formula of a spreadsheet" if text[0] in "=+-@" else None


def _value_fault(snak: Snak, *, points: bool) -> Fault:
    value = snak.value
    if isinstance(value, TextValue | MonolingualValue):
        # bars and comments are nothing special in a table
        return text_fault(value.text) or quotes_fault(value.text) or _cell_fault(value.text)
    return command_fault(snak, points=points)


def _cell_fault(text: str) -> Fault:
    # behind the text there may be a quote
    return "has a backslash before a quote, and the cell would not end there" if '\\"' in f'{text}"' else None
