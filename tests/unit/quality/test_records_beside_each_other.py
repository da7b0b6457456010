"""What is doubted about single records: cut and mixed names, centres of municipalities, twins."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage.model.codes import codes, times
from heritage.quality.centres import municipality_centres
from heritage.quality.duplicates import duplicate_sites
from heritage.quality.names import cut_names, mixed_scripts
from register_examples import thresholds

RULES = thresholds().records
METRE = 1 / 111_195


def mixed(*names):
    return mixed_scripts(pa.array(names, pa.string()), RULES.scripts).tolist()


@pytest.mark.parametrize(
    ("name", "is_mixed"),
    [
        ("Помнiк", True),  # Latin i
        ("Сядзіба ХVIII ст.", True),  # Cyrillic Х before Latin VIII
        ("Cвято", True),  # Latin C
        ("п'яdніца", True),  # Latin d behind an apostrophe
        ("м\u0301a", True),  # a mark belongs to the word
        ("Помнік", False),
        ("Wi-Fi-точка", False),
        ("Дом Tesla", False),
        ("Дом №12a", False),
        ("Μουσείο", False),
        ("Mουσείο", True),
        ("სვეტიცხოველი", False),
        ("東京Tower", False),
        ("", False),
        (None, False),
    ],
)
def test_letters_of_two_scripts_in_a_word(name, is_mixed):
    assert mixed(name) == [is_mixed]


def cut(lengths):
    return cut_names(pa.array(["x" * n for n in lengths] + [None], pa.string()), RULES.cut)


def test_names_that_gather_at_the_greatest_length_were_cut():
    whole = [length for length in range(5, 120) for _ in range(max(1, 60 - length // 2))]
    assert cut(whole).sum() == 0
    at_the_edge = [min(length, 80) for length in whole]
    found = cut(at_the_edge)
    assert found.sum() == at_the_edge.count(80)
    assert not found[-1]


@pytest.mark.parametrize("lengths", [[], [40], [40] * 4, [8] * 50, list(range(1, 60))])
def test_few_or_short_names_are_not_called_cut(lengths):
    assert cut(lengths).sum() == 0


def centres(lat, lon, towns):
    return municipality_centres(np.array(lat, float), np.array(lon, float), pd.Series(towns), RULES.centre)


def around(n=12):
    """Points of a town that lie about as sites do, and not evenly."""
    steps = np.arange(1, n + 1)
    return 50 + np.sin(steps * 7) / 60, 8 + np.cos(steps * 5) / 60


def test_a_point_that_records_of_one_municipality_share_is_its_centre():
    lat, lon = around()
    lat[:3], lon[:3] = lat[0], lon[0]
    assert centres(lat, lon, ["Ed"] * 12).tolist() == [True] * 3 + [False] * 9
    assert not centres(lat, lon, ["Ed", "Ål", "Mo", *["Ed"] * 9]).any()
    assert not centres(lat, lon, [None] * 12).any()


def test_a_point_in_the_middle_of_all_others_is_a_centre():
    lat, lon = around()
    others = len(lat)
    lat, lon = np.append(lat, lat.mean()), np.append(lon, lon.mean())
    assert centres(lat, lon, ["Ed"] * len(lat)).tolist() == [False] * others + [True]
    lat[-1] += 60 * METRE
    assert not centres(lat, lon, ["Ed"] * len(lat)).any()
    two = centres(np.append(lat, lat[-1]), np.append(lon, lon[-1]), ["Ed"] * (len(lat) + 1))
    assert two.tolist() == [False] * others + [True, True], "two records on it, near the middle"


def test_nothing_is_said_of_few_points():
    assert not centres([50, 51, 50.5], [8, 8, 8], ["Ed"] * 3).any()
    assert not centres([np.nan] * 4, [np.nan] * 4, ["Ed"] * 4).any()
    assert centres([], [], []).tolist() == []


def twins(*sites, addresses=None):
    lat, lon, names = zip(*sites, strict=True)
    told = pd.Series(addresses or [None] * len(sites), dtype="str")
    found = duplicate_sites(
        np.array(lat), np.array(lon), pd.Series(names, dtype="str"), told, RULES.duplicate
    )
    return found.tolist()


@pytest.mark.parametrize("lon", [0.0, 151.2, -179.99999])
@pytest.mark.parametrize("lat", [0.0, 59.0, -77.8])
def test_the_same_name_within_25_metres_is_a_twin_everywhere_on_the_globe(lat, lon):
    name = "Kyrkan i Ed"
    assert twins((lat, lon, name), (lat + 24 * METRE, lon, name)) == [True, True]
    assert twins((lat, lon, name), (lat + 26 * METRE, lon, name)) == [False, False]
    east = METRE / np.cos(np.radians(lat))
    assert twins((lat, lon, name), (lat, lon + 24 * east, name)) == [True, True]
    assert twins((lat, lon, name), (lat, lon + 26 * east, name)) == [False, False]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Church of Saint Mary", "Church of St Mary", False),
        ("Church of Saint Mary", "church of saint Mary ", True),
        ("Church of Saint Mary", "Saint Mary, Church of", True),
        ("Herengracht 12", "Herengracht 14", False),
        ("Herengracht 12", "Herengracht 12", True),
        ("Milestone", "Barn", False),
        ("Царква", "Царква", True),
    ],
)
def test_names_have_to_say_the_same(one, other, same):
    assert twins((50, 8, one), (50, 8, other)) == [same, same]


def test_different_addresses_make_two_sites():
    sites = (50, 8, "Woonhuis"), (50, 8, "Woonhuis")
    assert twins(*sites, addresses=["A 1", "A 2"]) == [False, False]
    assert twins(*sites, addresses=["A 1", None]) == [True, True]


def test_a_name_that_many_have_tells_nothing():
    many = [(50, 8 + n, "Woonhuis") for n in range(RULES.duplicate.common - 1)]
    assert any(twins((50, 8, "Woonhuis"), *many))
    assert not any(twins((50, 8, "Woonhuis"), (50, 8, "Woonhuis"), *many))


def test_records_without_name_or_point_are_passed_over():
    assert twins((50, 8, None), (50, 8, None)) == [False, False]
    assert twins((np.nan, np.nan, "Kyrka"), (np.nan, np.nan, "Kyrka")) == [False, False]


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["a", "b", None]))))
def test_equal_rows_have_equal_codes(rows):
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], []]
    numbers = codes(np.array(columns[0], dtype=int), pd.Series(columns[1], dtype=object))
    assert times(numbers).tolist() == [rows.count(row) for row in rows]
    assert len(set(numbers.tolist())) == len(set(rows))
