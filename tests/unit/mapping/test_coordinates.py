import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage.mapping.coordinates import read_number, read_pair

LATITUDES = st.decimals(-90, 90, places=6, allow_nan=False)
LONGITUDES = st.decimals(-180, 180, places=6, allow_nan=False)


@pytest.mark.parametrize(
    ("text", "value", "step"),
    [
        ("52.5", 52.5, 0.1),
        ("52,500", 52.5, 0.001),
        ("-0.5", -0.5, 0.1),
        ("−33.92", -33.92, 0.01),
        ("52.5°", 52.5, 0.1),
        ("52.5 N", 52.5, 0.1),
        ("S 33.92", -33.92, 0.01),
        ("70,25W", -70.25, 0.01),
        ("52°30'", 52.5, 1 / 60),
        ("52°30′00″N", 52.5, 1 / 3600),
        ("52° 30' 36.0\" S", -52.51, 0.1 / 3600),
        ("52 30 36", 52.51, 1 / 3600),
        ("52:30:36,00", 52.51, 0.01 / 3600),
        ("٤٣.٥", 43.5, 0.1),
    ],
)
def test_reads_the_notations_of_registers(text, value, step):
    number = read_number(text)
    assert number is not None
    assert number.value == pytest.approx(value)
    assert number.step == pytest.approx(step)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1.234,5",
        "12.345.678",
        "52°61'",
        "52°30'75\"",
        "-70.5 W",
        "N 52 N",
        "1e5",
        "NaN",
        "inf",
        "52.5 O",
        "9" * 400,
    ],
)
def test_reads_nothing_where_a_notation_is_unknown_or_ambiguous(text):
    assert read_number(text) is None


@given(LATITUDES, st.sampled_from([".", ","]))
def test_a_decimal_number_comes_back(value, point):
    number = read_number(f"{value:.6f}".replace(".", point))
    assert number is not None
    assert math.isclose(number.value, float(value), abs_tol=1e-12)
    assert number.step == 1e-6


@given(st.integers(0, 89), st.integers(0, 59), st.integers(0, 59), st.sampled_from("NSEW"))
def test_degrees_minutes_seconds_come_back(degrees, minutes, seconds, letter):
    number = read_number(f"{degrees}°{minutes:02}'{seconds:02}\"{letter}")
    assert number is not None
    sign = -1 if letter in "SW" else 1
    assert math.isclose(number.value, sign * (degrees + minutes / 60 + seconds / 3600), abs_tol=1e-9)
    assert number.axis == ("lat" if letter in "NS" else "lon")


@given(LATITUDES, LONGITUDES, st.sampled_from([", ", " ", ";", "\n", " / ", "|"]), st.booleans())
def test_a_pair_comes_back_in_either_order(lat, lon, between, lat_first):
    first, second = (lat, lon) if lat_first else (lon, lat)
    place = read_pair(f"{first:.6f}{between}{second:.6f}", lat_first)
    assert place is not None
    assert math.isclose(place.y.value, float(lat), abs_tol=1e-12)
    assert math.isclose(place.x.value, float(lon), abs_tol=1e-12)


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("43.8614031 N\n18.4322731 E", 43.8614031, 18.4322731),
        ("18.4322731 E, 43.8614031 N", 43.8614031, 18.4322731),
        ("N43 51.5, E18 25.5", 43 + 51.5 / 60, 18 + 25.5 / 60),
        ("52,5; 13,4", 52.5, 13.4),
        ("52,5 13,4", 52.5, 13.4),
        ("52°30'36\", 13°24'00\"", 52.51, 13.4),
        ("POINT(13.4 52.5)", 52.5, 13.4),
        ("SRID=4326;POINT Z (13.4 52.5 10)", 52.5, 13.4),
        ("POLYGON((13 52, 14 52, 14 53, 13 53, 13 52))", 52.5, 13.5),
    ],
)
def test_reads_pairs_as_registers_write_them(text, lat, lon):
    place = read_pair(text, lat_first=True)
    assert place is not None
    assert (place.y.value, place.x.value) == (pytest.approx(lat), pytest.approx(lon))


@pytest.mark.parametrize(
    "text",
    [
        "52.5",
        "52,5,13,4",
        "1 2 3",
        "43 N 44 N",
        "43.1 N",
        "POINT EMPTY",
        "POLYGON((",
        "POINT(a b)",
        "somewhere",
        "N" * 50_000,
    ],
)
def test_reads_no_pair_where_there_is_none(text):
    assert read_pair(text, lat_first=True) is None


def test_an_area_says_how_far_it_reaches():
    place = read_pair("POLYGON((0 0, 3 0, 3 4, 0 4, 0 0))", lat_first=True)
    assert place is not None
    assert place.extent == 2.5
