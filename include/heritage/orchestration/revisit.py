"""The DAG `revisit`: due → visit → tell, a dataset at a time. Looks again at items that we edited, 30 days
after each edit and then yearly, and tells people how many edits were lost. Nothing is written to the wiki:
what people removed stays removed."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Asset, CronTriggerTimetable, dag, task
from airflow.sdk.exceptions import AirflowSkipException

from heritage.errors import DecisionMissing
from heritage.orchestration.connection import CONNECTION, wiki_account
from heritage.orchestration.failures import as_airflow
from heritage.orchestration.progress import told_in_log
from heritage.orchestration.watch import AT_A_WIKI, late_after
from heritage.wiring.settings import Settings

REVISITS = Asset("heritage/revisits", uri="heritage://revisits")
"""Updated when items were looked at again; its events carry counts by dataset, nothing else."""
_NO_ACCOUNT = f"There is no Airflow connection {CONNECTION!r}, so no wiki to look at."


def revisit_dag() -> DAG:
    """Runs daily; a run that was stopped is taken up where it was."""

    @dag(
        dag_id="revisit",
        dag_display_name="Revisit: what became of our edits",
        schedule=CronTriggerTimetable("0 4 * * *", timezone="UTC"),
        doc_md=__doc__,
        tags=["upload"],
        default_args=AT_A_WIKI,
        deadline=late_after(timedelta(days=1)),
        max_active_runs=1,
        catchup=False,
    )
    def revisit() -> None:
        @task(task_id="due")
        def due() -> list[str]:
            with as_airflow():
                from heritage.wiring.revisits import due_datasets

                account = wiki_account()
                if account is None:
                    raise DecisionMissing(_NO_ACCOUNT)
                waiting = due_datasets(Settings(), account.target)
                if not waiting:
                    raise DecisionMissing("No edit is to be looked at again today.")
                return list(waiting)

        @task(task_id="visit", max_active_tis_per_dagrun=1, outlets=[REVISITS])
        def visit(dataset: str) -> dict[str, Any]:
            with as_airflow():
                from heritage.wiring.revisits import revisit_dataset

                account = wiki_account()
                if account is None:
                    raise DecisionMissing(_NO_ACCOUNT)
                return revisit_dataset(Settings(), account, dataset, told_in_log(f"Items of {dataset}"))

        @task(task_id="tell", trigger_rule="all_done")
        def tell(*, dag_run: Any = None) -> str:
            with as_airflow():
                from heritage.wiring.revisits import lost_since

                account = wiki_account()
                lost = lost_since(Settings(), account.target, dag_run.run_after) if account else []
                text, connection = lost_in_words(lost), Settings().notify_conn
                if not text or not connection:
                    raise AirflowSkipException(text or "Nothing was lost.")
                from heritage.orchestration.notify import WebhookNotifier

                WebhookNotifier(connection=connection, text=text).notify({})
            return text

        visit.expand(dataset=due()) >> tell()

    built: DAG = revisit()
    return built


def lost_in_words(lost: Sequence[Any]) -> str:
    """What to tell people: how many edits of which dataset, and nothing by which an item could be found.

    >>> from heritage.wiring.revisits import Lost
    >>> lost_in_words([Lost("gb_nhle", visited=40, dropped=2, drifted=0), Lost("fr_palissy", 9, 0, 0)])
    'Uploads looked at again. gb_nhle: lost something of 2 of 40 edits. The page Uploads shows each.'
    """
    parts = []
    for one in lost:
        said = [f"lost something of {one.dropped:,} of {one.visited:,} edits"] if one.dropped else []
        said += [f"its register says {one.drifted:,} otherwise now"] if one.drifted else []
        if said:
            parts.append(f"{one.dataset}: {', and '.join(said)}")
    return f"Uploads looked at again. {'; '.join(parts)}. The page Uploads shows each." if parts else ""
