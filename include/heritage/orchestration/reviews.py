"""The DAG `reviews`: makes what people are asked from what the datasets left, looks after campaigns, and
brings what people settled into the matches and the proposed edits."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from airflow.sdk import (
    DAG,
    AssetAlias,
    AssetAny,
    AssetOrTimeSchedule,
    CronTriggerTimetable,
    dag,
    task,
)

from heritage.orchestration.dataset import proposed
from heritage.orchestration.failures import as_airflow
from heritage.orchestration.propose_again import propose_again_task
from heritage.orchestration.watch import OURS, late_after
from heritage.wiring.settings import Settings

_MAY_PROPOSE = AssetAlias("heritage/proposed-by-reviews")


def reviews_dag(datasets: Sequence[str]) -> DAG:
    """Runs when one of `datasets` has something new, and daily: campaigns open and end."""
    daily = CronTriggerTimetable("30 4 * * *", timezone="UTC")
    new = AssetAny(*map(proposed, datasets))

    @dag(
        dag_id="reviews",
        dag_display_name="Reviews: what people are asked",
        schedule=AssetOrTimeSchedule(timetable=daily, assets=new) if datasets else daily,
        doc_md=__doc__,
        tags=["reviews"],
        default_args=OURS,
        deadline=late_after(timedelta(hours=12)),
        max_active_runs=1,
        catchup=False,
    )
    def reviews() -> None:
        @task(task_id="make_tasks")
        def make_tasks() -> list[dict[str, Any]]:
            with as_airflow():
                from dataclasses import asdict

                from heritage.wiring.reviews import make_review_tasks

                return [asdict(made) for made in make_review_tasks(Settings())]

        @task(task_id="look_after")
        def look_after() -> list[dict[str, Any]]:
            with as_airflow():
                from dataclasses import asdict

                from heritage.wiring.reviews import look_after_campaigns

                return [asdict(found) for found in look_after_campaigns(Settings())]

        @task(task_id="settled")
        def settled() -> list[dict[str, str]]:
            with as_airflow():
                from heritage.wiring.reviews import decided_anew

                return decided_anew(Settings())

        @task(task_id="reconcile", max_active_tis_per_dagrun=1)
        def reconcile(one: dict[str, str]) -> dict[str, str]:
            with as_airflow():
                from heritage.wiring.pipeline import Run, load_dataset, run_step

                settings = Settings()
                run_step("reconcile", Run(load_dataset(one["dataset"], settings), settings), one["snapshot"])
            return one

        decided = settled()
        make_tasks() >> look_after() >> decided
        propose_again_task(_MAY_PROPOSE).expand(one=reconcile.expand(one=decided))

    made: DAG = reviews()
    return made
