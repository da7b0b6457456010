"""What a description can say beyond one column a field."""

import json
import random
import re

import pytest
import yaml

from heritage.mapping import map_rows
from heritage.model.issue import IssueCode, Severity
from heritage.model.row import SourceRow, SourceRows
from heritage.spec.dataset import DatasetSpec
from register_examples import HEADER, description, good_rows, source_rows, thresholds, world


def spec_of(record=(), **changes):
    """The demo description that ignores every column but those it maps."""
    return DatasetSpec.model_validate(description(record=dict(record), **changes))


def mapped(rows, record=(), **changes):
    """`rows` are dicts that are laid over a good row each, in the order of the file."""
    laid = [
        dict(zip(HEADER, good, strict=True)) | row
        for good, row in zip(good_rows(len(rows)), rows, strict=True)
    ]
    names = list(dict.fromkeys(name for row in laid for name in row))
    cells = [[row.get(name, "") for name in names] for row in laid]
    return map_rows(spec_of(record, **changes), source_rows(cells, names), world(), thresholds().places)


def notes(result):
    return [(issue.code, issue.field, issue.value) for issue in result.issues if issue.code not in QUIET]


QUIET = {IssueCode.COLUMN_UNKNOWN}


def test_names_are_split_and_said_once():
    result = mapped(
        [
            {"namn": "Storkyrkan; S:t Nikolai;Storkyrkan", "alt": "Storkyrkan / Great Church"},
            {"namn": ";", "alt": ""},
        ],
        {
            "name": {
                "sv": {"column": "namn", "split": ";"},
                "en": {"column": "alt", "split": " / ", "part": 2},
            }
        },
    )
    first, second = result.records.to_pylist()
    assert first["names"] == [
        {"lang": "sv", "text": "Storkyrkan"},
        {"lang": "sv", "text": "S:t Nikolai"},
        {"lang": "en", "text": "Great Church"},
    ]
    assert (first["name"], first["lang"]) == ("Storkyrkan", "sv")
    assert (second["name"], second["lang"], second["names"]) == (None, None, [])
    assert notes(result) == [(IssueCode.NAME_MISSING, "alt, namn", None)]


def test_an_id_is_cut_out_of_an_address():
    result = mapped([{"uri": "https://x.org/a/007"}], {"id": {"column": "uri", "extract": r"/(\d+)$"}})
    assert result.records["record_id"].to_pylist() == ["007"]


def test_an_address_is_joined_of_what_is_there():
    record = {"address": {"columns": ["gata", "ort"], "join": ", "}}
    result = mapped([{"gata": "Storgatan 1", "ort": "Lund"}, {"gata": "", "ort": "Lund"}, {}], record)
    assert result.records["address"].to_pylist() == ["Storgatan 1, Lund", "Lund", None]


def test_only_web_addresses_become_links_and_the_others_are_counted():
    record = {"links": ["hemsida", {"column": "mer", "split": " "}]}
    result = mapped(
        [
            {"hemsida": "https://a.se", "mer": "https://b.se https://a.se ftp://c.se"},
            {"hemsida": "www.d.se", "mer": ""},
        ],
        record,
    )
    assert result.records["links"].to_pylist() == [["https://a.se", "https://b.se"], None]
    assert sorted(notes(result)) == [
        (IssueCode.LINK_UNUSABLE, "hemsida", None),
        (IssueCode.LINK_UNUSABLE, "mer", None),
    ]


@pytest.mark.parametrize("licence", ["CC-BY-4.0", {"column": "lic"}])
def test_an_image_comes_with_its_licence_and_author(licence):
    record = {"image": {"column": "foto", "licence": licence, "author": "vem", "date": "dag"}}
    row = {"foto": "a.jpg", "lic": "CC-BY-4.0", "vem": "Foto Demo", "dag": "May 1890"}
    result = mapped([row, {"lic": "CC0"}], record)
    assert result.records["image"].to_pylist() == [
        {"file": "a.jpg", "licence": "CC-BY-4.0", "author": "Foto Demo", "date": "1890-05"},
        None,
    ]


def test_rows_that_are_not_taken_are_neither_records_nor_rejected():
    rows = [
        {"status": "Listed"},
        {"status": " listed"},
        {"status": "Delisted", "nr": ""},
        {"status": "Delisted"},
        {},
    ]
    result = mapped(rows, {"only": {"status": ["Listed"]}})
    assert result.records.num_rows == 1
    assert result.rejected.num_rows == 0
    assert dict(result.left_out) == {"row-not-selected": 4}
    told = [(i.value, i.hint) for i in result.issues if i.code is IssueCode.ROW_NOT_SELECTED]
    assert [value for value, _ in told] == ["Delisted", "", "listed"]
    assert told[0][1].startswith("2 rows.")


def test_a_row_that_cannot_be_read_is_rejected_whatever_it_says():
    spec = spec_of({"only": {"status": ["Listed"]}})
    cells = dict(zip(HEADER, good_rows(1)[0], strict=True))
    rows = [
        SourceRow("list.csv", 1, cells | {"status": "Listed"}),
        SourceRow("list.csv", 2, {"nr": "2", "status": "Delisted"}, IssueCode.ROW_RAGGED),
    ]
    result = map_rows(spec, [SourceRows.of(rows)], world(), thresholds().places)
    assert (result.records.num_rows, result.rejected["code"].to_pylist()) == (1, ["row-ragged"])


def test_the_first_of_rows_with_one_id_may_be_taken_whatever_order_they_come_in():
    cells = [dict(zip(HEADER, row, strict=True)) | {"nr": row[0][-1]} for row in good_rows(25)]
    rows = [SourceRow("list.csv", n, row) for n, row in enumerate(cells, start=1)]
    spec = spec_of({"same_id": "first"})
    random.Random(3).shuffle(rows)
    result = map_rows(spec, [SourceRows.of([row]) for row in rows], world(), thresholds().places)
    assert sorted(result.records["row"].to_pylist()) == list(range(1, 11))
    assert dict(result.left_out) == {"row-repeated": 15}
    assert result.rejected.num_rows == 0


def test_many_rows_of_one_id_name_some_of_each_other():
    result = mapped([{"nr": "1"} for _ in range(200)])
    reasons = result.rejected["reason"].to_pylist()
    assert "stands in row 2, 3, 4," in reasons[0]
    assert reasons[0].count(",") < 40
    assert "and 179 more" in reasons[199]


def test_dates_become_edtf_and_what_cannot_be_read_is_counted():
    record = {"inception": "byggd", "designated": {"column": "skyddad", "date": "dmy"}}
    built = ["1700-talet", "omkring 1850", "gammal", "gammal", "2450 BE", "ung"]
    rows = [{"byggd": text, "skyddad": "3/4/1990"} for text in built]
    result = mapped(rows, record)
    assert result.records["inception"].to_pylist() == ["17XX", "1850~", None, None, None, None]
    assert set(result.records["designated"].to_pylist()) == {"1990-04-03"}
    assert sorted(notes(result)) == [
        (IssueCode.DATE_CALENDAR, "byggd", None),
        (IssueCode.DATE_UNREADABLE, "byggd", None),
    ]
    hints = {issue.code: issue.hint for issue in result.issues}
    assert hints[IssueCode.DATE_CALENDAR].startswith("1 record, such as '2450 BE'.")
    unread = hints[IssueCode.DATE_UNREADABLE]
    assert unread.startswith("3 records, 2 different texts, such as 'gammal', 'ung'. Tell the publisher")


@pytest.mark.parametrize(
    ("texts", "ways"),
    [
        (
            ["3/4/1990", "13/4/1990"],
            "Say how its figures are ordered: {column: byggd, date: dmy} if it is day,",
        ),
        (
            ["3/4/1990", "4/13/1990"],
            "Say how its figures are ordered: {column: byggd, date: mdy} if it is month,",
        ),
        (
            ["3/4/1990", "4/3/1990"],
            "date: dmy} if it is day, month, year, or {column: byggd, date: mdy} if it",
        ),
        (["1990-04-03", "1991-05-04", "3/4/1990"], "Tell the publisher"),
    ],
)
def test_many_dates_in_another_order_are_one_note_that_says_what_to_write(texts, ways):
    rows = [{"byggd": text} for text in texts] * 10
    (note,) = [issue for issue in mapped(rows, {"inception": "byggd"}).issues if issue.field == "byggd"]
    assert ways in note.hint
    order = re.search(r"date: (\w+)", note.hint)
    if order:
        cell = {"column": "byggd", "date": order[1]}
        result = mapped(rows, {"inception": cell})
        assert result.records["inception"].null_count == 0, "what is to be written reads them"
        assert not [issue for issue in result.issues if issue.field == "byggd"]


def test_a_note_of_dates_shows_three_of_them_whatever_their_number():
    rows = [{"byggd": f"stage {n}"} for n in range(100)]
    (note,) = [issue for issue in mapped(rows, {"inception": "byggd"}).issues if issue.field == "byggd"]
    assert "100 records, 100 different texts, such as" in note.hint
    assert note.hint.count("stage") == 3


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("0", "1970-01-01"),
        ("-2208988800000", "1900-01-01"),
        ("-1", "1969-12-31"),
        ("1700000000000", "2023-11-14"),
        ("99999999999999", None),
        ("1e5", None),
        ("", None),
    ],
)
def test_milliseconds_since_1970_are_days(text, day):
    result = mapped([{"skyddad": text}], {"designated": {"column": "skyddad", "date": "epoch_ms"}})
    assert result.records["designated"].to_pylist() == [day]
    assert len(notes(result)) == (day is None and text != "")


def test_every_term_is_listed_the_unmapped_first_by_frequency():
    rows = [
        {"sort": text, "kommun": "Lund"} for text in ["kyrka", "kyrka", "kyrka", "borg", "grav", "grav", ""]
    ]
    table = mapped(rows, {"municipality": "kommun"}).terms.to_pylist()
    assert [(t["key"], t["column"], t["term"], t["item"], t["records"]) for t in table] == [
        ("admin", "kommun", "Lund", None, 7),
        ("classes", "sort", "grav", None, 2),
        ("classes", "sort", "borg", None, 1),
        ("classes", "sort", "kyrka", "Q16970", 3),
    ]


def test_terms_of_countries_are_listed_one_by_one():
    rows = [{"land": "se,no"}, {"land": "SE"}, {"land": "Atlantis, Mu"}]
    table = mapped(rows, {"country": "land"}, item={"country": None}).terms.to_pylist()
    countries = [(t["term"], t["item"]) for t in table if t["key"] == "countries"]
    assert countries == [("Atlantis, Mu", None), ("SE", "Q34"), ("no", "Q20"), ("se", "Q34")]


def test_columns_are_described_by_what_fills_them():
    rows = [{"a": "1"}, {"a": "2,5"}, {"a": "x"}, {"a": ""}]
    shapes = {line["column"]: line for line in mapped(rows).columns.to_pylist()}
    assert (shapes["a"]["filled"], shapes["a"]["numbers"]) == (0.75, pytest.approx(2 / 3))
    assert shapes["owner"]["filled"] == 1.0


BRITAIN = {"item": {"country": "Q145"}}


def test_a_grid_reference_is_the_centre_of_its_square():
    record = {"point": {"grid": "ngr", "crs": "EPSG:27700"}}
    result = mapped(
        [{"ngr": "TQ 300 804"}, {"ngr": "SU45B"}, {"ngr": "nowhere"}, {"ngr": ""}], record, **BRITAIN
    )
    first, second, nothing = result.records.to_pylist()
    assert (first["lat"], first["lon"]) == (
        pytest.approx(51.5080, abs=1e-3),
        pytest.approx(-0.1281, abs=1e-3),
    )
    assert (first["precision_m"], first["place_method"]) == (70.71, "grid")
    assert second["precision_m"] == 1414.21
    assert nothing["lat"] is None
    (line,) = result.rejected.to_pylist()
    assert (line["code"], line["field"], line["value"]) == ("point-unreadable", "ngr", "nowhere")


def test_a_square_is_shared_by_nature_and_a_metre_is_not():
    record = {"point": {"grid": "ngr", "crs": "EPSG:27700"}}
    squares = [{"ngr": "TQ 30 80"}] * 4 + [{"ngr": "TQ 31234 81234"}] * 4
    methods = mapped(squares, record, **BRITAIN).records["place_method"].to_pylist()
    assert methods == ["grid"] * 4 + ["shared"] * 4


def test_an_area_is_placed_by_a_point_inside_it():
    ring = "POLYGON((14 59, 15 59, 15 59.1, 14.1 59.1, 14.1 60, 14 60, 14 59))"  # its centroid lies outside
    bow = "POLYGON((14 59, 15 60, 15 59, 14 60, 14 59))"
    rows = [{"wkt": ring}, {"wkt": bow}, {"wkt": "POLYGON((1 2"}, {"wkt": "POLYGON EMPTY"}]
    result = mapped(rows, {"point": {"pair": "wkt"}})
    first, second = result.records.to_pylist()
    assert first["lat"] < 59.1 or first["lon"] < 14.1
    assert {first["place_method"], second["place_method"]} == {"centroid"}
    assert first["precision_m"] == pytest.approx(111_320 * 2**0.5 / 2, rel=1e-3)
    assert result.rejected["code"].to_pylist() == ["point-unreadable"] * 2


@pytest.mark.parametrize(
    "pair",
    [
        "59.31234, 14.51234",
        " 59.31234 14.51234 ",
        "59.31234N 14.51234E",
        "59,31234; 14,51234",
        "POINT (14.51234 59.31234)",
        "SRID=4326;point z(14.51234 59.31234 10)",
        "N 59.31234° / E 14.51234°",
    ],
)
def test_a_pair_is_read_alike_by_column_and_by_text(pair):
    record = mapped([{"pair": pair}], {"point": {"pair": "pair"}}).records.to_pylist()[0]
    assert (record["lat"], record["lon"], record["precision_m"]) == (59.31234, 14.51234, 1.11)


def test_the_extent_of_a_shape_is_its_precision():
    rows = [{"geometry.x": "14.5", "geometry.y": "59.3", "geometry.extent": "0.01"}]
    (record,) = mapped(rows, {"point": {}}).records.to_pylist()
    assert (record["precision_m"], record["place_method"]) == (1113.2, "centroid")


@pytest.mark.parametrize(
    ("rows", "point"),
    [
        (
            [
                {"geometry.x": "14.5", "geometry.y": "59.3", "geometry.flaw": "Self-intersection"},
                {"geometry.x": "14.6", "geometry.y": "59.4"},
            ],
            {},
        ),
        (
            [
                {"pair": "POLYGON ((14 59, 15 60, 15 59, 14 60, 14 59))"},
                {"pair": "POLYGON ((14 59, 15 59, 15 60, 14 60, 14 59))"},
            ],
            {"pair": "pair"},
        ),
    ],
)
def test_an_outline_that_crosses_itself_gives_a_point_and_a_note(rows, point):
    result = mapped(rows, {"point": point})
    assert not any(record["lat"] is None for record in result.records.to_pylist())
    notes = [issue for issue in result.issues if issue.code is IssueCode.SHAPE_INVALID]
    assert [(note.severity, note.row) for note in notes] == [(Severity.NOTE, 1)]
    assert "geometry.flaw" not in result.columns.column("column").to_pylist()


def test_records_do_not_depend_on_how_many_are_made_at_once(monkeypatch):
    rows = [{"sort": random.Random(n).choice(["kyrka", "borg", ""]), "byggd": "gammal"} for n in range(11)]
    record = {"inception": "byggd", "links": ["note"]}
    whole = mapped(rows, record, ignore=[])
    monkeypatch.setattr("heritage.mapping.records._AT_ONCE", 3)
    parts = mapped(rows, record, ignore=[])
    assert parts.records.to_pylist() == whole.records.to_pylist()
    assert parts.terms.equals(whole.terms)
    assert parts.issues == whole.issues


def test_a_register_of_which_nothing_is_taken_gives_no_records():
    result = mapped([{"status": "x"}], {"only": {"status": ["y"]}})
    assert (result.records.num_rows, result.rejected.num_rows, dict(result.left_out)) == (
        0,
        0,
        {"row-not-selected": 1},
    )


def test_personal_cells_are_in_no_table():
    result = mapped([{"owner": "Anna A"}, {"owner": "Anna A", "nr": ""}], {"links": ["note"]}, ignore=[])
    for table in (result.records, result.rejected, result.terms, result.columns):
        assert "Anna" not in json.dumps(table.to_pylist(), ensure_ascii=False)
    assert "Anna" not in yaml.safe_dump([str(issue) for issue in result.issues], allow_unicode=True)
