"""Layers that come from services of maps, on loopback: whole shapes, every page, the CRS, and nothing."""

from dataclasses import dataclass, field

import pytest
import shapely
from pyproj import Transformer

from heritage.adapters.files import FileStore
from heritage.adapters.harvest import HttpFetcher, HttpSettings
from heritage.errors import SourceChanged
from heritage.model.tables import FEATURES
from layer_examples import Day, layer, of_capture
from publishers.arcgis import ArcGisService
from publishers.ogcapi import CRS84, OgcApiService
from publishers.service import serving
from publishers.wfs import WfsService

ROWS = [{"nr": f"{n:05}", "level": ("Red", "Orange")[n % 2]} for n in range(1, 14)]
RD, LAEA = (f"http://www.opengis.net/def/crs/EPSG/0/{code}" for code in (28992, 3035))
GML = ["text/xml; subtype=gml/3.2"]


@dataclass
class Asked:
    """A layer over HTTP, without waiting."""

    folder: object
    waits: list[float] = field(default_factory=list)

    def pull(self, service, **changes):
        with serving(service):
            harvest = {
                WfsService: {"protocol": "wfs", "url": f"{service.url}/ows", "layer": "a:Monument"},
                OgcApiService: {"protocol": "ogcapi", "url": f"{service.url}/ogc/v1/collections/monumenten"},
                ArcGisService: {"protocol": "arcgis", "url": f"{service.url}{getattr(service, 'layer', '')}"},
            }[type(service)]
            loaded = layer(self.folder, harvest, id="nr", **changes)
            settings = HttpSettings("tests (tests@example.org)", self.folder / "unfinished", pause_s=0)
            store = FileStore(str(self.folder / "data"))
            fetcher = HttpFetcher(settings, Day(), self.waits.append)
            snapshot, counts = of_capture(loaded, store, fetcher)
        columns = store.read_table("world_demo", snapshot, "features", FEATURES.names).to_pylist()
        return counts, [shapely.from_wkb(row["geometry"]) for row in columns]


def corner(crs, x, y):
    return Transformer.from_crs(crs, 4326, always_xy=True).transform(x, y)


@pytest.mark.parametrize("formats", [GML, ["application/json"]])
@pytest.mark.parametrize("notation", ["urn:ogc:def:crs:EPSG::3006", "EPSG:3006"])
def test_a_feature_service_gives_whole_areas_page_by_page(tmp_path, formats, notation):
    service = WfsService(list(ROWS), most=5, formats=formats, offered=[notation], side=1000)
    counts, shapes = Asked(tmp_path).pull(service, point={"crs": "EPSG:3006"})
    assert (counts.features, counts.rejected) == (13, 0)
    middle = shapely.Point(corner(3006, 500_500, 6_600_500))
    assert all(shape.geom_type == "Polygon" and shape.covers(middle) for shape in shapes)
    pages = [one.query for one in service.asked if "count" in one.query]
    assert [(page.get("startIndex"), page["sortBy"]) for page in pages] == [
        (None, "nr"),
        ("5", "nr"),
        ("10", "nr"),
    ]


@pytest.mark.parametrize(
    ("offered", "crs", "side"),
    [([CRS84], "EPSG:4326", 0.3), ([CRS84, RD], "EPSG:28992", 1000), ([CRS84, LAEA], "EPSG:3035", 1000)],
)
def test_a_collection_gives_whole_areas_in_the_crs_of_the_description(tmp_path, offered, crs, side):
    service = OgcApiService(list(ROWS), most=5, offered=offered, side=side)
    counts, shapes = Asked(tmp_path).pull(service, point={"crs": crs} if crs != "EPSG:4326" else None)
    assert counts.features == 13
    x, y = (5.5, 52.25) if crs == "EPSG:4326" else (155_000.5, 463_000.25)
    # all of them reach there, twice as high as wide
    inside = shapely.Point(corner(crs, x + 0.9 * side, y + 1.9 * side))
    beside = shapely.Point(corner(crs, x + 1.9 * side, y + 0.9 * side))
    assert sum(shape.covers(inside) for shape in shapes) >= 10
    assert not any(shape.covers(beside) for shape in shapes)


@pytest.mark.parametrize(
    ("service", "says"),
    [
        (WfsService(list(ROWS), side=1, offered=["EPSG:3857"]), "not in EPSG:3006: set layer.point.crs"),
        (OgcApiService(list(ROWS), side=1), "not in EPSG:3006: set layer.point.crs"),
        (
            WfsService(list(ROWS), most=5, limits={"ImplementsResultPaging": "FALSE"}),
            "counts 13 rows and sent 5",
        ),
        (OgcApiService(list(ROWS), most=5, offered=[CRS84, "EPSG:3006"], faults={2: "drift"}), "14|changed"),
        (WfsService(list(ROWS), most=5, faults={2: "repeat"}), "came twice"),
    ],
    ids=["wfs crs", "ogcapi crs", "limit", "drift", "repeat"],
)
def test_a_pull_that_is_not_whole_is_refused(tmp_path, service, says):
    with pytest.raises(SourceChanged, match=says):
        Asked(tmp_path).pull(service, point={"crs": "EPSG:3006"})


QUIET = [
    WfsService([]),
    WfsService([], formats=GML),
    WfsService([], counts=False),
    OgcApiService([], offered=[CRS84, "EPSG:3006"]),
    OgcApiService([], offered=[CRS84, "EPSG:3006"], counts=False),
    ArcGisService([], wkid=3006),
    ArcGisService([], wkid=3006, paging=False),
]
of_each = pytest.mark.parametrize("service", QUIET, ids=lambda one: type(one).__name__)


@of_each
def test_there_may_be_nothing_where_the_bounds_allow_for_it(tmp_path, service):
    counts, shapes = Asked(tmp_path).pull(service, point={"crs": "EPSG:3006"})
    assert (counts.features, shapes) == (0, [])


@of_each
def test_nothing_is_refused_where_the_bounds_ask_for_something(tmp_path, service):
    with pytest.raises(SourceChanged, match=r"no features|empty|counts 0 rows|no rows"):
        Asked(tmp_path).pull(service, point={"crs": "EPSG:3006"}, features=[1, 10])
