"""JSON to the letter: what every format that is JSON reads a document with."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from heritage.adapters.harvest.formats.content import Text, decode, refuse_strangers, stop
from heritage.model.issue import IssueCode
from heritage.ports.files import FetchedFile
from heritage.spec.source import SourceSpec

_SHOWN = 40  # characters of a key
_NAMED = 20  # keys that a message names


class Fraction(str):
    """A number that was written with a decimal point or an exponent, to the letter."""

    __slots__ = ()


class Repeated(ValueError):
    """A key stands twice in one object: which of its values is meant, nobody can tell."""

    def __init__(self, key: str, keys: Iterable[str]) -> None:
        beside = ", ".join(repr(one)[:_SHOWN] for one in list(dict.fromkeys(keys))[:_NAMED])
        super().__init__(f"The key {key[:_SHOWN]!r} stands more than once in one object, which has {beside}")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        raise Repeated(next(key for n, key in enumerate(keys) if key in keys[:n]), keys)
    return made


DECODER = json.JSONDecoder(parse_float=Fraction, parse_int=str, parse_constant=str, object_pairs_hook=_once)
"""Numbers come as text to the letter; Repeated is raised for an object that says two things of one key."""


def document(spec: SourceSpec, file: FetchedFile) -> tuple[Any, Text]:
    """The content of a JSON file, its numbers as text to the letter; and the text that it was read from.

    Raises SourceChanged for what is no JSON, with the place where it breaks.
    """
    refuse_strangers(spec, file)
    decoded = decode(spec, file)
    with told(spec, file):
        return DECODER.decode(decoded.text), decoded


@contextmanager
def told(spec: SourceSpec, file: FetchedFile) -> Iterator[None]:
    """Raises SourceChanged for what JSON breaks with inside: torn, or none at all."""
    try:
        yield
    except json.JSONDecodeError as error:
        torn = error.pos >= len(error.doc.rstrip()) - 1 or error.msg.startswith("Unterminated string")
        code = IssueCode.FILE_TRUNCATED if torn else IssueCode.FILE_NOT_TABLE
        hint = f"JSON ends or breaks at character {error.pos}, in line {error.lineno}: {error.msg}."
        raise stop(code, spec, file, hint=hint) from None
    except Repeated as error:
        hint = f"{error}. Tell the publisher: one of the values would be lost."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint) from None
    except RecursionError:
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint="JSON is nested too deeply.") from None


def cells(spec: SourceSpec, file: FetchedFile, number: int, values: dict[str, Any]) -> dict[str, str]:
    """The values of row `number` as text; what is nested stays JSON.

    Raises SourceChanged when an id was written as a fraction: on its way it was no text.
    """
    for column in spec.key():
        if isinstance(values.get(column), Fraction):
            hint = f"It is the number {values[column]}. {IssueCode.ID_NOT_TEXT.remedy}"
            raise stop(IssueCode.ID_NOT_TEXT, spec, file, row=number, field=column, hint=hint)
    return {str(key): text(value) for key, value in values.items()}


def text(value: Any) -> str:
    """A value of a document as text: empty for null, JSON for what is nested.

    >>> text(None), text("007"), text(True), text(["a", {"b": "ö"}])
    ('', '007', 'true', '["a", {"b": "ö"}]')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
