"""What is done by column is what would be done cell by cell."""

import json
import re

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heritage.mapping.columns import Columns
from heritage.mapping.text import SPACES, fold, fold_all, strip_all
from heritage.spec.record import Cell

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cn", "Co"]), max_size=8)
LOOSE = st.lists(st.sampled_from([*SPACES, "a", "é", "e\u0301", '"', "\\", "\0", "\x1b"]), max_size=6).map(
    "".join
)
WORDS = st.lists(st.sampled_from(["a", "NULL", ";", " ", "12", "é", "\n", "https://x/7"]), max_size=5).map(
    "".join
)
CELL = st.one_of(st.none(), TEXT, LOOSE, WORDS)
ROWS = st.lists(st.tuples(CELL, CELL), min_size=1, max_size=12)


def columns(rows, empty=()):
    names = ("one", 'tw"o\n')
    return Columns(
        pa.table(
            {n: pa.array(list(c), pa.string()) for n, c in zip(names, zip(*rows, strict=True), strict=False)}
        ),
        empty,
    )


@given(st.lists(CELL, max_size=12))
def test_columns_are_folded_and_stripped_like_texts(cells):
    array = pa.array(cells, pa.string())
    assert fold_all(array).to_pylist() == [None if c is None else fold(c) for c in cells]
    assert strip_all(array).to_pylist() == [None if c is None else c.strip() for c in cells]


@given(st.lists(CELL, min_size=4, max_size=12))
def test_a_slice_of_a_column_is_folded_like_the_whole(cells):
    array = pa.array(cells, pa.string())
    assert fold_all(array.slice(1, len(cells) - 2)).to_pylist() == fold_all(array).to_pylist()[1:-1]


@settings(deadline=None)
@given(ROWS)
def test_rows_as_json_are_what_json_writes(rows):
    names = ["one", 'tw"o\n']
    wanted = [{n: c for n, c in zip(names, row, strict=True) if c is not None} for row in rows]
    written = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in wanted]
    assert columns(rows).json(names).to_pylist() == written
    assert columns(rows).json([]).to_pylist() == ["{}"] * len(rows)


def by_hand(cell, row, nothing):
    """A cell of one row, step by step."""
    said = [fold(row[column]) for column in cell.read()]
    text = cell.join.join(part for part in said if part not in nothing)
    if cell.split and cell.part:
        pieces = text.split(cell.split)
        text = pieces[cell.part - 1] if cell.part <= len(pieces) else ""
    if cell.strip:
        text = re.sub(cell.strip, "", text)
    if cell.extract:
        found = re.search(cell.extract, text)
        text = found[1] if found else ""
    text = fold(text)
    return None if text in nothing else text


CELLS = [
    Cell(column="one"),
    Cell(columns=["one", "two"], join=", "),
    Cell(columns=["one", "two"], join=""),
    Cell(column="one", split=";", part=2),
    Cell(columns=["one", "two"], split="a", part=1, strip="[0-9]"),
    Cell(column="one", extract=r"/(\d+)$"),
    Cell(column="one", extract="^(a|1)"),
    Cell(column="one", strip="^a|a$", extract="(é?)"),
]


@settings(deadline=None)
@pytest.mark.parametrize("cell", CELLS, ids=str)
@given(rows=st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=12))
def test_a_cell_says_by_column_what_it_says_row_by_row(cell, rows):
    named = [dict(zip(("one", "two"), row, strict=True)) for row in rows]
    table = pa.Table.from_pylist(named, schema=pa.schema([("one", pa.string()), ("two", pa.string())]))
    wanted = [by_hand(cell, row, {"", "NULL"}) for row in named]
    assert Columns(table, ["NULL"]).texts(cell).to_pylist() == wanted


@given(st.lists(WORDS, min_size=1, max_size=8))
def test_parts_of_a_cell_stay_with_their_row(texts):
    table = pa.table({"one": pa.array(texts, pa.string())})
    parts = Columns(table, ["NULL"]).parts(Cell(column="one", split=";"))
    wanted = [
        (place, fold(part))
        for place, text in enumerate(texts)
        if fold(text) not in ("", "NULL")
        for part in fold(text).split(";")
        if fold(part) not in ("", "NULL")
    ]
    assert list(zip(parts.rows.tolist(), parts.texts.to_pylist(), strict=True)) == wanted


def test_a_cell_may_be_split_at_line_ends():
    table = pa.table({"one": pa.array(["a  b\nc", "\n", None])})
    parts = Columns(table, []).parts(Cell(column="one", split="\n"))
    assert parts.texts.to_pylist() == ["a b", "c"]
