import json
import random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heritage.errors import SourceChanged
from heritage.mapping import hand_records, map_rows, records
from heritage.model.issue import IssueCode
from heritage.model.row import SourceRow, SourceRows
from heritage.model.tables import RECORDS, REJECTED
from heritage.spec.dataset import DatasetSpec
from register_examples import HEADER, description, good_rows, source_rows, thresholds, world


def mapped(rows, header=HEADER, **changes):
    spec = DatasetSpec.model_validate(description(**changes))
    return map_rows(spec, source_rows(rows, header), world(), thresholds().places)


def one(cells, **changes):
    """The record of a single row with these cells, and the codes of its notes."""
    row = dict(zip(HEADER, ["7", "Alfa kyrka", "14.51234", "59.31234", "kyrka", "", ""], strict=True)) | cells
    result = mapped([list(row.values())], list(row), **changes)
    assert result.records.num_rows == 1, result.rejected.to_pylist()
    return result.records.to_pylist()[0], [issue.code for issue in result.issues]


def rejected(cells, **changes):
    row = dict(zip(HEADER, ["7", "Alfa kyrka", "14.51234", "59.31234", "kyrka", "", ""], strict=True)) | cells
    result = mapped([list(row.values())], list(row), **changes)
    assert result.records.num_rows == 0
    return result.rejected.to_pylist()[0]


def test_a_row_becomes_a_record_with_everything_the_description_says():
    record, notes = one({})
    assert record["record_id"] == "7"
    assert record["names"] == [{"lang": "sv", "text": "Alfa kyrka"}]
    assert (record["class_item"], record["country"], record["url"]) == (
        "Q16970",
        "Q34",
        "https://example.org/entry/7",
    )
    assert (record["lat"], record["lon"], record["place_method"]) == (59.31234, 14.51234, "given")
    assert record["precision_m"] == 1.11
    assert notes == []


@pytest.mark.parametrize("id", ["007", "1.0", "II*", "Г/12 a", "ÅÄ", "a" * 300, "x" + "́"])
def test_an_id_stays_to_the_letter(id):
    assert one({"nr": id})[0]["record_id"] == id


def test_the_row_is_kept_whole_but_for_personal_columns():
    record, _ = one({"note": " två  blanka ", "owner": "Anna Andersson"})
    assert json.loads(record["source_row"])["note"] == " två  blanka "
    assert "Anna" not in json.dumps(record, ensure_ascii=False)


def test_text_is_composed_and_folded_and_nothing_else():
    record, _ = one({"namn": "  Gamla \n Kyrkan — <b>vid</b> ån  "})
    assert record["name"] == "Gamla Kyrkan — <b>vid</b> ån"


def test_names_come_in_the_order_of_the_description():
    record, _ = one(
        {"note": "Alpha church"}, ignore=[], record={"name": {"sv": ["namn", "sort"], "en": "note"}}
    )
    assert record["names"] == [
        {"lang": "sv", "text": "Alfa kyrka"},
        {"lang": "sv", "text": "kyrka"},
        {"lang": "en", "text": "Alpha church"},
    ]


def test_texts_for_nothing_are_nothing():
    record, notes = one({"lon": "NULL", "lat": "NULL", "sort": "NULL"}, harvest={"empty": ["NULL"]})
    assert (record["lat"], record["type"], record["class_item"]) == (None, None, None)
    assert notes == []


def test_a_row_without_an_id_is_rejected():
    line = rejected({"nr": "  "})
    assert line["code"] == "id-missing"
    assert line["reason"].startswith("se_demo, list.csv, row 1, field nr: The row has no id.")


def test_rows_with_one_id_are_all_rejected_and_name_each_other():
    rows = good_rows(6)
    rows[1][0] = rows[3][0] = rows[4][0] = "0002"
    result = mapped(rows)
    assert result.records["record_id"].to_pylist() == ["0001", "0003", "0006"]
    lines = result.rejected.to_pylist()
    assert [line["row"] for line in lines] == [2, 4, 5]
    assert all(line["code"] == "id-duplicate" and line["value"] == "0002" for line in lines)
    assert "The same id stands in row 2, 5." in lines[1]["reason"]


@pytest.mark.parametrize(
    ("cells", "code", "field"),
    [
        ({"lat": "norr"}, "point-unreadable", "lat"),
        ({"lon": "14.5 N"}, "point-unreadable", "lon"),
        ({"lat": ""}, "point-unreadable", "lat"),
        ({"lat": "159.3", "lon": "214.5"}, "point-impossible", "lon, lat"),
        ({"lat": "6578234", "lon": "674032"}, "point-impossible", "lon, lat"),
    ],
)
def test_a_point_that_cannot_be_rejects_the_row(cells, code, field):
    line = rejected(cells)
    assert (line["code"], line["field"], line["file"], line["row"]) == (code, field, "list.csv", 1)


def test_zero_is_no_place_and_the_record_stays():
    record, notes = one({"lat": "0", "lon": "0.0"})
    assert (record["lat"], record["lon"], record["precision_m"], record["place_method"]) == (None,) * 4
    assert notes == [IssueCode.POINT_ZERO]


def test_exchanged_coordinates_are_proposed_and_marked():
    record, notes = one({"lat": "14.51234", "lon": "59.31234"})
    assert (record["lat"], record["lon"], record["place_method"]) == (59.31234, 14.51234, "swapped")
    assert notes == [IssueCode.POINT_SWAPPED]


def test_exchanged_coordinates_beyond_the_pole_are_proposed_too():
    record, _ = one({"lat": "140.51234", "lon": "35.71234"}, item={"country": "Q17"})
    assert (record["lat"], record["place_method"]) == (35.71234, "swapped")


def test_a_point_far_outside_the_country_is_not_kept():
    record, notes = one({"lat": "48.2", "lon": "16.37"})
    assert record["lat"] is None
    assert notes == [IssueCode.POINT_OUTSIDE]


@pytest.mark.parametrize(
    ("lat", "lon", "kept"),
    [
        ("47.8000", "13.0900", True),  # Salzburg, 8 km inside Austria
        ("47.8250", "12.9750", True),  # a kilometre into Germany, which is within the error of the outlines
        ("48.1400", "11.5800", False),  # Munich
    ],
)
def test_the_border_is_read_with_its_tolerance(lat, lon, kept):
    record, notes = one({"lat": lat, "lon": lon}, item={"country": "Q40"})
    assert (record["place_method"], notes) == (("given", []) if kept else (None, [IssueCode.POINT_OUTSIDE]))


@pytest.mark.parametrize(("precision", "abroad"), [(100, True), (3000, False)])
def test_a_point_in_another_country_near_the_border_is_kept_and_marked(precision, abroad):
    point = {"x": "lon", "y": "lat", "precision_m": precision}
    record, notes = one(
        {"lat": "50.9400585", "lon": "5.9186669"},  # 3 km into the Netherlands
        record={"point": point},
        item={"country": "Q183"},
    )
    assert (record["lat"], record["place_method"]) == (50.9400585, "abroad" if abroad else "given")
    assert notes == ([IssueCode.POINT_ABROAD] if abroad else [])


def test_the_territorial_sea_is_inside():
    record, notes = one({"lat": "57.7000", "lon": "11.3500"})  # off Gothenburg
    assert record["lat"] == 57.7
    assert notes == []


def test_whole_degrees_are_coarse():
    record, notes = one({"lat": "59.0000", "lon": "15.0000"})
    assert record["precision_m"] == pytest.approx(111_320)
    assert notes == [IssueCode.POINT_COARSE]


@pytest.mark.parametrize(
    ("lat", "lon", "metres"),
    [
        ("59.3", "14.5", 11_132),
        ("59.31", "14.5", 1_113.2),  # one of them lost a zero
        ("59.3", "14.51234567", 111.32),  # it did not lose seven
        ("59.31234567890", "14.51234567890", 1.0),
        ("59.31666667", "14.51666667", 1855.33),  # minutes
        ("59°19'", "14°31'", 1855.33),
        ("59°19'01\"", "14°31'", 30.92),
    ],
)
def test_precision_follows_the_notation(lat, lon, metres):
    assert one({"lat": lat, "lon": lon})[0]["precision_m"] == pytest.approx(metres, rel=0.01)


def test_projected_coordinates_become_degrees():
    record, _ = one(
        {"lon": "674032", "lat": "6580822"}, record={"point": {"x": "lon", "y": "lat", "crs": "EPSG:3006"}}
    )
    assert (record["lat"], record["lon"]) == (pytest.approx(59.329, abs=0.01), pytest.approx(18.06, abs=0.02))
    assert record["precision_m"] == 1
    record, _ = one(
        {"lon": "674000", "lat": "6580800"}, record={"point": {"x": "lon", "y": "lat", "crs": "EPSG:3006"}}
    )
    assert record["precision_m"] == 100


def test_a_point_of_many_records_is_an_areas_centre():
    rows = good_rows(8)
    for row in rows[:3]:
        row[2], row[3] = "15.12345", "59.12345"
    result = mapped(rows)
    shared = [r for r in result.records.to_pylist() if r["place_method"] == "shared"]
    assert [r["record_id"] for r in shared] == ["0001", "0002", "0003"]
    assert all(r["precision_m"] == 5000 for r in shared)


def test_an_unknown_term_is_an_issue_and_no_default():
    rows = good_rows(4)
    rows[0][4], rows[1][4], rows[2][4] = "kapell", "kapell", "grav"
    result = mapped(rows, item={"class": "Q839954"})
    assert result.records["class_item"].to_pylist() == [None, None, None, "Q16970"]
    unmapped = [i for i in result.issues if i.code is IssueCode.TERM_UNMAPPED]
    assert [(i.field, i.value, i.hint) for i in unmapped] == [
        ("sort", "kapell", "2 records; add it to item.classes."),
        ("sort", "grav", "1 record; add it to item.classes."),
    ]


@pytest.mark.parametrize(
    ("term", "item"),
    [
        ("se", "Q34"),
        ("SWE", "Q34"),
        ("Sweden", "Q34"),
        ("Sverige", "Q34"),
        ("", None),
        ("se,no", None),
        ("Atlantis", None),
    ],
)
def test_a_country_is_an_iso_code_a_name_or_a_term_of_the_description(term, item):
    record, notes = one(
        {"note": term},
        ignore=[],
        record={"country": "note"},
        item={"country": None, "countries": {"Sverige": "Q34"}},
    )
    assert record["country"] == item
    assert (IssueCode.TERM_UNMAPPED in notes) is (term == "Atlantis")


def test_a_site_across_a_border_may_lie_in_either_country():
    changes = {"ignore": [], "record": {"country": "note"}, "item": {"country": None}}
    assert one({"note": "it,ch", "lat": "46.31234", "lon": "9.31234"}, **changes)[0]["lat"] == 46.31234
    assert one({"note": "it,ch", "lat": "52.31234", "lon": "13.31234"}, **changes)[0]["lat"] is None


def test_only_web_addresses_are_addresses_of_entries():
    changes = {"ignore": [], "record": {"url": "note", "url_template": None}}
    assert one({"note": "https://example.org/7"}, **changes)[0]["url"] == "https://example.org/7"
    for hostile in ("javascript:alert(1)", "www.example.org", "http://a b", "https://x/<script>"):
        record, notes = one({"note": hostile}, **changes)
        assert record["url"] is None
        assert notes == [IssueCode.URL_UNUSABLE]


def test_an_address_is_made_from_the_id_or_from_a_column():
    assert one({"nr": "a/b c"})[0]["url"] == "https://example.org/entry/a%2Fb%20c"
    assert (
        one({"note": "slug"}, ignore=[], record={"url": "note"})[0]["url"] == "https://example.org/entry/slug"
    )


def test_a_new_column_is_noted_and_kept():
    record, notes = one({"nytt": "1"})
    assert notes == [IssueCode.COLUMN_UNKNOWN]
    assert json.loads(record["source_row"])["nytt"] == "1"


def test_a_renamed_column_stops_with_the_near_name():
    with pytest.raises(
        SourceChanged, match=r"se_demo, list\.csv, field namn: .*near names in the file: Namnet"
    ):
        mapped(good_rows(), ["nr", "Namnet", *HEADER[2:]])


@pytest.mark.parametrize(
    "part",
    [
        {"adjust": "trend"},
        {"certainty": "trend"},
        {"causes": "trend"},
        {"observed": "trend"},
        {"root": "trend"},
        {"when": {"trend": ["Park"]}},
    ],
)
def test_a_column_that_evidence_is_read_by_is_missed_like_any_other(part):
    """Without the trend, say, levels would be others than the register means."""
    risk = [{"scheme": "eamena_condition", "field": "namn", **part}]
    with pytest.raises(SourceChanged, match=r"field trend: A column that the description maps is not"):
        mapped(good_rows(), HEADER, risk=risk)


def test_a_file_that_lost_its_header_is_refused_without_telling_the_row_that_stands_in_its_place():
    first, *others = good_rows(3)
    with pytest.raises(SourceChanged, match="the header is gone") as refused:
        mapped(others, first)
    assert not [cell for cell in first if len(cell) > 2 and cell in str(refused.value)]


def test_a_personal_column_under_a_new_name_stops():
    with pytest.raises(SourceChanged, match=r"personal column owner is gone and ägare is new"):
        mapped(good_rows(), [*HEADER[:-1], "ägare"])


def test_a_row_out_of_step_is_rejected_without_its_cells():
    spec = DatasetSpec.model_validate(description())
    rows = [
        *source_rows(good_rows(5)),
        SourceRows.of([SourceRow("list.csv", 6, {"nr": "6", "namn": "Anna A"}, IssueCode.ROW_RAGGED)]),
    ]
    result = map_rows(spec, rows, world(), thresholds().places)
    (line,) = result.rejected.to_pylist()
    assert (line["code"], line["row"], line["source_row"]) == ("row-ragged", 6, None)


def test_no_rows_at_all_stop():
    with pytest.raises(SourceChanged, match="The file has no rows"):
        mapped([])


def test_records_that_are_made_some_at_a_time_are_the_same(monkeypatch):
    spec = DatasetSpec.model_validate(description())
    rows = [
        *good_rows(9),
        ["0003", "En till", "14.6", "59.4", "", "", ""],
        ["10", "Fel", "x", "59", "", "", ""],
    ]
    whole, parts = map_rows(spec, source_rows(rows), world(), thresholds().places), []
    monkeypatch.setattr(records, "_AT_ONCE", 2)
    beside = hand_records(parts.append, spec, source_rows(rows), world(), thresholds().places)
    assert [part.num_rows for part in parts] == [2, 2, 2, 2]
    assert pa.concat_tables(parts).equals(whole.records)
    assert beside.rejected.equals(whole.rejected)
    assert beside.terms.equals(whole.terms)
    assert beside.issues == whole.issues


CELLS = st.one_of(
    st.sampled_from(["", "0", "59.3", "14,5", "95", "-200", "59°19'N", "NULL", "١٢", "a\x00b", "9" * 30]),
    st.text(max_size=12),
)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["", "1", "2", "3", "4", "a", "b/c", "007"]), st.text(max_size=8), CELLS, CELLS, CELLS
    ),
    min_size=1,
    max_size=12,
)


@settings(deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_every_row_is_a_record_or_rejected_and_the_order_of_rows_does_not_matter(cells, shuffle):
    rows = [[*row, "", ""] for row in cells]
    result = mapped(rows)
    assert result.records.schema.equals(RECORDS)
    assert result.rejected.schema.equals(REJECTED)
    seen = result.records["row"].to_pylist() + result.rejected["row"].to_pylist()
    assert sorted(seen) == list(range(1, len(rows) + 1))
    ids = result.records["record_id"].to_pylist()
    assert len(set(ids)) == len(ids)
    points = result.records.select(["lat", "lon", "precision_m", "place_method"]).to_pylist()
    for point in points:
        assert len({value is None for value in point.values()}) == 1
        assert point["lat"] is None or (-90 <= point["lat"] <= 90 and point["precision_m"] > 0)
    shuffled = list(rows)
    shuffle.shuffle(shuffled)
    assert _said(mapped(shuffled).records) == _said(result.records)


def _said(records: pa.Table) -> list[dict[str, object]]:
    return records.drop_columns(["row"]).to_pylist()


def test_the_hostile_register_of_everything_ends_in_reasons():
    rng = random.Random(7)
    hostile = [
        "\u202e",
        "<script>",
        "'; DROP TABLE",
        "=cmd()",
        "\ud800".encode("utf-8", "replace").decode(),
        "🏰" * 50,
    ]
    rows = [
        [f"{n}", rng.choice(hostile), rng.choice(hostile), rng.choice(hostile), "kyrka", "", ""]
        for n in range(30)
    ]
    result = mapped(rows)
    assert result.rejected.num_rows == 30
    assert set(result.rejected["code"].to_pylist()) == {"point-unreadable"}


def test_a_prefix_goes_before_what_is_left_and_makes_no_id_of_nothing():
    cell = {"column": "nr", "strip": "^SE-", "prefix": "SE-"}
    rows = good_rows(3)
    rows[1][0], rows[2][0] = "SE-0002", ""
    result = mapped(rows, record={"id": cell})
    assert result.records["record_id"].to_pylist() == ["SE-0001", "SE-0002"]
    assert result.rejected["code"].to_pylist() == ["id-missing"]
