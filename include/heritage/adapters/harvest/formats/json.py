"""JSON: a list, a list somewhere in an object, or JSON Lines. Numbers to the letter."""

import json
import re
from collections.abc import Iterator
from typing import Any

from heritage.adapters.harvest.formats.batches import in_batches
from heritage.adapters.harvest.formats.content import decode, mend, refuse_strangers, stop
from heritage.adapters.harvest.formats.json_text import DECODER, Repeated, cells, told
from heritage.adapters.harvest.formats.names import refuse_width
from heritage.model.issue import IssueCode
from heritage.model.row import SourceRow, SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.dataset import DatasetSpec

_SPACE = re.compile(r"[ \t\n\r]*")
_DEEP = 4


def rows(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRows]:
    """A row an object. What is nested is taken apart: the keys `a` and `b` give `a.b`, lists `a[0]`.

    A value that the description names stays whole, as JSON: with `ignore: [tags]` there is no `tags[0]`. So
    does a list of lists, as the coordinates of a line. Raises SourceChanged for what is no such JSON, is
    torn, or has an id that is written as a fraction. An object without any value is passed over.
    """
    yield from in_batches(_rows(spec, file))


def _rows(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRow]:
    refuse_strangers(spec, file)
    decoded = decode(spec, file)
    apart = _Apart(spec)
    seen: set[str] = set()
    number = damaged = 0
    with told(spec, file):
        for number, record in enumerate(_Records(spec, file, decoded.text), start=1):
            if not isinstance(record, dict):
                hint = f"This is no object with keys, but {str(record)[:40]!r}."
                raise stop(IssueCode.FILE_NOT_TABLE, spec, file, row=number, hint=hint)
            row = cells(spec, file, number, apart.values(record))
            if not row:
                continue  # an object without a value, as a blank line in a table
            if not row.keys() <= seen:
                seen.update(row)
                refuse_width(spec, file, len(seen))
            mended = mend(SourceRow(file.name, number, row), spec)
            damaged += mended.fault is IssueCode.ENCODING_WRONG
            yield mended
    decoded.judge(damaged, number)


class _Apart:
    """Takes nested values apart, except those that the description names as a whole."""

    def __init__(self, spec: DatasetSpec) -> None:
        self._named = spec.accounted_columns()
        self._within = {
            name[: place.start()] for name in self._named for place in re.finditer(r"[.\[]", name)
        }

    def values(self, record: dict[str, Any]) -> dict[str, Any]:
        """Columns with their values."""
        row: dict[str, Any] = {}
        for key, value in record.items():
            self._add(row, str(key), value)
        return row

    def _add(self, row: dict[str, Any], path: str, value: Any) -> None:
        if value in (None, [], {}) and path in self._within and path not in self._named:
            return  # nothing here: the columns within it are empty, and it is none itself
        if path in self._named or not isinstance(value, dict | list) or not value:
            row[_free(row, path)] = None if value in ([], {}) else value
        elif isinstance(value, dict):
            for key, inner in value.items():
                self._add(row, f"{path}.{key}", inner)
        elif any(isinstance(inner, list) for inner in value):
            row[_free(row, path)] = value
        else:
            for place, inner in enumerate(value):
                self._add(row, f"{path}[{place}]", inner)


def _free(row: dict[str, Any], path: str) -> str:
    """A key may hold a dot, and then say what nesting says too."""
    return path if path not in row else _free(row, f"{path}#2")


class _Records:
    """The records of a document, one after another: not all of them are in memory at a time."""

    def __init__(self, spec: DatasetSpec, file: FetchedFile, text: str) -> None:
        self._spec, self._file, self._text = spec, file, text
        self._at = 0

    def __iter__(self) -> Iterator[Any]:
        path = str(self._spec.harvest.option("records") or "")
        if path:
            yield from self._inside(path.split("."))
        elif self._next() == "[":
            yield from self._elements()
        else:
            yield from self._lines()
            return
        if self._next():
            raise json.JSONDecodeError("Extra data", self._text, self._at)

    def _lines(self) -> Iterator[Any]:
        first = self._value()
        if not self._next():
            lists = (
                [path for path, _ in lists_of(first)] if self._spec.harvest.protocol != "opendatasoft" else []
            )
            if lists:
                hint = (
                    f"It is one object: set harvest.records to the list of records ({', '.join(lists[:9])})."
                )
                raise stop(IssueCode.FILE_NOT_TABLE, self._spec, self._file, hint=hint)
        yield first
        while self._next():
            yield self._value()

    def _inside(self, path: list[str]) -> Iterator[Any]:
        """The elements of the list at the path, which begins at the object that comes next."""
        if not path:
            if self._next() != "[":
                raise self._missing("is no list")
            yield from self._elements()
            return
        if self._next() != "{":
            raise self._missing("is not there: on the way is no object")
        self._at += 1
        found = False
        keys: list[str] = []
        while self._next() != "}":
            if keys:
                self._take(",")
            if self._next() != '"':
                raise json.JSONDecodeError("Expecting a key in double quotes", self._text, self._at)
            keys.append(self._value())
            if keys[-1] in keys[:-1]:
                raise Repeated(keys[-1], keys)
            self._take(":")
            if keys[-1] == path[0] and not found:
                found = True
                self._next()
                yield from self._inside(path[1:])
            else:
                self._next()
                self._value()
        self._at += 1
        if not found:
            raise self._missing(f"is not there; there are {', '.join(keys[:20]) or 'no keys'}")

    def _elements(self) -> Iterator[Any]:
        self._at += 1
        first = True
        while self._next() != "]":
            if not first:
                self._take(",")
                self._next()
            first = False
            yield self._value()
        self._at += 1

    def _next(self) -> str:
        """The next letter that says something; empty at the end."""
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._text[self._at : self._at + 1]

    def _take(self, letter: str) -> None:
        if self._next() != letter:
            raise json.JSONDecodeError(f"Expecting {letter!r}", self._text, self._at)
        self._at += 1

    def _value(self) -> Any:
        value, self._at = DECODER.raw_decode(self._text, self._at)
        return value

    def _missing(self, what: str) -> Exception:
        hint = f"harvest.records, {self._spec.harvest.option('records')!r}, {what}."
        return stop(IssueCode.FILE_NOT_TABLE, self._spec, self._file, hint=hint)


def lists_of(content: Any, path: str = "", deep: int = 0) -> Iterator[tuple[str, int]]:
    """Paths and lengths of the lists of objects in an object, as `records` can name them."""
    if isinstance(content, list) and content and isinstance(content[0], dict) and path:
        yield path, len(content)
    elif isinstance(content, dict) and deep < _DEEP:
        for key, value in content.items():
            if re.fullmatch(r"[^.\s]+", str(key)):  # others cannot stand in a path
                yield from lists_of(value, f"{path}.{key}" if path else str(key), deep + 1)
