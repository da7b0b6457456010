"""Where the page of the checks of a snapshot is found in the Airflow UI."""

from typing import Any
from urllib.parse import quote

from airflow.sdk import BaseOperatorLink
from airflow.sdk.configuration import conf

_PAGES = "/heritage"  # where the plugin mounts the pages


def checks_address(dataset: str, snapshot: str) -> str:
    """The address of the page, under that of the Airflow UI."""
    return f"{_base()}{_PAGES}/checks/{dataset}/{snapshot}/checks.html"


def priorities_address() -> str:
    """The address of the page Priorities; empty where Airflow was not told its own."""
    base = _base()
    return f"{base}{_PAGES}/priorities" if base else ""


def run_address(dag_id: str, run_id: str) -> str:
    """The address of a run in the Airflow UI."""
    return f"{_base()}/dags/{quote(dag_id)}/runs/{quote(run_id)}"


def _base() -> str:
    return str(conf.get("api", "base_url", fallback="") or "").rstrip("/")


class ChecksLink(BaseOperatorLink):
    """A button on the task `check`."""

    name = "Page of the checks"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """The page of the snapshot that the task before handed over; the task runs when this is asked."""
        handed = ti_key.xcom_pull(task_ids=next(iter(operator.upstream_task_ids)))
        return checks_address(operator.dag_id, handed["snapshot"])
