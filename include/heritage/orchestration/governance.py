"""The DAG `governance`: rank → open_round → vote → close_round. Votes are cast on the Priorities page."""

from datetime import timedelta
from typing import Any

from airflow.sdk import (
    DAG,
    Asset,
    AssetAny,
    AssetOrTimeSchedule,
    BaseSensorOperator,
    CronTriggerTimetable,
    PokeReturnValue,
    dag,
    task,
)

from heritage.orchestration.dataset import proposed
from heritage.orchestration.failures import as_airflow
from heritage.wiring.settings import Settings

DECISIONS = Asset("heritage/decisions", uri="heritage://decisions")
"""Updated when a round closes with new decisions."""
_LONGEST_ROUND = timedelta(days=60)


class RoundSensor(BaseSensorOperator):
    """Waits until a round can be closed: everybody has answered, or the deadline has passed."""

    template_fields = ("round_id",)

    def __init__(self, *, round_id: Any, **given: Any) -> None:
        super().__init__(**given)
        self.round_id = round_id

    def poke(self, context: Any) -> PokeReturnValue:  # noqa: ARG002
        """Asks the decision store."""
        with as_airflow():
            from heritage.wiring.governance import closable

            return PokeReturnValue(is_done=closable(Settings(), self.round_id), xcom_value=self.round_id)


def governance_dag(datasets: list[str]) -> DAG:
    """Runs when a dataset has new proposed edits, and monthly; one round is under way at a time."""
    monthly = CronTriggerTimetable("0 6 1 * *", timezone="UTC")
    new_edits = AssetAny(*map(proposed, datasets))

    @dag(
        dag_id="governance",
        dag_display_name="Governance: rank, vote, decide",
        schedule=AssetOrTimeSchedule(timetable=monthly, assets=new_edits) if datasets else monthly,
        doc_md=__doc__,
        tags=["governance"],
        default_args={"owner": "governance", "retries": 2, "retry_delay": timedelta(minutes=5)},
        max_active_runs=1,
        catchup=False,
    )
    def governance() -> None:
        @task(task_id="rank")
        def rank() -> dict[str, Any]:
            with as_airflow():
                from dataclasses import asdict

                from heritage.wiring.governance import rank_and_report

                return asdict(rank_and_report(Settings()))

        @task(task_id="open_round")
        def open_round(report: dict[str, Any]) -> str:
            with as_airflow():
                from heritage.wiring.governance import open_round as open_

                return open_(Settings(), report["folder"]).round_id

        @task(task_id="close_round", outlets=[DECISIONS])
        def close_round(round_id: str) -> dict[str, str]:
            with as_airflow():
                from heritage.wiring.governance import close_round as close

                return {ruling.proposal_id: ruling.result.value for ruling in close(Settings(), round_id)}

        ranked: Any = rank()  # what a task gives is an XComArg until it has run
        opened: Any = open_round(ranked)
        voted: Any = RoundSensor(
            task_id="vote",
            round_id=opened,
            mode="reschedule",  # a round lasts days: no worker waits for it
            poke_interval=Settings().round_poll_seconds,
            timeout=_LONGEST_ROUND.total_seconds(),
        ).output
        close_round(voted)

    built: DAG = governance()
    return built
