import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage.adapters.harvest import Reader
from heritage.errors import SourceChanged
from heritage.model.issue import IssueCode
from heritage.spec.dataset import DatasetSpec
from register_examples import HEADER, csv_bytes, description, fetched, good_rows


def read(content, **harvest):
    spec = DatasetSpec.model_validate(description(harvest=harvest))
    return [row for some in Reader().rows(spec, [fetched("list.csv", content)]) for row in some.each()]


def test_cells_stay_text_to_the_letter():
    (row,) = read(b"nr,namn\n007,1.0\n")
    assert row.cells == {"nr": "007", "namn": "1.0"}
    assert (row.file, row.number, row.fault) == ("list.csv", 1, None)


def test_reads_marks_line_ends_quotes_and_long_cells():
    shape = "POLYGON((" + "1 2," * 60_000 + "1 2))"
    content = f'\ufeffnr;namn\r\n1;"två\r\nrader ""x"""\r\n\r\n2;"{shape}"\r\n'.encode()
    rows = read(content, delimiter=";")
    assert [(r.number, r.cells["nr"]) for r in rows] == [
        (1, "1"),
        (3, "2"),
    ]  # a blank line is a row to a person
    assert rows[0].cells["namn"] == 'två\r\nrader "x"'
    assert rows[1].cells["namn"] == shape


@pytest.mark.parametrize("encoding", ["cp1252", "cp932", "utf-16", "koi8-r"])
def test_reads_the_encoding_of_the_description(encoding):
    text = {"cp932": "江戸城跡", "koi8-r": "Церковь"}.get(encoding, "Kyrka åäö")
    (row,) = read(f"nr,namn\n1,{text}\n".encode(encoding), encoding=encoding)
    assert row.cells["namn"] == text


def test_names_of_columns_are_each_told_apart():
    (row,) = read(b"nr, namn ,namn,,x,,\n1,a,b,c,d,,\n")
    assert row.cells == {"nr": "1", "namn": "a", "namn#2": "b", "column 4": "c", "x": "d"}


def test_a_name_that_looks_like_a_copy_is_told_apart_too():
    (row,) = read(b"a,a#2,a,a\n1,2,3,4\n")
    assert sorted(row.cells.values()) == ["1", "2", "3", "4"]


def test_a_row_out_of_step_is_told_and_the_others_are_read():
    rows = read(b"nr,namn\n1,a\n2\n3,c,d\n4,d,\n5,e\n")
    assert [(r.number, r.fault) for r in rows] == [
        (1, None),
        (2, IssueCode.ROW_RAGGED),
        (3, IssueCode.ROW_RAGGED),
        (4, None),
        (5, None),
    ]


def test_one_damaged_row_among_many_is_rejected_alone():
    lines = csv_bytes(good_rows(200)).splitlines(keepends=True)
    lines[100] = lines[100].replace("å".encode(), b"\xe5")
    rows = read(b"".join(lines))
    assert [(r.number, r.fault) for r in rows if r.fault] == [(100, IssueCode.ENCODING_WRONG)]
    assert "\ufffd" in rows[99].cells["namn"]


def test_damage_in_a_column_that_nobody_reads_costs_no_row():
    lines = csv_bytes(good_rows(10)).replace(b",x,", b",\xe5,")
    rows = read(lines)
    assert {r.fault for r in rows} == {None}
    assert rows[0].cells["note"] == "\ufffd"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file has no rows"),
        (b" \r\n \n", "The file has no rows"),
        (b"\xef\xbb\xbf", "The file has no rows"),
        (b"nr,namn\n", "There is a header and no row below it"),
        (b"nr,namn\n\n,\n", "There is a header and no row below it"),
        (b"\n<!DOCTYPE html><html><body>Log in</body></html>", "It is an HTML page"),
        (b"<html lang=sv>", "It is an HTML page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:ee\nsize 1\n", "Git LFS pointer"),
        (b'{"error": {"code": 400}}', "It is a JSON document"),
        (b'[{"nr": 1}]', "It is a JSON document"),
        (b"<?xml version='1.0'?><wfs/>", "It is an XML document"),
        (b"PK\x03\x04....", "The archive cannot be unpacked"),
        (b"%PDF-1.7", "It is a PDF"),
        (b"nr;namn;lon\n1;a;2\n", r"the delimiter seems to be ';'"),
        (b"nr,namn\n1,a\n2", r"row 2: The file ends in the middle of a row"),
        (
            b'nr,namn\n1,a\n2,"b',
            r"row 2: The file ends .* A quoted cell that opens in this row is never closed",
        ),
        (b'nr,namn\n1,"a\n2,b\n3,c\n', r"row 1: The file ends .* is never closed"),
        ("nr,näme\n1,a\n".encode("cp1252"), r"Byte 4 in line 1 is not utf-8"),
        ("nr,namn\n1,åäö\n".encode("cp1252"), r"Byte 10 in line 2 is not utf-8; it looks like \w+"),
        ("nr,namn\n1,a\n".encode("utf-16-le"), "NUL byte in line 1"),
        (b"nr,namn\n1,a\n2,b\x00\n", "NUL byte in line 3"),
    ],
)
def test_what_is_not_the_register_stops_and_says_why(content, says):
    with pytest.raises(SourceChanged, match=r"^se_demo, list\.csv") as raised:
        read(content)
    raised.match(says)


def test_utf8_read_as_something_else_stops():
    with pytest.raises(SourceChanged, match="It reads as UTF-8, not cp1252"):
        read(csv_bytes(good_rows(3)), encoding="cp1252")


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(st.lists(st.lists(CELL, min_size=len(HEADER), max_size=len(HEADER)), min_size=1, max_size=6))
def test_what_a_publisher_writes_comes_back(rows):
    import csv
    import io

    written = io.StringIO(newline="")
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerows([HEADER, *rows])
    whole = [row for row in rows if any(row)]
    if whole:
        assert [list(r.cells.values()) for r in read(written.getvalue().encode())] == whole


@given(st.binary(max_size=200))
def test_any_bytes_end_in_rows_or_in_a_reason(content):
    try:
        assert read(content)
    except SourceChanged as error:
        reason = str(error)
    else:
        reason = "se_demo, list.csv"
    assert reason.startswith("se_demo, list.csv")


@given(st.integers(0, 2000))
def test_a_file_cut_anywhere_never_loses_a_whole_row_silently(cut):
    content = csv_bytes(good_rows(20))
    part = content[: min(cut, len(content))]
    try:
        rows = read(part)
    except SourceChanged:
        return
    assert len(rows) >= part.count(b"\n") - 1
