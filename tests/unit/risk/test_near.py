"""Which places are near which shapes, held to a search by brute force along every edge."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from heritage.risk.near import Shapes

EARTH = Geod(ellps="WGS84")
ERROR_M = 2.0


def near(shapes, margin, lon, lat, precision=0.0):
    """Place and shape of every near pair, with the distance."""
    shapes = np.array(shapes, dtype=object)
    lon, lat = np.atleast_1d(np.array(lon, float)), np.atleast_1d(np.array(lat, float))
    margins = np.broadcast_to(np.array(margin, float), shapes.shape)
    precisions = np.broadcast_to(np.array(precision, float), lon.shape)
    found = {}
    for some in Shapes(shapes, margins).near(lon, lat, precisions):
        for place, shape, metres in zip(some.place, some.shape, some.distance_m, strict=True):
            assert (int(place), int(shape)) not in found
            found[int(place), int(shape)] = float(metres)
    return found


def brute_force(shape, lon, lat):
    """Metres to the nearest of very many points of the edges, 0 inside; the nearest is closed in on."""
    if shape.geom_type == "Polygon" and shapely.covers(shape, shapely.Point(lon, lat)):
        return 0.0
    lines = [shape.exterior, *shape.interiors] if shape.geom_type == "Polygon" else [shape]
    best = np.inf
    for line in lines:
        points = shapely.get_coordinates(line)
        if len(points) == 1:
            points = points.repeat(2, axis=0)
        for first, second in pairwise(points):
            low, high = 0.0, 1.0
            for _ in range(4):
                share = np.linspace(low, high, 101)
                x, y = (first + share[:, None] * (second - first)).T
                *_, metres = EARTH.inv(np.full(101, lon), np.full(101, lat), x, y)
                best = min(best, metres.min())
                low, high = share[max(metres.argmin() - 1, 0)], share[min(metres.argmin() + 1, 100)]
    return float(best)


@st.composite
def shapes(draw):
    kind = draw(st.sampled_from(["point", "line", "area", "cap"]))
    if kind == "cap":  # round a pole: its edge runs along the end of the map
        pole, edge = draw(st.sampled_from([(90, 88.5), (-90, -89.2)]))
        return shapely.box(-180, min(pole, edge), 180, max(pole, edge))
    lon = draw(st.sampled_from([-180, -179.9, 0, 10.3, 179.8, 180]))
    lat = draw(st.sampled_from([-89.9, -60, 0, 45, 59.9, 83, 89.5, 90]))
    size = draw(st.sampled_from([0.01, 0.3, 3.0]))
    steps = draw(st.lists(st.tuples(*[st.floats(-1, 1)] * 2), min_size=3, max_size=6))
    points = np.clip(np.array(steps) * size + [lon, lat], [-180, -90], [180, 90])
    if kind == "point":
        return shapely.Point(points[0])
    return shapely.LineString(points) if kind == "line" else shapely.MultiPoint(points).convex_hull


PLACES = st.tuples(
    st.one_of(st.sampled_from([-180.0, 180.0, 179.95, -179.95, 0.0, 10.0]), st.floats(-180, 180)),
    st.one_of(st.sampled_from([90.0, -90.0, 89.6, -89.3, 45.2, 60.0]), st.floats(-90, 90)),
)
METRES = st.sampled_from([0.0, 1.0, 250.0, 10_000.0, 120_000.0])


@settings(max_examples=120, deadline=None)
@given(st.lists(shapes(), min_size=1, max_size=4), st.lists(PLACES, min_size=1, max_size=5), METRES, METRES)
@example([shapely.box(179, -1, 180, 1)], [(-179.999, 0.0)], 1.0, 250.0)
@example([shapely.box(-180, 88.5, 180, 90)], [(7.0, 90.0)], 0.0, 0.0)
def test_it_finds_what_brute_force_finds(areas, places, margin, precision):
    lon, lat = map(np.array, zip(*places, strict=True))
    found = near(areas, margin, lon, lat, precision)
    for i in range(len(lon)):
        for j, area in enumerate(areas):
            true, told = brute_force(area, lon[i], lat[i]), found.get((i, j))
            if told is None:
                assert true + ERROR_M >= margin + precision
            else:
                assert abs(told - true) <= ERROR_M
                assert told <= margin + precision


def test_both_precisions_and_the_reach_are_added_up():
    area, place = shapely.box(10, 50, 11, 51), (9.99, 50.5)  # 710 m west of the edge
    assert near([area], 700, *place) == {}
    assert near([area], 0, *place, precision=700) == {}
    (metres,) = near([area], 400, *place, precision=400).values()
    assert metres == pytest.approx(709.9, abs=1)


@pytest.mark.parametrize(
    ("shape", "lon", "lat", "metres"),
    [
        (shapely.Point(179.99, 0), -179.99, 0.0, 2226.4),
        (shapely.Point(-180, 10), 180.0, 10.0, 0.0),
        (shapely.Point(0, 89.99), 180.0, 89.99, 2233.9),
        (shapely.Point(123, -90), -40.0, -89.99, 1117.0),
    ],
)
def test_neither_the_date_line_nor_a_pole_is_a_border(shape, lon, lat, metres):
    (told,) = near([shape], 5000, lon, lat).values()
    assert told == pytest.approx(metres, abs=1)


def test_holes_are_outside_and_parts_are_one_shape():
    ring = shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 2, 2)
    both = shapely.GeometryCollection(
        [shapely.MultiPolygon([shapely.box(5, 0, 6, 1)]), shapely.Point(1.5, 1.5)]
    )
    assert near([ring], 0, [1.5, 0.5], [1.5, 0.5]) == {(1, 0): 0.0}
    assert set(near([ring, both], 0, [5.5, 1.5], [0.5, 1.5])) == {(0, 1), (1, 1)}


def test_places_without_a_point_and_layers_without_a_shape_are_near_nothing():
    assert near([shapely.box(-180, -90, 180, 90)], 10, [np.nan, 3], [2, np.nan]) == {}
    assert near([], 10, [1.0], [2.0]) == {}
