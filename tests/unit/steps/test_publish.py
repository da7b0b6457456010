"""A published snapshot: what leaves, versions that stay, and versions that are withdrawn."""

import csv
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import geopandas
import jsonschema
import pyarrow as pa
import pyarrow.parquet as pq
import pyshacl
import pytest
from rdflib import DCAT, Graph, URIRef

from heritage.adapters.exports.published import PublishedFolder
from heritage.adapters.files import FileStore
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.errors import DecisionStale, HeritageError, StoreDamaged
from heritage.licence.gate import Facts
from heritage.licence.leaving import Leaves
from heritage.licence.permission import Target
from heritage.model.tables import MATCHES, PROTECTED, RECORDS, RISK
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec
from heritage.steps.publish import Published, publish
from register_examples import ROOT, fetched, pulled

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
ADDRESS = "https://open.example/registers"
SPEC = DatasetSpec.model_validate(
    {
        "id": "xx_churches",
        "title": "Churches",
        "publisher": {"name": "A register"},
        "kind": "monument",
        "maintainers": ["ada"],
        "sample": "synthetic",
        "licence": {"id": "CC-BY-4.0", "evidence": "https://reg.example/licence"},
        "harvest": {"protocol": "csv", "url": "https://reg.example/list.csv", "schedule": "@weekly"},
        "record": {"id": "id", "name": {"en": "name"}},
        "item": {"identifier": "P1216", "country": "Q145"},
        "checks": {"rows": [0, 1000]},
    }
)
LICENCES = YamlVocabularies(ROOT / "datasets/_vocabularies").licences()


class Register:
    """A register whose snapshots are published in a folder."""

    def __init__(self, folder: Path, spec: DatasetSpec = SPEC) -> None:
        self.spec, self.store, self.place = spec, FileStore(str(folder / "data")), folder / "open"
        self.publisher = PublishedFolder(str(self.place), ADDRESS)

    def holds(self, *rows: dict[str, Any], at: datetime = AT) -> None:
        """A new good snapshot."""
        content = pulled(fetched("list.csv", repr(rows).encode(), "https://reg.example/list.csv"))
        snapshot = self.store.capture(self.spec, content, at)[0].snapshot
        tables: Sequence[tuple[str, list[dict[str, Any]], pa.Schema]] = (
            ("records", [record(self.spec.id, row) for row in rows], RECORDS),
            ("risk", [ruling(row) for row in rows], RISK),
            ("protected", [], PROTECTED),
            ("matches", [match(row) for row in rows], MATCHES),
        )
        for name, given, schema in tables:
            inputs = f"{name}-{len(repr(given))}-{given!r}"
            self.store.write_table(
                self.spec.id, snapshot, name, pa.Table.from_pylist(given, schema=schema), inputs[-40:]
            )
        self.store.mark_good(self.spec.id, snapshot, at)

    def publish(self, licence: str = "CC-BY-4.0", basis: str = "rules") -> Published:
        facts = Facts(self.spec.id, licence, "https://reg.example/licence", "A register", "gb")
        leaves = Leaves(Target.EXPORT, LICENCES, (), date(2026, 11, 22), lambda _: facts)
        loaded = LoadedSpec(self.spec, Path("gb/xx_churches/xx_churches.yaml"))
        return publish(loaded, store=self.store, leaves=leaves, basis=basis, publisher=self.publisher)

    def package(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.place / self.spec.id / "datapackage.json").read_text())
        return found

    def rows(self, version: str) -> list[dict[str, Any]]:
        file = self.place / self.spec.id / version / "records.parquet"
        found: list[dict[str, Any]] = pq.read_table(file).to_pylist()
        return found


def record(dataset: str, row: dict[str, Any]) -> dict[str, Any]:
    name = row.get("name", f"Church {row['id']}")
    given = {"dataset": dataset, "record_id": row["id"], "kind": "monument", "name": name, "lang": "en"}
    given |= {"names": [{"lang": "en", "text": name}], "lat": 51.123456, "lon": -1.5, "precision_m": 1.0}
    image = {"file": "a.jpg", "licence": "CC0-1.0", "author": None, "date": None}
    return given | {"image": image, "source_row": '{"owner": "Mrs Smith"}', "address": "1 Lane"}


def ruling(row: dict[str, Any]) -> dict[str, Any]:
    given = {"record_id": row["id"], "level": "watch", "confidence": "high", "explanation": "."}
    given |= {"disclosure": row.get("class", "S0"), "disclosure_rules": row.get("rules", [])}
    return given | {"disclosure_reason": "", "disclosure_basis": "rules", "support": 1.0}


def match(row: dict[str, Any]) -> dict[str, Any]:
    return {"record_id": row["id"], "decision": "match", "qid": f"Q{row['id']}", "reason": ""}


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register(tmp_path)


def test_what_may_leave_is_published_whole_and_described(register: Register) -> None:
    register.holds(
        {"id": "1"}, {"id": "2", "class": "S1"}, {"id": "3", "class": "S3"}, {"id": "4", "class": "S5"}
    )
    done = register.publish()
    assert (done.records, done.new, done.withdrawn) == (3, True, 0)
    exact, cell, area = register.rows(done.version or "")
    assert (exact["lat"], exact["item"], exact["address"]) == (51.123456, "Q1", "1 Lane")
    assert cell["lat"] != exact["lat"]
    assert (cell["item"], cell["address"], area["lat"], area["item"]) == (None, None, None, None)
    everything = "".join(
        path.read_bytes().decode("latin-1") for path in register.place.rglob("*") if path.is_file()
    )
    assert "Mrs Smith" not in everything

    package = register.package()
    assert package["version"] == done.version
    assert package["attribution"] == "A register (CC-BY-4.0)"
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    for resource in package["resources"]:
        file = register.place / SPEC.id / resource["path"]
        assert file.stat().st_size == resource["bytes"]
        columns = [field["name"] for field in resource["schema"]["fields"]]
        if resource["format"] == "csv":
            with file.open(encoding="utf-8", newline="") as lines:
                [first, *_] = list(csv.DictReader(lines))
            assert list(first) == columns
            assert json.loads(first["names"]) == [{"lang": "en", "text": "Church 1"}]
        else:
            shapes = geopandas.read_parquet(file)
            assert list(shapes.columns) == columns
            assert (shapes.geometry[0].x, shapes.geometry[0].y) == (-1.5, 51.123456)
            assert shapes.crs.to_epsg() == 4326


def test_the_same_again_is_the_same_version_and_a_new_one_links_those_before(register: Register) -> None:
    register.holds({"id": "1"})
    first = register.publish()
    stamps = {path: path.stat().st_mtime_ns for path in register.place.rglob("*")}
    assert register.publish().new is False
    assert {path: path.stat().st_mtime_ns for path in register.place.rglob("*")} == stamps
    register.holds({"id": "1"}, {"id": "2"}, at=AT.replace(day=22))
    second = register.publish()
    assert [one["version"] for one in register.package()["versions"]] == [second.version, first.version]
    assert len(register.rows(first.version or "")) == 1
    turtle = Graph().parse(register.place / SPEC.id / "catalogue.ttl")
    [node] = turtle.subjects(DCAT.distribution, unique=True)
    addresses = set(map(str, turtle.objects(None, DCAT.downloadURL)))
    assert addresses == {f"{ADDRESS}/{SPEC.id}/{second.version}/records.{end}" for end in ("parquet", "csv")}
    assert str(turtle.value(URIRef(node), URIRef(f"{DCAT}version"))) == second.version


@pytest.mark.parametrize("now", [{"class": "S1"}, {"class": "S5"}, {"rules": ["R12"]}])
def test_versions_that_told_more_are_withdrawn(register: Register, now: dict[str, Any]) -> None:
    register.holds({"id": "1"}, {"id": "2"})
    first = register.publish()
    register.holds({"id": "1"}, {"id": "2"} | now)
    second = register.publish()
    assert second.withdrawn == 1
    assert register.publisher.versions(SPEC.id) == [second.version]
    assert not (register.place / SPEC.id / (first.version or "")).exists()


def test_what_a_run_that_died_left_behind_goes(register: Register) -> None:
    register.holds({"id": "1"})
    first = register.publish()
    package = register.place / SPEC.id / "datapackage.json"
    package.write_text(json.dumps(register.package() | {"versions": []}))  # its files were to be removed next
    register.holds({"id": "1", "class": "S1"})
    register.publish()
    assert not (register.place / SPEC.id / (first.version or "")).exists()


def test_what_left_the_register_stays_in_earlier_versions(register: Register) -> None:
    register.holds({"id": "1"}, {"id": "2", "class": "S1"})
    register.publish()
    register.holds({"id": "1"}, at=AT.replace(day=22))
    assert register.publish().withdrawn == 0
    assert len(register.publisher.versions(SPEC.id)) == 2


def test_a_licence_that_closes_withdraws_everything_and_touches_nothing_else(register: Register) -> None:
    register.holds({"id": "1"})
    register.publish()
    theirs = register.place / SPEC.id / "readme.txt"
    theirs.write_text("of somebody else")
    done = register.publish(licence="CC-BY-NC-4.0")
    assert (done.version, done.records, done.withdrawn) == (None, 0, 1)
    assert done.kept_back[0].count == 1
    assert [path for path in register.place.rglob("*") if path.is_file()] == [theirs]
    assert register.publish(licence="CC-BY-NC-4.0").withdrawn == 0


def test_what_stands_in_the_way_is_told(register: Register) -> None:
    with pytest.raises(HeritageError, match="no good snapshot"):
        register.publish()
    register.holds({"id": "1"})
    with pytest.raises(DecisionStale):
        register.publish(basis="other rules")
    register.publish()
    package = register.place / SPEC.id / "datapackage.json"
    assert package.stat().st_mode & 0o777 == 0o644, "a web server reads it"
    [table] = register.place.rglob("records.parquet")
    for broken in (lambda: table.write_bytes(b"no parquet"), table.unlink):
        broken()
        with pytest.raises(StoreDamaged):
            register.publish()
    for damage in ("{", "[]", '{"versions": [{"version": "../../data"}]}', '{"versions": 7}'):
        package.write_text(damage)
        with pytest.raises(StoreDamaged):
            register.publish()


def test_cells_that_programs_would_run_are_text_in_csv(register: Register) -> None:
    formulas = [
        "=HYPERLINK(1)",
        "@SUM(A1)",
        "+cmd|x",
        "-x",
        "\tx",
        "-12",
        "a=b",
        "-2+3+cmd|' /C calc'!A0",
        " =1",
        "\uff1d1",
        "+12.5",
    ]
    register.holds(*({"id": str(n), "name": name} for n, name in enumerate(formulas)))
    version = register.publish().version or ""
    assert [row["name"] for row in register.rows(version)] == formulas
    with (register.place / SPEC.id / version / "records.csv").open(encoding="utf-8", newline="") as lines:
        told = [row["name"] for row in csv.DictReader(lines)]
    assert told == [
        "'=HYPERLINK(1)",
        "'@SUM(A1)",
        "'+cmd|x",
        "'-x",
        "'\tx",
        "-12",
        "a=b",
        "'-2+3+cmd|' /C calc'!A0",
        "' =1",
        "'\uff1d1",
        "+12.5",
    ]


@pytest.mark.shared_data
def test_everything_is_valid_by_the_validators_of_the_field(register: Register, shared_data: Path) -> None:
    register.holds({"id": "1"}, {"id": "2", "class": "S3"})
    version = register.publish().version or ""
    validators = shared_data / "validators"
    profile = json.loads((validators / "frictionless/public/profiles/2.0/datapackage.json").read_text())
    folder = register.place / SPEC.id
    for file in (folder / "datapackage.json", folder / version / "datapackage.json"):
        package = json.loads(file.read_text())
        jsonschema.validate(package, profile)
        package["resources"][0]["hash"] = "no hash"
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(package, profile)
    schema = json.loads((validators / "geoparquet/format-specs/schema.json").read_text())
    geo = (pq.read_schema(folder / version / "records.parquet").metadata or {})[b"geo"]
    schema["properties"]["version"] = {"const": "1.1.0"}  # it is of the draft that follows 1.1
    # Its schema of the CRS is on the network: pyproj reads what we write, above.
    schema["properties"]["columns"]["patternProperties"][".+"]["properties"]["crs"] = {"type": "object"}
    jsonschema.validate(json.loads(geo), schema)
    shapes = validators / "dcat-ap/releases/3.0.1"
    for name in ("shacl/dcat-ap-SHACL.ttl", "html/shacl/range.ttl"):
        valid, _, told = pyshacl.validate(
            Graph().parse(folder / "catalogue.ttl"), shacl_graph=str(shapes / name)
        )
        assert valid, told
