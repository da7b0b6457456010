import pytest

from heritage.errors import SourceChanged
from publishers.rest import RestService
from publishers.service import serving
from register_examples import Way, loaded, read_rows

ROWS = [{"nr": f"{n:05}", "place": {"lat": 60.25, "tags": ["a", "b"]}} for n in range(1, 24)]
STYLES = {
    "page": {"style": "page", "parameter": "at", "size_parameter": "size", "size": 7},
    "offset": {"style": "offset", "parameter": "at", "size_parameter": "size", "size": 7},
    "cursor": {"style": "cursor", "parameter": "at", "next": "meta.next", "size": 7},
    "link": {"style": "link", "next": "meta.next"},
}
styles = pytest.mark.parametrize("style", STYLES)


def described(tmp_path, service, style, **changes):
    given = {"protocol": "rest", "url": f"{service.url}/api/places?kind=x", "records": "data.items"}
    paging = {**STYLES[style], **changes.pop("paging", {})} if style else None
    return loaded(tmp_path, harvest={**given, "paging": paging, **changes})


def pulled(tmp_path, service, style, **changes):
    with serving(service):
        spec = described(tmp_path, service, style, **changes)
        return read_rows(spec, Way.over_http(tmp_path).fetch(spec))


@styles
@pytest.mark.parametrize("total", ["meta.total", None])
@pytest.mark.parametrize("most", [1, 7, 23, 1000])
def test_every_style_brings_all_pages_with_and_without_a_count(tmp_path, style, total, most):
    service = RestService(list(ROWS), style=style, most=most, first=0 if style == "offset" else 1)
    rows = pulled(tmp_path, service, style, total=total)
    assert [row.cells["nr"] for row in rows] == [row["nr"] for row in ROWS]


def test_counting_begins_where_the_description_says(tmp_path):
    service = RestService(list(ROWS), style="page", first=0)
    assert len(pulled(tmp_path, service, "page", paging={"first": 0}, total="meta.total")) == 23
    service = RestService(list(ROWS), style="offset", first=1)
    assert len(pulled(tmp_path, service, "offset", paging={"first": 1}, total="meta.total")) == 23


def test_a_service_without_pages_is_asked_once(tmp_path):
    service = RestService(list(ROWS), most=1000, style="offset", first=0)
    with serving(service):
        spec = described(tmp_path, service, None, url=f"{service.url}/api/places?size=1000")
        (file,) = Way.over_http(tmp_path).fetch(spec)
    assert (file.name, len(service.asked)) == ("page-00001.json", 1)


def test_a_part_of_the_count_is_refused(tmp_path):
    with pytest.raises(SourceChanged, match="counts 23 rows and sent 10"):
        pulled(tmp_path, RestService(list(ROWS)), None, total="meta.total")


def test_a_cursor_that_stays_at_the_end_is_the_end(tmp_path):
    class Solr(RestService):
        def answer(self, asked):
            after = int(asked.query.get("at", "c0")[1:]) + 10
            self.next = f"c{min(after, len(self.rows))}"
            return super().answer(asked)

    assert len(pulled(tmp_path, Solr(list(ROWS), style="cursor"), "cursor")) == 23


@pytest.mark.parametrize(
    ("style", "link", "says"),
    [
        ("link", "?at=c0", "came twice|says the same"),
        ("link", "ftp://elsewhere/", "no address"),
        ("link", 7, "no address"),
        ("cursor", "c0", "came twice|says the same"),
        ("cursor", {"a": 1}, "there is no cursor at meta.next"),
    ],
)
def test_a_way_on_that_leads_nowhere_new_is_refused(tmp_path, style, link, says):
    service = RestService(list(ROWS), style=style, next=link)
    with pytest.raises(SourceChanged, match=says):
        pulled(tmp_path, service, style)


def test_a_gap_before_the_end_is_refused(tmp_path):
    with pytest.raises(SourceChanged, match="the page after 10 rows is empty, not the last"):
        pulled(tmp_path, RestService(list(ROWS), style="link", faults={2: "empty"}), "link")


@styles
def test_a_count_that_changes_is_refused_on_the_next_page(tmp_path, style):
    service = RestService(list(ROWS), style=style, first=0 if style == "offset" else 1, faults={2: "drift"})
    with pytest.raises(SourceChanged, match="counted 23 rows before and 24 after"):
        pulled(tmp_path, service, style, total="meta.total")


@styles
def test_an_error_in_the_place_of_a_page_is_no_end(tmp_path, style):
    service = RestService(list(ROWS), style=style, first=0 if style == "offset" else 1, faults={2: "error"})
    with pytest.raises(SourceChanged, match=r"no list at data.items: .*database is locked"):
        pulled(tmp_path, service, style)


def test_paths_that_are_not_there_are_told(tmp_path):
    with pytest.raises(SourceChanged, match="no list at items"):
        pulled(tmp_path, RestService(list(ROWS)), "page", records="items")
    with pytest.raises(SourceChanged, match="no count at total"):
        pulled(tmp_path, RestService(list(ROWS)), "page", total="total")


def test_pages_without_end_are_refused_at_a_limit(tmp_path):
    class Endless(RestService):
        def answer(self, asked):
            self.rows = [{"nr": str(n)} for n in range(len(self.rows) + 20)]
            return super().answer(asked)

    with serving(Endless(list(ROWS), style="offset", first=0)) as service:
        spec = described(tmp_path, service, "offset")
        with pytest.raises(SourceChanged, match="it does not end: 9 pages came"):
            Way.over_http(tmp_path, most_pages=9).fetch(spec)
