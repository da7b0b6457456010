"""Two Celery workers over PostgreSQL and Redis do all that the DAGs do, while one part after the other is
killed: nothing is lost, nothing is done twice. The server is that of docker-compose.yaml, see `plant.py`."""

import json
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import pyarrow.parquet as pq
import pytest
from fsspec.core import url_to_fs

from canaries import files_in, leaks
from heritage.model.edit import EditState
from heritage.spec.loader import load_specs
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store, journal, snapshot_store
from installation import DATASETS, connection, edits_made, fill, mirror, settings_in, vote
from plant import AirflowApi, Plant, missing, plant
from wikibase_sandbox.testing import BOT, Sandbox, running

pytestmark = [pytest.mark.postgresql, pytest.mark.redis]
REGISTERS = ("by_heritage", "de_libraries")
LAYER = "gb_coastal_erosion"
OTHERS = ("rounds", "images", "revisit", "publish", "alerts")
"""DAGs that find nothing to do on such a day, and say so."""
ENDED = {"success", "failed"}
A_MOMENT = threading.Event()
"""Nobody sets it: whoever looks again and again leaves the processor to those it looks at."""
QUICKER = {
    "AIRFLOW__CELERY__WORKER_CONCURRENCY": "2",
    "AIRFLOW__CORE__PARALLELISM": "4",
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "600",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "20",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "2",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "15",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "40",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "5",
}
"""What dies is noticed in seconds; a server gives it minutes."""
AT_ONCE = """
from datetime import timedelta

def task_policy(task):
    task.retry_delay, task.retry_exponential_backoff = timedelta(seconds=1), 0
"""
"""Airflow's policy for all tasks: tried again after a second, not after minutes."""


@dataclass
class Day:
    """The server at work, and what was seen."""

    server: Plant
    airflow: AirflowApi
    settings: Settings
    sandbox: Sandbox
    killed: list[str] = field(default_factory=list)
    runs: dict[str, str] = field(default_factory=dict)
    tries: Counter[str] = field(default_factory=Counter)

    def kill(self, name: str) -> None:
        """Kills one part, and starts it again as the engine of containers would."""
        self.server.kill(name)
        self.killed.append(name)
        self.server.start(name)

    def begin(self, *dags: str) -> None:
        """Starts a run of each."""
        for dag in dags:
            self.patiently(lambda dag=dag: self.airflow.unpause(dag))
            self.runs[dag] = self.patiently(lambda dag=dag: self.airflow.trigger(dag))

    def until(self, so: Callable[[], Any], complaint: str, seconds: float = 1500) -> Any:
        """Waits for something, whatever is away meanwhile."""
        for _ in self.airflow.every(1, seconds, complaint):
            with suppress(httpx.HTTPError):
                if found := so():
                    return found
        raise AssertionError("every() raises at its end")

    def patiently(self, ask: Callable[[], Any]) -> Any:
        """Asks Airflow until it answers."""
        return self.until(lambda: (ask(),), "Airflow does not answer")[0]

    def state(self, dag: str) -> str:
        return str(self.airflow.get(f"/dags/{dag}/dagRuns/{self.runs[dag]}")["state"])

    def tasks(self, dag: str) -> dict[str, str | None]:
        return self.airflow.tasks(dag, self.runs[dag])

    def end(self, *dags: str) -> None:
        """Waits until the runs have ended, each well."""
        self.until(lambda: all(self.state(dag) in ENDED for dag in dags), f"Not ended: {dags}")
        for dag in dags:
            assert self.patiently(lambda dag=dag: self.state(dag)) == "success", (dag, self.tasks(dag))

    def confirmed(self) -> int:
        """How many edits the journal has on the wiki."""
        kept = journal(self.settings)
        states = (entry.state for batch in kept.batches() for entry in kept.entries(batch.batch_id))
        return sum(state is EditState.CONFIRMED for state in states)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    if lacks := missing():
        pytest.skip(f"{lacks} is missing (Debian and Ubuntu: apt install postgresql redis-server)")
    folder = tmp_path_factory.mktemp("plant")
    with ExitStack() as stack:
        sandbox = stack.enter_context(running(folder / "wiki.sqlite"))
        fill(sandbox)
        registers = stack.enter_context(mirror())
        given = settings_in(
            folder,
            mirror=registers,
            datasets=str(described(folder)),
            wiki_edits_per_minute="600",
            round_poll_seconds="2",
            partition_records="100",  # so that both registers are large, and their tasks mapped
            partition_tasks="2",
        )
        for name in ("HERITAGE_DATABASE_URL", "HERITAGE_DATA_URL", "HERITAGE_REPORTS"):
            del given[name]  # as docker-compose.yaml has them
        path = f"{Path(__file__).parents[2] / 'include'}:{policy(folder)}"
        wiki = {"heritage_wiki": json.loads(connection(sandbox.api_url))}
        server, airflow = stack.enter_context(
            plant(folder / "plant", QUICKER | given | {"PYTHONPATH": path}, wiki)
        )
        environment = stack.enter_context(pytest.MonkeyPatch.context())
        for name, value in (given | server.storage()).items():
            environment.setenv(name, value)
        environment.setenv("HERITAGE_DATABASE_URL", server.secret("heritage_tasks_url"))
        today = Day(server, airflow, Settings(), sandbox)
        live(today)
        yield today


def live(day: Day) -> None:
    """From registers to the wiki, with a death at each stage."""
    day.airflow.wait_for_dags(
        {*REGISTERS, LAYER, "wikidata_index", "governance", "uploads", "reviews", "risk", *OTHERS}, 600
    )
    day.begin("wikidata_index")
    day.end("wikidata_index")
    day.begin(*REGISTERS, LAYER)
    day.until(lambda: day.server.works("worker-1"), "No task came to the first worker")
    day.kill("worker-1")
    day.until(lambda: "success" in [day.tasks(one).get("map") for one in REGISTERS], "Nothing was mapped")
    day.kill("redis")
    day.end(*REGISTERS, LAYER)

    day.begin("governance", "reviews")
    day.until(lambda: decision_store(day.settings).open_rounds(), "No round was opened")
    day.kill("scheduler")
    day.patiently(lambda: day.airflow.unpause("uploads"))
    assert vote(day.settings)
    day.end("governance", "reviews")

    day.runs["uploads"] = day.until(lambda: decided(day.airflow.runs("uploads")), "No upload began")
    day.until(lambda: day.confirmed() >= 5, "No edit reached the wiki")
    day.kill("postgres")
    before = len(day.sandbox.edits())
    day.until(lambda: len(day.sandbox.edits()) > before + 5, "The upload did not go on")
    for worker in ("worker-1", "worker-2"):
        if day.server.works(worker):
            day.kill(worker)
    day.end("uploads")
    day.begin("risk", *OTHERS)
    day.end("risk", *OTHERS)


def decided(runs: list[dict[str, Any]]) -> str:
    """The run that new decisions began, once there is one."""
    return next((run["dag_run_id"] for run in runs if run["run_type"] == "asset_triggered"), "")


def described(folder: Path) -> Path:
    """The descriptions of the day alone."""
    datasets = folder / "datasets"
    for one in load_specs(DATASETS)[0]:
        if one.spec.id in REGISTERS:
            here = datasets / one.folder.relative_to(DATASETS)
            here.parent.mkdir(parents=True, exist_ok=True)
            here.symlink_to(one.folder)
    layer = (
        Path(shutil.copytree(DATASETS / "_layers" / LAYER, datasets / "_layers" / LAYER)) / f"{LAYER}.yaml"
    )
    layer.write_text(
        layer.read_text().replace("features: [5000, 10000]", "features: [1, 10]")
    )  # of its sample
    (datasets / "_vocabularies").symlink_to(DATASETS / "_vocabularies")
    return datasets


def policy(folder: Path) -> Path:
    """A folder for Airflow with what holds for all tasks."""
    (folder / "policy").mkdir()
    (folder / "policy" / "airflow_local_settings.py").write_text(AT_ONCE)
    return folder / "policy"


def test_every_part_was_killed_while_it_worked(day: Day) -> None:
    assert set(day.killed) >= {"worker-1", "redis", "scheduler", "postgres"}
    assert len(day.killed) >= 5


def test_each_approved_edit_is_on_the_wiki_once(day: Day) -> None:
    kept = journal(day.settings)
    entries = [entry for batch in kept.batches() for entry in kept.entries(batch.batch_id)]
    assert {entry.state for entry in entries} <= {EditState.CONFIRMED, EditState.SKIPPED}
    confirmed = {entry.edit_id for entry in entries if entry.state is EditState.CONFIRMED}
    made = edits_made(day.sandbox)
    assert made == dict.fromkeys(confirmed, 1)
    assert len(confirmed) > 50
    assert sum(edit["user"] == BOT.name for edit in day.sandbox.edits()) == len(confirmed)


def test_every_snapshot_is_whole_and_good(day: Day) -> None:
    store = snapshot_store(day.settings)
    for dataset in REGISTERS:
        good = store.last_good(dataset)
        assert good
        for table in ("records", "risk", "matches", "edits"):
            assert store.read_table(dataset, good, table).num_rows > 0
    parts = [day.tasks(dataset).get("compare[1]") for dataset in REGISTERS]
    assert "success" in parts, "none was compared in parts"
    files, path = url_to_fs(day.settings.data_url)
    for table in files.glob(f"{path}/**/*.parquet"):
        with files.open(table) as opened:
            pq.read_metadata(opened)


def test_the_log_of_decisions_and_the_history_of_the_wiki_bear_it_out(day: Day) -> None:
    password = day.server.folder / "bot-password"
    password.write_text(BOT.password)
    password.chmod(0o600)
    account = {
        "HERITAGE_WIKI_API": day.sandbox.api_url,
        "HERITAGE_WIKI_USER": f"{BOT.name}@heritage",
        "HERITAGE_WIKI_PASSWORD_FILE": str(password),
        "HERITAGE_WIKI_TARGET": "sandbox",
    }
    day.server.run("worker-1", "heritage", "decisions", "verify")
    day.server.run("worker-1", "heritage", "upload", "audit", **account)


def test_what_the_day_left_is_backed_up_whole(day: Day) -> None:
    assert "is whole" in day.server.run("backup")
    assert "is as it was kept" in day.server.run(
        "backup", "heritage", "backup", "check", str(day.server.folder / "backups")
    )


def test_no_secret_of_the_server_stands_where_it_does_not_belong(day: Day) -> None:
    """Not in a log of a part or a task, in a database, in what was backed up, or in the list of processes."""
    server = day.server
    commands = [" ".join(one.info["cmdline"] or ()) for one in psutil.process_iter(["cmdline"])]
    databases = [server.dump(name) for name in ("airflow", "celery", "heritage")]
    logs = [*files_in(server.logs), *files_in(server.folder / "task-logs")]
    assert len(logs) > 20
    assert any("airflow scheduler" in command for command in commands)
    found = [*commands, *databases, *logs, *files_in(server.folder / "backups")]
    assert not leaks(server.secrets() | {"bot": BOT.password}, found)
