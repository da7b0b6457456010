"""The DAG `wikidata_index`: makes the local index of items, or brings it up to date."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, dag, task

from heritage.orchestration.failures import WhenAsked, as_airflow
from heritage.orchestration.sight import tell_index
from heritage.orchestration.watch import WATCHED, late_after
from heritage.wiring.settings import Settings

_DOCUMENTATION = """\
# The index of Wikidata

Reconciliation works on a local index of heritage items and of museums, libraries and archives.

- `plan` says how it is refreshed, and why: by the wiki's recent changes where these lead up to today, else
  from the dump or the query service that the settings name.
- `pull` brings what is missing. It asks one question at a time, and goes on where it was when it is run
  again.
- `build` makes the new index of it; until then the old one is in use.

With an index that is too old no record is called new: `docs/engineers.md`, *The index of Wikidata*."""


def wikidata_index_dag(settings: Settings) -> DAG:
    """Runs daily where recent changes can be read, else weekly; reconciliation uses the newest index."""

    @dag(
        dag_id="wikidata_index",
        dag_display_name="Wikidata index",
        schedule="@daily" if settings.wikidata_api else "@weekly",
        doc_md=_DOCUMENTATION,
        tags=["wikidata"],
        default_args={
            "owner": "heritage-guard",
            "retries": 5,
            "retry_delay": timedelta(minutes=30),
            "retry_policy": WhenAsked(),
        }
        | WATCHED,
        deadline=late_after(timedelta(days=3)),
        max_active_runs=1,
        catchup=False,
    )
    def wikidata_index() -> None:
        @task(task_id="plan")
        def plan() -> dict[str, Any]:
            with as_airflow():
                from heritage.wiring.item_index import plan_refresh

                return plan_refresh(Settings())

        @task(task_id="pull")
        def pull(planned: dict[str, Any]) -> dict[str, Any]:
            with as_airflow():
                from heritage.wiring.item_index import pull_index

                return pull_index(Settings(), planned["way"])

        @task(task_id="build")
        def build(pulled: dict[str, Any]) -> dict[str, Any]:
            with as_airflow():
                from heritage.wiring.item_index import write_index

                done = asdict(write_index(Settings(), pulled["way"]))
            tell_index(done)
            return done

        build(pull(plan()))  # type: ignore[arg-type]

    built: DAG = wikidata_index()
    return built
