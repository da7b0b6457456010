import pytest

from heritage.adapters.harvest import HttpFetcher, HttpSettings
from heritage.errors import SourceChanged
from publishers.ogcapi import CRS84, OgcApiService
from publishers.service import serving
from register_examples import StoppedClock, Way, loaded, read_rows

ROWS = [{"nr": f"{n:05}", "namn": f"Molen {n}"} for n in range(1, 24)]
RD = "http://www.opengis.net/def/crs/EPSG/0/28992"
LAEA = "http://www.opengis.net/def/crs/EPSG/0/3035"


def described(tmp_path, service, crs="EPSG:4326", number="nr"):
    harvest = {"protocol": "ogcapi", "url": service.url + service.collection}
    return loaded(tmp_path, harvest=harvest, record={"id": number, "point": {"crs": crs}})


def pulled(tmp_path, service, **described_as):
    with serving(service):
        spec = described(tmp_path, service, **described_as)
        return read_rows(spec, Way.over_http(tmp_path).fetch(spec))


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("relative", [True, False])
@pytest.mark.parametrize("ids", [True, False])
def test_the_links_lead_through_all_pages(tmp_path, counts, relative, ids):
    service = OgcApiService(list(ROWS), most=5, counts=counts, relative=relative, ids=ids)
    rows = pulled(tmp_path, service)
    assert [row.cells["nr"] for row in rows] == [row["nr"] for row in ROWS]
    assert rows[0].cells.get("feature.id") == ("1" if ids else None)
    assert (rows[0].cells["geometry.x"], rows[0].cells["geometry.y"]) == ("5.5", "52.25")


@pytest.mark.parametrize("offered", [([CRS84, RD], []), (["#/crs"], [CRS84, RD])])
def test_the_crs_of_the_description_is_asked_for(tmp_path, offered):
    service = OgcApiService(list(ROWS), most=5, offered=offered[0], everywhere=offered[1])
    rows = pulled(tmp_path, service, crs="EPSG:28992")
    assert (rows[1].cells["geometry.x"], rows[1].cells["geometry.y"]) == ("155001.5", "463000.25")


def test_a_crs_that_has_the_northing_first_is_turned(tmp_path):
    rows = pulled(tmp_path, OgcApiService(list(ROWS), offered=[CRS84, LAEA]), crs="EPSG:3035")
    assert (rows[1].cells["geometry.x"], rows[1].cells["geometry.y"]) == ("155001.5", "463000.25")


def test_a_crs_that_is_not_offered_is_refused(tmp_path):
    with pytest.raises(
        SourceChanged, match=r"offered in EPSG:28992, EPSG:4326, not in EPSG:3035: set record.point"
    ):
        pulled(tmp_path, OgcApiService(list(ROWS), offered=[CRS84, RD]), crs="EPSG:3035")


def test_a_service_that_does_not_confirm_the_crs_is_refused(tmp_path):
    service = OgcApiService(list(ROWS), offered=[CRS84, RD], confirms=False)
    with pytest.raises(SourceChanged, match="The source says EPSG:4326, the description EPSG:28992"):
        pulled(tmp_path, service, crs="EPSG:28992")
    assert len(pulled(tmp_path, OgcApiService(list(ROWS), confirms=False))) == 23


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("items?token=t0&limit=1000", "came twice|says the same"),
        ("javascript:alert(1)", "no address"),
        ("file:///etc/passwd", "no address"),
        ("http://[", "no address"),
        (7, "no address"),
        ({"href": "x"}, "no address"),
    ],
)
def test_a_link_that_leads_nowhere_new_is_refused(tmp_path, link, says):
    with pytest.raises(SourceChanged, match=says):
        pulled(tmp_path, OgcApiService(list(ROWS), most=5, next=link))


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "fd00::7"])
def test_a_link_never_leads_from_a_public_address_into_our_own_network(tmp_path, inside):
    with serving(OgcApiService(list(ROWS), most=5)) as service:
        service.next = f"{service.url}/inside"
        outside = service.url.replace("127.0.0.1", "localhost")
        spec = described(tmp_path, OgcApiService([], url=outside))
        addresses = {"localhost": ["93.184.215.14"], "127.0.0.1": [inside]}
        settings = HttpSettings("tests", tmp_path / "unfinished", pause_s=0)
        fetcher = HttpFetcher(settings, StoppedClock(), resolve=addresses.__getitem__)
        with pytest.raises(SourceChanged, match=r"leads to 127\.0\.0\.1, which is .*no public address"):
            fetcher.fetch(spec, None).__enter__()
        assert "/inside" not in [asked.path for asked in service.asked]


def test_an_error_in_the_body_is_told(tmp_path):
    with pytest.raises(SourceChanged, match="holds no features and says 'the database is gone'"):
        pulled(tmp_path, OgcApiService(list(ROWS), most=5, faults={2: "error"}))


def test_an_id_that_came_as_a_fraction_is_refused(tmp_path):
    rows = [{"nr": 12345.0 + n, "namn": "Molen"} for n in range(3)]
    with pytest.raises(SourceChanged, match=r"row 1, field nr: .* It is the number 12345\.0"):
        pulled(tmp_path, OgcApiService(rows))


def test_the_id_may_be_that_of_the_feature(tmp_path):
    rows = pulled(tmp_path, OgcApiService(list(ROWS), most=5), number="feature.id")
    assert [row.cells["feature.id"] for row in rows] == [str(n) for n in range(1, 24)]
