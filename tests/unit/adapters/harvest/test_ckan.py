import json

import pytest

from heritage.errors import SourceChanged
from publishers.ckan import CkanService
from publishers.service import serving
from register_examples import Way, loaded, read_rows

ROWS = [{"nr": f"{n:05}", "namn": f"Kyrka å{n}", "year": 1890 + n} for n in range(1, 12)]


def described(tmp_path, service, **harvest):
    harvest = {"protocol": "ckan", "url": f"{service.url}/", "package": "monuments", **harvest}
    return loaded(tmp_path, harvest={"resource": "Monuments 2026", **harvest})


def pull(tmp_path, service, **harvest):
    with serving(service):
        return Way.over_http(tmp_path).fetch(described(tmp_path, service, **harvest))


def test_a_table_comes_in_the_order_of_its_rows(tmp_path):
    with serving(CkanService(list(ROWS), most=4)) as service:
        spec = described(tmp_path, service)
        rows = read_rows(spec, Way.over_http(tmp_path).fetch(spec))
    assert [row.cells["nr"] for row in rows] == [row["nr"] for row in ROWS]
    assert rows[0].cells == {"_id": "1", "nr": "00001", "namn": "Kyrka å1", "year": "1891"}


@pytest.mark.parametrize("resource", ["aa-1", "Monuments 2026"])
def test_a_file_is_taken_by_id_or_name_under_its_own_name(tmp_path, resource):
    with serving(CkanService(list(ROWS))) as service:
        spec = described(tmp_path, service, resource=resource, format="csv")
        (file,) = Way.over_http(tmp_path).fetch(spec)
    assert (file.name, file.content) == ("monuments-2026.csv", service.file)
    assert [row.cells["nr"] for row in read_rows(spec, [file])] == ["1"]


def test_a_file_that_has_not_changed_is_not_sent_again(tmp_path):
    with serving(CkanService(list(ROWS))) as service:
        way, spec = Way.over_http(tmp_path), described(tmp_path, service, format="csv")
        first = way.harvest(spec)
        assert way.harvest(spec) == first
    assert service.asked[-1].headers["If-None-Match"] == '"7"'


@pytest.mark.parametrize("format", ["csv", "datastore"])
def test_the_same_rows_under_another_licence_are_another_snapshot(tmp_path, format):
    with serving(CkanService(list(ROWS), licence="cc-zero")) as service:
        way, spec = Way.over_http(tmp_path), described(tmp_path, service, format=format)
        first = way.harvest(spec)
        assert way.harvest(spec) == first
        service.licence = "cc-nc"
        second = way.harvest(spec)
    assert second != first
    assert [way.store.captured("se_demo", one).licence for one in (first, second)] == ["cc-zero", "cc-nc"]


@pytest.mark.parametrize(
    ("harvest", "says"),
    [
        ({"resource": "Monument 2026"}, "no resource 'Monument 2026'; did you mean 'Monuments 2026'"),
        ({"resource": "??"}, "it has Monuments 2026, Read me"),
        ({"package": "castles"}, "answered 404 .* and says .*Not Found Error"),
    ],
)
def test_what_is_not_there_is_told_with_what_there_is(tmp_path, harvest, says):
    with pytest.raises(SourceChanged, match=says):
        pull(tmp_path, CkanService(list(ROWS)), **harvest)


def test_two_resources_of_one_name_need_the_id(tmp_path):
    twice = [{"id": key, "name": "Monuments 2026", "url": "x"} for key in ("k-1", "k-2")]
    with (
        serving(CkanService(list(ROWS), resources=twice)) as service,
        pytest.raises(SourceChanged, match="2 resources are called 'Monuments 2026'; take an id: k-1, k-2"),
    ):
        Way.over_http(tmp_path).fetch(described(tmp_path, service))


def test_a_resource_that_is_no_table_is_told(tmp_path):
    resources = [{"id": "aa-1", "name": "Monuments 2026", "url": "x", "datastore_active": False}]
    with pytest.raises(SourceChanged, match="is no table: set format to that of its file"):
        pull(tmp_path, CkanService(list(ROWS), resources=resources))


def test_a_count_that_is_estimated_is_none(tmp_path):
    with pytest.raises(SourceChanged, match="only estimates"):
        pull(tmp_path, CkanService(list(ROWS), estimated=True))


@pytest.mark.parametrize("address", ["file:///etc/passwd", "", None, "ftp://x/y"])
def test_a_file_is_only_taken_from_the_web(tmp_path, address):
    resources = [{"id": "aa-1", "name": "Monuments 2026", "url": address}]
    with pytest.raises(SourceChanged, match=r"^se_demo"):
        pull(tmp_path, CkanService(list(ROWS), resources=resources), format="csv")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"result": {"records": 7}}, "not the answer of a CKAN datastore"),
        ([], "not the answer of a CKAN datastore"),
        ({"result": {"records": []}}, "holds no record"),
        ({"result": {"records": [7]}}, "row 1: .* not a record of a table"),
        ({"result": {"records": [{"nr": 7.0}]}}, r"row 1, field nr: .* It is the number 7\.0"),
    ],
)
def test_a_captured_file_that_is_no_page_is_told(tmp_path, content, says):
    with serving(CkanService(list(ROWS))) as service:
        spec = described(tmp_path, service)
    with pytest.raises(SourceChanged, match=r"^se_demo, page-00001.json") as raised:
        read_rows(spec, [("page-00001.json", json.dumps(content).encode())])
    raised.match(says)
