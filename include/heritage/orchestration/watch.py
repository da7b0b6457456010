"""Tells engineers when a task has failed for good or a run is late; every DAG is made with both.

`default_args=… | WATCHED` and `deadline=late_after(…)` is all that a DAG needs.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference
from airflow.sdk.exceptions import AirflowNotFoundException

from heritage.errors import HeritageError
from heritage.model.alert import LATE_RUN, Alert, kind_of
from heritage.orchestration.checks_link import run_address
from heritage.wiring.settings import Settings

_logger = logging.getLogger(__name__)


def tell_failure(context: Mapping[str, Any]) -> None:
    """Callback of a task that failed and is not tried again."""
    instance, error = context["ti"], context.get("exception")
    where = f"{instance.dag_id}.{instance.task_id}"
    if instance.map_index is not None and instance.map_index >= 0:
        where += f"[{instance.map_index}]"
    _tell(
        kind_of(error if isinstance(error, BaseException) else None), where, instance.run_id, instance.log_url
    )


def tell_late(context: Mapping[str, Any]) -> None:
    """Callback of a run that has not ended by its deadline."""
    run = context["dag_run"]
    dag, name = run["dag_id"], run.get("dag_run_id") or run.get("run_id")
    _tell(LATE_RUN, dag, name, run_address(dag, name))


WATCHED: dict[str, Any] = {"on_failure_callback": tell_failure}
"""Of every DAG's `default_args`."""
OURS: dict[str, Any] = {
    "owner": "heritage-guard",
    "retries": 3,
    "retry_delay": timedelta(minutes=5),
} | WATCHED
"""The `default_args` of DAGs that concern all registers together."""
AT_A_WIKI: dict[str, Any] = {
    "owner": "uploads",
    "retries": 3,
    "retry_delay": timedelta(minutes=5),
    "retry_exponential_backoff": 2.0,
} | WATCHED
"""The `default_args` of DAGs whose tasks ask a wiki, or write to one."""


def late_after(time: timedelta) -> DeadlineAlert:
    """The deadline of a DAG: engineers are told of a run that has not ended so long after it was queued.

    In seconds, as Airflow kept it once and still reads it: where it keeps a timedelta, 3.3 cannot clear a
    task of the run, in the API or in its pages, because it takes what it kept for seconds.
    """
    seconds: Any = time.total_seconds()
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=seconds,
        callback=SyncCallback(tell_late),  # by the executor: a triggerer is not needed for it
        name="late-run",
    )


def _tell(kind: str, where: str, run: str, link: str) -> None:
    from heritage.wiring.alerts import tell_or_keep

    settings = Settings()
    if not settings.alert_ways:
        return
    alert = Alert(kind, where, run, datetime.now(UTC).isoformat(), link)
    told = tell_or_keep(settings, alert, send_to_engineers)
    _logger.info("%s: engineers were told %s.", kind, "now" if told else "before; this one comes with others")


def send_to_engineers(subject: str, text: str) -> bool:
    """By every connection of the settings; whether one of them worked. No connection that fails stops the
    others, and its address stands in no log."""
    from heritage.orchestration.notify import notifier

    settings, told = Settings(), False
    for connection in settings.alert_ways:
        try:
            by = notifier(connection, subject, text, settings.alert_addresses)
            if by is None:
                _logger.warning("HERITAGE_ALERT_MAIL has no address for the connection %s.", connection)
                continue
            by.notify({})
            told = True
        except AirflowNotFoundException:
            _logger.warning(
                "There is no Airflow connection %r, which HERITAGE_ALERT_CONNS names.", connection
            )
        except HeritageError as error:
            _logger.warning("Not told through the connection %s: %s", connection, error)
        except Exception as error:  # noqa: BLE001 - whatever a mail server does, the others are told
            _logger.warning("Not told through the connection %s: %s", connection, type(error).__name__)
    return told
