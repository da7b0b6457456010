"""What holds for every DAG, and what it costs Airflow to parse them."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from dag_house import House

from heritage.orchestration.watch import tell_failure
from heritage.spec.loader import load_layers, load_specs
from heritage.wiring.settings import Settings
from installation import DATASETS, ROOT, settings_in

LOADED = load_specs(DATASETS)[0]
SPECS = {loaded.spec.id: loaded.spec for loaded in LOADED}
LAYERS = {loaded.spec.id: loaded.spec for loaded in load_layers(DATASETS)[0]}
OTHERS = {
    "governance",
    "rounds",
    "images",
    "uploads",
    "wikidata_index",
    "risk",
    "risk_changed",
    "reviews",
    "revisit",
    "alerts",
    "publish",
}
AT_RISK = {name for name, spec in SPECS.items() if spec.kind == "at_risk"}


@pytest.fixture(scope="module")
def bag(house: House) -> Iterator[Any]:
    house.set(**settings_in(house.folder))
    return house.bag()


def test_every_description_is_a_dag_and_nothing_fails_to_import(bag: Any) -> None:
    assert bag.import_errors == {}
    assert set(bag.dags) == set(SPECS) | set(LAYERS) | OTHERS


def test_every_dag_is_documented_tagged_owned_and_runs_once_at_a_time(bag: Any) -> None:
    for dag_id, dag in bag.dags.items():
        assert dag.doc_md.strip(), dag_id
        assert dag.tags, dag_id
        assert dag.max_active_runs == 1, dag_id
        assert dag.catchup is False, dag_id
        [deadline] = dag.deadline
        assert deadline.callback.path == "heritage.orchestration.watch.tell_late", dag_id
        for task in dag.tasks:
            assert task.on_failure_callback in (tell_failure, [tell_failure]), f"{dag_id}.{task.task_id}"
            assert task.owner != "airflow", f"{dag_id}.{task.task_id}"
            assert task.retries >= 2, f"{dag_id}.{task.task_id}"
            assert task.retry_delay >= timedelta(minutes=5), f"{dag_id}.{task.task_id}"


def test_every_dag_survives_what_the_scheduler_does_with_it(bag: Any) -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    for dag_id, dag in bag.dags.items():
        read = DagSerialization.deserialize_dag(DagSerialization.serialize_dag(dag))
        assert set(read.task_dict) == set(dag.task_dict), dag_id
        if dag_id in SPECS:
            assert read.next_dagrun_info(last_automated_run_info=None) is not None, dag_id


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_dag_pulls_reads_and_tells_who_depends_on_it(bag: Any, layer: str) -> None:
    dag = bag.dags[layer]
    assert {task.task_id: sorted(task.downstream_task_ids) for task in dag.tasks} == {
        "harvest": ["features"],
        "features": ["approve"],
        "approve": [],
    }
    told = {task.task_id: [asset.name for asset in task.outlets] for task in dag.tasks if task.outlets}
    assert told == {"approve": [f"heritage/risk/{layer}"]}, "what is not used changes no level"
    assert LAYERS[layer].harvest.url in dag.doc_md.replace("\\", "")


@pytest.mark.parametrize("dataset", SPECS)
def test_a_dataset_dag_has_the_same_shape_as_all_others(bag: Any, dataset: str) -> None:
    dag, order = bag.dags[dataset], ["harvest", "map", "check", "approve", "flag", "reconcile", "propose"]
    outlets = {"flag": ["heritage/risk-may-change"], "propose": [f"heritage/{dataset}"]}
    if dataset in AT_RISK:  # it speaks of others' records, and proposes nothing
        order, outlets = order[:5], {"flag": [f"heritage/risk/{dataset}"]}
    following: dict[str, set[str]] = {
        one: {after} if after else set() for one, after in zip(order, [*order[1:], None], strict=True)
    }
    if "compare" in dag.task_dict:  # a large register: layer by layer, partition by partition
        following |= {"layers": {"overlay"}, "overlay": {"flag"}}
        following |= {"partitions": {"compare"}, "compare": {"reconcile"}}
        following["approve"] |= {"layers"}
        following["flag"] |= {"partitions"}
        # not where what is before it is skipped, because the snapshot is not used
        for step in ("flag", "reconcile"):
            assert dag.task_dict[step].trigger_rule == "none_failed_min_one_success"
    assert {task.task_id: task.downstream_task_ids for task in dag.tasks} == following
    found = {task.task_id: [asset.name for asset in task.outlets] for task in dag.tasks if task.outlets}
    assert found == outlets


def test_only_large_registers_are_worked_on_in_parts() -> None:
    from heritage.orchestration.partitions import is_large

    settings = Settings(partition_records=250_000)
    large = {one.spec.id for one in load_specs(DATASETS)[0] if is_large(one, settings)}
    assert {"gb_nhle", "no_kulturminner"} <= large
    assert large.isdisjoint({"world_whc", "by_heritage", *AT_RISK})


@pytest.mark.parametrize("dataset", SPECS)
def test_a_dataset_dag_says_what_its_yaml_says(bag: Any, dataset: str) -> None:
    dag, spec = bag.dags[dataset], SPECS[dataset]
    shown = re.sub(r"\\(.)", r"\1", dag.doc_md)
    for fact in (
        *(spec.title, " ".join(spec.description.split()), spec.publisher.name, spec.licence.id),
        *(spec.harvest.url, spec.item.identifier or "no identifier"),
        *(str(spec.checks.rows[1]), *spec.maintainers),
    ):
        assert fact in shown
    assert dag.dag_display_name == spec.title
    assert {task.owner for task in dag.tasks} == {spec.maintainers[0]}
    assert {spec.kind, spec.harvest.protocol, "dataset"} <= set(dag.tags)


def test_dags_follow_each_other_by_assets(bag: Any) -> None:
    from airflow.sdk import AssetOrTimeSchedule

    governance, uploads = bag.dags["governance"], bag.dags["uploads"]
    assert {tuple(sorted(task.upstream_task_ids)) for task in governance.tasks} == {
        *((), ("rank",), ("open_round",), ("tell",), ("vote",), ("confirm",)),
        ("close_round", "open_round"),
    }
    waits_for = {}
    for dag in (governance, uploads):
        assert isinstance(dag.timetable, AssetOrTimeSchedule)
        waits_for[dag.dag_id] = {asset.uri for asset in dag.timetable.asset_condition.objects}
    assert waits_for["governance"] == {f"heritage://datasets/{dataset}" for dataset in SPECS.keys() - AT_RISK}
    [decisions] = governance.task_dict["close_round"].outlets
    assert waits_for["uploads"] == {decisions.uri}


def test_losses_are_told_after_all_visits_also_after_one_that_failed(bag: Any) -> None:
    dag = bag.dags["revisit"]
    order = {task.task_id: task.downstream_task_ids for task in dag.tasks}
    assert order == {"due": {"visit"}, "visit": {"tell"}, "tell": set()}
    assert dag.task_dict["tell"].trigger_rule == "all_done"
    assert [asset.name for asset in dag.task_dict["visit"].outlets] == ["heritage/revisits"]


def test_what_is_flagged_again_waits_for_layers_and_registers_and_for_the_day(bag: Any) -> None:
    from airflow.sdk import AssetAny

    from heritage.orchestration.risk import risk_dag

    sources = risk_dag(["world_quakes", "gb_har"]).timetable
    assert isinstance(sources.asset_condition, AssetAny)
    assert {one.uri for one in sources.asset_condition.objects} == {
        "heritage://risk/world_quakes",
        "heritage://risk/gb_har",
    }
    assert sources.timetable.expression == "0 5 * * *"
    assert {task.task_id: task.downstream_task_ids for task in bag.dags["risk"].tasks} == {
        "touched": {"flag"},
        "flag": {"propose"},
        "propose": set(),
    }
    [waits_for] = bag.dags["risk_changed"].timetable.asset_condition.objects
    assert waits_for.name == "heritage/risk-changed"


def test_what_people_settled_is_proposed_after_campaigns_were_looked_after(bag: Any) -> None:
    reviews = bag.dags["reviews"]
    assert {one.uri for one in reviews.timetable.asset_condition.objects} == {
        f"heritage://datasets/{dataset}" for dataset in SPECS.keys() - AT_RISK
    }
    assert {task.task_id: task.downstream_task_ids for task in reviews.tasks} == {
        "make_tasks": {"look_after"},
        "look_after": {"settled"},
        "settled": {"reconcile"},
        "reconcile": {"propose"},
        "propose": set(),
    }


def test_writes_to_the_wiki_are_never_parallel(bag: Any) -> None:
    assert {task.task_id: task.pool for task in bag.dags["uploads"].tasks} == {
        "plan": "default_pool",
        "upload": "heritage_wiki",
        "verify": "default_pool",
        "ordered": "default_pool",
        "undo": "heritage_wiki",
        "publish": "heritage_wiki",
    }


def test_a_round_that_waits_for_votes_holds_no_worker(bag: Any) -> None:
    for name in ("open_round", "vote"):
        waits = bag.dags["governance"].task_dict[name]
        assert waits.mode == "reschedule"
        assert waits.timeout > timedelta(days=30).total_seconds()


PARSE = """
import sys, time
from airflow.dag_processing.dagbag import DagBag
before, began = set(sys.modules), time.perf_counter()
bag = DagBag(sys.argv[1])
assert len(bag.dags) == int(sys.argv[2]) and not bag.import_errors, bag.import_errors
print(f"{len(bag.dags)} DAGs parsed in {time.perf_counter() - began:.2f} s", file=sys.stderr)
print(*sorted({name.split(".")[0] for name in set(sys.modules) - before}))
print(*sorted(name for name in sys.modules if name.startswith("heritage.")))
"""


def test_only_yaml_is_read_while_airflow_parses(airflow_home: Path, tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PARSE, str(ROOT / "dags"), str(len(SPECS) + len(LAYERS) + len(OTHERS))],
        env=os.environ | settings_in(tmp_path) | {"PYTHONPATH": str(ROOT / "include")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    print(ran.stderr.splitlines()[-1])  # noqa: T201 - a figure to look at, not one to hold
    new, ours = (set(line.split()) for line in ran.stdout.splitlines()[-2:])
    if any(re.search("(extract|strip): ", one.path.read_text("utf-8")) for one in LOADED):
        new -= {"numpy", "pyarrow"}  # which compile the patterns of descriptions
    heavy = {"pandas", "numpy", "pyarrow", "geopandas", "shapely", "scipy", "sklearn", "rapidfuzz", "altair"}
    assert new & (heavy | {"great_expectations", "pywikibot", "fastapi", "sqlalchemy"}) == set()
    assert {name.split(".")[1] for name in ours} == {"errors", "model", "spec", "wiring", "orchestration"}
    assert not (tmp_path / "heritage.sqlite").exists()


@pytest.fixture(scope="module")
def hurt(house: House) -> Iterator[Any]:
    """A good description between broken ones, and one whose texts are hostile."""
    good = yaml.safe_load((DATASETS / "by" / "by_heritage" / "by_heritage.yaml").read_text(encoding="utf-8"))
    folder = house.folder / "datasets"
    hostile = good | {
        "id": "xx_hostile",
        "title": "<img src=x onerror=alert(1)> | # Not a *title*",
        "description": "[click](javascript:alert(1)) `code`\n\n<script>alert(2)</script>\n| a | b |",
        "publisher": {"name": "Evil {{ var.value.secret }} | ![x](http://evil.example/x.png)"},
        "maintainers": ["<b>somebody</b>"],
    }
    texts = {
        "xx_good": yaml.safe_dump(good | {"id": "xx_good"}, allow_unicode=True),
        "xx_hostile": yaml.safe_dump(hostile, allow_unicode=True),
        "xx_key": "titel: x\n" + yaml.safe_dump(good | {"id": "xx_key"}),
        "xx_yaml": "id: [unclosed\n<script>alert(3)</script>",
        "xx_cron": yaml.safe_dump(
            good | {"id": "xx_cron", "harvest": good["harvest"] | {"schedule": "61 * * * *"}}
        ),
        "xx_bytes": b"id: \xff\xfe",
        "xx_empty": "",
        "xx_id": yaml.safe_dump(good | {"id": "xx_other"}),
        "xx weird äö": "- a list",
    }
    for name, text in texts.items():
        path = folder / "xx" / name / f"{name}.yaml"
        path.parent.mkdir(parents=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (folder / "xx" / "xx_good" / "districts.csv").write_text("term,item\n")
    districts = (DATASETS / "by" / "by_heritage" / "districts.csv").read_bytes()
    for path in folder.glob("*/*/"):
        (path / "districts.csv").write_bytes(districts)
    house.set(**settings_in(house.folder, datasets=str(folder)))
    return house.bag()


SAYS = {
    "xx_key": "xx_key.yaml: line 1, titel: unknown key, did you mean 'title'?",
    "xx_yaml": "xx_yaml.yaml: line 1, column 5: the [ that opens here is never closed.",
    "xx_cron": "xx_cron.yaml: line 20, harvest.schedule: '61 * * * *' never comes up",
    "xx_bytes": "xx_bytes.yaml: line 1: not in UTF-8: save the file as UTF-8",
    "xx_empty": "xx_empty.yaml: a description is a mapping of keys to values",
    "xx_id": "xx_id.yaml: id: 'xx_other' must be the name of the file, 'xx_id'",
    "xx_weird_äö": "xx weird äö.yaml: a description is a mapping of keys to values",
}


def test_a_broken_description_is_visible_and_the_others_go_on(hurt: Any) -> None:
    assert hurt.import_errors == {}
    assert set(hurt.dags) == {"xx_good", "xx_hostile"} | set(SAYS) | OTHERS
    assert len(hurt.dags["xx_good"].tasks) == 7
    for dag_id, says in SAYS.items():
        dag = hurt.dags[dag_id]
        assert {"broken", "dataset"} <= set(dag.tags)
        [task] = dag.tasks
        assert (task.task_id, task.owner, task.retries) == ("description", "heritage-guard", 0)
        assert task.on_failure_callback == [tell_failure]
        assert (dag.catchup, dag.max_active_runs, bool(dag.deadline)) == (False, 1, True)
        assert says.split(": ", 1)[1].split("'")[0] in dag.doc_md


@pytest.mark.parametrize(("dag_id", "says"), SAYS.items())
def test_the_one_task_of_a_broken_description_fails_with_the_reason(
    hurt: Any, house: House, caplog: pytest.LogCaptureFixture, dag_id: str, says: str
) -> None:
    ran = house.run(dag_id)
    assert (ran.state, ran.states, ran.tries) == ("failed", {"description": "failed"}, {"description": 1})
    told = [record.getMessage() for record in caplog.records if record.name.startswith("heritage")]
    assert len(told) == 1
    assert told[0].startswith(says)


def test_hostile_text_is_shown_as_text(hurt: Any) -> None:
    shown = hurt.dags["xx_hostile"].doc_md
    for mark in ("<", ">", "[", "]", "`", "*", "{", "|", "#", "_"):
        alone = [line for line in shown.splitlines() if re.search(rf"(?<!\\){re.escape(mark)}", line)]
        ours = ("# ", "| ", "|---", "people decide first (DAG")
        assert [line for line in alone if not line.startswith(ours)] == [], mark
    rows = [line for line in shown.splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {3}
    assert [line for line in shown.splitlines() if line.startswith("#")] == [
        r"# \<img src=x onerror=alert(1)\> \| \# Not a \*title\*"
    ]


def test_hostile_text_of_a_broken_description_is_shown_as_text(hurt: Any) -> None:
    messages = hurt.dags["xx_yaml"].doc_md.splitlines()[1:]
    assert messages
    for line in messages:
        assert re.fullmatch(r"- `[^`]+`", line), "HTML and Markdown mean nothing inside backticks"
