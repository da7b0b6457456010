"""Spreadsheets become text to the letter, and nothing in them is carried out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spreadsheets import DATE, MOMENT, cells, number, ods, table, text, xlsx

from heritage.adapters.harvest import Reader
from heritage.errors import SourceChanged
from heritage.model.issue import IssueCode
from heritage.spec.dataset import DatasetSpec
from register_examples import description, fetched

HEADER = {"A1": text("nr"), "B1": text("namn"), "C1": text("år")}


def read(content, name="list.xlsx", **harvest):
    spec = DatasetSpec.model_validate(description(harvest={"protocol": "excel", **harvest}))
    return [row for some in Reader().rows(spec, [fetched(name, content)]) for row in some.each()]


def test_values_become_text_to_the_letter():
    row = {
        "A2": text("007"),
        "B2": text("=HYPERLINK(1)"),
        "C2": number("12"),
        "D2": number("0.1"),
        "E2": number("40000", DATE),
        "F2": number("40000.5", MOMENT),
        "G2": number("40000", MOMENT),
        "H2": (' t="b"', "<v>1</v>"),
        "I2": (' t="e"', "<v>#N/A</v>"),
        "J2": ("", "<f>1+1</f><v>2</v>"),
        "K2": ("", "<f>1+1</f>"),
        "L2": text("-1 +2 @x"),
        "M2": number("1E+25"),
    }
    header = {f"{letter}1": text(letter.lower()) for letter in "BCDEFGHIJKLM"}
    (read_row,) = read(xlsx(Data=cells({"A1": text("nr")} | header | row)))
    assert read_row.cells == {
        "nr": "007",
        "b": "=HYPERLINK(1)",
        "c": "12",
        "d": "0.1",
        "e": "2009-07-06",
        "f": "2009-07-06T12:00:00",
        "g": "2009-07-06",
        "h": "true",
        "i": "",
        "j": "2",
        "k": "",
        "l": "-1 +2 @x",
        "m": "1e+25",
    }


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**15 - 1))
def test_a_whole_number_keeps_every_digit(whole):
    (row,) = read(xlsx(Data=cells(HEADER | {"A2": number(str(whole))})))
    assert row.cells["nr"] == str(whole)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (number("12.5"), "'12.5', a fraction"),
        (number("1234567890123456"), "number of more than 15 digits"),
        (number("40000", DATE), "'2009-07-06', a date"),
    ],
)
def test_an_id_that_is_not_to_the_letter_is_refused(cell, said):
    content = xlsx(Data=cells(HEADER | {"A2": text("1"), "A3": cell}))
    with pytest.raises(SourceChanged, match=rf"list\.xlsx, row 2, field nr: .*{said}"):
        read(content)


def test_rows_are_counted_as_a_person_sees_them_and_empty_ones_passed_over():
    rows = read(xlsx(Data=cells(HEADER | {"A2": text("1"), "A5": text("2"), "A9": text("")})))
    assert [(row.number, row.cells["nr"]) for row in rows] == [(1, "1"), (4, "2")]


def test_the_header_may_stand_lower_and_to_the_right():
    given_cells = {"B1": text("List of 2026"), "B4": text("nr"), "C4": text("namn"), "B5": text("1")}
    (row,) = read(xlsx(Data=cells(given_cells)), header=4)
    assert (row.number, row.cells) == (1, {"nr": "1", "namn": ""})


def test_a_merged_header_names_all_its_columns():
    given_cells = {"A1": text("nr"), "B1": text("plats"), "A2": text("1"), "B2": text("x"), "C2": text("y")}
    (row,) = read(xlsx(merged="B1:C1", Data=cells(given_cells)))
    assert row.cells == {"nr": "1", "plats": "x", "plats#2": "y"}


def test_a_header_merged_over_two_lines_is_found_on_the_second():
    given_cells = {"A1": text("nr"), "B1": text("plats"), "B2": text("x"), "A3": text("1"), "B3": text("y")}
    (row,) = read(xlsx(merged="A1:A2", Data=cells(given_cells)), header=2)
    assert row.cells == {"nr": "1", "x": "y"}


def test_columns_without_name_and_content_are_none():
    given_cells = {"A1": text("nr"), "C1": text("namn"), "D1": text(" "), "A2": text("1"), "C2": text("x")}
    (row,) = read(xlsx(Data=cells(given_cells)))
    assert row.cells == {"nr": "1", "namn": "x"}


def test_a_cell_beyond_the_header_is_the_fault_of_its_row():
    rows = read(xlsx(Data=cells(HEADER | {"A2": text("1"), "A3": text("2"), "E3": text("x")})))
    assert [row.fault for row in rows] == [None, IssueCode.ROW_RAGGED]
    assert rows[1].cells["column 5"] == "x"


def test_a_sheet_is_taken_by_name():
    content = xlsx(Om=table(["about"]), Lista=table(["nr"], ["1"]))
    assert read(content, sheet="Lista")[0].cells == {"nr": "1"}
    with pytest.raises(SourceChanged, match=r"There is no sheet 'Lsita'; did you mean 'Lista'\?"):
        read(content, sheet="Lsita")
    with pytest.raises(SourceChanged, match=r"There is no sheet 'xyz'; it has Om, Lista\."):
        read(content, sheet="xyz")


def test_a_sheet_without_rows_is_told():
    with pytest.raises(SourceChanged, match="The file has no rows"):
        read(xlsx(Data=table(["nr", "namn"])))
    with pytest.raises(SourceChanged, match=r"Row 3 of sheet 'Data' is empty: set harvest\.header"):
        read(xlsx(Data=cells({"A1": text("x"), "A4": text("y")})), header=3)


ODS_ROWS = (
    '<table:table-row><table:table-cell office:value-type="string"><text:p>nr</text:p></table:table-cell>'
    '<table:table-cell office:value-type="string"><text:p>när</text:p></table:table-cell></table:table-row>'
    '<table:table-row><table:table-cell office:value-type="float" office:value="12"><text:p>12</text:p>'
    '</table:table-cell><table:table-cell office:value-type="date" office:date-value="1898-05-17"><text:p>x'
    '</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
    '<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
    'table:number-columns-repeated="16384"/></table:table-row>'
)


def test_opendocument_is_read_with_its_empty_million_rows():
    (row,) = read(ods(ODS_ROWS), name="list.ods")
    assert row.cells == {"nr": "12", "när": "1898-05-17"}


def test_a_sheet_that_two_cells_make_vast_is_refused():
    with pytest.raises(SourceChanged, match=r"sheet1\.xml spans 1048576 rows and 16384 columns"):
        read(xlsx(Data=cells(HEADER | {"XFD1048576": number("1")})))
    repeated = (
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="float" '
        'office:value="1" table:number-columns-repeated="16000"><text:p>1</text:p></table:table-cell>'
        "</table:table-row>"
    )
    with pytest.raises(SourceChanged, match=r"content\.xml spans 1000000 rows and 16000 columns"):
        read(ods(repeated), name="list.ods")


def test_a_far_cell_that_is_only_coloured_does_no_harm():
    content = cells(HEADER | {"A2": text("1")}) + '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert len(read(xlsx(Data=content))) == 1


def test_a_header_beyond_all_measure_is_refused():
    wide = "".join(f'<c t="inlineStr"><is><t>c{n}</t></is></c>' for n in range(6000))
    with pytest.raises(SourceChanged, match="It has 6000 columns; 5000 are the most"):
        read(xlsx(Data=f'<row r="1">{wide}</row>'))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html><body>Login</body></html>", "It is an HTML page"),
        (b"nr,namn\n1,x\n", "It is no spreadsheet"),
        (b"", "It is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "cannot be read as a spreadsheet"),
    ],
)
def test_what_is_no_spreadsheet_is_told(content, said):
    with pytest.raises(SourceChanged, match=rf"^se_demo, list\.xlsx: .*{said}"):
        read(content)


def test_a_damaged_spreadsheet_is_told():
    with pytest.raises(SourceChanged, match=r"cannot be (unpacked|read)"):
        read(xlsx(Data=table(["nr"], ["1"]))[:-40])
