"""The DAG `uploads`: plan → upload → verify, and ordered → undo. Sends what was approved to the target wiki,
exactly once, and takes back what people ordered to be taken back.

`plan` makes the calendar anew every day; only batches whose week has come are sent. Of each batch a pilot
goes first; the rest waits until a person who looked at it releases it (page *Uploads*, or `heritage upload
release`). At the end `publish` tells the hub of partnerships, where one is set up, what was done with whom.
"""

import logging
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, AssetOrTimeSchedule, CronTriggerTimetable, dag, task, teardown

from heritage.errors import DecisionMissing, HeritageError, SpecError
from heritage.orchestration.connection import CONNECTION, METABASE, POOL, wiki_account
from heritage.orchestration.failures import as_airflow
from heritage.orchestration.governance import DECISIONS
from heritage.orchestration.progress import told_in_log
from heritage.orchestration.sight import tell_upload
from heritage.orchestration.watch import AT_A_WIKI, late_after
from heritage.wiring.settings import Settings

_logger = logging.getLogger(__name__)


def uploads_dag() -> DAG:
    """Runs on new decisions and hourly, so that what a person ordered is done, and what a stop or a crash
    interrupted is taken up again."""
    hourly = CronTriggerTimetable("0 * * * *", timezone="UTC")

    @dag(
        dag_id="uploads",
        dag_display_name="Uploads: send what was approved",
        schedule=AssetOrTimeSchedule(timetable=hourly, assets=[DECISIONS]),
        doc_md=__doc__,
        tags=["upload"],
        default_args=AT_A_WIKI,
        deadline=late_after(timedelta(days=1)),
        max_active_runs=1,
        catchup=False,
    )
    def uploads() -> None:
        @task(task_id="plan")
        def plan() -> list[dict[str, Any]]:
            with as_airflow():
                from heritage.wiring.schedule import may_send, plan_uploads
                from heritage.wiring.uploads import plan_batches

                account = _account()
                batches = plan_batches(Settings(), account)
                kept = plan_uploads(Settings(), account.target, batches)
                if not batches:
                    raise DecisionMissing("Nothing is approved that is not on the wiki already.")
                due = may_send(kept)
                if not due:
                    raise DecisionMissing(
                        f"No week of the {len(batches)} batches that are approved has come: "
                        "the page Uploads has the calendar, with reasons."
                    )
                return [{"batch_id": batch, "limit": limit} for batch, limit in due.items()]

        @task(task_id="upload", pool=POOL)
        def upload(batch: dict[str, Any]) -> dict[str, Any]:
            with as_airflow():
                from heritage.wiring.uploads import upload_batch

                number = batch["batch_id"]
                told = told_in_log(f"Batch {number}")
                account = _account()
                done = upload_batch(Settings(), account, number, limit=batch["limit"], progress=told)
            tell_upload(done, account.target)
            return done

        @task(task_id="verify")
        def verify(uploaded: dict[str, Any]) -> dict[str, Any]:
            with as_airflow():
                from heritage.wiring.uploads import verify_batch

                return verify_batch(Settings(), _account(), uploaded["batch_id"])

        @task(task_id="ordered")
        def ordered() -> list[str]:
            with as_airflow():
                from heritage.wiring.undo import to_finish

                found = to_finish(Settings(), _account().target)
                if not found:
                    raise DecisionMissing("Nobody ordered a batch to be cancelled or taken back.")
                return list(found)

        @task(task_id="undo", pool=POOL)
        def undo(batch: str) -> dict[str, Any]:
            with as_airflow():
                from heritage.wiring.undo import finish_or_undo

                account = _account()
                done = finish_or_undo(Settings(), account, batch, told_in_log(f"Undo of batch {batch}"))
            tell_upload(done, account.target)
            return done

        @teardown  # runs whatever became of the others, and says nothing about how the run went
        @task(task_id="publish", pool=POOL)
        def publish() -> int:
            with as_airflow():
                return _publish()

        done = [verify.expand(uploaded=upload.expand(batch=plan())), undo.expand(batch=ordered())]
        done >> publish()

    built: DAG = uploads()
    return built


def _publish() -> int:
    from heritage.wiring.hub import publish

    try:
        account = wiki_account(METABASE)
        if account is None:
            raise DecisionMissing(f"There is no connection {METABASE!r}: no hub is told of uploads.")
        told = publish(Settings(), account, live=True)
    except DecisionMissing:
        raise
    except HeritageError as error:
        _logger.error("The hub was not told everything, the next run goes on: %s", error)
        return 0
    for one in told:
        for sentence in (*one.left, *([one.stands] if one.waiting else [])):
            _logger.warning("%s", sentence)
    return sum(one.sent for one in told)


def _account() -> Any:
    account = wiki_account()
    if account is None:
        raise SpecError(
            f"there is no Airflow connection {CONNECTION!r}: an upload needs a target and an account"
        )
    return account
