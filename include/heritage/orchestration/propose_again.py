"""The task that proposes a register's edits again, where something else can be said of its records."""

from collections.abc import Mapping
from typing import Any

from airflow.sdk import AssetAlias, task
from airflow.sdk.exceptions import AirflowSkipException

from heritage.orchestration.failures import as_airflow
from heritage.wiring.settings import Settings


def propose_again_task(may_propose: AssetAlias) -> Any:
    """A task `propose`, to be mapped over datasets with their snapshots; through `may_propose` it updates a
    dataset's asset where it wrote new edits, and is skipped where there are none."""

    @task(task_id="propose", outlets=[may_propose], max_active_tis_per_dagrun=1)
    def propose(one: Mapping[str, str], *, outlet_events: Any = None) -> dict[str, Any]:
        with as_airflow():
            from heritage.orchestration.connection import wiki_account
            from heritage.orchestration.dataset import proposed
            from heritage.wiring.risk import propose_again

            told = propose_again(Settings(), one["dataset"], one["snapshot"], wiki_account())
        if told is None:
            raise AirflowSkipException("There are no new edits to propose.")
        outlet_events[may_propose].add(proposed(one["dataset"]))
        return told

    return propose
