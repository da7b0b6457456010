"""Settled reviews as files, held to the W3C's own assertions and to Europeana's own schema."""

import itertools
import json
import re
import tracemalloc
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
from lxml import etree
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from heritage.adapters.exports.edm import edm
from heritage.adapters.exports.web_annotation import Collection, web_annotations
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.model.review import Annotation, AnnotationKind
from heritage.ports.review_exports import Handed, ToldRecord
from settled_examples import SAID, TAG, TERM, record, told

ABOUT = Collection("https://guard.example/reviews/c1", "Churches of the north")
HOSTILE = "\"'<b>&amp;]]>\x00\x1b[31m\u202eevil\n\t{{x}}\\u0000"
DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
NS = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "edm": "http://www.europeana.eu/schemas/edm/",
    "ore": "http://www.openarchives.org/ore/terms/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "wgs": "http://www.w3.org/2003/01/geo/wgs84_pos#",
}
ALL = [told(said, f"t-{kind}") for kind, said in SAID.items()] + [told(task_id="t-link", creator="heron-17")]
HOSTILE_RECORD = record(
    told(Annotation(TAG, text=HOSTILE), "a b/<c>", generator=HOSTILE, creator=HOSTILE),
    told(Annotation(AnnotationKind.TRANSLATION, text=HOSTILE, lang="sv"), "t2"),
    record_id="../../" + HOSTILE,
    names=(('x"><', HOSTILE),),
    type=HOSTILE,
    municipality=HOSTILE,
    inception=HOSTILE,
    publisher=HOSTILE,
    credit=HOSTILE,
)
BARE = record(
    told(Annotation(TERM, item="Q1")), lang="", type="", class_item="", municipality="", admin_item="",
    country="", inception="", lat=None, lon=None, item="", names=(("", "?"),),
)  # fmt: skip
POINT_ONLY = replace(BARE, annotations=(told(SAID["point"]), told(SAID["translation"], "t2")))


def annotations(*records: ToldRecord) -> tuple[list[dict[str, Any]], Handed]:
    collection, handed = collected(records)
    return collection["first"]["items"], handed


def collected(records: Iterable[ToldRecord]) -> tuple[dict[str, Any], Handed]:
    out = StringIO()
    handed = web_annotations(records, out, ABOUT)
    return json.loads(out.getvalue()), handed


def files(*records: ToldRecord) -> tuple[dict[str, bytes], Handed]:
    out = BytesIO()
    handed = edm(records, out, "https://guard.example/reviews/c1", "Heritage Guard")
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}, handed


def one_file(*records: ToldRecord) -> Any:
    [content] = files(*records)[0].values()
    return etree.fromstring(content)


def test_each_kind_of_annotation_has_the_body_that_europeana_reads() -> None:
    found, handed = annotations(record(*ALL))
    by_id = {one["id"].partition("#t-")[2]: one for one in found}
    assert handed == Handed(1, 6, {})
    assert {kind: one["motivation"] for kind, one in by_id.items()} == {
        "tag": "tagging",
        "term": "tagging",
        "area": "tagging",
        "point": "tagging",
        "translation": "describing",
        "link": "linking",
    }
    assert by_id["tag"]["body"] == {
        "type": "TextualBody",
        "value": "brick",
        "language": "en",
        "purpose": "tagging",
    }
    assert by_id["term"]["body"] == "http://www.wikidata.org/entity/Q40861"
    assert by_id["term"]["rdf:predicate"] == {"id": "http://www.wikidata.org/prop/direct/P186"}
    assert by_id["point"]["body"] == {
        "@context": "http://www.europeana.eu/schemas/context/entity.jsonld",
        "id": "geo:52.518898,13.401797",
        "type": "Place",
        "lat": "52.518898",
        "long": "13.401797",
    }
    assert by_id["translation"]["body"]["language"] == "sv"
    assert by_id["link"]["body"] == "http://www.wikidata.org/entity/Q151356"
    assert {one["target"] for one in found} == {"https://reg.example/1"}
    assert {one["created"] for one in found} == {"2026-10-01T12:30:00Z"}
    assert found[0]["score"] == {"upvotes": 3, "downvotes": 0, "confidence": 0.9375}
    assert {one["generator"]["type"] for one in found} == {"Software"}


def test_nobody_is_named_but_by_a_pseudonym_that_came_with_it() -> None:
    found, _ = annotations(record(*ALL))
    named = [one for one in found if "creator" in one]
    assert [one["creator"] for one in named] == [{"type": "Person", "nickname": "heron-17"}]
    assert "heron" not in json.dumps([one for one in found if one not in named])


def test_the_europeana_item_stands_for_a_record_and_an_item_is_not_linked_with_itself() -> None:
    item, wikidata = "http://data.europeana.eu/item/9200/BIB_1", "http://www.wikidata.org/entity/Q151356"
    [known], _ = annotations(record(told(SAID["tag"]), targets=(item, "https://reg.example/1", wikidata)))
    assert known["target"] == item
    [tagged], _ = annotations(record(told(SAID["tag"]), targets=(wikidata,)))
    assert tagged["target"] == wikidata
    [linked], _ = annotations(record(told(), targets=(wikidata, "https://reg.example/1")))
    assert (linked["body"], linked["target"]) == (wikidata, "https://reg.example/1")


def test_what_people_rejected_is_an_assessment_and_never_a_tag() -> None:
    wrong = [replace(one, rejected=True) for one in ALL[:-1]]
    found, _ = annotations(record(*wrong))
    assert {one["motivation"] for one in found} == {"assessing"}
    for one in found:
        assert [body["purpose"] for body in one["body"]] == ["assessing", "assessing"]
        assert one["body"][1]["value"] == "rejected"
    by_hand = {one["id"].partition("#t-")[2]: one["body"][0] for one in found}
    assert by_hand["term"]["source"] == "http://www.wikidata.org/entity/Q40861"
    assert files(record(*wrong))[1] == Handed(0, 0, {"EDM has no words for what is wrong": 5})


def test_what_the_convention_cannot_say_is_counted_and_not_cut() -> None:
    said = [
        Annotation(TAG, text="x" * 64),
        Annotation(TAG, text="x" * 65),
        Annotation(TAG, text="\x00 \u202e"),
        Annotation(AnnotationKind.TRANSLATION, text="y" * 200, lang="sv"),
        Annotation(AnnotationKind.TRANSLATION, text="y", lang="not a language"),
    ]
    found, handed = annotations(record(*(told(one, f"t{i}") for i, one in enumerate(said))))
    assert [len(one["body"]["value"]) for one in found] == [64, 200]
    assert handed.annotations == 2
    assert handed.left_out == {
        "a tag has 64 characters at most": 1,
        "it says nothing that could be printed": 1,
        "it is a translation, and nobody says into which language": 1,
    }


def test_a_time_of_another_zone_is_told_in_utc_and_none_where_none_may_be_told() -> None:
    summer = datetime(2026, 7, 1, 1, 0, tzinfo=timezone(timedelta(hours=2)))
    found, _ = annotations(record(told(SAID["tag"], created=summer), told(SAID["tag"], "t2", created=None)))
    assert found[0]["created"] == "2026-06-30T23:00:00Z"
    assert "created" not in found[1]


def test_sources_that_ask_for_it_are_named_once() -> None:
    collection, _ = collected([record(told(SAID["tag"]), credit="A register (CC-BY-4.0)")] * 2)
    assert collection["dc:rights"] == ["A register (CC-BY-4.0)"]
    assert collected([record(told(SAID["tag"]))])[0].get("dc:rights") is None


def test_a_collection_is_one_annotation_a_line_and_whole_even_when_empty() -> None:
    out = StringIO()
    web_annotations([record(*ALL), record(*ALL)], out, ABOUT)
    lines = out.getvalue().splitlines()
    assert len([one for one in lines if '"type":"Annotation"' in one]) == 12
    empty, handed = collected([])
    assert (empty["total"], empty["first"]["items"], handed.annotations) == (0, [], 0)


def test_equal_records_give_equal_bytes() -> None:
    records = [record(*ALL), HOSTILE_RECORD, replace(BARE, record_id="b")]
    twice = []
    for _ in range(2):
        text, archive = StringIO(), BytesIO()
        web_annotations(records, text, ABOUT)
        edm(records, archive, ABOUT.address, "Heritage Guard")
        twice.append((text.getvalue(), archive.getvalue()))
    assert twice[0] == twice[1]


def test_hostile_text_stays_text() -> None:
    found, _ = annotations(HOSTILE_RECORD)
    clean = "\"'<b>&amp;]]>[31mevil {{x}}\\u0000"
    assert found[0]["body"]["value"] == clean
    assert found[0]["id"] == "https://guard.example/reviews/c1#a%20b%2F%3Cc%3E"
    [name] = files(HOSTILE_RECORD)[0]
    assert name.count("/") == 1
    assert name.startswith("xx_churches/..%2F..%2F")
    tree = one_file(HOSTILE_RECORD)
    assert tree.findtext(".//dc:title", namespaces=NS) == clean
    assert tree.find(".//dc:title", NS).attrib == {}
    assert clean in [one.text for one in tree.iterfind(".//dc:subject", NS)]
    assert list(tree.iterfind(".//b")) == []


def test_edm_says_what_people_found_out_beside_what_the_register_says() -> None:
    tree = one_file(record(*ALL))
    cho = tree.find("edm:ProvidedCHO", NS)

    def texts(name: str) -> list[str]:
        return [one.text or one.get(f"{{{NS['rdf']}}}resource") for one in cho.iterfind(name, NS)]

    assert texts("dc:title") == ["Marienkirche"]
    assert texts("dcterms:alternative") == ["St. Mary", "Mariakyrkan"]
    assert texts("dcterms:medium") == ["http://www.wikidata.org/entity/Q40861"]
    assert texts("dc:subject") == ["brick"]
    assert texts("owl:sameAs") == ["http://www.wikidata.org/entity/Q151356"]
    assert "http://www.wikidata.org/entity/Q64" in texts("dcterms:spatial")
    assert [one.text for one in tree.iterfind("edm:Place/wgs:lat", NS)] == ["52.52", "52.518898"]
    told_by = texts("dcterms:provenance")
    assert len(told_by) == 6
    assert any("“Mariakyrkan” (sv): confirmed by reviewers, 3 for and 0 against" in one for one in told_by)
    whole = tree.find("ore:Aggregation", NS)
    assert whole.findtext("edm:dataProvider", namespaces=NS) == "A register"
    assert whole.findtext("edm:provider", namespaces=NS) == "Heritage Guard"
    rights = whole.find("edm:rights", NS).get(f"{{{NS['rdf']}}}resource")
    assert rights == "http://creativecommons.org/publicdomain/zero/1.0/"
    assert "heron" not in etree.tostring(tree, encoding="unicode")


@pytest.mark.parametrize(
    ("lacking", "why"),
    [
        ({"url": ""}, "EDM needs the address of the register's entry, and there is none"),
        ({"rights": ""}, "Europeana has no rights statement for the register's licence"),
        ({"names": (("de", "\x00"),)}, "EDM needs a title, and the record has no name that may be told"),
    ],
)
def test_a_record_that_edm_cannot_say_is_left_out_and_counted(lacking: dict[str, Any], why: str) -> None:
    found, handed = files(record(*ALL, **lacking), record(told(SAID["tag"]), record_id="2"))
    assert list(found) == ["xx_churches/2.xml"]
    assert handed == Handed(1, 1, {why: 6})


def test_a_name_too_long_for_a_file_system_is_a_digest() -> None:
    names = list(files(*(record(ALL[0], record_id=one * 300) for one in "ab"))[0])
    assert len(set(names)) == 2
    assert max(map(len, names)) < 100


def test_memory_does_not_grow_with_what_is_written() -> None:
    class Nowhere(StringIO):
        length = 0

        def write(self, text: str) -> int:
            self.length += len(text)
            return len(text)

    out = Nowhere()
    ones = (record(told(SAID["tag"], f"t{i}"), record_id=str(i)) for i in range(5_000))
    tracemalloc.start()
    try:
        web_annotations(ones, out, ABOUT)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert out.length > 2_000_000
    assert most < 1_000_000


def _checker() -> jsonschema.FormatChecker:
    checker = jsonschema.FormatChecker(formats=())

    @checker.checks("date-time", ValueError)
    def is_time(value: object) -> bool:
        text = str(value)
        return bool(DATE_TIME.fullmatch(text)) and bool(datetime.fromisoformat(text))

    @checker.checks("uri", ValueError)
    def is_uri(value: object) -> bool:
        text = str(value)
        allowed = re.fullmatch(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", text)
        return bool(allowed) and bool(urlsplit(text).scheme)

    return checker


class Assertions:
    """The W3C's assertions of a folder of its suite, as it lists them."""

    def __init__(self, root: Path) -> None:
        files = [
            p for name in ("annotations", "collections", "definitions") for p in (root / name).rglob("*.json")
        ]
        read = [json.loads(p.read_text(encoding="utf-8")) for p in files]
        schemas = [one for one in read if "id" in one]
        self._root = root
        self._known = Registry().with_resources(
            (one["id"], Resource(contents=one, specification=DRAFT4)) for one in schemas
        )

    def listed(self, test: str) -> list[str]:
        found: list[str] = json.loads((self._root / test).read_text(encoding="utf-8"))["assertions"]
        return found

    def failures(self, test: str, content: dict[str, Any]) -> list[str]:
        found = []
        for name in self.listed(test):
            schema = json.loads((self._root / name).read_text(encoding="utf-8"))
            validator = jsonschema.Draft4Validator(schema, registry=self._known, format_checker=_checker())
            if validator.is_valid(content) is not (schema.get("expectedResult", "valid") == "valid"):
                found.append(name)
        return found


@pytest.fixture(scope="session")
def assertions(shared_data: Path) -> Assertions:
    root = shared_data / "validators/web-annotation"
    if not root.exists():
        pytest.skip(f"{root} is missing: set HERITAGE_SHARED_DATA to the folder of shared data")
    return Assertions(root)


@pytest.mark.shared_data
def test_the_w3c_finds_no_fault_in_any_annotation(assertions: Assertions) -> None:
    assert len(assertions.listed("annotations/annotationMusts.test")) == 54
    wrong = [replace(one, task_id=f"{one.task_id}-x", rejected=True) for one in ALL[:-1]]
    collection, _ = collected([record(*ALL, *wrong), HOSTILE_RECORD, BARE])
    for one in collection["first"]["items"]:
        assert assertions.failures("annotations/annotationMusts.test", one) == [], one
    assert len(collection["first"]["items"]) == 14
    assert assertions.failures("collections/collectionMusts.test", collection) == []
    assert assertions.failures("collections/collectionMusts.test", collected([])[0]) == []


@pytest.mark.shared_data
@pytest.mark.parametrize(
    "broken",
    [
        {"created": "yesterday"},
        {"target": "not an address"},
        {"@context": "https://other.example/context"},
        {"type": "Remark"},
        {"id": "a b"},
        {"body": {"type": "TextualBody"}},
    ],
    ids=str,
)
def test_the_w3c_would_find_a_fault(assertions: Assertions, broken: dict[str, Any]) -> None:
    [one], _ = annotations(record(ALL[0]))
    assert assertions.failures("annotations/annotationMusts.test", one | broken)


@pytest.fixture(scope="session")
def edm_schema(shared_data: Path) -> etree.XMLSchema:
    file = shared_data / "edm-schemas/schema_xsds/EDM.xsd"
    if not file.exists():
        pytest.skip(f"{file} is missing: set HERITAGE_SHARED_DATA to the folder of shared data")
    return etree.XMLSchema(etree.parse(str(file)))


@pytest.mark.shared_data
def test_europeana_finds_no_fault_in_any_record(edm_schema: Any) -> None:
    many = [record(*some) for some in itertools.combinations(ALL, 2)]
    many += [record(*ALL), BARE, POINT_ONLY]
    many = [replace(one, record_id=str(i)) for i, one in enumerate(many)]
    found, _ = files(*many, HOSTILE_RECORD)
    assert len(found) == len(many) + 1
    for name, content in found.items():
        tree = etree.fromstring(content)
        edm_schema.assertValid(tree)
        assert _schematron(tree) == [], name


def _schematron(tree: Any) -> list[str]:
    """What Europeana's schematron asks of external EDM, which needs XSLT 2, in XPath 1."""
    asked = {
        "one object": "count(edm:ProvidedCHO) = 1",
        "one aggregation": "count(ore:Aggregation) = 1",
        "about something": "edm:ProvidedCHO[dc:subject or dc:type or dcterms:temporal or dcterms:spatial]"
        "/*[self::dc:subject or self::dc:type or self::dcterms:temporal or self::dcterms:spatial]"
        "[@rdf:resource or normalize-space(.) != '']",
        "a title or a description": "normalize-space(edm:ProvidedCHO/dc:title) != ''",
        "text has a language": "not(edm:ProvidedCHO/edm:type = 'TEXT') or edm:ProvidedCHO/dc:language",
        "shown somewhere": "ore:Aggregation/edm:isShownAt/@rdf:resource",
        "a data provider": "normalize-space(ore:Aggregation/edm:dataProvider) != ''",
        "a provider": "normalize-space(ore:Aggregation/edm:provider) != ''",
        "rights": "ore:Aggregation/edm:rights/@rdf:resource",
        "no empty resource": "not(//@rdf:resource[. = ''])",
        "no empty language": "not(//@xml:lang[. = ''])",
        "no resource with a text": "not(//*[@rdf:resource and text()])",
    }
    return [name for name, path in asked.items() if not tree.xpath(f"boolean({path})", namespaces=NS)]


@pytest.mark.shared_data
@pytest.mark.parametrize("missing", ["edm:aggregatedCHO", "edm:provider", "edm:rights"])
def test_europeana_would_find_a_fault(edm_schema: Any, missing: str) -> None:
    tree = one_file(record(*ALL))
    [element] = tree.iterfind(f".//{missing}", NS)
    element.getparent().remove(element)
    assert not edm_schema.validate(tree)


def test_every_rights_statement_is_on_the_list_of_europeana() -> None:
    licences = YamlVocabularies(Path(__file__).parents[3] / "datasets/_vocabularies").licences()
    assert licences.statement("cc0") == "http://creativecommons.org/publicdomain/zero/1.0/"
    assert licences.statement("OGL-UK-3.0") is None
    allowed = re.compile(
        r"http://creativecommons\.org/(publicdomain/(zero|mark)/1\.0|licenses/by(-sa)?/(2\.0|2\.5|3\.0|4\.0))/"
    )
    assert all(allowed.fullmatch(one) for one in licences.rights.values())
