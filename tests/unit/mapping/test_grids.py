import math

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage.mapping.grids import read_grid

BRITISH = "EPSG:27700"
LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"


def read(text, crs=BRITISH):
    squares = read_grid(pa.array([text], pa.string()), crs)
    found = (squares.x[0], squares.y[0], squares.size[0])
    return None if math.isnan(found[0]) else found


@pytest.mark.parametrize(
    ("text", "x", "y", "size"),
    [
        ("TQ 30034 80461", 530034.5, 180461.5, 1),
        ("TQ30048046", 530045, 180465, 10),
        ("TQ 300 804", 530050, 180450, 100),
        ("tq3080", 530500, 180500, 1000),
        ("TQ38", 535000, 185000, 10_000),
        ("SU45B", 441000, 153000, 2000),
        ("SU 45 NE", 447500, 157500, 5000),
        ("SV 00 00", 500, 500, 1000),
        ("HU 396 753", 439650, 1175350, 100),
    ],
)
def test_reads_british_references(text, x, y, size):
    assert read(text) == (x, y, size)


@pytest.mark.parametrize("crs", ["EPSG:29902", "EPSG:29903"])
def test_reads_irish_references(crs):
    assert read("O 15904 34671", crs) == (315904.5, 234671.5, 1)
    assert read("V 96 85", crs) == (96500, 85500, 1000)
    assert read("W 67 A", crs) == (161000, 71000, 2000)


@pytest.mark.parametrize(
    "text",
    [
        "TQ 30 804",
        "TQ 301",
        "TQ",
        "NA",
        "ZZ 11",
        "I 12 34",
        "TI 12 34",
        "O 12 34",
        "TQ 30 80 A",
        "SU45O",
        "TQ 123456 123456",
        "530034, 180461",
        "TQ 30 80; TQ 31 80",
        "",
        None,
    ],
)
def test_reads_nothing_else(text):
    assert read(text) is None


@given(st.integers(0, 699_999), st.integers(0, 1_299_999), st.integers(1, 5), st.booleans())
def test_every_place_lies_in_the_square_of_its_reference(east, north, figures, spaced):
    column, row = east // 100_000, north // 100_000
    first = LETTERS[(3 - row // 5) * 5 + 2 + column // 5]
    second = LETTERS[(4 - row % 5) * 5 + column % 5]
    parts = [f"{figure % 100_000:05}"[:figures] for figure in (east, north)]
    found = read(first + second + " " * spaced + (" " * spaced).join(parts))
    assert found is not None
    x, y, size = found
    assert size == 10 ** (5 - figures)
    assert abs(x - east - 0.5) <= size / 2
    assert abs(y - north - 0.5) <= size / 2


@given(st.integers(0, 499_999), st.integers(0, 499_999), st.integers(1, 5))
def test_every_place_of_ireland_lies_in_the_square_of_its_reference(east, north, figures):
    letter = LETTERS[(4 - north // 100_000) * 5 + east // 100_000]
    parts = [f"{figure % 100_000:05}"[:figures] for figure in (east, north)]
    x, y, size = read(letter + "".join(parts), "EPSG:29903")
    assert max(abs(x - east - 0.5), abs(y - north - 0.5)) <= size / 2
