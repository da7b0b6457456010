import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage.adapters.harvest import Reader
from heritage.errors import SourceChanged, SourceUnavailable
from heritage.model.issue import IssueCode
from heritage.spec.dataset import DatasetSpec
from publishers.arcgis import ArcGisService
from publishers.service import serving
from register_examples import Way, description, fetched, loaded, read_rows

ROWS = [{"nr": f"{n:05}", "namn": f"Kyrka å{n}", "sort": "kyrka"} for n in range(1, 24)]


def described(tmp_path, service, crs="EPSG:27700", **harvest):
    harvest = {"protocol": "arcgis", "url": service.url + service.layer, **harvest}
    point = {"crs": crs}
    return loaded(tmp_path, harvest=harvest, record={"point": point}, ignore=["OBJECTID"])


def pulled(tmp_path, service, **described_as):
    """The rows that arrive, read back from the files of the pull."""
    with serving(service):
        spec = described(tmp_path, service, **described_as)
        return read_rows(spec, Way.over_http(tmp_path).fetch(spec))


def numbers(rows):
    return [row.cells["nr"] for row in rows]


@pytest.mark.parametrize("paging", [True, False])
@pytest.mark.parametrize("flag", ["right", "always", "never"])
def test_every_row_arrives_once_in_order_whatever_the_layer_says_of_its_pages(tmp_path, paging, flag):
    rows = pulled(tmp_path, ArcGisService(list(ROWS), most=5, paging=paging, flag=flag, faults={2: "short"}))
    assert numbers(rows) == [row["nr"] for row in ROWS]


def test_numbers_dates_and_coordinates_come_to_the_letter(tmp_path):
    service = ArcGisService([{"nr": "007", "listed": -2208988800000, "area": 1.50, "note": None}])
    (row,) = pulled(tmp_path, service)
    assert row.cells == {
        "OBJECTID": "2",
        "nr": "007",
        "listed": "-2208988800000",
        "area": "1.5",
        "note": "",
        "geometry.type": "Point",
        "geometry.x": "400000.5",
        "geometry.y": "300000.25",
        "geometry.extent": "",
    }


SQUARE = [[0, 0], [0, 6], [8, 6], [8, 0], [0, 0]]


@pytest.mark.parametrize(
    ("shape", "kind", "x", "y", "extent", "fault"),
    [
        ({"points": [[14.5, 59.25]]}, "MultiPoint", "14.5", "59.25", "", None),
        ({"points": [[0, 0], [6, 8]]}, "MultiPoint", "0.000000000", "0.000000000", "5.000000000", None),
        ({"rings": [SQUARE]}, "Polygon", "4.000000000", "3.000000000", "5.000000000", None),
        ({"hasZ": True, "rings": [[[*p, 9] for p in SQUARE]]}, "Polygon", "4.000000000", "3.000000000",
         "5.000000000", None),
        ({"paths": [[[0, 0], [6, 8], [9, 12]]]}, "MultiLineString", "6.000000000", "8.000000000",
         "7.500000000", None),
        (None, "", "", "", "", None),
        ({"x": None, "y": None}, "Point", "", "", "", None),
        ({"x": "NaN", "y": "NaN"}, "Point", "", "", "", None),
        ({"rings": []}, "", "", "", "", None),
        ({"rings": [[[0, 0], ["NaN", 1], [1, 1], [0, 0]]]}, "Polygon", "", "", "",
         IssueCode.POINT_UNREADABLE),
        ({"rings": "none"}, "Polygon", "", "", "", IssueCode.POINT_UNREADABLE),
        ({"paths": [[[0, 0]]]}, "MultiLineString", "", "", "", IssueCode.POINT_UNREADABLE),
        ({"curve": 1}, "", "", "", "", IssueCode.POINT_UNREADABLE),
        ([1, 2], "", "", "", "", IssueCode.POINT_UNREADABLE),
    ],
)  # fmt: skip
def test_a_shape_becomes_a_point_of_it_or_a_fault(tmp_path, shape, kind, x, y, extent, fault):
    (row,) = pulled(tmp_path, ArcGisService(ROWS[:1], shapes=[shape]))
    names = ("geometry.type", "geometry.x", "geometry.y", "geometry.extent")
    assert [row.cells[name] for name in names] == [kind, x, y, extent]
    assert row.fault is fault


def test_the_point_of_an_area_lies_in_no_hole_and_in_no_gap_between_its_parts(tmp_path):
    hole = [[1, 1], [7, 1], [7, 5], [1, 5], [1, 1]]
    island = [[x + 100, y] for x, y in SQUARE]
    (row,) = pulled(tmp_path, ArcGisService(ROWS[:1], shapes=[{"rings": [SQUARE, hole, island]}]))
    x, y = float(row.cells["geometry.x"]), float(row.cells["geometry.y"])
    assert 0 < x < 8 or 100 < x < 108
    assert 0 < y < 6
    assert not (1 < x < 7 and 1 < y < 5)


@pytest.mark.parametrize(
    ("wkid", "latest", "crs"),
    [
        (102100, 3857, "EPSG:3857"),
        (102100, None, "EPSG:3857"),
        (102067, 5514, "EPSG:5514"),
        (102067, None, "EPSG:5514"),
        (4326, None, "EPSG:4326"),
    ],
)
def test_esri_codes_are_known_by_their_epsg_codes(tmp_path, wkid, latest, crs):
    assert len(pulled(tmp_path, ArcGisService(list(ROWS), wkid=wkid, latest=latest), crs=crs)) == len(ROWS)


def test_another_crs_than_described_is_refused_on_the_first_page(tmp_path):
    service = ArcGisService(list(ROWS), most=5)
    with pytest.raises(
        SourceChanged, match=r"says EPSG:27700, the description EPSG:4326: set record.point.crs"
    ):
        pulled(tmp_path, service, crs="EPSG:4326")
    assert service.pages == 1


def test_only_the_chosen_rows_are_asked_for(tmp_path):
    rows = [{**row, "sort": "kyrka" if n % 2 else "fyr"} for n, row in enumerate(ROWS)]
    for paging in (True, False):
        service = ArcGisService(list(rows), most=4, paging=paging)
        assert len(pulled(tmp_path / str(paging), service, where="sort = 'fyr'")) == 12


def test_an_error_in_the_body_that_may_pass_is_asked_again_and_then_told(tmp_path):
    service = ArcGisService(list(ROWS), most=5, error_code=503, faults={2: "error"})
    assert len(pulled(tmp_path, service)) == 23
    service = ArcGisService(list(ROWS), most=5, error_code=503, faults=dict.fromkeys(range(2, 9), "error"))
    with pytest.raises(SourceUnavailable, match="the service says '503"):
        pulled(tmp_path, service)


def test_an_error_page_is_not_taken_for_a_page_by_the_next_attempt(tmp_path):
    service = ArcGisService(list(ROWS), most=5, error_code=503, faults=dict.fromkeys(range(2, 6), "error"))
    with serving(service):
        spec, way = described(tmp_path, service), Way.over_http(tmp_path)
        with pytest.raises(SourceUnavailable):
            way.fetch(spec)
        asked = service.pages
        assert len(read_rows(spec, way.fetch(spec))) == 23
        assert service.pages - asked == 4  # the first page had come


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"capabilities": "Create,Update"}, "does not allow queries"),
        ({"objectIdField": None, "fields": None}, "no object id"),
        ({"error": {"code": 499, "message": "Token Required"}}, "Token Required.* it asks for a login"),
        ({"objectIdField": "GlobalID"}, "a row has no GlobalID"),
    ],
)
def test_a_layer_that_cannot_be_read_whole_is_told(tmp_path, facts, says):
    with pytest.raises(SourceChanged, match=says):
        pulled(tmp_path, ArcGisService(list(ROWS), facts=facts))


def test_facts_of_any_form_are_no_traceback(tmp_path):
    facts = {"maxRecordCount": "many", "advancedQueryCapabilities": [], "fields": [7, {"name": 7}]}
    assert len(pulled(tmp_path, ArcGisService(list(ROWS), facts=facts))) == 23


def test_an_empty_page_that_announces_more_is_refused(tmp_path):
    service = ArcGisService(list(ROWS), most=5, flag="always", faults={2: "empty"})
    with pytest.raises(SourceChanged, match="the page after 5 of 23 rows is empty"):
        pulled(tmp_path, service)


def test_ids_that_were_fractions_are_refused(tmp_path):
    with pytest.raises(SourceChanged, match=r"field nr: The ids end in \.0.* It is the number 12345\.0"):
        pulled(tmp_path, ArcGisService([{"nr": 12345.0, "namn": "a"}]))


@pytest.mark.parametrize(
    "content", [{"features": 7}, {"features": [7]}, {"features": [{"attributes": 7}]}, [], {"features": []}]
)
def test_a_captured_file_that_is_no_page_is_told(tmp_path, content):
    with serving(ArcGisService(list(ROWS))) as service:
        spec = described(tmp_path, service)
    with pytest.raises(SourceChanged, match=r"^se_demo, page-00001.json"):
        read_rows(spec, [("page-00001.json", json.dumps(content).encode())])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
SHAPES = st.dictionaries(
    st.sampled_from(["x", "y", "points", "paths", "rings"]), JSON, min_size=1, max_size=2
)


@given(attributes=st.dictionaries(st.text(max_size=4), JSON, max_size=3), shape=JSON | SHAPES, reference=JSON)
def test_any_feature_ends_in_a_row_or_in_a_reason(attributes, shape, reference):
    harvest = {"protocol": "arcgis", "url": "http://a.example/FeatureServer/0"}
    spec = DatasetSpec.model_validate(description(harvest=harvest, record={"point": {"crs": "EPSG:27700"}}))
    page = {"features": [{"attributes": attributes, "geometry": shape}], "spatialReference": reference}
    file = fetched("page-00001.json", json.dumps(page).encode())
    try:
        (rows,) = Reader().rows(spec, [file])
        said = [cell for row in rows.each() for cell in row.cells.values()]
    except SourceChanged as error:
        said = [str(error).removeprefix("se_demo, page-00001.json")]
    assert all(isinstance(cell, str) for cell in said)
    assert not said[0].startswith("se_demo")
