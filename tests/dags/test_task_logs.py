"""The log of a task as an engineer reads it in Airflow: sentences, and none of the noise of libraries.

The tasks run in processes of their own, by Airflow's LocalExecutor against a real API server.
"""

import re

import pytest

from airflow_server import Server
from register_examples import csv_bytes, good_rows, publisher


@pytest.fixture(scope="module")
def logs(airflow_server: Server) -> dict[str, list[dict[str, str]]]:
    """The log lines of each task of a run that ends at `check`, because too many rows are bad."""
    rows = good_rows()
    for row in rows[:10]:
        row[3] = "659.3"
    with publisher() as register:
        register.body = csv_bytes(rows)
        airflow_server.env["HERITAGE_MIRROR"] = register.url
        ran = airflow_server.airflow("dags", "test", "--use-executor", "se_demo")
    with airflow_server.client("Root") as root:
        [run] = root.get("/api/v2/dags/se_demo/dagRuns").raise_for_status().json()["dag_runs"]
        at = f"/api/v2/dags/se_demo/dagRuns/{run['dag_run_id']}/taskInstances"
        listed = root.get(at).raise_for_status().json()["task_instances"]
        states = {one["task_id"]: (one["state"], one["try_number"]) for one in listed}
        assert states["check"] == ("failed", 1), (states, ran.stderr[-2000:])
        assert states["flag"][0] == "upstream_failed"
        return {
            task: root.get(f"{at}/{task}/logs/1").raise_for_status().json()["content"]
            for task in ("harvest", "map", "check")
        }


def ours(lines: list[dict[str, str]]) -> list[str]:
    return [line["event"] for line in lines if line.get("logger", "").startswith("heritage.")]


def test_our_steps_speak_in_sentences(logs: dict[str, list[dict[str, str]]]) -> None:
    [said] = ours(logs["harvest"])
    assert re.fullmatch(r"Fetched list.csv of Demo register, \d\.\d kB: a new snapshot, [0-9a-f]{16}\.", said)
    assert ours(logs["map"]) == ["Mapped 30 of 40 rows of Demo register; 10 rejected: 10 point-impossible."]
    said, page = ours(logs["check"])
    assert said.startswith("se_demo: snapshot ")
    assert re.search(
        r"Page of the checks: http://127.0.0.1:\d+/heritage/checks/se_demo/\w{16}/checks.html", page
    )
    assert "10 of 40 rows (25.0%, limit 20%)" in said


def test_libraries_are_quiet(logs: dict[str, list[dict[str, str]]]) -> None:
    for task, lines in logs.items():
        loggers = {line.get("logger", "") for line in lines}
        assert not [name for name in loggers if name.startswith(("great_expectations", "httpx"))], task
        text = str(lines)
        assert "Skipping registering function" not in text
        assert len(lines) < 25, task
