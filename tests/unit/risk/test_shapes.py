"""Shapes as sources draw them, good and bad, and what is made of them."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from heritage.model.issue import IssueCode
from heritage.risk.shapes import draw


def drawn(*shapes, crs="EPSG:4326"):
    return draw(np.array(shapes, dtype=object), crs)


def test_a_good_shape_stays_what_it_is():
    area = shapely.box(10, 50, 11, 51)
    made = drawn(area)
    assert made.shapes[0].equals(area)
    assert not made.faults
    assert not made.mended.any()
    assert not made.cut.any()


def test_a_shape_that_crosses_itself_is_mended_and_told():
    bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    made = drawn(bow_tie)
    assert made.mended[0]
    assert made.shapes[0].is_valid
    assert made.shapes[0].area == pytest.approx(2)


def test_degrees_under_a_crs_of_metres_are_refused():
    """In metres they would be a speck hundreds of kilometres away, and nobody would notice."""
    made = drawn(
        shapely.box(-20, 65, -19, 66), shapely.box(500_000, 500_000, 501_000, 501_000), crs="EPSG:3057"
    )
    assert made.faults == {0: IssueCode.SHAPE_OUTSIDE}
    assert made.shapes[1].distance(shapely.Point(-19, 65)) < 0.1


@pytest.mark.parametrize("empty", [None, shapely.Polygon(), shapely.GeometryCollection()])
def test_no_shape_and_an_empty_one_are_refused(empty):
    assert drawn(shapely.Point(1, 1), empty).faults == {1: IssueCode.SHAPE_MISSING}


@pytest.mark.parametrize(
    "shape",
    [
        shapely.box(530000, 180000, 531000, 181000),
        shapely.Point(10, 91),
        shapely.Point(400, 10),
        shapely.LineString([(0, 0), (np.inf, 0), (1, 1)]),
    ],
)
def test_what_lies_outside_the_world_is_refused(shape):
    assert drawn(shape).faults == {0: IssueCode.SHAPE_OUTSIDE}


def test_metres_of_a_projection_become_degrees_and_long_edges_keep_their_place():
    made = drawn(shapely.LineString([(0, 5_500_000), (1_000_000, 5_500_000)]), crs="EPSG:32632").shapes[0]
    # The middle of the long edge is where the projection puts it, not on the chord in degrees.
    assert made.distance(shapely.Point(9.0, 49.6527)) < 1e-3


FIJI = shapely.Polygon([(178, -19), (-178, -19), (-178, -16), (178, -16)])


@pytest.mark.parametrize(
    "shape",
    [
        FIJI,  # its edges jump over the end of the map
        shapely.box(178, -19, 182, -16),  # drawn beyond 180
        shapely.box(-182, -19, -178, -16),
        shapely.MultiPolygon([shapely.box(178, -19, 180, -16), shapely.box(180, -19, 182, -16)]),
    ],
)
def test_what_crosses_180_degrees_is_cut_there(shape):
    made = drawn(shape)
    assert made.cut[0]
    expected = shapely.MultiPolygon([shapely.box(178, -19, 180, -16), shapely.box(-180, -19, -178, -16)])
    assert made.shapes[0].equals(expected)


def test_what_is_cut_already_is_left_alone():
    cut = shapely.MultiPolygon([shapely.box(178, -19, 180, -16), shapely.box(-180, -19, -178, -16)])
    made = drawn(cut, shapely.box(-180, -90, 180, 90))
    assert not made.cut.any()
    assert made.shapes[0].equals(cut)


def test_holes_lines_and_points_are_cut_with_their_shapes():
    hole = [(179.5, -18), (-179.5, -18), (-179.5, -17), (179.5, -17)]
    ring = shapely.Polygon(FIJI.exterior.coords, [hole])
    made = drawn(ring, shapely.LineString([(179, 0), (-179, 2)]), shapely.Point(190, 5)).shapes
    assert made[0].area == pytest.approx(12 - 1)
    assert not made[0].covers(shapely.Point(180, -17.5))
    assert made[1].length == pytest.approx(2 * np.sqrt(2))
    assert made[2].equals(shapely.Point(-170, 5))


@pytest.mark.parametrize("pole", [90, -90])
def test_a_ring_round_a_pole_holds_the_pole(pole):
    ring = shapely.Polygon([(lon, np.sign(pole) * 80) for lon in (0, 90, 180, -90)])
    made = drawn(ring)
    assert made.shapes[0].equals(shapely.box(-180, min(80, pole) if pole > 0 else -90, 180, max(-80, pole)))
    polar = drawn(shapely.Point(0, 0).buffer(500_000), crs="EPSG:3413" if pole > 0 else "EPSG:3031")
    assert polar.shapes[0].covers(shapely.Point(17, pole * 0.99))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-40, 40), st.floats(-89, 89)), min_size=3, max_size=7),
    st.sampled_from([-170.0, 0.0, 150.0, 179.0, 185.0]),
    st.booleans(),
)
def test_however_it_is_written_the_same_area_comes_out(points, middle, rolled):
    """Drawn on over 180 degrees, or rolled back to the other side: the same area, valid and on the map."""
    area = shapely.make_valid(shapely.MultiPoint(points).convex_hull, method="structure")
    if area.geom_type != "Polygon":
        return
    written = shapely.transform(area, lambda p: p + np.array([middle, 0]))
    if rolled:
        written = shapely.transform(
            written, lambda p: np.column_stack([(p[:, 0] + 180) % 360 - 180, p[:, 1]])
        )
    made = drawn(written).shapes[0]
    assert made.is_valid
    west, _, east, _ = made.bounds
    assert west >= -180
    assert east <= 180
    assert made.area == pytest.approx(area.area, rel=1e-6, abs=1e-9)
