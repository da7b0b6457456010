"""A clean file is read by column, any other row by row: both must say the same."""

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from heritage.adapters.harvest import Reader
from heritage.adapters.harvest.formats import csv_columns
from heritage.adapters.harvest.formats.content import decode
from heritage.adapters.harvest.formats.csv_columns import clean_rows
from heritage.adapters.harvest.formats.csv_rows import each_row
from heritage.errors import SourceChanged
from heritage.model.issue import IssueCode
from heritage.spec.dataset import DatasetSpec
from register_examples import csv_bytes, description, fetched, good_rows

BLOCKS = ("_LOOKED_AT", "_PARSED", "_LONGEST")


def described(**harvest):
    return DatasetSpec.model_validate(description(harvest=harvest))


def by_column(content, **harvest):
    """The rows as the fast way reads them, None where it leaves them to the other."""
    clean = clean_rows(described(**harvest), fetched("list.csv", content), io.BytesIO(content), ascii=False)
    return None if clean is None else [row for some in clean for row in some.each()]


def by_row(content, **harvest):
    spec, file = described(**harvest), fetched("list.csv", content)
    return list(each_row(spec, file, decode(spec, file)))


CELL = st.one_of(
    st.sampled_from(["", " ", "NULL", "=cmd()", "1,5", 'a"b', '"', "a\nb", "a\r\nb", "å", "ა", "007", "a;b"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=6),
)
TABLE = st.lists(st.lists(CELL, min_size=0, max_size=5), min_size=1, max_size=8)


@settings(deadline=None)
@given(
    TABLE,
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["", "\ufeff"]),
    st.sampled_from(",;\t"),
    st.integers(0, 4),
    st.integers(1, 3),
)
@example([["a", "b", ""], ["1", "2", "", ""], ["", "", "3"], [], ["4", "5"]], "\n", 0, "", ",", 0, 1)
def test_both_ways_say_the_same(table, line_end, quoting, mark, delimiter, cut, header):
    written = io.StringIO(newline="")
    csv.writer(written, quoting=quoting, lineterminator=line_end, delimiter=delimiter).writerows(table)
    content = (mark + written.getvalue()).encode()
    content = content[: len(content) - cut]
    try:
        slow = by_row(content, delimiter=delimiter, header=header)
    except SourceChanged:
        slow = None
    try:
        fast = by_column(content, delimiter=delimiter, header=header)
    except SourceChanged:
        assert slow is None
        return
    assert fast in (None, slow)


@settings(deadline=None)
@given(st.binary(max_size=80), st.booleans())
@example(b'a,b\n1,"x" \n', True)
@example(b'a,b\n1,x"y"z\n2,"q\n', True)
@example(b"a,b\r1,2\r", True)
@example(b"a,b\n1,\xff\n", True)
def test_both_ways_say_the_same_of_any_bytes(content, with_header):
    content = b"nr,namn\n" + content if with_header else content
    try:
        slow = by_row(content)
    except SourceChanged:
        slow = None
    try:
        fast = by_column(content)
    except SourceChanged:
        fast = None
    assert fast in (None, slow)


@pytest.mark.parametrize(
    "content",
    [
        csv_bytes(good_rows(50)),
        csv_bytes(good_rows(50)).replace(b"\n", b"\r\n"),
        b'nr,namn\n1,"two\nlines"\n\n2,"say ""x"""\n,\n3\n4,d,e\n5,f,\n',
        b"\xef\xbb\xbfnr,namn,,\n1,a,,\n2,b,,c\n3,c\n",
        b"nr\n1\n\n2\n",
    ],
)
def test_what_is_clean_goes_the_fast_way(content):
    rows = by_column(content)
    assert rows == by_row(content)
    assert rows


@pytest.mark.parametrize(
    "content",
    [
        b'a,b\n1,"x\n',  # never closed
        b"a,b\n1,2\n3",  # torn
        b'a,b\n1,x"y\n',
        b'a,b\n1, "y"\n',
        b"a,b\r1,2\r",
        b"a,b\n1,\0\n",
        b"a,b\n1,\xe5\n",
        b"a,b\n",
    ],
)
def test_what_is_not_clean_is_left_to_the_other_way(content):
    assert by_column(content) is None


def test_a_row_longer_than_a_block_is_left_to_the_other_way(monkeypatch):
    for block in BLOCKS:
        monkeypatch.setattr(csv_columns, block, 64)
    content = (
        b"nr,namn\n" + b"".join(b'%d,"x%d"\n' % (n, n) for n in range(40)) + b'41,"' + b"y" * 300 + b'"\n'
    )
    assert by_column(content) is None
    assert [row.number for row in by_row(content)] == list(range(1, 42))


def test_a_long_row_is_still_read_by_column(monkeypatch):
    monkeypatch.setattr(csv_columns, "_PARSED", 64)
    content = b"nr,namn\n" + b"".join(b"%d,x\n" % n for n in range(40)) + b"41," + b"y" * 300 + b"\n"
    assert by_column(content) == by_row(content)


@settings(deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["", "a", "é", 'q"q', "x\ny"]), min_size=2, max_size=3), max_size=40)
)
def test_borders_of_blocks_change_nothing(table):
    written = io.StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([["nr", "namn"], *table])
    content = written.getvalue().encode()
    with pytest.MonkeyPatch.context() as patch:
        for block in BLOCKS:
            patch.setattr(csv_columns, block, 128)
        fast = by_column(content)
    assert fast is None or fast == by_row(content)


def test_the_header_may_stand_below_a_title():
    content = 'Förteckning över "allt"\nuttag 2026\nnr,namn\n1,a\n2,b\n'.encode()
    for encoding in ("utf-8", "cp1252"):
        spec, file = (
            described(header=3, encoding=encoding),
            fetched("list.csv", content.decode().encode(encoding)),
        )
        rows = [row for some in Reader().rows(spec, [file]) for row in some.each()]
        assert [(row.number, row.cells) for row in rows] == [
            (1, {"nr": "1", "namn": "a"}),
            (2, {"nr": "2", "namn": "b"}),
        ]


def test_a_million_columns_are_refused():
    content = ",".join(f"c{n}" for n in range(1_000_000)).encode() + b"\n1\n"
    with pytest.raises(SourceChanged, match="It has 1000000 columns"):
        list(Reader().rows(described(), [fetched("list.csv", content)]))


def test_a_row_of_a_million_cells_costs_no_columns():
    content = b"nr,namn\n1,a\n2" + b",x" * 1_000_000 + b"\n"
    (rows,) = Reader().rows(described(), [fetched("list.csv", content)])
    assert rows.cells.column_names == ["nr", "namn"]
    assert dict(rows.faults) == {1: IssueCode.ROW_RAGGED}


def test_a_header_that_is_one_endless_cell_is_told():
    content = b"a" * ((1 << 27) + 1) + b",b\n1,2\n"
    with pytest.raises(SourceChanged, match="field larger than field limit"):
        list(Reader().rows(described(), [fetched("list.csv", content)]))
