import pytest

from heritage.errors import SourceChanged, SourceUnavailable
from publishers.opendatasoft import OpendatasoftService
from publishers.service import serving
from publishers.socrata import SocrataService
from register_examples import Way, loaded, read_rows

ROWS = [{"nr": f"{n:05}", "namn": f"Église {n}", "geo": {"lon": 2.5, "lat": 48.25}} for n in range(1, 12)]


def opendatasoft(tmp_path, service):
    harvest = {"protocol": "opendatasoft", "url": f"{service.url}/", "dataset": "liste-des-immeubles"}
    return loaded(tmp_path, harvest=harvest)


def socrata(tmp_path, service):
    return loaded(tmp_path, harvest={"protocol": "socrata", "url": service.url + service.resource})


def pull(tmp_path, described, service):
    with serving(service):
        return Way.over_http(tmp_path).fetch(described(tmp_path, service))


def test_an_export_has_no_last_page(tmp_path):
    rows = [{"nr": str(n)} for n in range(12_000)]
    with serving(OpendatasoftService(rows, most=20_000)) as service:
        spec = opendatasoft(tmp_path, service)
        (file,) = Way.over_http(tmp_path).fetch(spec)
    assert file.name == "page-00001.jsonl"
    assert file.content.count(b"\n") == 11_999


def test_what_is_nested_in_an_export_has_a_column_of_its_own(tmp_path):
    with serving(OpendatasoftService(list(ROWS))) as service:
        spec = opendatasoft(tmp_path, service)
        rows = read_rows(spec, Way.over_http(tmp_path).fetch(spec))
    assert rows[0].cells == {"nr": "00001", "namn": "Église 1", "geo.lon": "2.5", "geo.lat": "48.25"}


def test_what_the_portal_says_of_the_licence_is_kept(tmp_path):
    with serving(OpendatasoftService(list(ROWS), licence="Licence Ouverte v2.0 (Etalab)")) as service:
        way = Way.over_http(tmp_path)
        snapshot = way.harvest(opendatasoft(tmp_path, service))
    assert way.store.captured("se_demo", snapshot).licence == "Licence Ouverte v2.0 (Etalab)"


def test_a_portal_that_has_answered_enough_is_waited_for(tmp_path):
    with serving(OpendatasoftService(list(ROWS), used_up=2)) as service:
        way = Way.over_http(tmp_path)
        way.fetch(opendatasoft(tmp_path, service))
        assert way.waits == [60.0, 60.0]
        service.used_up = 9
        with pytest.raises(SourceUnavailable, match=r"answered 429 .*reset_time"):
            way.fetch(opendatasoft(tmp_path, service))


def test_an_unknown_dataset_and_an_error_in_the_export_are_told(tmp_path):
    with pytest.raises(SourceChanged, match=r"404 .*Unknown dataset"):
        pull(tmp_path, opendatasoft, OpendatasoftService(list(ROWS), dataset="other"))
    with pytest.raises(SourceChanged, match=r"An error occurred.* instead of records"):
        pull(tmp_path, opendatasoft, OpendatasoftService(list(ROWS), faults={1: "error"}))


def test_a_dataset_of_socrata_is_asked_for_in_the_order_of_its_rows(tmp_path):
    with serving(SocrataService(list(ROWS), most=4)) as service:
        spec = socrata(tmp_path, service)
        rows = read_rows(spec, Way.over_http(tmp_path).fetch(spec))
    assert [row.cells["nr"] for row in rows] == [row["nr"] for row in ROWS]


def test_rows_that_are_the_same_on_one_page_are_two_rows(tmp_path):
    with serving(SocrataService([{"nr": "1"}, {"nr": "1"}])) as service:
        spec = socrata(tmp_path, service)
        assert len(read_rows(spec, Way.over_http(tmp_path).fetch(spec))) == 2


def test_what_socrata_says_of_an_error_is_told(tmp_path):
    with pytest.raises(SourceChanged, match=r"answered 403 .*You must be logged in"):
        pull(tmp_path, socrata, SocrataService(list(ROWS), locked=True))
    with pytest.raises(SourceChanged, match=r"is no list, it says .*Too complex"):
        pull(tmp_path, socrata, SocrataService(list(ROWS), faults={1: "error"}))
