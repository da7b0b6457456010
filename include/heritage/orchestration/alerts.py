"""The DAG `alerts`: tells engineers together what was kept of the hours that are over, and looks at what no
task fails of, as the page Health does: freshness, the decision log, what waits, the disk."""

from datetime import timedelta

from airflow.sdk import DAG, CronTriggerTimetable, dag, task

from heritage.errors import DecisionMissing
from heritage.orchestration.failures import as_airflow
from heritage.orchestration.sight import tell_health
from heritage.orchestration.watch import OURS, late_after, send_to_engineers
from heritage.wiring.settings import Settings


def alerts_dag() -> DAG:
    """Every hour; what Health finds is told once a day."""

    @dag(
        dag_id="alerts",
        dag_display_name="Alerts: tell engineers",
        schedule=CronTriggerTimetable("5 * * * *", timezone="UTC"),
        doc_md=__doc__,
        tags=["operation"],
        default_args=OURS | {"retries": 2},
        deadline=late_after(timedelta(hours=2)),
        max_active_runs=1,
        catchup=False,
    )
    def alerts() -> None:
        @task(task_id="tell")
        def tell() -> int:
            with as_airflow():
                from heritage.wiring.alerts import tell_together

                if not Settings().alert_ways:
                    raise DecisionMissing("HERITAGE_ALERT_CONNS names no connection: nobody is told.")
                return tell_together(Settings(), send_to_engineers)

        @task(task_id="look")
        def look() -> dict[str, int]:
            with as_airflow():
                from heritage.wiring.alerts import tell_findings
                from heritage.wiring.health import installation_health

                found = installation_health(Settings())
                tell_health(found)
                return tell_findings(Settings(), found, send_to_engineers)

        tell()
        look()

    built: DAG = alerts()
    return built
