import json
from datetime import UTC, datetime

import pyshacl
import pytest
from rdflib import DCAT, DCTERMS, SDO, Graph, URIRef

from heritage.adapters.exports.dcat import dcat_ap
from heritage.adapters.exports.schema_org import schema_org
from heritage.ports.catalogue import CatalogueEntry
from register_examples import ROOT

ADDRESS = "https://register.example/catalogue"
HOSTILE = 'A "list" <script>alert(1)</script> . } @prefix ; \\'
FULL = CatalogueEntry(
    "se_demo",
    "Demo register",
    "current",
    description="Churches.",
    publisher="Board of churches",
    publisher_item="Q1",
    country="se",
    country_item="Q34",
    kind="monument",
    licence="CC0-1.0",
    licence_evidence="https://register.example/licence",
    protocol="csv",
    url="https://register.example/list.csv",
    schedule="@monthly",
    retrieved_at=datetime(2026, 11, 21, tzinfo=UTC),
    records=7,
)
BARE = CatalogueEntry(
    "world_demo",
    HOSTILE,
    "unverified",
    publisher=HOSTILE,
    kind="natural",
    licence="LicenseRef-UNESCO-WHC",
    licence_evidence="https://register.example/terms?a=1&b=2",
    protocol="arcgis",
    url="https://register.example/FeatureServer/0",
    schedule="5 4 * * 1",
    unverified="The number of the layer.",
)
BROKEN = CatalogueEntry("xx_broken", "xx_broken", "broken", problem="not YAML")
ENTRIES = [FULL, BARE, BROKEN]


def graph(entries):
    return Graph().parse(data=dcat_ap(entries, ADDRESS), format="turtle")


def test_every_register_that_stands_is_in_the_catalogue_to_the_letter():
    found = graph(ENTRIES)
    datasets = set(found.objects(URIRef(ADDRESS), DCAT.dataset))
    assert datasets == {URIRef(f"{ADDRESS}#se_demo"), URIRef(f"{ADDRESS}#world_demo")}
    assert str(found.value(URIRef(f"{ADDRESS}#world_demo"), DCTERMS.title)) == HOSTILE
    licence = found.value(URIRef(f"{ADDRESS}#se_demo-source"), DCTERMS.license)
    assert str(licence) == "https://spdx.org/licenses/CC0-1.0"
    assert "The number of the layer." in dcat_ap(ENTRIES, ADDRESS)


@pytest.mark.shared_data
@pytest.mark.parametrize(
    "shapes", ["shacl/dcat-ap-SHACL.ttl", "html/shacl/shapes.ttl", "html/shacl/range.ttl"]
)
def test_the_export_is_valid_dcat_ap(shared_data, shapes):
    path = shared_data / "validators/dcat-ap/releases/3.0.1" / shapes
    valid, _, told = pyshacl.validate(graph(ENTRIES), shacl_graph=str(path))
    assert valid, told
    without = graph(ENTRIES)
    without.remove((None, DCTERMS.title, None))
    without.remove((None, DCAT.accessURL, None))
    if "range" not in shapes:
        assert not pyshacl.validate(without, shacl_graph=str(path))[0], "the shapes catch what is missing"


def terms(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "@type":
                yield value
            elif not key.startswith("@"):
                yield key
                yield from terms(value)
    elif isinstance(node, list):
        for one in node:
            yield from terms(one)


def test_the_export_speaks_schema_org_and_says_what_search_engines_ask():
    content = json.loads(schema_org(ENTRIES, ADDRESS))
    assert {term for term in terms(content) if term not in SDO} == set()
    assert [one["identifier"] for one in content["dataset"]] == ["se_demo", "world_demo"]
    for one in content["dataset"]:
        assert {"name", "description", "license", "creator", "distribution"} <= one.keys()
        assert 50 <= len(one["description"]) <= 5000
    assert content["dataset"][1]["name"] == HOSTILE
    assert "spatialCoverage" not in content["dataset"][1]


def test_the_bundled_catalogue_can_be_exported():
    from heritage.spec.loader import load_specs
    from heritage.steps.catalogue import catalogue

    class Nothing:
        def last_good(self, dataset):
            return None

    specs, failures = load_specs(ROOT / "datasets")
    entries = list(catalogue(specs, failures, store=Nothing()))
    assert len(entries) == len(specs)
    assert len(set(graph(entries).objects(URIRef(ADDRESS), DCAT.dataset))) == len(specs)
    assert all(one.unverified for one in entries if one.status == "unverified")
