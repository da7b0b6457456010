"""A snapshot that a check asks about, in a real Airflow: an engineer answers over its REST API, or nobody.

Scheduler, DAG processor and API server run in processes of their own.
"""

import json
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import shapely

from installation import ROOT, settings_in
from layer_examples import alerts, layer
from register_examples import VOCABULARIES, csv_bytes, good_rows, loaded, publisher

sys.path.append(str(ROOT / "scripts"))
from local_airflow import HOST, AirflowApi, environment, free_port, passwords, start
from processes import Processes

LAYER = "world_demo"
DOUBT = "Nobody has seen the <b>columns</b>."
PATIENCE = 300
"""Seconds until the tests give up; a busy machine takes long, and a good run never waits for it."""
ENGINEERS = {"Ada": "admin", "Eve": "admin", "17": "admin"}
"""Users of Airflow by the ids that it has of them; 17 is that of the engineer Amina."""


@dataclass
class House:
    """A running Airflow whose datasets all ask, because their sources are unverified."""

    api: AirflowApi
    base: str
    folder: Path

    def to(self, state: str, dataset: str, task: str) -> tuple[str, dict[str, str | None]]:
        """Waits until a task of the dataset's newest run is in a state; gives the run and all states."""
        for _ in self.api.every(0.5, PATIENCE, f"{task} of {dataset} is not {state}"):
            runs = self.api.runs(dataset)
            states = self.api.tasks(dataset, runs[-1]["dag_run_id"]) if runs else {}
            if states.get(task) == state and (state != "awaiting_input" or self._noticed(dataset, task)):
                return str(runs[-1]["dag_run_id"]), states
        raise AssertionError

    def _noticed(self, dataset: str, task: str) -> bool:
        """Whether the scheduler has noticed that the task paused. Airflow 3.3 takes one that was answered
        within the second before for one that was killed; no person is that fast."""
        log = (self.folder / "logs" / "scheduler.log").read_text(encoding="utf-8", errors="replace")
        event = re.escape(f"TaskInstanceKey(dag_id='{dataset}', task_id='{task}'")
        return bool(re.search(f"Received executor event with state success for task instance {event}", log))

    def answer(self, user: str, dataset: str, run: str, *chosen: str) -> httpx.Response:
        """What this user's answer to the question comes to."""
        with httpx.Client(base_url=self.base, trust_env=False, timeout=30) as client:
            for _ in range(5):
                answer = client.patch(
                    f"/api/v2/dags/{dataset}/dagRuns/{run}/taskInstances/approve/-1/hitlDetails",
                    json={"chosen_options": list(chosen), "params_input": {}},
                    headers={"Authorization": f"Bearer {self._token(client, user)}"},
                )
                if answer.status_code != 500:  # Airflow's SQLite is locked while the scheduler writes
                    break
            return answer

    def page(self, address: str, user: str | None = None) -> httpx.Response:
        """A page of the UI as this user gets it, or a stranger."""
        with httpx.Client(trust_env=False, timeout=30) as client:
            if user:
                client.headers["Authorization"] = f"Bearer {self._token(client, user)}"
            return client.get(address)

    def _token(self, client: httpx.Client, user: str) -> str:
        login = {"username": user, "password": passwords(self.folder / "airflow")[user]}
        answer = client.post(f"{self.base}/auth/token", json=login)
        return str(answer.raise_for_status().json()["access_token"])

    def log(self, dataset: str, run: str, task: str) -> str:
        at = f"/dags/{dataset}/dagRuns/{run}/taskInstances/{task}/logs/1"
        return "\n".join(str(line.get("event")) for line in self.api.get(at)["content"])

    def let_the_time_run_out(self, dataset: str) -> timedelta:
        """How long the question would have waited, were the deadline not moved into the past."""
        which = f"WHERE dag_id = '{dataset}' AND task_id = 'approve'"
        with closing(sqlite3.connect(self.folder / "airflow" / "airflow.db", timeout=30)) as database:
            [[deadline]] = database.execute(f"SELECT trigger_timeout FROM task_instance {which}")
            database.execute(
                f"UPDATE task_instance SET trigger_timeout = '2000-01-01 00:00:00.000000' {which}"
            )
            database.commit()
        return datetime.fromisoformat(deadline).replace(tzinfo=UTC) - datetime.now(UTC)

    def checks(self, dataset: str) -> dict[str, Any]:
        [path] = (self.folder / "data" / dataset).glob("*/checks.json")
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return content

    def good(self, dataset: str) -> bool:
        return (self.folder / "data" / dataset / "good.jsonl").exists()


@pytest.fixture(scope="module")
def house(airflow_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("asking")
    port = free_port()
    with publisher() as register, Processes(folder / "logs", grace=1) as processes:
        register.body = csv_bytes(good_rows())
        asked = {"url": f"{register.url}/list.csv"}
        for name in ("late", "yes", "no"):
            one = {"id": f"se_{name}", "title": f"Register {name}"}
            loaded(folder / "datasets", **one, unverified=DOUBT, harvest=asked)
        areas = alerts((shapely.box(10, 50, 11, 51), {}))
        register.answer = lambda path, _: (200, {}, areas if "areas" in path else register.body)
        flooded = {"url": f"{register.url}/areas.geojson"}
        layer(folder / "datasets" / "_layers", flooded, unverified=DOUBT)
        (folder / "datasets" / "_vocabularies").symlink_to(VOCABULARIES)
        given = settings_in(
            folder, datasets=str(folder / "datasets"), engineers="Ada, Amina", airflow_ids="Amina=17"
        )
        env = environment(folder / "airflow", port, ENGINEERS, given)
        start(processes, env)
        base = f"http://{HOST}:{port}"
        api = AirflowApi(base, processes)
        api.wait_healthy(PATIENCE)
        api.log_in("Ada", passwords(folder / "airflow")["Ada"])
        asking = ("se_late", "se_yes", "se_no", LAYER)
        api.wait_for_dags(set(asking), PATIENCE)
        for dataset in asking:
            api.trigger(dataset)
            api.unpause(dataset)
        yield House(api, base, folder)


def test_an_engineer_who_is_assigned_approves_and_the_run_goes_on(house: House) -> None:
    run, _ = house.to("awaiting_input", "se_yes", "approve")
    asked = house.api.get(f"/dags/se_yes/dagRuns/{run}/hitlDetails")["hitl_details"][0]
    assert asked["subject"] == "Use this snapshot of Register yes?"
    assert asked["options"] == ["Approve", "Reject"]
    assert asked["defaults"] == ["Reject"]
    body = asked["body"]
    assert "A new snapshot of **Register yes** has 40 records; 0 rows were rejected." in body
    assert r"1. se\_yes: Nobody could confirm from public material" in body
    assert r"Nobody has seen the \<b\>columns\</b\>." in body
    checks = house.checks("se_yes")
    address = f"{house.base}/heritage/checks/se_yes/{checks['snapshot']}/checks.html"
    assert f"[Page of the checks]({address})" in body
    assert not house.good("se_yes")
    link = house.api.get(f"/dags/se_yes/dagRuns/{run}/taskInstances/check/links")
    assert link["extra_links"] == {"Page of the checks": address}
    assert f"Page of the checks: {address}" in house.log("se_yes", run, "check")
    assert house.page(address).status_code == 401
    assert "Nobody has seen the &lt;b&gt;columns&lt;/b&gt;." in house.page(address, "Eve").text
    docs = house.page(address.replace("checks.html", "data_docs.html"), "Eve")
    assert "Every record has the register's own id." in docs.text
    assert docs.headers["content-security-policy"].startswith("default-src 'none'")

    assert house.answer("Eve", "se_yes", run, "Approve").status_code == 403, "she is not assigned"
    assert house.answer("Ada", "se_yes", run, "Approve").status_code == 200
    _, states = house.to("success", "se_yes", "flag")
    assert states["approve"] == "success"
    approved = house.checks("se_yes")["approved"]
    assert (approved["by"], approved["via"]) == ("Ada", "Airflow")
    assert approved["at"].startswith("20")
    assert house.good("se_yes")


def test_what_an_engineer_rejects_is_skipped_and_not_used(house: House) -> None:
    run, _ = house.to("awaiting_input", "se_no", "approve")
    assert house.answer("Ada", "se_no", run, "Maybe").status_code == 400
    assert house.answer("Ada", "se_no", run, "Reject").status_code == 200
    house.to("skipped", "se_no", "approve")
    house.to("skipped", "se_no", "propose")
    assert house.checks("se_no")["refused"]["by"] == "Ada"
    assert "approved" not in house.checks("se_no")
    assert not house.good("se_no")
    log = house.log("se_no", run, "approve")
    assert "is not used: Ada refused it; there is no good one yet." in log


def test_what_nobody_answers_in_time_fails_and_is_not_used(house: House) -> None:
    house.to("awaiting_input", "se_late", "approve")
    waits = house.let_the_time_run_out("se_late")
    assert timedelta(days=6.9) < waits < timedelta(days=7)
    run, _ = house.to("failed", "se_late", "approve")
    _, states = house.to("upstream_failed", "se_late", "propose")
    assert states["flag"] == "upstream_failed"
    assert house.checks("se_late")["refused"]["by"] is None
    assert not house.good("se_late")
    assert "is not used: nobody approved it in time; there is no good one yet." in house.log(
        "se_late", run, "approve"
    )


def test_a_layer_that_asks_is_used_once_an_engineer_approved_it(house: House) -> None:
    run, _ = house.to("awaiting_input", LAYER, "approve")
    body = house.api.get(f"/dags/{LAYER}/dagRuns/{run}/hitlDetails")["hitl_details"][0]["body"]
    assert "A new snapshot of **Demo alerts** has 1 features; 0 rows were rejected." in body
    assert r"Nobody has seen the \<b\>columns\</b\>." in body
    checks = house.checks(LAYER)
    address = f"{house.base}/heritage/checks/{LAYER}/{checks['snapshot']}/checks.html"
    assert f"[Page of the checks]({address})" in body
    assert "Nobody has seen the &lt;b&gt;columns&lt;/b&gt;." in house.page(address, "Eve").text
    assert not house.good(LAYER)
    assert house.answer("17", LAYER, run, "Approve").status_code == 200, "Amina is assigned by her id"
    house.to("success", LAYER, "approve")
    assert house.checks(LAYER)["approved"]["by"] == "17"
    assert house.good(LAYER)
