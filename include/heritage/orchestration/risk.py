"""The DAGs `risk` (flag again what can have changed) and `risk_changed` (tell people what got worse)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from airflow.sdk import (
    DAG,
    Asset,
    AssetAlias,
    AssetAny,
    AssetOrTimeSchedule,
    CronTriggerTimetable,
    dag,
    task,
)
from airflow.sdk.exceptions import AirflowSkipException

from heritage.orchestration.failures import as_airflow
from heritage.orchestration.layer import risk_source
from heritage.orchestration.propose_again import propose_again_task
from heritage.orchestration.watch import OURS, late_after
from heritage.wiring.settings import Settings

RISK_CHANGED = Asset("heritage/risk-changed", uri="heritage://risk-changed")
"""Updated when sites became critical or lost; its events carry dataset, snapshot and counts, nothing else."""
MAY_WORSEN = AssetAlias("heritage/risk-may-change")
"""An outlet of every task that flags: it updates RISK_CHANGED only when something got worse."""
_MAY_PROPOSE = AssetAlias("heritage/proposed-again")


def tell_worse(dataset: str, flagged: Mapping[str, Any], outlet_events: Any) -> None:
    """Updates RISK_CHANGED when the counts of a flagging say that something got worse."""
    worse = flagged.get("worse")
    if worse:
        payload = {"dataset": dataset, "snapshot": flagged["snapshot"], "worse": dict(worse)}
        outlet_events[MAY_WORSEN].add(RISK_CHANGED, extra=payload)


def risk_dag(sources: Sequence[str]) -> DAG:
    """Runs when one of `sources` (layers and at-risk registers) has something new, and daily: evidence
    expires. Only datasets of which something else can be said now are flagged, and proposed again."""
    daily = CronTriggerTimetable("0 5 * * *", timezone="UTC")
    new = AssetAny(*map(risk_source, sources))

    @dag(
        dag_id="risk",
        dag_display_name="Risk: flag again what can have changed",
        schedule=AssetOrTimeSchedule(timetable=daily, assets=new) if sources else daily,
        doc_md=__doc__,
        tags=["risk"],
        default_args=OURS,
        deadline=late_after(timedelta(hours=12)),
        max_active_runs=1,
        catchup=False,
    )
    def risk() -> None:
        @task(task_id="touched")
        def touched() -> list[dict[str, str]]:
            with as_airflow():
                from heritage.wiring.risk import touched_datasets

                return touched_datasets(Settings())

        @task(task_id="flag", outlets=[MAY_WORSEN], max_active_tis_per_dagrun=1)
        def flag(one: dict[str, str], *, outlet_events: Any = None) -> dict[str, str]:
            with as_airflow():
                from heritage.wiring.pipeline import Run, load_dataset, run_step

                settings = Settings()
                loaded = load_dataset(one["dataset"], settings)
                flagged = run_step("flag", Run(loaded, settings), one["snapshot"])
            tell_worse(one["dataset"], flagged, outlet_events)
            return one

        propose_again_task(_MAY_PROPOSE).expand(one=flag.expand(one=touched()))

    built: DAG = risk()
    return built


def risk_changed_dag() -> DAG:
    """Runs when sites became critical or lost, and tells those whom the settings name."""

    @dag(
        dag_id="risk_changed",
        dag_display_name="Risk: tell what got worse",
        schedule=[RISK_CHANGED],
        doc_md=__doc__,
        tags=["risk"],
        default_args=OURS | {"retry_exponential_backoff": 2.0},
        deadline=late_after(timedelta(hours=2)),
        max_active_runs=1,
        catchup=False,
    )
    def risk_changed() -> None:
        @task(task_id="tell")
        def tell(*, triggering_asset_events: Any = None) -> str:
            events = (triggering_asset_events or {}).get(RISK_CHANGED) or ()
            text = worse_in_words([event.extra for event in events])
            connection = Settings().notify_conn
            if not text or not connection:
                raise AirflowSkipException(text or "Nothing got worse.")
            with as_airflow():
                from heritage.orchestration.notify import WebhookNotifier

                WebhookNotifier(connection=connection, text=text).notify({})
            return text

        tell()

    built: DAG = risk_changed()
    return built


def worse_in_words(payloads: Sequence[Mapping[str, Any]]) -> str:
    """What to tell people: how many sites of which dataset, and nothing by which one could be found.

    >>> worse_in_words([{"dataset": "gb_nhle", "snapshot": "abc", "worse": {"critical": 2, "lost": 1}}])
    'Heritage at risk: in gb_nhle 2 sites became critical, 1 was lost. The page Risk shows what may be shown.'
    """
    parts = []
    for payload in payloads:
        worse: Mapping[str, int] = payload.get("worse") or {}
        said = []
        if critical := int(worse.get("critical", 0)):
            said.append(f"{critical} site{'s' * (critical != 1)} became critical")
        if lost := int(worse.get("lost", 0)):
            said.append(f"{lost} {'was' if lost == 1 else 'were'} lost")
        if said:
            parts.append(f"in {payload.get('dataset')} {', '.join(said)}")
    if not parts:
        return ""
    return f"Heritage at risk: {'; '.join(parts)}. The page Risk shows what may be shown."
