"""Coordinates that are read by column are those that are read text by text."""

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heritage.mapping.columns import Columns
from heritage.mapping.coordinates import read_number, read_pair
from heritage.mapping.points import read_points
from heritage.spec.record import Point

NUMBER = st.one_of(
    st.decimals(-200, 200, places=5, allow_nan=False).map(str),
    st.integers(-10_000_000, 10_000_000).map(str),
    st.sampled_from(
        ["007.50", "+1.5", "-0", "1,25", " 2.5 ", "1.", ".5", "1e5", "٤٣.٥", "52°30'N", "3.5 W", "−1", ""]
    ),
    st.text("0123456789.,-+NSEW°' ", max_size=8),
)
PAIR = st.one_of(
    st.tuples(NUMBER, st.sampled_from([", ", ",", " ", ";", "/", "|", " N "]), NUMBER).map("".join),
    st.tuples(
        st.sampled_from(["POINT(", "SRID=4326;Point Z (", "point  ("]), NUMBER, st.just(" "), NUMBER
    ).map(lambda parts: "".join(parts) + ")"),
    st.sampled_from(
        ["POINT EMPTY", "LINESTRING(1 2, 3 4)", "POLYGON((0 0, 3 0, 3 4, 0 0))", "POINT(1 2 3)x"]
    ),
)


def table(**columns):
    return Columns(pa.table({name: pa.array(texts, pa.string()) for name, texts in columns.items()}), [])


@settings(deadline=None)
@given(st.lists(st.tuples(NUMBER, NUMBER), min_size=1, max_size=8))
def test_two_columns(rows):
    x, y = map(list, zip(*rows, strict=True))
    points = read_points(Point(x="x", y="y"), table(x=x, y=y))
    for place, texts in enumerate(rows):
        numbers = [read_number(text.strip()) for text in texts]
        for axis, number, wrong in zip((points.x, points.y), numbers, ("lat", "lon"), strict=True):
            if number and number.axis != wrong and place not in points.unread:
                found = (axis.value[place], axis.step[place], axis.decimals[place])
                assert found == (number.value, number.step, number.decimals)
        readable = all(n and n.axis != a for n, a in zip(numbers, ("lat", "lon"), strict=True))
        assert (place in points.unread) == (not readable and any(text.strip() for text in texts))
        assert math.isnan(points.x.value[place]) == (not readable)


@settings(deadline=None)
@given(st.lists(PAIR, min_size=1, max_size=8), st.sampled_from(["lat_lon", "lon_lat"]))
def test_a_pair_in_one_column(texts, order):
    points = read_points(Point(pair="p", order=order), table(p=texts))
    for at, text in enumerate(texts):
        place = read_pair(text, order == "lat_lon")
        if place is None:
            assert math.isnan(points.x.value[at])
            assert (at in points.unread) == bool(text.strip())
        else:
            assert (points.x.value[at], points.y.value[at]) == (place.x.value, place.y.value)
            assert (points.x.step[at], points.y.step[at]) == (place.x.step, place.y.step)
            assert points.extent[at] == place.extent


@pytest.mark.parametrize("rows", [0, 1])
def test_no_rows_and_empty_rows_have_no_points(rows):
    points = read_points(Point(pair="p"), table(p=[None] * rows))
    assert np.isnan(points.x.value).all()
    assert points.unread == {}
