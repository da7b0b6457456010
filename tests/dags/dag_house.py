"""The DAGs as Airflow loads them, run by `dag.test` over a private installation."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
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
