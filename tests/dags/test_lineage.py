"""What a run tells by OpenLineage and by metrics: real events of a real run, as those who watch get them."""

import json
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from dag_house import House
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from installation import ROOT, settings_in
from register_examples import VOCABULARIES, csv_bytes, description, good_rows, publisher

STEPS = {
    "harvest": (["se_demo"], ["se_demo/capture"]),
    "map": (["se_demo/capture"], ["se_demo/changes", "se_demo/records", "se_demo/rejected"]),
    "check": (["se_demo/records", "se_demo/rejected"], []),
    "approve": (["se_demo/records"], []),
    "flag": (["se_demo/records"], ["se_demo/risk"]),
}
"""Of each step what it reads and what it writes."""


@dataclass(frozen=True)
class Heard:
    """Events and metrics of one run of a register whose step `reconcile` fails: there is no index."""

    events: list[Any]
    metrics: list[str]

    def datasets_of(self, step: str) -> Any:
        """The event with datasets of a step."""
        [event] = [
            one
            for one in self.events
            if one["job"]["name"] == f"se_demo.{step}" and one["eventType"] == "RUNNING"
        ]
        return event


@pytest.fixture(scope="module")
def heard(house: House) -> Iterator[Heard]:
    with publisher() as register, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as statsd:
        statsd.bind(("127.0.0.1", 0))
        statsd.setblocking(False)
        path = house.folder / "datasets" / "se" / "se_demo" / "se_demo.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(yaml.safe_dump(description(harvest={"url": f"{register.url}/list.csv"})))
        (house.folder / "datasets" / "_vocabularies").symlink_to(VOCABULARIES)
        register.body = csv_bytes(good_rows())
        events = house.folder / "events.jsonl"
        house.set(**settings_in(house.folder, datasets=str(house.folder / "datasets")))
        house.set(
            AIRFLOW__OPENLINEAGE__DISABLED="False",
            AIRFLOW__OPENLINEAGE__EXECUTE_IN_THREAD="True",
            AIRFLOW__OPENLINEAGE__NAMESPACE="heritage",
            AIRFLOW__OPENLINEAGE__TRANSPORT=json.dumps(
                {"type": "file", "log_file_path": str(events), "append": True}
            ),
            AIRFLOW__METRICS__STATSD_ON="True",
            AIRFLOW__METRICS__STATSD_PORT=str(statsd.getsockname()[1]),
            AIRFLOW__METRICS__STATSD_INFLUXDB_ENABLED="True",
        )
        with listening(), measuring():
            assert house.run("se_demo").states["reconcile"] == "failed"
        lines = events.read_text(encoding="utf-8").splitlines()
        yield Heard([json.loads(line) for line in lines], list(received(statsd)))


def received(statsd: socket.socket) -> Iterator[str]:
    while True:
        try:
            yield statsd.recv(65536).decode()
        except BlockingIOError:
            return


@contextmanager
def listening() -> Iterator[None]:
    """Airflow as it is where OpenLineage is switched on: our plugin, then the provider's listener."""
    from airflow.providers.openlineage import conf
    from airflow.providers.openlineage.plugins import listener
    from airflow.sdk.listener import get_listener_manager

    def forget() -> None:
        for one in vars(conf).values():
            if hasattr(one, "cache_clear"):
                one.cache_clear()
        listener._openlineage_listener = None

    guarded()
    forget()
    manager = get_listener_manager()
    manager.add_listener(listener.get_openlineage_listener())
    try:
        yield
    finally:
        manager.clear()
        forget()


def guarded() -> None:
    """What Airflow does with the folder of plugins, before it loads those of providers."""
    sys.path.insert(0, str(ROOT / "plugins"))
    try:
        import heritage_lineage  # type: ignore[import-not-found]
    finally:
        sys.path.remove(str(ROOT / "plugins"))
    heritage_lineage.guard()


@contextmanager
def measuring() -> Iterator[None]:
    """Airflow's metrics as a worker starts them."""
    from airflow.sdk._shared.observability.metrics import stats
    from airflow.sdk.observability.metrics.stats_utils import get_stats_factory

    stats.initialize(factory=get_stats_factory(), export_legacy_names=False)
    yield
    stats.initialize(factory=stats.NoStatsLogger, export_legacy_names=False)


@pytest.mark.parametrize("step", STEPS)
def test_every_step_says_what_it_read_and_wrote(heard: Heard, step: str) -> None:
    event = heard.datasets_of(step)
    found = [sorted(one["name"] for one in event[way]) for way in ("inputs", "outputs")]
    assert tuple(found) == STEPS[step]
    assert {one["namespace"] for way in ("inputs", "outputs") for one in event[way]} == {"heritage"}
    ended = [one["eventType"] for one in heard.events if one["job"]["name"] == f"se_demo.{step}"]
    assert ended == ["START", "RUNNING", "COMPLETE"]


def test_the_facets_tell_sizes_versions_licence_and_checks(heard: Heard) -> None:
    [register] = heard.datasets_of("harvest")["inputs"]
    assert register["facets"]["dataSource"]["uri"].endswith("/list.csv")
    assert register["facets"]["tags"]["tags"][0]["value"] == description()["licence"]["id"]
    written = {one["name"]: one for one in heard.datasets_of("map")["outputs"]}
    records = written["se_demo/records"]
    assert records["outputFacets"]["outputStatistics"]["rowCount"] == len(good_rows())
    assert records["outputFacets"]["outputStatistics"]["size"] > 1000
    assert records["facets"]["version"]["datasetVersion"]
    assert records["facets"]["lifecycleStateChange"]["lifecycleStateChange"] == "CREATE"
    assert "record_id" in {field["name"] for field in records["facets"]["schema"]["fields"]}
    [checked, _] = heard.datasets_of("check")["inputs"]
    assert checked["inputFacets"]["dataQualityMetrics"]["rowCount"] == len(good_rows())
    assertions = checked["inputFacets"]["dataQualityAssertions"]["assertions"]
    assert len(assertions) > 5
    assert all(isinstance(one["success"], bool) for one in assertions)


def test_of_a_task_that_failed_no_sentence_leaves(heard: Heard) -> None:
    [failed] = [one for one in heard.events if one["eventType"] == "FAIL"]
    assert failed["job"]["name"] == "se_demo.reconcile"
    assert set(failed["run"]["facets"]) == {"nominalTime", "parent", "processing_engine"}
    assert set(failed["job"]["facets"]) <= {"jobType", "ownership", "documentation", "tags"}
    everything = json.dumps(heard.events)
    for row in good_rows():
        assert not [value for value in row if len(str(value)) > 5 and str(value) in everything]


def test_figures_go_through_the_metrics_of_airflow(heard: Heard) -> None:
    ours = {line for line in heard.metrics if line.startswith("airflow.heritage.")}
    assert f"airflow.heritage.records.mapped,dataset=se_demo:{len(good_rows())}|g" in ours
    assert "airflow.heritage.records.rejected,dataset=se_demo:0|g" in ours
    assert "airflow.heritage.checks.failed,dataset=se_demo,severity=stop:0|g" in ours
    assert {part.split("=")[0] for line in ours for part in line.split(":")[0].split(",")[1:]} <= {
        *("dataset", "severity"),
    }


@pytest.mark.shared_data
def test_every_event_is_valid_by_the_schemas_of_openlineage(heard: Heard, shared_data: Path) -> None:
    spec = shared_data / "validators" / "openlineage" / "spec"
    schemas = {
        path.stem: json.loads(path.read_text()) for path in spec.rglob("*.json") if "tests" not in path.parts
    }
    registry = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas.values() if "$id" in schema
    )
    core = Draft202012Validator(schemas["OpenLineage"], registry=registry)
    validators = {
        next(iter(schema["properties"])): Draft202012Validator(schema, registry=registry)
        for schema in schemas.values()
        if len(schema.get("properties", {})) == 1
    }
    seen = set()
    for event in heard.events:
        core.validate(event)
        parts = [event["run"], event["job"], *event["inputs"], *event["outputs"]]
        for part in parts:
            for kind in ("facets", "inputFacets", "outputFacets"):
                for name, facet in part.get(kind, {}).items():
                    if name in validators:
                        validators[name].validate({name: facet})
                        seen.add(name)
    assert seen >= {"schema", "dataSource", "version", "lifecycleStateChange", "outputStatistics", "tags"}
    assert seen >= {"dataQualityMetrics", "dataQualityAssertions", "ownership", "parent", "nominalTime"}


@pytest.mark.parametrize(
    "way",
    [
        {"AIRFLOW__OPENLINEAGE__CONFIG_PATH": "/etc/openlineage.yml"},
        {"AIRFLOW__OPENLINEAGE__CONFIG_CONN_ID": "lineage"},
        {"OPENLINEAGE_URL": "http://127.0.0.1:9"},
        {"OPENLINEAGE__TRANSPORT__TYPE": "console"},
    ],
    ids=lambda way: next(iter(way)),
)
def test_a_transport_that_cannot_be_wrapped_is_switched_off(
    monkeypatch: pytest.MonkeyPatch, way: dict[str, str]
) -> None:
    import os

    monkeypatch.setenv("AIRFLOW__OPENLINEAGE__DISABLED", "False")
    for name, value in way.items():
        monkeypatch.setenv(name, value)
    guarded()
    assert os.environ["AIRFLOW__OPENLINEAGE__DISABLED"] == "True"


def test_an_upload_says_which_edits_went_to_which_wiki(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from heritage.orchestration import sight
    from heritage.orchestration.lineage import datasets_of

    told: list[Any] = []
    figures: list[Any] = []
    monkeypatch.setattr(sight, "tell_lineage", lambda of: told.append(of()))
    monkeypatch.setattr(sight.stats, "incr", lambda *given, tags: figures.append((*given, tags)))
    edits = SimpleNamespace(dataset=lambda batch_id: "se_demo")
    monkeypatch.setattr("heritage.wiring.lineage.journal", lambda settings: edits)
    house.set(**settings_in(house.folder))
    sight.tell_upload({"batch_id": "b1", "sent_now": 7, "skipped": {"protected": 1}}, "sandbox")
    sight.tell_upload({"batch_id": "b1", "now": 3}, "sandbox")
    sight.tell_upload({"batch_id": "b1", "stands": "cancelled"}, "sandbox")
    [read], [written] = datasets_of(told[0])
    assert (read.name, written.name) == ("se_demo/edits", "wiki/sandbox")
    assert [one.outputs[0].rows for one in told] == [7, 3, 0]
    assert figures == [
        ("heritage.edits.confirmed", 7, {"wiki": "sandbox"}),
        ("heritage.edits.undone", 3, {"wiki": "sandbox"}),
    ]
