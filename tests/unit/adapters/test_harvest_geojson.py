import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage.adapters.harvest import Reader
from heritage.errors import SourceChanged
from heritage.model.issue import IssueCode
from heritage.spec.dataset import DatasetSpec
from register_examples import description, fetched

POINT = {"type": "Point", "coordinates": [14.5, 59.3]}


def read(content, crs="EPSG:4326"):
    changes = {
        "harvest": {"protocol": "geojson"},
        "record": {"point": {"x": "geometry.x", "y": "geometry.y", "crs": crs}},
    }
    spec = DatasetSpec.model_validate(description(**changes))
    return [row for some in Reader().rows(spec, [fetched("list.geojson", content)]) for row in some.each()]


def collection(*features, **members):
    return json.dumps({"type": "FeatureCollection", **members, "features": list(features)}).encode()


def feature(properties=None, geometry=POINT, **members):
    return {"type": "Feature", "properties": properties or {}, "geometry": geometry, **members}


def test_properties_and_the_point_become_columns_to_the_letter():
    text = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","id":7,"properties":'
        '{"nr":"007","year":1.50,"open":true,"tags":["a","ö"],"none":null},'
        '"geometry":{"type":"Point","coordinates":[14.500,59.30]}}]}'
    )
    (row,) = read(text.encode())
    assert row.cells == {
        "nr": "007",
        "year": "1.50",
        "open": "true",
        "tags": '["a", "ö"]',
        "none": "",
        "feature.id": "7",
        "geometry.type": "Point",
        "geometry.x": "14.500",
        "geometry.y": "59.30",
        "geometry.extent": "",
    }


def test_an_area_stands_for_a_point_inside_it_with_its_extent():
    square = {"type": "Polygon", "coordinates": [[[0, 0], [6, 0], [6, 8], [0, 8], [0, 0]]]}
    (row,) = read(collection(feature(geometry=square)))
    assert (float(row.cells["geometry.x"]), float(row.cells["geometry.y"])) == (3, 4)
    assert float(row.cells["geometry.extent"]) == 5


def test_a_feature_without_a_place_is_still_a_row():
    (row,) = read(collection(feature({"nr": "1"}, geometry=None)))
    assert (row.cells["nr"], row.cells["geometry.x"], row.fault) == ("1", "", None)


@pytest.mark.parametrize(
    "geometry", [{"type": "Polygon", "coordinates": "x"}, {"type": "Star", "coordinates": [1]}, 7]
)
def test_a_shape_that_is_none_is_told(geometry):
    (row,) = read(collection(feature(geometry=geometry)))
    assert row.fault is IssueCode.POINT_UNREADABLE


def test_text_that_is_no_unicode_is_told():
    (row,) = read(b'{"features":[{"properties":{"nr":"1","namn":"a\\ud800"},"geometry":null}]}')
    assert row.fault is IssueCode.TEXT_BROKEN
    assert row.cells["namn"] == "a\ufffd"


@pytest.mark.parametrize("name", ["EPSG:3857", "urn:ogc:def:crs:EPSG::3857"])
def test_another_crs_than_described_stops(name):
    content = collection(feature(), crs={"type": "name", "properties": {"name": name}})
    with pytest.raises(SourceChanged, match="The source says EPSG:3857, the description EPSG:4326"):
        read(content)
    assert len(read(content, crs="EPSG:3857")) == 1


def test_the_crs_of_the_standard_is_the_described_one():
    name = "urn:ogc:def:crs:OGC:1.3:CRS84"
    assert len(read(collection(feature(), crs={"type": "name", "properties": {"name": name}}))) == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file has no rows"),
        (collection(), "The collection holds no feature"),
        (b"<!doctype html>", "It is an HTML page"),
        (b'{"error": {"code": 400}}', "not a GeoJSON FeatureCollection"),
        (b'[{"nr": 1}]', "not a GeoJSON FeatureCollection"),
        (b"nr,namn\n1,a\n", "JSON ends or breaks at character 0"),
        (collection(feature())[:-5], "The file ends in the middle"),
        (b'{"features":[7]}', "row 1: .* This is not a GeoJSON feature"),
        (b'{"features":[],"crs":{"properties":{"name":"Mars"}}}', "Its CRS 'Mars' is unknown"),
        (b"[" * 100_000, "FILE|nested too deeply|JSON ends"),
    ],
)
def test_what_is_not_the_register_stops_and_says_why(content, says):
    with pytest.raises(SourceChanged, match=r"^se_demo, list\.geojson") as raised:
        read(content)
    raised.match(says)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, JSON, JSON)
def test_any_feature_ends_in_a_row_or_in_a_reason(properties, geometry, crs):
    content = json.dumps(
        {"features": [{"properties": properties, "geometry": geometry}], "crs": crs}
    ).encode()
    try:
        cells = list(read(content)[0].cells.values())
    except SourceChanged as error:
        cells = [str(error).removeprefix("se_demo, list.geojson")]
    assert all(isinstance(cell, str) for cell in cells)
    assert not cells[0].startswith("se_demo")


@pytest.mark.parametrize(
    "content",
    [
        '{"features":[{"properties":{"nr":"1"},"geometry":null,"geometry":{"type":"Point","coordinates":[1,2]}}]}',
        '{"features":[{"properties":{"nr":"1","nr":"2"},"geometry":null}]}',
        '{"features":[],"features":[{"properties":{"nr":"1"},"geometry":null}]}',
    ],
)
def test_an_object_that_says_two_things_of_one_key_is_refused(content):
    with pytest.raises(SourceChanged, match=r"The key '(geometry|nr|features)' stands more than once"):
        read(content.encode())


def test_an_outline_that_crosses_itself_stands_for_a_point_of_it_and_says_so():
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}
    good = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}
    rows = read(collection(feature({"nr": "1"}, bow), feature({"nr": "2"}, good)))
    assert [row.cells.get("geometry.flaw") for row in rows] == ["Self-intersection", None]
    assert [row.fault for row in rows] == [None, None]
    assert rows[0].cells["geometry.x"]
