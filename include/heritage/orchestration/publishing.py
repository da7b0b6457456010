"""The DAG `publish`: the good snapshot of every register as open data, as far as it may leave today. What was
asked to be withheld since yesterday is withdrawn by it."""

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, CronTriggerTimetable, dag, task
from airflow.sdk.exceptions import AirflowSkipException

from heritage.orchestration.failures import as_airflow
from heritage.orchestration.watch import WATCHED, late_after
from heritage.wiring.settings import Settings


def publish_dag() -> DAG:
    """Runs daily, not after each register alone: also a request or a licence changes what may be told."""

    @dag(
        dag_id="publish",
        dag_display_name="Publish: registers as open data",
        schedule=CronTriggerTimetable("30 5 * * *", timezone="UTC"),
        doc_md=__doc__,
        tags=["publish"],
        default_args={"owner": "publishing", "retries": 2, "retry_delay": timedelta(minutes=10)} | WATCHED,
        deadline=late_after(timedelta(days=1)),
        max_active_runs=1,
        catchup=False,
    )
    def publish() -> None:
        @task(task_id="plan")
        def plan() -> list[str]:
            with as_airflow():
                from heritage.wiring.publishing import publishable_datasets

                settings = Settings()
                found = publishable_datasets(settings) if settings.published_url else []
                if not found:
                    raise AirflowSkipException("Nothing is to be published: set HERITAGE_PUBLISHED_URL.")
                return found

        @task(task_id="publish", max_active_tis_per_dagrun=2)
        def publish_one(dataset: str) -> dict[str, Any]:
            with as_airflow():
                from heritage.wiring.publishing import publish_snapshot

                done = publish_snapshot(Settings(), dataset)
            return {"dataset": dataset, "version": done.version, "new": done.new, "records": done.records}

        publish_one.expand(dataset=plan())

    built: DAG = publish()
    return built
