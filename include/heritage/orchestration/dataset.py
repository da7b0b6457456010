"""One DAG a dataset: harvest → map → check → approve → flag → reconcile → propose."""

import logging
import re
from collections.abc import Callable
from typing import Any

from airflow.sdk import DAG, Asset, AssetAlias, dag, task

from heritage.errors import SnapshotStopped, SpecError
from heritage.orchestration.approval import ApproveSnapshot
from heritage.orchestration.checks_link import ChecksLink, checks_address
from heritage.orchestration.failures import as_airflow
from heritage.orchestration.layer import risk_source
from heritage.orchestration.partitions import compared_apart, is_large, overlaid_apart
from heritage.orchestration.risk import MAY_WORSEN, tell_worse
from heritage.orchestration.sight import tell_step
from heritage.orchestration.source import LATE, documented, task_defaults
from heritage.orchestration.watch import WATCHED
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec, SpecFailure
from heritage.wiring.settings import Settings
from heritage.wiring.way import Step, steps_of

_logger = logging.getLogger(__name__)
_APART = {Step.FLAG: overlaid_apart, Step.RECONCILE: compared_apart}
"""What of a step others can do before it, of a large register."""


def proposed(dataset: str) -> Asset:
    """The asset that a dataset's DAG produces: new proposed edits."""
    return Asset(f"heritage/{dataset}", uri=f"heritage://datasets/{dataset}")


def dataset_dag(loaded: LoadedSpec, settings: Settings) -> DAG:
    """The DAG of a valid description. Only that is read here; the steps are imported by their tasks."""
    spec = loaded.spec

    @dag(
        dag_id=spec.id,
        dag_display_name=spec.title,
        description=f"{spec.publisher.name}: from the register to proposed edits",
        schedule=spec.harvest.schedule,
        doc_md=documentation(spec),
        tags=[spec.id.split("_", 1)[0], spec.kind, spec.harvest.protocol, "dataset"],
        default_args=task_defaults(spec),
        deadline=LATE,
        max_active_runs=1,  # two runs of one register would race for the last good snapshot
        catchup=False,
    )
    def dataset() -> None:
        first, *later = steps_of(spec)

        @task(task_id=first.value)
        def harvest() -> dict[str, Any]:
            return _run(first, loaded, None)

        done = harvest()
        for step in later:
            apart = None
            if step in _APART and is_large(loaded, settings):
                apart = _APART[step](loaded, settings, done)
            done = _step_task(step, loaded, settings)(done)
            if apart is not None:
                apart >> done

    built: DAG = dataset()
    return built


def _step_task(step: Step, loaded: LoadedSpec, settings: Settings) -> Callable[[Any], Any]:
    if step is Step.APPROVE:
        return lambda checked: (
            ApproveSnapshot(task_id=step.value, loaded=loaded, settings=settings, checked=checked).output
        )

    # there may be nothing to do apart, and no snapshot that is used
    large = step in _APART and is_large(loaded, settings)
    rule = "none_failed_min_one_success" if large else "all_success"

    @task(task_id=step.value, outlets=_outlets(step, loaded.spec), trigger_rule=rule)
    def run(upstream: dict[str, Any], *, outlet_events: Any = None) -> dict[str, Any]:
        if step is not Step.CHECK:
            done = _run(step, loaded, upstream["snapshot"])
            if step is Step.FLAG:
                tell_worse(loaded.spec.id, done, outlet_events)
            return done
        try:
            return _run(step, loaded, upstream["snapshot"])
        finally:
            _logger.info("Page of the checks: %s", checks_address(loaded.spec.id, upstream["snapshot"]))

    def of(upstream: Any) -> Any:
        done: Any = run(upstream)
        if step is Step.CHECK:
            done.operator.operator_extra_links = (ChecksLink(),)
        return done

    return of


def _outlets(step: Step, spec: DatasetSpec) -> list[Asset | AssetAlias]:
    if step is Step.PROPOSE:
        return [proposed(spec.id)]
    if step is Step.FLAG:
        return [MAY_WORSEN] if spec.proposes else [risk_source(spec.id)]
    return []


def _run(step: Step, loaded: LoadedSpec, snapshot: str | None) -> dict[str, Any]:
    with as_airflow():
        from heritage.orchestration.connection import wiki_account
        from heritage.wiring.pipeline import Run, run_step

        try:
            done = run_step(step, Run(loaded, Settings(), wiki=wiki_account()), snapshot)
        except SnapshotStopped:
            tell_step(step, loaded, {"snapshot": snapshot})  # which checks failed is what people look for
            raise
    tell_step(step, loaded, done)
    return done


def broken_dag(failure: SpecFailure) -> DAG:
    """A visible placeholder for a description that cannot be used; its one task fails with the reasons."""

    @dag(
        dag_id=re.sub(r"[^\w.-]", "_", failure.dataset),
        schedule=None,
        doc_md="\n".join(["# This description is broken", *map(_as_code, failure.messages)]),
        tags=["broken", "dataset"],
        default_args={"owner": "heritage-guard", "retries": 0} | WATCHED,
        deadline=LATE,
        max_active_runs=1,
        catchup=False,
    )
    def broken() -> None:
        @task(task_id="description")
        def description() -> None:
            with as_airflow():
                raise SpecError(str(failure))

        description()

    built: DAG = broken()
    return built


def _as_code(message: str) -> str:
    """A line in which HTML and Markdown mean nothing, backticks of a description's own included."""
    return "- `" + message.replace("`", "'") + "`"


def documentation(spec: DatasetSpec) -> str:
    """The DAG's page in Airflow, made from the description alone."""
    facts = {
        "Publisher": spec.publisher.name,
        "Kind": spec.kind,
        "Licence": f"{spec.licence.id} ({spec.licence.evidence})",
        "Published at": spec.harvest.url,
        "Format": spec.harvest.protocol,
        "Record id": f"{spec.record.id.name()}, written as {spec.item.identifier or 'no identifier'}",
        "Expected records": f"{spec.checks.rows[0]} to {spec.checks.rows[1]}",
        "Maintainers": ", ".join(spec.maintainers),
    }
    return documented(spec, facts, _PROPOSES if spec.proposes else _SPEAKS_OF_OTHERS)


_PROPOSES = """\
A run pulls the register, checks it, flags what is at risk or must not be published exactly,
reconciles every record with Wikidata and proposes edits. Where a check asks, an engineer
is asked in its own task whether the snapshot is used. Nothing is uploaded from here:
people decide first (DAG `governance`), then `uploads` does what they approved."""
_SPEAKS_OF_OTHERS = """\
A run pulls the register, checks it and keeps what it says of other registers' records as
evidence; those are flagged again then (DAG `risk`). Where a check asks, an engineer is asked
in its own task whether the snapshot is used."""
