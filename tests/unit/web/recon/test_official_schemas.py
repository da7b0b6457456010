"""Every answer of the service against the official schemas, over all endpoints and both versions, and the
examples that are published with them: the valid ones are answered, the invalid ones refused."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from heritage.web.recon.standalone import create_app
from heritage.web.services import ReconServices
from recon_examples import held, plugin

pytestmark = pytest.mark.shared_data

OLD, NEW = "/reconcile/0.2", "/reconcile/1.0"
VERSIONS = {OLD: "0.2", NEW: "1.0-draft"}
TEXTS = (
    "St Mary's Church",
    "Dunmere Castle",
    "كنيسة القديسة مريم",
    "Q2001",
    "Q2004",
    "nothing like it",
    "⛪",
)
IDS = ["Q2001", "Q2002", "Q2003", "Q2004", "Q2005", "Q1"]
PROPERTIES = ("P31", "P131", "P17", "P625", "P1216", "P571", "P18", "P1435", "P9")


class Schemas:
    """The schemas of both versions. They refer to each other by name and by address."""

    def __init__(self, folder: Path) -> None:
        self._validators: dict[tuple[str, str], Draft7Validator] = {}
        for version in VERSIONS.values():
            registry: Registry[Any] = Registry()
            contents = {
                path.stem: json.loads(path.read_text(encoding="utf-8"))
                for path in (folder / version / "schemas").glob("*.json")
            }
            for name, content in contents.items():
                resource = Resource.from_contents(content, default_specification=DRAFT7)
                base = contents["manifest"]["$id"].rsplit("/", 1)[0]
                for address in {f"{name}.json", content.get("$id", name), f"{base}/{name}.json"}:
                    registry = registry.with_resource(address, resource)
            for name, content in contents.items():
                self._validators[version, name] = Draft7Validator(content, registry=registry)

    def faults(self, path: str, name: str, content: Any) -> list[str]:
        found = self._validators[VERSIONS[path], name].iter_errors(content)
        return [f"{'.'.join(map(str, one.absolute_path))}: {one.message}" for one in found]


@pytest.fixture(scope="module")
def schemas(shared_data: Path) -> Schemas:
    return Schemas(shared_data / "recon-schemas")


@pytest.fixture(scope="module", params=["alone", "in the plugin"])
def client(request: pytest.FixtureRequest) -> Iterator[TestClient]:
    app = create_app(ReconServices(held(), 50)) if request.param == "alone" else plugin()
    with TestClient(app) as client:
        yield client


def answers(client: TestClient) -> Iterator[tuple[str, str, Any]]:
    """(version, name of the schema, answer) over all endpoints."""
    properties = [{"pid": "P625", "v": "51.2, -1.4"}, {"pid": "P131", "v": [{"id": "Q3001"}, "Hampshire"]}]
    more = {"properties": properties, "type": ["Q16970"], "limit": 20, "type_strict": "should"}
    queries = {str(k): {"query": text} | (more if k % 2 else {}) for k, text in enumerate(TEXTS)}
    yield OLD, "reconciliation-result-batch", client.post(OLD, data={"queries": json.dumps(queries)})
    yield OLD, "reconciliation-result-batch", client.get(OLD, params={"queries": json.dumps(queries)})
    conditions = [
        {"matchType": "property", "propertyId": "P625", "propertyValue": "51.2, -1.4"},
        {"matchType": "property", "propertyId": "P131", "propertyValue": ["Hampshire"], "required": True},
    ]
    named = [{"matchType": "name", "propertyValue": text} for text in TEXTS]
    batch = {"queries": [{"conditions": [one, *conditions[: k % 3]]} for k, one in enumerate(named)]}
    for lang in ("ar", "de", "xx-invalid"):
        headers = {"Accept-Language": lang}
        yield NEW, "reconciliation-result-batch", client.post(f"{NEW}/match", json=batch, headers=headers)
    extend = {"ids": IDS, "properties": [{"id": one} for one in PROPERTIES]}
    yield OLD, "data-extension-response", client.post(OLD, data={"extend": json.dumps(extend)})
    yield OLD, "data-extension-response", client.get(OLD, params={"extend": json.dumps(extend)})
    yield NEW, "data-extension-response", client.post(f"{NEW}/extend", json=extend)
    for path in (OLD, NEW):
        yield path, "manifest", client.get(path)
        for kind, name in (("entity", "entities"), ("property", "properties"), ("type", "types")):
            for prefix in ("", "c", "q2004", "Q2001", "nothing like it"):
                found = client.get(f"{path}/suggest/{kind}", params={"prefix": prefix})
                yield path, f"suggest-{name}-response", found
        for params in ({}, {"type": "Q16970"}, {"type": "Q1", "limit": "2"}):
            yield (
                path,
                "data-extension-property-proposal",
                client.get(f"{path}/extend/propose", params=params),
            )


def test_every_answer_is_as_the_official_schemas_say(client: TestClient, schemas: Schemas) -> None:
    asked = list(answers(client))
    assert {answer.status_code for _, _, answer in asked} == {200}
    assert {(path, name) for path, name, _ in asked} >= {
        (path, name)
        for path in VERSIONS
        for name in (
            "manifest",
            "reconciliation-result-batch",
            "data-extension-response",
            "suggest-types-response",
        )
    }
    told = [f"{path} {name}: {f}" for path, name, a in asked for f in schemas.faults(path, name, a.json())]
    assert told == []
    some = [a.json() for path, name, a in asked if (path, name) == (NEW, "reconciliation-result-batch")]
    assert all(any(one["candidates"] for one in answer["results"]) for answer in some)


def test_no_manifest_is_good_for_both_versions(client: TestClient, schemas: Schemas) -> None:
    """The reason for two addresses."""
    assert schemas.faults(NEW, "manifest", client.get(OLD).json())
    assert schemas.faults(OLD, "manifest", client.get(NEW).json())


def test_the_schemas_tell_the_published_examples_apart(shared_data: Path, schemas: Schemas) -> None:
    """So that silence about our answers means something."""
    for path, version in VERSIONS.items():
        names = ("manifest", "reconciliation-result-batch", "data-extension-response")
        for name in names:
            folder = shared_data / "recon-schemas" / version / "examples" / name
            for example in folder.glob("*/*.json"):
                faults = schemas.faults(path, name, json.loads(example.read_text(encoding="utf-8")))
                assert bool(faults) == (example.parent.name == "invalid"), example


def test_published_queries_are_answered_or_refused(client: TestClient, shared_data: Path) -> None:
    for path, version in VERSIONS.items():
        folder = shared_data / "recon-schemas" / version / "examples" / "reconciliation-query-batch"
        examples = sorted(folder.glob("*/*.json"))
        assert len(examples) > 5
        for example in examples:
            text = example.read_text(encoding="utf-8")
            if path == OLD:
                answer = client.post(OLD, data={"queries": text})
            else:
                answer = client.post(f"{NEW}/match", json=json.loads(text))
            assert answer.status_code == (400 if example.parent.name == "invalid" else 200), example
