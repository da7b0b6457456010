"""Outlines for maps: coarse far away, fine near by, and never more than a map can show."""

import json

import shapely

from heritage.adapters.outlines import Outlines
from heritage.ports.risk_pages import View
from register_examples import VOCABULARIES

OUTLINES = Outlines(VOCABULARIES / "natural_earth")
GOTLAND = shapely.Point(18.5, 57.4)


def land(view: View) -> shapely.Geometry:
    features = json.loads(OUTLINES.geojson(view))["features"]
    return shapely.unary_union([shapely.geometry.shape(feature["geometry"]) for feature in features])


def test_an_island_that_the_map_of_the_world_leaves_out_is_there_near_by() -> None:
    assert not land(View(-180, -85, 180, 85, 0)).contains(GOTLAND)
    assert land(View(10, 55, 25, 62, 5)).contains(GOTLAND)


def test_near_by_only_what_is_around_comes() -> None:
    west, south, east, north = land(View(10, 55, 25, 62, 5)).bounds
    assert (west, south, east, north) == (-5, 48, 40, 69)


def test_the_whole_world_at_the_nearest_zoom_is_no_flood() -> None:
    assert len(OUTLINES.geojson(View(-180, -85, 180, 85, 22))) < 1_500_000


def test_the_open_sea_is_empty() -> None:
    assert json.loads(OUTLINES.geojson(View(-140, -40, -139, -39, 8)))["features"] == []


def test_a_view_that_is_none_is_read_as_one() -> None:
    assert land(View(25, 62, 10, 55, 5)).contains(GOTLAND)
    assert OUTLINES.geojson(View(91, 90, 91, 90, 22))
