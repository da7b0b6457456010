import re

import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from heritage.adapters.harvest.formats.rdf_xml import Node, Statements
from heritage.errors import SourceChanged, SourceUnavailable
from heritage.model.issue import IssueCode
from publishers.ksamsok import Ksamsok
from publishers.service import serving
from register_examples import Way, loaded, read_rows

ROWS = [{"nr": f"{n:05}", "namn": f"Kyrka å{n} & Ö"} for n in range(1, 124)]


def described(tmp_path, url, crs="EPSG:4326", record=None, **harvest):
    harvest = {"protocol": "ksamsok", "url": url, "query": "itemType=byggnad AND serviceName=bbr", **harvest}
    record = {
        "id": "@about",
        "name": {"sv": "itemLabel"},
        "point": {"crs": crs},
        "type": None,
        **(record or {}),
    }
    return loaded(tmp_path, harvest=harvest, record=record, ignore=[], personal=[])


def pulled(tmp_path, service, **changes):
    with serving(service):
        spec = described(tmp_path, service.url + service.path, **changes)
        return read_rows(spec, Way.over_http(tmp_path).fetch(spec))


def read(tmp_path, rdf, **changes):
    """The rows of a page with this RDF."""
    body = f"<result><totalHits>1</totalHits><records><record>{rdf}</record></records></result>"
    return read_rows(
        described(tmp_path, "http://example.invalid/api", **changes), [("page-00001.xml", body.encode())]
    )


def numbers(rows):
    return [row.cells["itemNumber/number"] for row in rows]


@pytest.mark.parametrize("allowed", [50, 500, 1000])
@pytest.mark.parametrize("count", [1, 49, 50, 51, 123])
def test_every_record_arrives_once_though_the_service_gives_fewer_a_page_than_asked(tmp_path, count, allowed):
    service = Ksamsok(ROWS[:count], allowed=allowed)
    rows = pulled(tmp_path, service)
    assert numbers(rows) == [row["nr"] for row in ROWS[:count]]
    assert rows[0].cells == {
        "@about": "http://kulturarvsdata.se/raa/bbr/00001",
        "itemLabel": "Kyrka å1 & Ö",
        "itemNumber/number": "00001",
        "geometry.type": "Point",
        "geometry.x": "18.07",
        "geometry.y": "59.32",
        "geometry.extent": "",
    }
    assert set(service.queries) == {"itemType=byggnad AND serviceName=bbr"}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    count=st.integers(1, 20),
    most=st.integers(1, 8),
    faults=st.dictionaries(
        st.integers(1, 5),
        st.sampled_from(["short", "repeat", "skip", "overlap", "drift", "empty", "cut", "503"]),
    ),
)
def test_every_record_arrives_once_or_the_pull_is_refused(tmp_path_factory, count, most, faults):
    service = Ksamsok(list(ROWS[:count]), most=most, faults=faults)
    try:
        rows = pulled(tmp_path_factory.mktemp("ksamsok"), service)
    except (SourceChanged, SourceUnavailable):
        return
    assert numbers(rows) == [row["nr"] for row in service.rows]


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("error", "K-samsök says 'Oväntat IO-fel"),
        ("html", "It is an HTML page"),
        ("empty", "the page from 11 of 23 hits is empty"),
        ("repeat", "came twice"),
        ("overlap", "bbr/00010 came twice"),
        ("skip", "counts 23 rows and sent 22|came twice"),
        ("short", "counts 23 rows and sent 18"),
        ("drift", "the service counted 23 rows before and 24 after"),
    ],
)
def test_a_page_that_is_none_refuses_the_pull(tmp_path, fault, says):
    with pytest.raises(SourceChanged, match=says):
        pulled(tmp_path, Ksamsok(list(ROWS[:23]), most=10, faults={2: fault}))


def test_no_hits_and_a_query_that_is_none_are_told(tmp_path):
    with pytest.raises(SourceChanged, match="no record answers the query"):
        pulled(tmp_path / "none", Ksamsok([]))
    with pytest.raises(SourceChanged, match=r"400.*Oväntat fel vid tolkning av frågan"):
        pulled(tmp_path / "bad", Ksamsok(list(ROWS)), query="kyrka")


def test_the_same_records_are_the_same_snapshot_whatever_their_score(tmp_path):
    service = Ksamsok(list(ROWS[:3]))
    with serving(service):
        spec, way = described(tmp_path, service.url + service.path), Way.over_http(tmp_path)
        first = way.harvest(spec)
        assert way.harvest(spec) == first
        service.rows[0] = {"nr": "00001", "namn": "Renamed"}
        assert way.harvest(spec) != first


RDF = """<rdf:RDF xmlns:k="http://kulturarvsdata.se/ksamsok#" xmlns:foaf="http://xmlns.com/foaf/0.1/"
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:pres="http://kulturarvsdata.se/presentation#">{}
</rdf:RDF>"""
POINT = """<k:coordinates xmlns:gml="http://www.opengis.net/gml" rdf:parseType="Literal">
<gml:{0} srsName="{1}">{2}</gml:{0}></k:coordinates>"""


def test_properties_become_columns_in_every_way_of_writing_them(tmp_path):
    rdf = RDF.format(
        """<k:ItemName rdf:nodeID="b"><k:name>Kyrka</k:name></k:ItemName>
        <rdf:Description rdf:about="http://k/1" k:itemLabel="Label"><k:itemKeyWord>A</k:itemKeyWord>
        <k:itemKeyWord> B </k:itemKeyWord><k:itemType rdf:resource="http://k/type#building"/>
        <rdf:type rdf:resource="http://kulturarvsdata.se/ksamsok#Entity"/>
        <k:itemName rdf:nodeID="b"/><k:itemName rdf:parseType="Resource"><k:name>Church</k:name></k:itemName>
        <k:context><k:Context><k:placeName>Visby</k:placeName><foaf:name>Anna</foaf:name></k:Context>
        </k:context>
        <k:presentation rdf:parseType="Literal"><pres:item><pres:idLabel>RAÄ 7</pres:idLabel>
        <pres:tag>x</pres:tag></pres:item></k:presentation></rdf:Description>
        <rdf:Description rdf:about="http://k/1"><k:itemDescription/></rdf:Description>"""
    )
    (row,) = read(tmp_path, rdf, record={"address": "presentation/item/idLabel"})
    assert row.cells == {
        "@about": "http://k/1",
        "itemLabel": "Label",
        "itemKeyWord": "A",
        "itemKeyWord[2]": "B",
        "itemType": "http://k/type#building",
        "itemName/name": "Kyrka",
        "itemName[2]/name": "Church",
        "context/placeName": "Visby",
        "context/name": "Anna",
        "presentation/item/idLabel": "RAÄ 7",
        "itemDescription": "",
        "geometry.type": "",
        "geometry.x": "",
        "geometry.y": "",
        "geometry.extent": "",
    }


def written(text):
    return f'<gml:coordinates cs="," decimal="." ts=" ">{text}</gml:coordinates>'


RING = written("0,0 8,0 8,6 0,6 0,0")
AREA = f"<gml:outerBoundaryIs><gml:LinearRing>{RING}</gml:LinearRing></gml:outerBoundaryIs>"


@pytest.mark.parametrize(
    ("kind", "inside", "x", "y", "extent", "fault"),
    [
        ("Point", written("18.07, 59.32"), "18.07", "59.32", "", None),
        ("Point", "<gml:pos>59.32 18.07</gml:pos>", "18.07", "59.32", "", None),
        ("Polygon", AREA, "4.000000000", "3.000000000", "5.000000000", None),
        ("LineString", written("0,0 6,8 9,12"), "6.000000000", "8.000000000", "7.500000000", None),
        ("LineString", written("0,0 6,8 9"), "", "", "", IssueCode.POINT_UNREADABLE),
        ("Point", written(""), "", "", "", None),
    ],
)
def test_a_geometry_becomes_a_point_of_it_or_a_fault(tmp_path, kind, inside, x, y, extent, fault):
    entity = f'<k:Entity rdf:about="http://k/1">{POINT.format(kind, "SDO:4326", inside)}</k:Entity>'
    (row,) = read(tmp_path, RDF.format(entity))
    cells = [row.cells[f"geometry.{name}"] for name in ("type", "x", "y", "extent")]
    assert cells == [kind, x, y, extent]
    assert row.fault is fault


def test_another_crs_than_described_is_refused(tmp_path):
    point = POINT.format("Point", "EPSG:3006", "<gml:coordinates>674032,6580822</gml:coordinates>")
    rdf = RDF.format(f'<k:Entity rdf:about="http://k/1">{point}</k:Entity>')
    with pytest.raises(
        SourceChanged, match=r"says EPSG:3006, the description EPSG:4326: set record\.point\.crs"
    ):
        read(tmp_path, rdf)
    assert read(tmp_path, rdf, crs="EPSG:3006")[0].cells["geometry.x"] == "674032"


def test_references_in_a_circle_or_without_number_end(tmp_path):
    chain = "".join(
        f'<k:C rdf:nodeID="n{n}"><k:c rdf:nodeID="n{n + 1}"/><k:c rdf:nodeID="n{n + 1}"/></k:C>'
        for n in range(3000)
    )
    circle = '<k:C rdf:nodeID="a"><k:c rdf:nodeID="a"/><k:d>1</k:d></k:C>'
    entity = '<k:Entity rdf:about="http://k/1"><k:c rdf:nodeID="n0"/><k:c rdf:nodeID="a"/></k:Entity>'
    (row,) = read(tmp_path, RDF.format(entity + chain + circle))
    assert row.cells["c[2]/d"] == "1"


def test_a_record_about_nothing_is_kept_with_a_fault(tmp_path):
    (row,) = read(tmp_path, RDF.format(""))
    assert row.fault is IssueCode.ROW_RAGGED


def samples(shared_data):
    return sorted((shared_data / "protocol-samples/ksamsok/src/test/resources").glob("*.rdf"))


@pytest.mark.shared_data
def test_records_of_every_schema_version_arrive_under_one_set_of_names(tmp_path, shared_data):
    files = samples(shared_data)
    records = [re.sub(r"<\?xml.*?\?>", "", path.read_text(encoding="utf-8")) for path in files]
    about = "http://kulturarvsdata.se/raa/test/1"
    rows = [
        {
            "rdf": rdf.replace(about, f"{about}0{number}").replace(
                "http://kulturarvsdata.se/wws", f"http://w{number}"
            )
        }
        for number, rdf in enumerate(records)
    ]
    came = pulled(tmp_path, Ksamsok(rows, most=3))
    assert len(came) == len(files) == 14
    versions = {row.cells["ksamsokVersion"] for row in came}
    assert {"0.97", "1.1", "1.11"} <= versions
    for row in came:
        assert row.cells["itemLabel"]
        assert row.cells["itemName/name"]
        assert row.cells["itemType"].startswith("http://kulturarvsdata.se/resurser/EntityType#")
    placed = [
        (row.cells["geometry.x"], row.cells["geometry.y"]) for row in came if row.cells["geometry.type"]
    ]
    assert set(placed) == {("18.072394042188", "59.3270266104628"), ("20.018206", "50.073491")}


@pytest.mark.shared_data
def test_statements_are_those_that_a_library_for_rdf_reads(shared_data):
    for path in samples(shared_data):
        ours, said = set(), Statements(etree.parse(path).getroot())
        for node, properties in said.of.items():
            for name, value in properties:
                if isinstance(value, str | Node):
                    text = value if isinstance(value, str) else "" if value.is_blank else value.name
                    ours.add(("" if node.is_blank else node.name, name, text))
        theirs = set()
        for subject, predicate, term in rdflib.Graph().parse(path, format="xml"):
            name = re.split(r"[#/]", str(predicate))[-1]
            literal = isinstance(term, rdflib.Literal) and term.datatype == rdflib.RDF.XMLLiteral
            if str(predicate) != str(rdflib.RDF.type) and not literal:
                text = "" if isinstance(term, rdflib.BNode) else str(term).strip()
                theirs.add(("" if isinstance(subject, rdflib.BNode) else str(subject), name, text))
        assert ours == theirs, path.name
