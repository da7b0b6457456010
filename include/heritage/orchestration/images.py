"""The DAG `images`: plan → upload, a dataset at a time. Brings images of registers to Wikimedia Commons, each
once: a pilot until a person has released the batch."""

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, CronTriggerTimetable, dag, task

from heritage.errors import DecisionMissing, SpecError
from heritage.orchestration.connection import COMMONS, POOL, wiki_account
from heritage.orchestration.failures import as_airflow
from heritage.orchestration.watch import AT_A_WIKI, late_after
from heritage.wiring.settings import Settings


def images_dag() -> DAG:
    """Runs daily, after the edits: what a stop or a crash interrupted is taken up again."""

    @dag(
        dag_id="images",
        dag_display_name="Images: bring them to Commons",
        schedule=CronTriggerTimetable("0 6 * * *", timezone="UTC"),
        doc_md=__doc__,
        tags=["upload"],
        default_args=AT_A_WIKI,
        deadline=late_after(timedelta(days=1)),
        max_active_runs=1,
        catchup=False,
    )
    def images() -> None:
        @task(task_id="plan")
        def plan() -> list[str]:
            with as_airflow():
                from heritage.wiring.media import datasets_with_images

                found = datasets_with_images(Settings())
                if not found:
                    raise DecisionMissing("No description says how images go to Commons (`media`).")
                return found

        @task(task_id="upload", pool=POOL)
        def upload(dataset: str) -> dict[str, Any]:
            with as_airflow():
                from heritage.wiring.media import upload_images

                account, items = wiki_account(COMMONS), wiki_account()
                if account is None:
                    raise SpecError(f"there is no Airflow connection {COMMONS!r}: images need an account")
                wiki = items.target if items else ""
                return upload_images(Settings(), account, dataset, wiki=wiki)

        upload.expand(dataset=plan())

    built: DAG = images()
    return built
