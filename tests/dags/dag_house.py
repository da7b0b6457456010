"""The DAGs as Airflow loads them, run by `dag.test` over a private installation."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from installation import ROOT


@dataclass(frozen=True)
class Ran:
    """What became of a DAG run; a task of a mapped kind is named with its index, `upload[0]`."""

    state: str
    states: dict[str, str]
    tries: dict[str, int]
    xcoms: dict[str, Any]

    @classmethod
    def of(cls, run: Any) -> "Ran":
        states, tries, xcoms = {}, {}, {}
        for instance in run.get_task_instances():
            index = f"[{instance.map_index}]" if instance.map_index >= 0 else ""
            name = f"{instance.task_id}{index}"
            states[name], tries[name] = str(instance.state), instance.try_number
            value = instance.xcom_pull(task_ids=instance.task_id, map_indexes=instance.map_index)
            if value is not None:
                xcoms[name] = value
        return cls(str(run.state), states, tries, xcoms)


class House:
    """Airflow with our DAGs, and the environment that its processes would have."""

    def __init__(self, folder: Path, environment: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._environment = environment

    def set(self, **variables: str) -> None:
        for name, value in variables.items():
            self._environment.setenv(name, value)

    def bag(self) -> Any:
        """The DagBag of the folder dags/, parsed now."""
        from airflow.dag_processing.dagbag import DagBag

        return DagBag(str(ROOT / "dags"))

    def run(self, dag_id: str, *, retry_at_once: bool = False, updated: str = "") -> Ran:
        """One run to its end. Retries come up at once or, as in production, after minutes. `updated` names an
        asset whose last event triggered the run."""
        dag = self.bag().dags[dag_id]
        dag.deadline = None  # `dag.test` cannot end a run that has one: apache/airflow#73428
        for task in dag.tasks:
            if hasattr(task, "poke_interval"):
                task.timeout = 60  # a round that nobody expected fails the run, it does not hang the tests
        if retry_at_once:
            for task in dag.tasks:
                task.retry_delay = timedelta(0)
        if not updated:
            return Ran.of(dag.test())
        with pytest.MonkeyPatch.context() as scheduler:
            scheduler.setattr("airflow.models.dagrun.get_or_create_dagrun", _triggered_by(updated))
            return Ran.of(dag.test())


def _triggered_by(asset: str) -> Any:
    """Makes a run as the scheduler does when an asset was updated: with the event that it consumes."""
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.models.dagrun import get_or_create_dagrun
    from sqlalchemy import select

    def made(**given: Any) -> Any:
        run, session = get_or_create_dagrun(**given), given["session"]
        of_asset = select(AssetEvent).join(AssetModel, AssetModel.id == AssetEvent.asset_id)
        events = session.scalars(of_asset.where(AssetModel.name == asset).order_by(AssetEvent.id))
        run.consumed_asset_events.extend([list(events)[-1]])
        session.commit()
        return run

    return made


@contextmanager
def webhook(status: int = 200) -> Iterator[Any]:
    """A server that takes what is posted to it."""
    took: list[tuple[str, str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            took.append((self.path, self.headers["Content-Type"], json.loads(body)))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield SimpleNamespace(took=took, url=f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(dag_id: str, task_id: str, user: str, chosen: str, **given: str) -> str | None:
    """Answers what a task asks in Airflow's required actions, by the function behind its REST API; gives what
    the task asked, None while it asks nothing."""
    from airflow.api_fastapi.app import create_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
    from airflow.api_fastapi.core_api.datamodels.hitl import UpdateHITLDetailPayload
    from airflow.api_fastapi.core_api.routes.public.hitl import update_hitl_detail
    from airflow.models.hitl import HITLDetail
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import select

    create_auth_manager()
    with create_session() as session:
        waiting = select(TaskInstance).where(
            TaskInstance.dag_id == dag_id,
            TaskInstance.task_id == task_id,
            TaskInstance.state == "awaiting_input",
        )
        asking = session.scalars(waiting).first()
        if asking is None:
            return None
        asked = session.scalars(select(HITLDetail).where(HITLDetail.ti_id == asking.id)).one()
        told = str(asked.body)
        update_hitl_detail(
            dag_id=dag_id,
            dag_run_id=asking.run_id,
            task_id=task_id,
            update_hitl_detail_payload=UpdateHITLDetailPayload(chosen_options=[chosen], params_input=given),
            user=SimpleAuthManagerUser(username=user, role="USER"),
            session=session,
        )
    return told
