import json
import re

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from heritage.errors import SourceChanged, SourceUnavailable
from heritage.spec.loader import load_spec
from publishers.service import Reply, serving
from publishers.sparql import PREFIX, SparqlEndpoint
from register_examples import Way, description, loaded, read_rows

QUERY = f"# Churches\n{PREFIX}SELECT ?nr ?namn ?s WHERE {{\n  ?s m:nr ?nr ; m:namn ?namn # names\n}} # end"
ROWS = [{"nr": f"{n:03}", "namn": f"Kyrka å{n}"} for n in range(1, 24)]


def described(tmp_path, url, record=None, **harvest):
    harvest = {"protocol": "sparql", "url": url, "query": QUERY, "page": 5, **harvest}
    record = {"point": None, "type": None, **(record or {})}
    return loaded(tmp_path, harvest=harvest, record=record, ignore=[], personal=[])


def pulled(tmp_path, service, record=None, **harvest):
    with serving(service):
        spec = described(tmp_path, service.url + service.path, record, **harvest)
        return read_rows(spec, Way.over_http(tmp_path).fetch(spec))


def numbers(rows):
    return [row.cells["nr"] for row in rows]


@pytest.mark.parametrize("most", [4, 5, 100])
@pytest.mark.parametrize("page", [3, 23, 5000])
def test_every_row_arrives_once_in_order_wherever_the_endpoint_cuts(tmp_path, page, most):
    service = SparqlEndpoint(list(ROWS), most=most)
    assert numbers(pulled(tmp_path, service, page=page)) == [row["nr"] for row in ROWS]
    assert not any("OFFSET" in asked.query["query"] for asked in service.asked)


KEYS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=3)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.dictionaries(KEYS, st.integers(1, 3), min_size=1, max_size=12),
    page=st.integers(1, 6),
    most=st.integers(1, 9),
    folds_case=st.booleans(),
    faults=st.dictionaries(
        st.integers(1, 5), st.sampled_from(["short", "repeat", "skip", "drift", "error", "503"]), max_size=2
    ),
)
@example(rows={'a"b\\': 2, "a'b": 1, "Ö": 3, "\U0001f54c": 1}, page=2, most=9, folds_case=False, faults={})
def test_every_row_of_every_key_arrives_once_or_the_pull_is_refused(
    tmp_path_factory, rows, page, most, folds_case, faults
):
    listed = [{"nr": key, "namn": f"{key} {n}"} for key, times in rows.items() for n in range(times)]
    service = SparqlEndpoint(listed, most=most, folds_case=folds_case, faults=dict(faults))
    try:
        came = pulled(tmp_path_factory.mktemp("sparql"), service, page=page)
    except SourceChanged:
        assert most < 9 or folds_case or faults
        return
    assert sorted(row.cells["namn"] for row in came) == sorted(row["namn"] for row in service.rows)


def test_no_page_parts_the_rows_of_a_key(tmp_path):
    rows = [{"nr": f"{n % 7}", "namn": f"{n}"} for n in range(21)]
    service = SparqlEndpoint(rows)
    with serving(service):
        spec = described(tmp_path, service.url + service.path, page=4)
        files = Way.over_http(tmp_path).fetch(spec)
    pages = [json.loads(file.content)["results"]["bindings"] for file in files]
    keys = [{solution["nr"]["value"] for solution in page} for page in pages]
    assert [len(some) for some in keys] == [1] * 7  # three rows each: two keys would be more than four
    assert set.union(*keys) == {str(n) for n in range(7)}


def test_an_endpoint_that_cuts_within_a_key_is_refused_with_what_to_set(tmp_path):
    rows = [{"nr": f"{n % 3}", "namn": f"{n}"} for n in range(21)]
    with pytest.raises(
        SourceChanged, match="a page has 10 rows where the endpoint counts 14: it cuts its answers"
    ):
        pulled(tmp_path / "20", SparqlEndpoint(rows, most=10), page=20)
    assert len(pulled(tmp_path / "10", SparqlEndpoint(rows, most=10), page=10)) == 21


def test_rows_without_a_key_are_refused_before_any_page(tmp_path):
    query = f"{PREFIX}SELECT ?nr ?namn WHERE {{ ?s m:namn ?namn OPTIONAL {{ ?s m:nr ?nr }} }}"
    service = SparqlEndpoint(list(ROWS), unbound=2)
    with pytest.raises(SourceChanged, match=r"\?nr is not bound in 2 of 25 rows"):
        pulled(tmp_path, service, query=query)
    assert service.pages == 0


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("html", "the answer is not JSON, it begins '<!DOCTYPE html>"),
        ("empty", "page after 5 rows is empty"),
        ("repeat", "came on two pages|says the same"),
        ("skip", "counts 23 rows and sent 22|some are missing|came twice"),
        ("drift", "the service counted 23 rows before and 24 after"),
    ],
)
def test_a_page_that_is_none_refuses_the_pull(tmp_path, fault, says):
    with pytest.raises(SourceChanged, match=says):
        pulled(tmp_path, SparqlEndpoint(list(ROWS), faults={2: fault}))


@pytest.mark.parametrize(
    "slow",
    [
        None,
        Reply(b'{"head": {"vars": ["nr"]}, "results": {"bindings": [{"nr": {"type": "lit'),
        Reply(b"SPARQL-QUERY: queryStr=SELECT\njava.util.concurrent.TimeoutException\n"),
    ],
)
def test_an_endpoint_that_ran_out_of_time_is_asked_again_and_then_later(tmp_path, slow):
    service = SparqlEndpoint(list(ROWS), faults={2: "error"}, slow=slow)
    assert len(pulled(tmp_path / "again", service)) == 23
    service = SparqlEndpoint(list(ROWS), faults=dict.fromkeys(range(2, 9), "error"), slow=slow)
    with pytest.raises(SourceUnavailable, match="ran out of time, or its answer breaks off"):
        pulled(tmp_path / "later", service)


def test_a_long_query_goes_by_post(tmp_path):
    for query, method in ((QUERY, "GET"), (QUERY + "\n# " + "å" * 500, "POST")):
        service = SparqlEndpoint(list(ROWS))
        assert len(pulled(tmp_path / method, service, query=query)) == 23
        assert {asked.method for asked in service.asked} == {method}
        assert {asked.headers["Accept"] for asked in service.asked} == {"application/sparql-results+json"}


def test_values_come_to_the_letter_and_texts_by_their_language_where_that_is_read(tmp_path):
    where = "?s m:nr ?nr ; m:namn ?namn OPTIONAL { ?s m:year ?year }"
    query = f"{PREFIX}SELECT ?nr ?namn ?year ?s WHERE {{ {where} }}"
    rows = [{"nr": "007", "namn": "Church", "lang": "en-GB", "year": 1650}, {"nr": "008", "namn": "Kyrka"}]
    came = pulled(tmp_path, SparqlEndpoint(rows), {"name": {"en": ["namn@en-GB", "namn"]}}, query=query)
    assert [row.cells for row in came] == [
        {"nr": "007", "namn": "Church", "namn@en-GB": "Church", "year": "1650", "s": "http://example.org/0"},
        {"nr": "008", "namn": "Kyrka", "namn@en-GB": "", "s": "http://example.org/1"},
    ]


@pytest.mark.parametrize(
    ("said", "crs", "place"),
    [
        ("POINT(4.9 52.4)", "EPSG:4326", "POINT(4.9 52.4)"),
        ("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(4.9 52.4)", "EPSG:4326", "POINT(4.9 52.4)"),
        ("<http://www.opengis.net/def/crs/EPSG/0/28992> POINT (1 2)", "EPSG:28992", "POINT (1 2)"),
        ("<http://www.opengis.net/def/crs/EPSG/0/28992> POINT (1 2)", "EPSG:4326", None),
        ("<http://example.org/crs> POINT (1 2)", "EPSG:4326", None),
    ],
)
def test_a_point_in_another_crs_than_described_is_refused(tmp_path, said, crs, place):
    query = f"{PREFIX}SELECT ?nr ?namn ?place WHERE {{ ?s m:nr ?nr ; m:namn ?namn ; m:place ?place }}"
    record = {"point": {"pair": "place", "crs": crs}}
    service = SparqlEndpoint([{"nr": "1", "namn": "K", "place": said}])
    if place is None:
        with pytest.raises(SourceChanged, match=r"set record\.point\.crs"):
            pulled(tmp_path, service, record, query=query)
    else:
        assert pulled(tmp_path, service, record, query=query)[0].cells["place"] == place


def test_ids_that_are_fractions_are_refused(tmp_path):
    xsd = "http://www.w3.org/2001/XMLSchema#"
    solution = {"nr": {"type": "literal", "datatype": f"{xsd}double", "value": "7.0"}}
    body = json.dumps({"head": {"vars": ["nr"]}, "results": {"bindings": [solution]}}).encode()
    with pytest.raises(SourceChanged, match=r"It is the number 7\.0"):
        read_rows(described(tmp_path, "http://example.invalid/sparql"), [("page-00001.json", body)])


@pytest.mark.parametrize(
    "body", [b"[]", b'{"boolean": true}', b'{"results": {"bindings": [1]}}', b"<?xml?><x/>", b"", b"{"]
)
def test_what_are_no_results_is_refused_with_a_sentence(tmp_path, body):
    with pytest.raises(
        SourceChanged, match=r"no results of a SPARQL SELECT|not a solution|XML|no rows|JSON ends"
    ):
        read_rows(described(tmp_path, "http://example.invalid/sparql"), [("page-00001.json", body)])


@pytest.mark.parametrize(
    ("query", "key", "says"),
    [
        ("ASK { ?nr ?p ?o }", "nr", "it is no SELECT"),
        ("CONSTRUCT { ?nr ?p ?o } WHERE { ?nr ?p ?o }", "nr", "it is no SELECT"),
        ("SELECT ?namn WHERE { ?s ?p ?namn }", "nr", r"and \?nr is not"),
        ("SELECT ?nr FROM <http://g> WHERE { ?s ?p ?nr }", "nr", "write GRAPH"),
        ("SELECT ?nr WHERE { ?s ?p ?nr }", {"columns": ["nr", "namn"]}, "must be one variable"),
    ],
)
def test_a_query_that_cannot_be_paged_is_told_with_the_description(tmp_path, query, key, says):
    content = description(harvest={"protocol": "sparql", "query": query}, record={"id": key})
    path = tmp_path / "se_demo.yaml"
    path.write_text(yaml.safe_dump(content))
    assert re.search(says, str(load_spec(path)))
