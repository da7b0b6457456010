"""Airflow on this machine only: SQLite, LocalExecutor, nothing but 127.0.0.1."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
from processes import Processes

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
HOST = "127.0.0.1"


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def environment(home: Path, port: int, users: Mapping[str, str], extra: Mapping[str, str]) -> dict[str, str]:
    """The environment of every Airflow process.

    HOME and TMPDIR point into `home`, so that no library writes outside it; `users` maps names to
    roles of the simple auth manager.
    """
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "HERITAGE_"))
    }
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    return (
        inherited
        | {
            "HOME": str(home),
            "TMPDIR": str(home / "tmp"),
            "PATH": f"{BIN}:{os.environ.get('PATH', '')}",
            "PYTHONPATH": str(ROOT / "include"),
            "PYTHONUNBUFFERED": "1",
            "NO_PROXY": HOST,
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
            "AIRFLOW__CORE__PARALLELISM": str(max(2, os.cpu_count() or 2)),
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://{HOST}:{port}/execution/",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(
                f"{name}:{role}" for name, role in users.items()
            ),
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
            "AIRFLOW__API__HOST": HOST,
            "AIRFLOW__API__PORT": str(port),
            "AIRFLOW__API__BASE_URL": f"http://{HOST}:{port}",
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__API__SECRET_KEY": _kept_secret(home / "api-secret"),
            "AIRFLOW__API_AUTH__JWT_SECRET": _kept_secret(home / "jwt-secret"),
            "AIRFLOW__CORE__FERNET_KEY": "",
            "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "True",
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "INFO",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            "GX_ANALYTICS_ENABLED": "False",
        }
        | dict(extra)
    )


def _kept_secret(path: Path) -> str:
    """A random secret, made once, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text()


def start(processes: Processes, env: Mapping[str, str], *others: str) -> None:
    """Migrates Airflow's database and starts API server, scheduler, DAG processor and the `others`."""
    migrated = subprocess.run(
        [str(BIN / "airflow"), "db", "migrate"],
        env=dict(env),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if migrated.returncode:
        raise SystemExit(f"airflow db migrate failed:\n{migrated.stdout[-2000:]}{migrated.stderr[-2000:]}")
    silent = "--skip-serve-logs"  # the log server would listen on every address
    for name, arguments in {
        "api-server": ["api-server"],
        "dag-processor": ["dag-processor"],
        "scheduler": ["scheduler", silent],
        **{name: [name, silent] for name in others},
    }.items():
        processes.start(name, [str(BIN / "airflow"), *arguments], env, ROOT)


def passwords(home: Path) -> dict[str, str]:
    """User to password, as the simple auth manager made them when the API server first started."""
    found: dict[str, str] = json.loads((home / "passwords.json").read_text())
    return found


class AirflowApi:
    """The little of Airflow's REST API that the demo needs."""

    def __init__(self, base: str, processes: Processes) -> None:
        self._http = httpx.Client(base_url=base, timeout=30, trust_env=False)
        self._processes = processes

    def wait_healthy(self, seconds: float) -> None:
        """Returns when API server, scheduler and DAG processor all report to be healthy."""
        for _ in self.every(1, seconds, "Airflow is not healthy"):
            try:
                health = self._http.get("/api/v2/monitor/health").json()
            except (httpx.TransportError, ValueError):
                continue
            if all(
                health[part]["status"] == "healthy" for part in ("metadatabase", "scheduler", "dag_processor")
            ):
                return

    def log_in(self, user: str, password: str) -> None:
        """Uses this user's token from here on."""
        answer = self._http.post("/auth/token", json={"username": user, "password": password})
        answer.raise_for_status()
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """The JSON of a resource below /api/v2."""
        answer = self._http.get(f"/api/v2{path}", params=params)
        answer.raise_for_status()
        content: dict[str, Any] = answer.json()
        return content

    def wait_for_dags(self, wanted: set[str], seconds: float) -> None:
        """Returns when all the wanted DAGs are there; raises with Airflow's import errors otherwise."""
        for _ in self.every(1, seconds, f"DAGs are missing: {', '.join(sorted(wanted))}"):
            errors = self.get("/importErrors")["import_errors"]
            if errors:
                raise SystemExit(f"{errors[0]['filename']} cannot be imported:\n{errors[0]['stack_trace']}")
            if wanted <= self._dags():
                return

    def _dags(self) -> set[str]:
        """Ids of all DAGs; Airflow gives a hundred at a time, whatever is asked for."""
        found: set[str] = set()
        while True:
            page = self.get("/dags", limit=100, offset=len(found))
            new = {dag["dag_id"] for dag in page["dags"]} - found
            found |= new
            if not new or len(found) >= page["total_entries"]:
                return found

    def unpause(self, dag_id: str) -> None:
        """Lets the scheduler run this DAG."""
        self._http.patch(f"/api/v2/dags/{dag_id}", json={"is_paused": False}).raise_for_status()

    def trigger(self, dag_id: str) -> str:
        """Starts a run and gives its id."""
        answer = self._http.post(f"/api/v2/dags/{dag_id}/dagRuns", json={"logical_date": None})
        answer.raise_for_status()
        return str(answer.json()["dag_run_id"])

    def answer(self, dag_id: str, run_id: str, task: str, chosen: str) -> None:
        """Answers what a task asks in the required actions, when it is this user's to answer."""
        at = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task}/-1/hitlDetails"
        for _ in self.every(1, 30, f"{task} of {dag_id} took no answer"):
            answer = self._http.patch(at, json={"chosen_options": [chosen], "params_input": {"reason": ""}})
            if answer.status_code != httpx.codes.INTERNAL_SERVER_ERROR:  # SQLite, locked by the scheduler
                answer.raise_for_status()
                return

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        """All runs of a DAG, oldest first."""
        found: list[dict[str, Any]] = self.get(f"/dags/{dag_id}/dagRuns", order_by="run_after")["dag_runs"]
        return found

    def tasks(self, dag_id: str, run_id: str) -> dict[str, str | None]:
        """Task id to state in one run; mapped tasks carry their index."""
        listing = self.get(f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances", limit=500)["task_instances"]
        return {
            t["task_id"] + (f"[{t['map_index']}]" if t["map_index"] >= 0 else ""): t["state"] for t in listing
        }

    def run_again(self, dag_id: str, run_id: str, task: str) -> None:
        """Clears a task of a run; a mapped one is named with its index."""
        name, _, index = task.partition("[")
        one = [name, int(index.rstrip("]"))] if index else name
        wanted = {"dry_run": False, "dag_run_id": run_id, "task_ids": [one], "only_failed": False}
        self._http.post(f"/api/v2/dags/{dag_id}/clearTaskInstances", json=wanted).raise_for_status()

    def every(self, pause: float, seconds: float, complaint: str) -> Iterator[None]:
        """Yields until `seconds` have passed, then raises with the complaint."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._processes.check()
            yield
            time.sleep(pause)
        raise SystemExit(f"{complaint} after {seconds:.0f} s; see the logs in {self._processes.logs}")

    def make_pool(self, name: str, slots: int) -> None:
        """Makes the pool unless it is there."""
        answer = self._http.post("/api/v2/pools", json={"name": name, "slots": slots})
        if answer.status_code != httpx.codes.CONFLICT:
            answer.raise_for_status()
