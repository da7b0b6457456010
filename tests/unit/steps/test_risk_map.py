"""Marks on the map: no site is lost or counted twice, however near or far one looks."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heritage.model.evidence import Level
from heritage.ports.risk_pages import WORST_FIRST, Chosen, View
from heritage.steps.risk_list import Sites
from heritage.steps.risk_map import Layout, marks
from risk_examples import Registers, Site, registers

WORLD = View(-180, -90, 180, 90, 0)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Sites:
    return registers(tmp_path_factory.mktemp("map")).sites()


@settings(deadline=None, max_examples=40)
@given(zoom=st.floats(0, 22), most=st.integers(1, 60))
def test_every_site_with_a_place_is_in_one_mark(sites: Sites, zoom: float, most: int) -> None:
    found = marks(sites, Chosen(), View(-180, -90, 180, 90, zoom), Layout(marks=most))
    assert sum(mark.count for mark in found) == 57
    assert len(found) <= max(most, 12), "at most as many as the map of the whole world has"
    for mark in found:
        assert mark.west <= mark.lon <= mark.east
        assert mark.south <= mark.lat <= mark.north
        assert mark.level is min(mark.levels, key=WORST_FIRST.index)
    ranks = [WORST_FIRST.index(mark.level) for mark in found]
    assert ranks == sorted(ranks, reverse=True), "the worst are drawn on top"


def test_a_mark_stands_on_one_of_its_sites(sites: Sites) -> None:
    shown = {(row.lat, row.lon) for row in sites.frame.itertuples()}
    assert all((mark.lat, mark.lon) in shown for mark in marks(sites, Chosen(), WORLD))


def test_only_what_is_in_view(sites: Sites) -> None:
    found = marks(sites, Chosen(), View(12, 57, 20, 63, 5))
    assert sum(mark.count for mark in found) == 42 + 1 + 1
    assert {site.name for mark in found for site in mark.sites} >= {"Old mill of Visby"}


def test_a_place_that_is_generalised_is_called_approximate(sites: Sites) -> None:
    [mark] = marks(sites, Chosen(dataset="se_guarded"), WORLD)
    [site] = mark.sites
    assert (site.name, site.approximate) == ("Burial mounds", True)
    assert (mark.lat, mark.lon) == (57.15, 12.35)


def test_marks_of_many_sites_name_the_worst(tmp_path: Path) -> None:
    levels = ["unknown"] * 30 + ["critical", "lost"]
    many = [Site(f"{n}", f"Site {n}", level, 50.0, 10.0) for n, level in enumerate(levels)]
    [mark] = marks(Registers(tmp_path).add("xx_many", "Many", many).sites(), Chosen(), WORLD)
    assert mark.levels == {Level.LOST: 1, Level.CRITICAL: 1, Level.UNKNOWN: 30}
    assert [site.name for site in mark.sites][:2] == ["Site 31", "Site 30"]
    assert np.isclose([mark.west, mark.east], 10.0).all()
