"""The DAG `wikidata_index`: makes the local index of items from the dump that the settings name."""

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, dag, task

from heritage.orchestration.failures import as_airflow
from heritage.wiring.settings import Settings


def wikidata_index_dag() -> DAG:
    """Runs weekly; reconciliation uses the newest index."""

    @dag(
        dag_id="wikidata_index",
        dag_display_name="Wikidata index",
        schedule="@weekly",
        doc_md=__doc__,
        tags=["wikidata"],
        default_args={"owner": "heritage-guard", "retries": 2, "retry_delay": timedelta(minutes=30)},
        max_active_runs=1,
        catchup=False,
    )
    def wikidata_index() -> None:
        @task(task_id="build")
        def build() -> dict[str, Any]:
            with as_airflow():
                from dataclasses import asdict

                from heritage.wiring.pipeline import build_item_index

                settings = Settings()
                return asdict(build_item_index(settings, settings.wikidata_dump))

        build()

    built: DAG = wikidata_index()
    return built
