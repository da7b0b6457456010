"""The values of a layer as text: numbers in the shortest form that is exact, letters of its encoding only."""

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from heritage.adapters.harvest.formats.content import stop
from heritage.model.issue import IssueCode
from heritage.ports.files import FetchedFile
from heritage.spec.source import SourceSpec


def texts_of(
    spec: SourceSpec, file: FetchedFile, batch: pa.RecordBatch, names: Sequence[str | None], first: int
) -> tuple[dict[str, Any], set[int]]:
    """The columns as text, and the places of rows with letters of another encoding."""
    columns: dict[str, Any] = {}
    hurt: set[int] = set()
    for name, column in zip(names, batch.columns, strict=True):
        if name is None:
            continue
        if pa.types.is_floating(column.type) and name in spec.key() and column.null_count < len(column):
            place = next(n for n, value in enumerate(column.to_pylist()) if value is not None)
            hint = f"It is the number {column[place].as_py()!r}. {IssueCode.ID_NOT_TEXT.remedy}"
            raise stop(IssueCode.ID_NOT_TEXT, spec, file, row=first + place, field=name, hint=hint)
        texts = _text(column)
        try:
            texts.validate(full=True)
        except pa.ArrowInvalid:
            texts, damaged = _mended(texts)
            hurt |= damaged if spec.reads(name) else set()
        columns[name] = texts
    return columns, hurt


def _text(column: Any) -> Any:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _text(column.dictionary_decode())
    if pa.types.is_floating(kind):
        return pc.if_else(pc.is_nan(column), None, column).cast(pa.string())
    if pa.types.is_nested(kind):
        listed = [
            None if value is None else json.dumps(value, ensure_ascii=False) for value in column.to_pylist()
        ]
        return pa.array(listed, pa.string())
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pa.array([None if value is None else value.hex() for value in column.to_pylist()], pa.string())
    return column if pa.types.is_string(kind) else column.cast(pa.string())


def _mended(texts: Any) -> tuple[Any, set[int]]:
    mended: list[str | None] = []
    hurt = set()
    for place, content in enumerate(texts.cast(pa.binary()).to_pylist()):
        text = None if content is None else content.decode("utf-8", "replace")
        if text is not None and text.encode() != content:
            hurt.add(place)
        mended.append(text)
    return pa.array(mended, pa.string()), hurt
