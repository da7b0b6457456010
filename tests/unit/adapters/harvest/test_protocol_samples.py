"""Recorded answers of real services, replayed: every record arrives, or the pull is refused."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from heritage.errors import SourceChanged
from publishers.service import Asked, Reply, Service, serving
from publishers.wfs import WfsService
from register_examples import Way, loaded, read_rows

pytestmark = pytest.mark.shared_data


@pytest.fixture(scope="module")
def samples(shared_data: Path) -> Path:
    folder = shared_data / "protocol-samples"
    if not folder.is_dir():
        pytest.skip(f"the folder of protocol samples is missing: {folder}")
    return folder


@dataclass
class Recorded(Service):
    """Answers with what `tell` finds for a question: the bytes, or the bytes and a status."""

    rows: list[dict] = field(default_factory=list)
    tell: Callable[[Asked], bytes | Reply] = lambda asked: b""

    def answer(self, asked: Asked) -> Reply:
        said = self.tell(asked)
        return said if isinstance(said, Reply) else Reply(said)


def pulled(tmp_path, tell, crs="EPSG:4326", number="nr", **harvest):
    with serving(Recorded(tell=tell)) as service:
        spec = described(tmp_path, service.url, crs, number, **harvest)
        return read_rows(spec, Way.over_http(tmp_path).fetch(spec))


def described(tmp_path, base, crs, number, **harvest):
    point = {"crs": crs} if crs else None
    given = {"url": base + harvest.pop("path"), **harvest}
    return loaded(tmp_path, harvest=given, record={"id": number, "point": point})


# ArcGIS ----

LAYER = {"protocol": "arcgis", "path": "/arcgis/rest/services/Register/MapServer/1", "number": "OBJECTID"}


def layer(facts: bytes, page: bytes, count: int = 0, ids: bytes = b"{}"):
    """A layer that tells these facts, and one page whatever it is asked for."""

    def tell(asked: Asked) -> bytes:
        if not asked.path.endswith("/query"):
            return facts
        if "returnCountOnly" in asked.query:
            return json.dumps({"count": count}).encode()
        return ids if "returnIdsOnly" in asked.query else page

    return tell


def test_a_layer_of_arcgis_10_0_comes_by_object_ids(tmp_path, samples):
    facts = (samples / "arcgis/us-ca-carson-metadata.json").read_bytes()
    page = (samples / "arcgis/page-partial.json").read_bytes()
    known = [feature["attributes"] for feature in json.loads(page)["features"]]
    ids = json.dumps({"objectIds": [one["OBJECTID"] for one in known]}).encode()
    rows = pulled(tmp_path, layer(facts, page, ids=ids), **LAYER)
    assert [row.cells["NAME"] for row in rows] == [one["NAME"] for one in known]
    assert (rows[0].cells["geometry.x"], rows[0].cells["geometry.y"]) == ("-87.969739519", "41.6429841820001")


def test_a_page_with_other_rows_than_asked_for_or_with_one_twice_is_refused(tmp_path, samples):
    facts = (samples / "arcgis/us-ca-carson-metadata.json").read_bytes()
    ids = (samples / "arcgis/us-ca-carson-ids-only.json").read_bytes()
    partial = (samples / "arcgis/page-partial.json").read_bytes()
    with pytest.raises(SourceChanged, match="sends other rows than it is asked for"):
        pulled(tmp_path, layer(facts, partial, ids=ids), **LAYER)
    twice = (samples / "arcgis/us-ca-carson-0.json").read_bytes()
    with pytest.raises(SourceChanged, match="came twice"):
        pulled(tmp_path, layer(facts, twice, ids=ids), **LAYER)


def test_statistics_are_no_rows(tmp_path, samples):
    facts = (samples / "restgdf/tests/fixtures/pagination/query_limit_metadata.json").read_bytes()
    page = (samples / "arcgis/us-fl-polk-statistics.json").read_bytes()
    with pytest.raises(SourceChanged, match="a row has no OBJECTID"):
        pulled(tmp_path, layer(facts, page, 1), **LAYER)


@pytest.mark.parametrize(
    "facts",
    ["query_limit_metadata", "metadata_missing_supports_pagination", "metadata_supports_pagination_false"],
)
@pytest.mark.parametrize(
    ("page", "count", "says"),
    [
        ("query_exceeded_transfer_limit_short_page", 2, None),
        ("query_exceeded_transfer_limit_short_page", 5, "says the same|came twice|other rows"),
        ("query_exceeded_transfer_limit_empty_features", 5, "the page after 0 of [35] rows is empty"),
    ],
)
def test_what_a_layer_says_of_its_transfer_limit_is_not_believed(tmp_path, samples, facts, page, count, says):
    folder = samples / "restgdf/tests/fixtures/pagination"
    known = (folder / f"{page}.json").read_bytes()
    ids = json.dumps({"objectIds": list(range(101, 101 + count))}).encode()
    tell = layer((folder / f"{facts}.json").read_bytes(), known, count, ids)
    if says is None:
        assert [row.cells["NAME"] for row in pulled(tmp_path, tell, **LAYER)] == ["Alpha", "Beta"]
    else:
        with pytest.raises(SourceChanged, match=says):
            pulled(tmp_path, tell, **LAYER)


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("count_response_text_plain.txt", "no object id"),
        ("generate_token_default_html_response.html", "is not JSON, it begins '<!DOCTYPE html>"),
        (
            "generate_token_invalid_credentials_error.json",
            "says '400 Unable to generate token. Invalid username",
        ),
    ],
)
def test_what_stands_in_the_place_of_an_answer_is_told(tmp_path, samples, file, says):
    said = (samples / "restgdf/tests/error_format_fixtures" / file).read_bytes()
    with pytest.raises(SourceChanged, match=says):
        pulled(tmp_path, lambda asked: said, **LAYER)


# WFS ----


@dataclass
class RecordedWfs(WfsService):
    """Says what it can with the words of a real service."""

    capabilities: bytes = b""
    schema: bytes = b""

    def answer(self, asked: Asked) -> Reply:
        if asked.query.get("request") == "GetCapabilities":
            return Reply(self.capabilities)
        if asked.query.get("request") == "DescribeFeatureType" and self.schema:
            return Reply(self.schema)
        return super().answer(asked)


KOELN = "adressen_stadtteil"
ROWS = [{"Nummer": f"{n:05}", "namn": f"Haus {n}"} for n in range(1, 24)]


@pytest.mark.parametrize(
    ("file", "layer", "crs", "offered", "paged"),
    [
        ("wfs_dov_getcapabilities_200", "gw_meetnetten:meetnetten", "EPSG:31370", "EPSG::31370", True),
        ("wfs_koeln_arcgis_getcapabilities_200", f"{KOELN}:Blumenberg", "EPSG:25832", "EPSG::25832", True),
        ("wfs_CUZK_GetCapabilities_2_0_0", "CP:CadastralParcel", "EPSG:5514", "EPSG::102067", False),
        ("wfs_CUZK_GetCapabilities_2_0_0", "CP:CadastralParcel", "EPSG:4258", "EPSG::4258", False),
    ],
)  # fmt: skip
def test_what_real_services_can_do_is_understood(tmp_path, samples, file, layer, crs, offered, paged):
    folder = samples / "wfs/tests/resources"
    service = RecordedWfs(
        list(ROWS),
        layer=layer,
        offered=[f"urn:ogc:def:crs:{offered}"],
        limits={"ImplementsResultPaging": "TRUE" if paged else "FALSE"},
        capabilities=(folder / f"{file}.xml").read_bytes(),
        schema=(folder / "wfs_koeln_arcgis_describefeaturetype_200.xml").read_bytes(),
    )
    with serving(service):
        spec = described(tmp_path, service.url, crs, "Nummer", protocol="wfs", path="/wfs", layer=layer)
        rows = read_rows(spec, Way.over_http(tmp_path).fetch(spec))
    assert [row.cells["Nummer"] for row in rows] == [row["Nummer"] for row in ROWS]
    assert {row.cells["geometry.x"] for row in rows[:1]} == {"500000.5"}


def test_a_layer_that_a_real_service_has_under_another_name_is_told(tmp_path, samples):
    said = (samples / "wfs/tests/resources/wfs_koeln_arcgis_getcapabilities_200.xml").read_bytes()
    with pytest.raises(SourceChanged, match="did you mean 'adressen_stadtteil:Blumenberg'"):
        pulled(tmp_path, lambda asked: said, protocol="wfs", path="/wfs", layer="Blumenburg")


# OGC API Features ----

COLLECTION = {"protocol": "ogcapi", "path": "/collections/roadl_1m"}


def test_the_collection_of_the_standard_leads_to_its_items(tmp_path, samples):
    said = (samples / "ogcapi/core/examples/json/Collection.json").read_bytes().rstrip().rstrip(b",")
    page = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"nr": "1"}}]}

    def tell(asked: Asked) -> bytes:
        return json.dumps(page).encode() if asked.path.endswith("/items") else said

    assert [row.cells["nr"] for row in pulled(tmp_path, tell, **COLLECTION)] == ["1"]


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("json/Collection.json", "is not JSON"),  # as printed, with a comma too many
        ("json/ConformsTo.json", "is not JSON"),
        ("json/LandingPage.json", "holds no features"),
        ("xml/FeatureCollection.xml", "is not JSON, it begins '<\\?xml"),
    ],
)
def test_what_is_no_page_of_features_is_refused(tmp_path, samples, file, says):
    said = (samples / "ogcapi/core/examples" / file).read_bytes()
    with pytest.raises(SourceChanged, match=says):
        pulled(tmp_path, lambda asked: said, **COLLECTION)


# Socrata ----

DATASET = {"protocol": "socrata", "path": "/resource/bike-cnts", "crs": None, "number": "id"}


def pages(samples: Path, count: int):
    """A dataset that gives a thousand rows at once."""
    first, second = (
        (samples / f"socrata/tests/test_data/bike_counts_page_{n}.json").read_bytes() for n in (1, 2)
    )

    def tell(asked: Asked) -> bytes:
        if "$select" in asked.query:
            return json.dumps([{"count": str(count)}]).encode()
        return {"0": first, "1000": second}.get(asked.query["$offset"], b"[]")

    return tell


def test_all_pages_of_a_dataset_arrive(tmp_path, samples):
    rows = pulled(tmp_path, pages(samples, 1001), **DATASET)
    assert len(rows) == 1001
    assert rows[1000].cells == {
        "id": "100009424",
        "date": "2016-10-02T01:45:00.000",
        "counts": "3",
        "status": "0",
    }


def test_a_dataset_that_counts_more_than_it_sends_is_refused(tmp_path, samples):
    with pytest.raises(SourceChanged, match="the page after 1001 of 1002 rows is empty"):
        pulled(tmp_path, pages(samples, 1002), **DATASET)


def test_other_answers_of_socrata_are_told(tmp_path, samples):
    folder = samples / "socrata/tests/test_data"
    denied = Reply((folder / "403_response_json.txt").read_bytes(), 403, {"Content-Type": "application/json"})
    with pytest.raises(SourceChanged, match="You must be logged in"):
        pulled(tmp_path, lambda asked: denied, **DATASET)
    for name in ("get_song_metadata.txt", "empty.txt", "nondatasetfile.zip", "get_songs.txt"):
        said = (folder / name).read_bytes()
        with pytest.raises(SourceChanged, match=r"no list|not JSON|counts None rows"):
            pulled(tmp_path, lambda asked, said=said: said, **DATASET)
