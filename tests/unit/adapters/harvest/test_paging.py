"""What holds for every service that hands out pages, whatever its protocol."""

import json
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heritage.errors import SourceChanged, SourceUnavailable
from publishers.arcgis import ArcGisService
from publishers.ckan import CkanService
from publishers.ogcapi import OgcApiService
from publishers.opendatasoft import OpendatasoftService
from publishers.rest import RestService
from publishers.service import serving
from publishers.socrata import SocrataService
from publishers.wfs import WfsService
from register_examples import Way, loaded

GML = ["text/xml; subtype=gml/3.2"]
PATHS = {"records": "data.items", "total": "meta.total"}


def rest(style, **paging):
    paging = {"style": style, "parameter": "at", "size_parameter": "size", "size": 7, **paging}
    return lambda url: {"protocol": "rest", "url": f"{url}/api/places", **PATHS, "paging": paging}


SERVICES = {
    "arcgis": (ArcGisService, {}, lambda url: {"protocol": "arcgis", "url": f"{url}{ArcGisService.layer}"}),
    "arcgis, by ids": (
        ArcGisService,
        {"paging": False},
        lambda url: {"protocol": "arcgis", "url": f"{url}{ArcGisService.layer}"},
    ),
    "wfs": (
        WfsService,
        {},
        lambda url: {"protocol": "wfs", "url": f"{url}/wfs?map=1", "layer": "a:Monument"},
    ),
    "wfs, gml": (
        WfsService,
        {"formats": GML},
        lambda url: {"protocol": "wfs", "url": f"{url}/wfs", "layer": "a:Monument"},
    ),
    "ogcapi": (
        OgcApiService,
        {},
        lambda url: {"protocol": "ogcapi", "url": f"{url}{OgcApiService.collection}"},
    ),
    "ckan": (
        CkanService,
        {},
        lambda url: {"protocol": "ckan", "url": url, "package": "monuments", "resource": "Monuments 2026"},
    ),
    "opendatasoft": (
        OpendatasoftService,
        {},
        lambda url: {"protocol": "opendatasoft", "url": url, "dataset": OpendatasoftService.dataset},
    ),
    "socrata": (
        SocrataService,
        {},
        lambda url: {"protocol": "socrata", "url": f"{url}{SocrataService.resource}"},
    ),
    "rest, page": (RestService, {"style": "page"}, rest("page")),
    "rest, offset": (RestService, {"style": "offset", "first": 0}, rest("offset")),
    "rest, cursor": (RestService, {"style": "cursor"}, rest("cursor", next="meta.next")),
    "rest, link": (RestService, {"style": "link"}, rest("link", parameter=None, next="meta.next")),
}
CRS = {"arcgis": "EPSG:27700", "wfs": "EPSG:3006", "ogcapi": "EPSG:4326"}
names = pytest.mark.parametrize("name", SERVICES)


def rows(count):
    return [{"nr": f"{n:05}", "namn": f"Kyrka å{n}"} for n in range(1, count + 1)]


def served(name, count, **changes):
    kind, options, _ = SERVICES[name]
    if name == "opendatasoft":
        changes.pop("most", None)  # an export is whole
    return kind(rows(count), **{**options, **changes})


def described(folder, name, service):
    crs = CRS.get(name.split(",")[0])
    point = {"crs": crs} if crs else {"x": "lon", "y": "lat"}
    return loaded(folder, harvest=SERVICES[name][2](service.url), record={"point": point})


def numbers(files):
    """The numbers of the rows in the captured files, in the order of their names."""
    found = []
    for file in sorted(files, key=lambda one: one.name):
        if file.content.startswith(b"<"):
            found += re.findall(r"<a:nr>(.*?)</a:nr>", file.content.decode())
        else:
            lines = file.content.splitlines() if file.name.endswith("jsonl") else [file.content]
            for line in lines:
                found += _numbers(json.loads(line))
    return found


def _numbers(content):
    if isinstance(content, dict) and "nr" in content:
        return [content["nr"]]
    inside = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    return [number for one in inside for number in _numbers(one)]


def pull(folder, name, service, **how):
    return numbers(Way.over_http(folder, **how).fetch(described(folder, name, service)))


def quickly(examples):
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quickly(60)
@given(name=st.sampled_from(list(SERVICES)), count=st.integers(1, 40), most=st.integers(1, 45))
def test_every_row_arrives_once_in_order(name, count, most):
    with tempfile.TemporaryDirectory() as folder, serving(served(name, count, most=most)) as service:
        assert pull(Path(folder), name, service) == [row["nr"] for row in service.rows]


FAULTS = st.sampled_from(
    ["html", "cut", "error", "503", "empty", "short", "repeat", "skip", "overlap", "drift"]
)


@quickly(200)
@given(
    name=st.sampled_from(list(SERVICES)),
    count=st.integers(2, 25),
    most=st.integers(1, 12),
    faults=st.dictionaries(st.integers(1, 5), FAULTS, min_size=1, max_size=2),
)
def test_whatever_goes_wrong_every_row_arrives_once_in_order_or_none_does(name, count, most, faults):
    with tempfile.TemporaryDirectory() as folder, serving(served(name, count, most=most)) as service:
        service.faults = dict(faults)
        whole = [[row["nr"] for row in service.rows]]
        try:
            came = pull(Path(folder), name, service)
        except (SourceChanged, SourceUnavailable) as error:
            came = str(error)
        whole.append([row["nr"] for row in service.rows])
        if isinstance(came, str):
            assert came.startswith(("se_demo: ", "se_demo, page-0"))
        elif name == "arcgis, by ids" or {"skip", "overlap"} <= set(faults.values()):
            assert sorted(came) in whole  # what was left out of a page comes on the next
        else:
            assert came in whole


@names
@pytest.mark.parametrize("fault", ["cut", "503"])
def test_what_passes_is_overcome(tmp_path, name, fault):
    with serving(served(name, 20, most=6, faults={1: fault})) as service:
        assert pull(tmp_path, name, service) == [row["nr"] for row in service.rows]


@names
@pytest.mark.parametrize("fault", ["html", "error", "empty", "repeat"])
def test_a_page_that_is_none_refuses_the_pull(tmp_path, name, fault):
    number = 1 if name == "opendatasoft" else 2
    with serving(served(name, 20, most=6, faults={number: fault})) as service:
        with pytest.raises(SourceChanged, match=r"^se_demo[:,] "):
            pull(tmp_path, name, service)
        assert not list(tmp_path.glob("unfinished/*/*/page*")), "nothing of it is used again"


@names
def test_a_register_that_grows_while_it_is_read_is_refused(tmp_path, name):
    number = 1 if name == "opendatasoft" else 2
    with (
        serving(served(name, 20, most=6, faults={number: "drift"})) as service,
        pytest.raises(SourceChanged, match=r"changed meanwhile|changed while|counts|counted|came twice"),
    ):
        pull(tmp_path, name, service)


@names
def test_an_empty_register_is_told(tmp_path, name):
    with serving(served(name, 1)) as service:
        service.rows = []
        with pytest.raises(SourceChanged, match=r"0 rows|no rows|0 records|no features|None rows|is empty"):
            pull(tmp_path, name, service)


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"opendatasoft"}))
def test_a_killed_pull_goes_on_with_the_page_that_was_missing(tmp_path, name):
    with serving(served(name, 20, most=6, faults=dict.fromkeys(range(3, 7), "503"))) as service:
        with pytest.raises(SourceUnavailable, match="4 attempts"):
            pull(tmp_path, name, service)
        asked = service.pages
        assert pull(tmp_path, name, service) == [row["nr"] for row in service.rows]
        assert service.pages - asked <= 2


@names
def test_the_same_content_is_the_same_snapshot(tmp_path, name):
    with serving(served(name, 9, most=4)) as service:
        way, spec = Way.over_http(tmp_path), described(tmp_path, name, service)
        first = way.harvest(spec)
        assert way.harvest(spec) == first
        service.rows[4] = {**service.rows[4], "namn": "Other"}
        assert way.harvest(spec) != first
