"""The DAG `uploads`: plan → upload → verify. Sends what was approved to the target wiki, exactly once."""

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, AssetOrTimeSchedule, CronTriggerTimetable, dag, task

from heritage.errors import DecisionMissing, SpecError
from heritage.orchestration.connection import CONNECTION, POOL, wiki_account
from heritage.orchestration.failures import as_airflow
from heritage.orchestration.governance import DECISIONS
from heritage.wiring.settings import Settings


def uploads_dag() -> DAG:
    """Runs on new decisions and daily, so that what a stop or a crash interrupted is taken up again."""
    daily = CronTriggerTimetable("0 4 * * *", timezone="UTC")

    @dag(
        dag_id="uploads",
        dag_display_name="Uploads: send what was approved",
        schedule=AssetOrTimeSchedule(timetable=daily, assets=[DECISIONS]),
        doc_md=__doc__,
        tags=["upload"],
        default_args={
            "owner": "uploads",
            "retries": 3,
            "retry_delay": timedelta(minutes=5),
            "retry_exponential_backoff": 2.0,
        },
        max_active_runs=1,
        catchup=False,
    )
    def uploads() -> None:
        @task(task_id="plan")
        def plan() -> list[str]:
            with as_airflow():
                from heritage.wiring.uploads import plan_batches

                batches = [batch.batch_id for batch in plan_batches(Settings(), _account())]
                if not batches:
                    raise DecisionMissing("Nothing is approved that is not on the wiki already.")
                return batches

        @task(task_id="upload", pool=POOL)
        def upload(batch: str) -> dict[str, Any]:
            with as_airflow():
                from heritage.wiring.uploads import upload_batch

                return upload_batch(Settings(), _account(), batch)

        @task(task_id="verify")
        def verify(uploaded: dict[str, Any]) -> dict[str, Any]:
            with as_airflow():
                from heritage.wiring.uploads import verify_batch

                return verify_batch(Settings(), _account(), uploaded["batch_id"])

        verify.expand(uploaded=upload.expand(batch=plan()))

    built: DAG = uploads()
    return built


def _account() -> Any:
    account = wiki_account()
    if account is None:
        raise SpecError(
            f"there is no Airflow connection {CONNECTION!r}: an upload needs a target and an account"
        )
    return account
