import logging
from dataclasses import dataclass, field

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heritage.errors import SourceChanged
from publishers.oaipmh import OaiPmhRepository
from publishers.service import Asked, Reply, Service, serving
from register_examples import Way, loaded, read_rows

ROWS = [{"nr": f"{n:04}", "namn": f"Kyrka å{n} & Ö"} for n in range(1, 24)]


def described(tmp_path, url, **changes):
    harvest = {"protocol": "oaipmh", "url": url, "prefix": "oai_dc", **changes.pop("harvest", {})}
    record = {"id": "identifier", "name": {"sv": "title"}, "point": None, "type": None, **changes}
    return loaded(tmp_path, harvest=harvest, record=record, ignore=[], personal=[])


def pulled(tmp_path, service, **harvest):
    with serving(service):
        spec = described(tmp_path, service.url + service.path, harvest=harvest)
        return read_rows(spec, Way.over_http(tmp_path).fetch(spec))


def numbers(rows):
    return [row.cells["identifier"] for row in rows]


@pytest.mark.parametrize("announces", [True, False, "about 23"])
@pytest.mark.parametrize("most", [1, 5, 23, 100])
def test_every_record_arrives_once_whatever_the_repository_says_of_its_number(tmp_path, most, announces):
    rows = pulled(tmp_path, OaiPmhRepository(list(ROWS), most=most, announces=announces))
    assert numbers(rows) == [row["nr"] for row in ROWS]
    assert rows[0].cells == {
        "header/identifier": "oai:example.org:0001",
        "header/datestamp": "2026-01-01",
        "header/setSpec": "churches",
        "identifier": "0001",
        "title": "Kyrka å1 & Ö",
        "title[@lang=en]": "Church 0001",
    }


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    count=st.integers(1, 20),
    most=st.integers(1, 8),
    faults=st.dictionaries(
        st.integers(1, 6), st.sampled_from(["short", "repeat", "skip", "overlap", "drift", "expired", "503"])
    ),
)
def test_every_record_arrives_once_or_the_pull_is_refused(tmp_path_factory, count, most, faults):
    service = OaiPmhRepository(list(ROWS[:count]), most=most, faults=faults)
    try:
        rows = pulled(tmp_path_factory.mktemp("oai"), service)
    except SourceChanged:
        return
    assert numbers(rows) == [row["nr"] for row in service.rows]


def test_deleted_records_are_counted_told_and_give_no_rows(tmp_path, caplog):
    gone = {"nr": "0000", "deleted": "yes"}
    with caplog.at_level(logging.INFO):
        rows = pulled(tmp_path, OaiPmhRepository([gone, *ROWS[:3], gone | {"nr": "0009"}], most=2))
    assert numbers(rows) == ["0001", "0002", "0003"]
    assert [row.number for row in rows] == [2, 1, 2]  # the place on the page
    assert "5 records came, 2 of them deleted" in caplog.text


@pytest.mark.parametrize("status", [200, 422])
def test_an_expired_token_begins_the_list_anew_once(tmp_path, caplog, status):
    service = OaiPmhRepository(list(ROWS), most=5, faults={3: "expired"}, error_status=status)
    assert numbers(pulled(tmp_path / "once", service)) == [row["nr"] for row in ROWS]
    assert "has forgotten its resumption token" in caplog.text
    service = OaiPmhRepository(list(ROWS), most=5, faults={3: "expired", 5: "expired"})
    with pytest.raises(SourceChanged, match="refuses its own resumption token twice"):
        pulled(tmp_path / "twice", service)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("error", "the repository says undefinedError: out of <memory>"),
        ("html", "It is an HTML page"),
        ("broken", "in the record 'oai:example.org:0006'.*Opening and ending tag mismatch"),
        ("empty", "a token leads to nothing"),
        ("repeat", "came twice"),
        ("overlap", "oai:example.org:0010 of 2026-01-01 came twice|row .* came twice"),
        ("skip", "counts 23 rows and sent|came twice"),
        ("short", "counts 23 rows and sent 20"),
    ],
)
def test_a_page_that_is_none_refuses_the_pull(tmp_path, fault, says):
    with pytest.raises(SourceChanged, match=f"(?s){says}"):
        pulled(tmp_path, OaiPmhRepository(list(ROWS), most=5, faults={2: fault}))


@pytest.mark.parametrize("fault", ["cut", "503"])
def test_what_passes_is_overcome(tmp_path, fault):
    rows = pulled(tmp_path, OaiPmhRepository(list(ROWS), most=5, faults={2: fault}))
    assert numbers(rows) == [row["nr"] for row in ROWS]


def test_no_records_are_an_empty_register_and_other_errors_are_told(tmp_path):
    with pytest.raises(SourceChanged, match=r"The file has no rows\. The repository says noRecordsMatch"):
        pulled(tmp_path, OaiPmhRepository(list(ROWS)), set="bells")
    with pytest.raises(SourceChanged, match="the repository says cannotDisseminateFormat"):
        pulled(tmp_path, OaiPmhRepository(list(ROWS)), prefix="lido")


def test_a_token_that_leads_in_a_circle_is_refused(tmp_path):
    class Circle(OaiPmhRepository):
        def answer(self, asked: Asked) -> Reply:
            reply = super().answer(asked)
            number = str(len(self.asked)).encode()
            body = reply.body.replace(b"oai:example.org:", b"oai:example.org:" + number)
            return Reply(body.replace(b">5/", b">0/1</resumptionToken><!--"), headers=reply.headers)

    class Endless(Circle):
        def answer(self, asked: Asked) -> Reply:
            self.answers = 7  # the same token for ever
            return super().answer(asked)

    with pytest.raises(SourceChanged, match=r"in a circle|not in the format"):
        pulled(tmp_path, Endless(list(ROWS), most=5))


def test_the_same_records_are_the_same_snapshot_at_another_time(tmp_path):
    service = OaiPmhRepository(list(ROWS), most=5)
    with serving(service):
        spec, way = described(tmp_path, service.url + service.path), Way.over_http(tmp_path)
        first = way.harvest(spec)
        assert way.harvest(spec) == first
        service.rows[0]["namn"] = "Renamed"
        assert way.harvest(spec) != first


LIDO = """<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record>
<header><identifier>oai:m:1</identifier><datestamp>2026-01-01</datestamp><setSpec>a</setSpec><setSpec>b</setSpec>
</header><metadata><lido:lido xmlns:lido="http://www.lido-schema.org"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.lido-schema.org x">
<lido:lidoRecID lido:source="M" lido:type="local">7</lido:lidoRecID>
<lido:descriptiveMetadata xml:lang="de"><lido:titleSet><lido:appellationValue>Kännchen</lido:appellationValue>
<lido:appellationValue>Kanne</lido:appellationValue></lido:titleSet></lido:descriptiveMetadata>
<lido:descriptiveMetadata xml:lang="en"><lido:titleSet><lido:appellationValue>Jug
</lido:appellationValue></lido:titleSet></lido:descriptiveMetadata></lido:lido></metadata></record>
</ListRecords></OAI-PMH>"""
EDM = """<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record>
<header><identifier>oai:e:1</identifier></header><metadata>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:edm="http://www.europeana.eu/schemas/edm/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><edm:ProvidedCHO rdf:about="#1"><dc:identifier>1</dc:identifier>
<dc:title xml:lang="sv">Kanna</dc:title><dc:type>jug</dc:type><edm:type>IMAGE</edm:type></edm:ProvidedCHO>
</rdf:RDF></metadata></record></ListRecords></OAI-PMH>"""


def test_lido_by_language_and_repetition(tmp_path):
    spec = described(tmp_path, "http://example.invalid/oai")
    (row,) = read_rows(spec, [("page-00001.xml", LIDO.encode())])
    title = "titleSet/appellationValue"
    assert row.cells == {
        "header/identifier": "oai:m:1",
        "header/datestamp": "2026-01-01",
        "header/setSpec": "a",
        "header/setSpec[2]": "b",
        "lidoRecID": "7",
        "lidoRecID/@source": "M",
        "lidoRecID/@type": "local",
        f"descriptiveMetadata[@lang=de]/{title}": "Kännchen",
        f"descriptiveMetadata[@lang=de]/{title}[2]": "Kanne",
        f"descriptiveMetadata[@lang=en]/{title}": "Jug",
    }


def test_names_of_two_namespaces_are_told_apart_by_prefix_or_refused(tmp_path):
    def rows(**changes):
        names = {"id": "ProvidedCHO/identifier", "name": {"sv": "ProvidedCHO/title[@lang=sv]"}, **changes}
        return read_rows(described(tmp_path, "http://example.invalid", **names), [("page.xml", EDM.encode())])

    cells = rows(type="ProvidedCHO/dc:type", designation="ProvidedCHO/edm:type")[0].cells
    assert (cells["ProvidedCHO/dc:type"], cells["ProvidedCHO/edm:type"]) == ("jug", "IMAGE")
    assert rows(type="ProvidedCHO/edm:type")[0].cells["ProvidedCHO/type"] == "jug"
    assert rows()[0].cells["ProvidedCHO/@about"] == "#1"
    with pytest.raises(SourceChanged, match=r"type comes from two namespaces, http://purl\.org/dc/elements"):
        rows(type="ProvidedCHO/type")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "no rows"),
        (b"<rss/>", "no answer of an OAI-PMH repository: its root is rss"),
        (LIDO.encode()[:400], "XML breaks in the record 'oai:m:1'"),
        (LIDO.encode()[:-40], "ends in the middle"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><OAI-PMH>&x;</OAI-PMH>', "The XML breaks"),
        (
            b'<!DOCTYPE a [<!ENTITY a "' + b"a" * 100 + b'">'
            + b"".join(b'<!ENTITY %c "%s">' % (c + 1, b"&%c;" % c * 99) for c in range(97, 105))
            + b"]><OAI-PMH>&h;</OAI-PMH>",
            "The XML breaks",
        ),
    ],
)  # fmt: skip
def test_hostile_xml_is_refused_with_a_sentence(tmp_path, body, says):
    spec = described(tmp_path, "http://example.invalid/oai")
    with pytest.raises(SourceChanged, match=says):
        read_rows(spec, [("page-00001.xml", body)])


@dataclass
class Recorded(Service):
    """Recorded answers by what was asked."""

    answers: dict[str, bytes] = field(default_factory=dict)
    path: str = "/oai2d"
    status: int = 200

    def answer(self, asked: Asked) -> Reply:
        query = asked.query
        body = self.answers[query.get("resumptionToken") or query.get("metadataPrefix", "")]
        return Reply(body, self.status)

    def error(self) -> Reply:
        raise NotImplementedError


@pytest.mark.shared_data
def test_the_pages_that_sickle_recorded_are_refused_as_repeats_and_arrive_when_they_are_none(
    tmp_path, shared_data
):
    folder = shared_data / "protocol-samples/oai-pmh/sickle/tests/sample_data"
    answers = {path.name: path.read_bytes() for path in folder.glob("*.xml")}
    with pytest.raises(SourceChanged, match=r"oai:test\.example\.com:1585310 of .* came twice"):
        pulled(
            tmp_path / "as recorded", Recorded([], answers=answers | {"oai_dc": answers["ListRecords.xml"]})
        )
    for number, name in enumerate(
        ("ListRecords.xml", "ListRecords2.xml", "ListRecords3.xml", "ListRecords4.xml")
    ):
        answers[name] = answers[name].replace(b"oai:test.example.com:", b"oai:test.example.com:%d" % number)
    rows = pulled(tmp_path, Recorded([], answers=answers | {"oai_dc": answers["ListRecords.xml"]}))
    assert len(rows) == 4  # of 8 records every second one is deleted
    assert {row.cells["title"] for row in rows} == {"Sample Title"}
    assert rows[0].cells["description[@lang=eng]"].startswith("Lorem ipsum")
    for name, says in [
        ("noRecordsMatch.xml", "noRecordsMatch"),
        ("badArgument.xml", "badArgument"),
        ("cannotDisseminateFormat.xml", "cannotDisseminateFormat"),
        ("undefinedError.xml", "undefinedError"),
        ("badResumptionToken.xml", "twice"),
        ("ListRecordsBroken.xml", "XML breaks"),
    ]:
        with pytest.raises(SourceChanged, match=says):
            pulled(tmp_path / name, Recorded([], answers=answers | {"oai_dc": answers[name]}))


@pytest.mark.shared_data
def test_the_pages_that_scythe_recorded_arrive_and_their_count_is_held_against_them(tmp_path, shared_data):
    cassette = yaml.safe_load(
        (shared_data / "protocol-samples/oai-pmh/tests/cassettes/list_records.yaml").read_text()
    )
    answers = {}
    for one in cassette["interactions"]:
        asked = one["request"]["uri"].partition("verb=ListRecords&")[2]
        key, _, value = asked.partition("=")
        if key in ("metadataPrefix", "resumptionToken") and "&" not in value:
            answers[value] = one["response"]["body"]["content"].encode()
    with pytest.raises(SourceChanged, match="counts 8091628 rows and sent 9"):
        pulled(tmp_path / "counted", Recorded([], answers=answers))
    uncounted = {key: body.replace(b"completeListSize", b"size") for key, body in answers.items()}
    rows = pulled(tmp_path / "uncounted", Recorded([], answers=uncounted))
    assert len(rows) == 8  # one of the nine is deleted
    assert all(row.cells["header/identifier"].startswith("oai:zenodo.org:") for row in rows)
