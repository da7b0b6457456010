"""One DAG a dataset: harvest → map → check → approve → flag → reconcile → propose."""

import logging
import re
from collections.abc import Callable
from typing import Any

from airflow.sdk import DAG, Asset, AssetAlias, dag, task

from heritage.errors import SpecError
from heritage.orchestration.approval import ApproveSnapshot
from heritage.orchestration.checks_link import ChecksLink, checks_address
from heritage.orchestration.failures import as_airflow
from heritage.orchestration.layer import risk_source
from heritage.orchestration.risk import MAY_WORSEN, tell_worse
from heritage.orchestration.source import documented, task_defaults
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec, SpecFailure
from heritage.wiring.settings import Settings

_logger = logging.getLogger(__name__)
FIRST = "harvest"
STEPS = ("map", "check", "approve", "flag", "reconcile", "propose")
"""Task ids after the first one, in order; each takes the snapshot id of the one before."""


def steps_of(spec: DatasetSpec) -> tuple[str, ...]:
    """An at-risk register speaks of others' records: it is flagged, and proposes nothing itself."""
    return STEPS if spec.proposes else STEPS[: STEPS.index("flag") + 1]


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
        max_active_runs=1,  # two runs of one register would race for the last good snapshot
        catchup=False,
    )
    def dataset() -> None:
        @task(task_id=FIRST)
        def harvest() -> dict[str, Any]:
            return _run(FIRST, loaded, None)

        done = harvest()
        for name in steps_of(spec):
            done = _step_task(name, loaded, settings)(done)

    built: DAG = dataset()
    return built


def _step_task(name: str, loaded: LoadedSpec, settings: Settings) -> Callable[[Any], Any]:
    if name == "approve":
        return lambda checked: (
            ApproveSnapshot(task_id=name, loaded=loaded, settings=settings, checked=checked).output
        )

    @task(task_id=name, outlets=_outlets(name, loaded.spec))
    def step(upstream: dict[str, Any], *, outlet_events: Any = None) -> dict[str, Any]:
        if name != "check":
            done = _run(name, loaded, upstream["snapshot"])
            if name == "flag":
                tell_worse(loaded.spec.id, done, outlet_events)
            return done
        try:
            return _run(name, loaded, upstream["snapshot"])
        finally:
            _logger.info("Page of the checks: %s", checks_address(loaded.spec.id, upstream["snapshot"]))

    def of(upstream: Any) -> Any:
        done: Any = step(upstream)
        if name == "check":
            done.operator.operator_extra_links = (ChecksLink(),)
        return done

    return of


def _outlets(step: str, spec: DatasetSpec) -> list[Asset | AssetAlias]:
    if step == "propose":
        return [proposed(spec.id)]
    if step == "flag":
        return [MAY_WORSEN] if spec.proposes else [risk_source(spec.id)]
    return []


def _run(step: str, loaded: LoadedSpec, snapshot: str | None) -> dict[str, Any]:
    with as_airflow():
        from heritage.orchestration.connection import wiki_account
        from heritage.wiring.pipeline import Run, run_step

        return run_step(step, Run(loaded, Settings(), wiki=wiki_account()), snapshot)


def broken_dag(failure: SpecFailure) -> DAG:
    """A visible placeholder for a description that cannot be used; its one task fails with the reasons."""

    @dag(
        dag_id=re.sub(r"[^\w.-]", "_", failure.dataset),
        schedule=None,
        doc_md="\n".join(["# This description is broken", *map(_as_code, failure.messages)]),
        tags=["broken", "dataset"],
        catchup=False,
    )
    def broken() -> None:
        @task(task_id="description", retries=0)
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
