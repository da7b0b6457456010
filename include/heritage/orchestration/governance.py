"""The DAGs of the governance body.

`governance`: rank → open_round → tell → vote → confirm → close_round → tell_result. Votes are cast on the
page Priorities. The round opens when the secretary opens it there, or by itself some days after the report;
when the vote is over the secretary confirms in the required actions that it went by the rules. No worker
waits for people, and every task can be run again at any moment: nothing is opened, told or decided twice.

`rounds` looks after what no run waits for: it tells members of emergencies and appeals, reminds them, tells
again what could not be told, closes what is over, and hands on what was decided on a page.
"""

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
    get_current_context,
    task,
)

from heritage.errors import DecisionMissing
from heritage.orchestration.checks_link import priorities_address
from heritage.orchestration.confirm import ConfirmRound
from heritage.orchestration.dataset import proposed
from heritage.orchestration.failures import as_airflow
from heritage.orchestration.watch import WATCHED, late_after
from heritage.wiring.settings import Settings

DECISIONS = Asset("heritage/decisions", uri="heritage://decisions")
"""Updated when there are new decisions, whoever has closed their round. An event says in `decisions` how
many the log had by then: what comes after the newest one's has not been handed on."""
_LONGEST_ROUND = timedelta(days=60)
_DEFAULTS = {"owner": "governance", "retries": 2, "retry_delay": timedelta(minutes=5)} | WATCHED


class OpenSensor(BaseSensorOperator):
    """Waits until a person has opened a round on a report, or opens it when its day has come."""

    template_fields = ("report",)

    def __init__(self, *, report: Any, **given: Any) -> None:
        super().__init__(**given)
        self.report = report

    def poke(self, context: Any) -> PokeReturnValue:  # noqa: ARG002
        """Asks the decision store."""
        with as_airflow():
            from heritage.wiring.conduct import open_when_due

            opened = open_when_due(Settings(), self.report["folder"])
            return PokeReturnValue(is_done=opened is not None, xcom_value=opened)


class RoundSensor(BaseSensorOperator):
    """Waits until nobody can vote in a round any more: everybody has answered, or the deadline has passed.
    Reminds those whose answers are missing shortly before."""

    template_fields = ("round_id",)

    def __init__(self, *, round_id: Any, **given: Any) -> None:
        super().__init__(**given)
        self.round_id = round_id

    def poke(self, context: Any) -> PokeReturnValue:
        """Asks the decision store."""
        with as_airflow():
            from heritage.orchestration.tell import tell
            from heritage.wiring.conduct import voting_over
            from heritage.wiring.tidings import reminding

            settings = Settings()
            over = voting_over(settings, self.round_id)
            if not over and (reminder := reminding(settings, self.round_id)):
                tell(settings, [reminder], context)
            return PokeReturnValue(is_done=over, xcom_value=self.round_id)


def governance_dag(datasets: list[str]) -> DAG:
    """Runs when a dataset has new proposed edits, and monthly; one round is under way at a time."""
    monthly = CronTriggerTimetable("0 6 1 * *", timezone="UTC")
    new_edits = AssetAny(*map(proposed, datasets))
    waiting: dict[str, Any] = {
        "mode": "reschedule",  # a round lasts days: no worker waits for it
        "poke_interval": Settings().round_poll_seconds,
        "timeout": _LONGEST_ROUND.total_seconds(),
    }

    @dag(
        dag_id="governance",
        dag_display_name="Governance: rank, vote, decide",
        schedule=AssetOrTimeSchedule(timetable=monthly, assets=new_edits) if datasets else monthly,
        doc_md=__doc__,
        tags=["governance"],
        default_args=_DEFAULTS,
        deadline=late_after(2 * _LONGEST_ROUND),  # each of its two sensors may wait so long
        max_active_runs=1,
        catchup=False,
    )
    def governance() -> None:
        @task(task_id="rank")
        def rank() -> dict[str, Any]:
            with as_airflow():
                from dataclasses import asdict

                from heritage.wiring.report import rank_and_report

                return asdict(rank_and_report(Settings(), priorities_address()))

        @task(task_id="tell")
        def tell_opened(round_id: str) -> str:
            with as_airflow():
                from heritage.orchestration.tell import tell
                from heritage.wiring.tidings import opened

                tell(Settings(), [opened(Settings(), round_id)], get_current_context())
                return round_id

        @task(task_id="close_round", outlets=[DECISIONS])
        def close_round(confirmed: dict[str, str], *, outlet_events: Any = None) -> dict[str, str]:
            with as_airflow():
                from heritage.wiring.conduct import close, decided_by_now

                settled = close(
                    Settings(), confirmed["round_id"], confirmed["by"], returned=confirmed["returned"]
                )
                outlet_events[DECISIONS].extra = {"decisions": decided_by_now(Settings())}
                return {ruling.proposal_id: ruling.result.value for ruling in settled}

        @task(task_id="tell_result")
        def tell_closed(round_id: str) -> None:
            with as_airflow():
                from heritage.orchestration.tell import tell
                from heritage.wiring.tidings import closed

                tell(Settings(), [closed(Settings(), round_id)], get_current_context())

        opened: Any = OpenSensor(task_id="open_round", report=rank(), **waiting).output
        told: Any = tell_opened(opened)  # what a task gives is an XComArg until it has run
        voted: Any = RoundSensor(task_id="vote", round_id=told, **waiting).output
        confirmed: Any = ConfirmRound(task_id="confirm", round_id=voted).output
        close_round(confirmed) >> tell_closed(opened)

    built: DAG = governance()
    return built


def rounds_dag() -> DAG:
    """Every quarter of an hour."""

    @dag(
        dag_id="rounds",
        dag_display_name="Rounds: tell, remind, close what is over",
        schedule=CronTriggerTimetable("*/15 * * * *", timezone="UTC"),
        doc_md=__doc__,
        tags=["governance"],
        default_args=_DEFAULTS,
        deadline=late_after(timedelta(hours=2)),
        max_active_runs=1,
        catchup=False,
    )
    def rounds() -> None:
        @task(task_id="tell")
        def tell_members() -> int:
            with as_airflow():
                from heritage.orchestration.tell import tell
                from heritage.wiring.tidings import to_tell

                return tell(Settings(), to_tell(Settings()), get_current_context())

        @task(task_id="close_overdue", inlets=[DECISIONS], outlets=[DECISIONS])
        def close_overdue(*, inlet_events: Any = None, outlet_events: Any = None) -> dict[str, str]:
            with as_airflow():
                from heritage.wiring.conduct import close_overdue as close
                from heritage.wiring.conduct import decided_since

                close(Settings())
                new = decided_since(Settings(), _handed_on(inlet_events[DECISIONS]))
                if not new:
                    raise DecisionMissing("Nothing was decided that is not handed on.")
                outlet_events[DECISIONS].extra = {"decisions": new[-1].number}
                return {ruling.proposal_id: ruling.result.value for ruling in new}

        tell_members()
        close_overdue()

    built: DAG = rounds()
    return built


def _handed_on(events: Any) -> int:
    """How many decisions the newest event of the asset has told of; 0 before the first, and after one that
    somebody has made by hand."""
    newest = list(events.ascending(False).limit(1))
    number = newest[0].extra.get("decisions") if newest else None
    return number if isinstance(number, int) else 0
