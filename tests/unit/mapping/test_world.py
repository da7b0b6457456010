import geopandas
import numpy as np
import pytest
import shapely
from pyproj import Geod

from register_examples import VOCABULARIES, world


@pytest.mark.parametrize(
    ("term", "item"),
    [
        ("FR", "Q142"),
        ("fra", "Q142"),
        (" france ", "Q142"),
        ("Iran, Islamic Republic of", "Q794"),
        ("XK", "Q1246"),
        ("zz", None),
        ("", None),
    ],
)
def test_knows_countries_by_code_and_english_name(term, item):
    assert world().item(term) == item


@pytest.mark.parametrize(
    ("code", "lat", "lon"),
    [
        ("FR", 48.86, 2.35),
        ("FR", -21.1, 55.5),  # La Réunion
        ("RU", 64.73, 177.4),
        ("RU", 67.2, -178.0),  # beyond the antimeridian
        ("FJ", -16.8, -179.9),
        ("AQ", -89.0, 100.0),
        ("UA", 44.95, 34.10),  # disputed: of both
        ("RU", 44.95, 34.10),
        ("RS", 42.66, 20.27),
        ("XK", 42.66, 20.27),
    ],
)
def test_a_place_in_a_country_is_inside(code, lat, lon):
    qid = world().item(code)
    assert world().metres_outside(qid, np.array([lat]), np.array([lon])).tolist() == [0.0]


@pytest.mark.parametrize(
    ("code", "lat", "lon"),
    [("DE", 48.8566, 2.3522), ("SE", 60.1699, 24.9384), ("IS", 62.0, -7.0), ("NO", 78.2, 40.0)],
)
def test_distances_are_metres_also_in_the_north(code, lat, lon):
    table = geopandas.read_parquet(VOCABULARIES / "natural_earth" / "borders.parquet")
    corners = shapely.get_coordinates(table.geometry[table["iso2"] == code].to_numpy())
    here = np.full(len(corners), lon), np.full(len(corners), lat)
    nearest = Geod(ellps="WGS84").inv(*here, corners[:, 0], corners[:, 1])[2].min()
    found = world().metres_outside(world().item(code), np.array([lat]), np.array([lon]))[0]
    assert found == pytest.approx(nearest, rel=0.05)


def test_a_country_without_an_outline_is_not_judged():
    assert np.isnan(world().metres_outside("Q42", np.array([0.0]), np.array([0.0]))).all()


def test_what_lies_far_away_may_be_infinite_and_nothing_else_changes():
    lat, lon = (grid.ravel() for grid in np.meshgrid(np.arange(-89.5, 90, 7.3), np.arange(-179.5, 180, 7.3)))
    for code in ("SE", "FJ", "AQ", "RU"):
        qid = world().item(code)
        exact, quick = (world().metres_outside(qid, lat, lon, up_to) for up_to in (np.inf, 30_000.0))
        known = np.isfinite(quick)
        assert (quick[known] == exact[known]).all()
        assert (exact[~known] > 30_000).all()


def test_knows_the_land_of_others():
    lat, lon = np.array([61.0, 59.6, 56.0]), np.array([10.0, 17.0, 18.0])  # Norway, Sweden, the Baltic Sea
    assert world().on_land_of_others(["Q34"], lat, lon).tolist() == [True, False, False]
