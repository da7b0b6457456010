"""One DAG a layer of danger: harvest → features → approve."""

from typing import Any

from airflow.sdk import DAG, Asset, dag, task

from heritage.orchestration.approval import ApproveLayer
from heritage.orchestration.failures import as_airflow
from heritage.orchestration.sight import tell_step
from heritage.orchestration.source import LATE, documented, task_defaults
from heritage.spec.layer import LayerSpec
from heritage.spec.loader import LoadedLayer
from heritage.wiring.settings import Settings


def risk_source(source: str) -> Asset:
    """The asset of what a layer or an at-risk register says: a new good version of it."""
    return Asset(f"heritage/risk/{source}", uri=f"heritage://risk/{source}")


def layer_dag(loaded: LoadedLayer, settings: Settings) -> DAG:
    """The DAG of a valid description. Only that is read here; the steps are imported by their tasks."""
    spec = loaded.spec

    @dag(
        dag_id=spec.id,
        dag_display_name=spec.title,
        description=f"{spec.publisher.name}: areas of danger that are laid over records",
        schedule=spec.harvest.schedule,
        doc_md=layer_documentation(spec),
        tags=["layer", spec.layer.scheme, spec.harvest.protocol],
        default_args=task_defaults(spec),
        deadline=LATE,
        max_active_runs=1,  # two runs of one layer would race for the last good snapshot
        catchup=False,
    )
    def layer() -> None:
        @task(task_id="harvest")
        def harvest() -> dict[str, Any]:
            return _run("harvest", loaded, None)

        @task(task_id="features")
        def features(upstream: dict[str, Any]) -> dict[str, Any]:
            return _run("features", loaded, upstream["snapshot"])

        ApproveLayer(
            task_id="approve",
            loaded=loaded,
            settings=settings,
            checked=features(harvest()),  # type: ignore[arg-type]
            outlets=[risk_source(spec.id)],  # only what is used can change a level
        )

    built: DAG = layer()
    return built


def _run(step: str, loaded: LoadedLayer, snapshot: str | None) -> dict[str, Any]:
    with as_airflow():
        from heritage.wiring.layers import run_layer_step

        done = run_layer_step(step, loaded, Settings(), snapshot)
    tell_step(step, loaded, done)
    return done


def layer_documentation(spec: LayerSpec) -> str:
    """The DAG's page in Airflow, made from the description alone."""
    layer = spec.layer
    facts = {
        "Publisher": spec.publisher.name,
        "Licence": f"{spec.licence.id} ({spec.licence.evidence})",
        "Published at": spec.harvest.url,
        "Format": spec.harvest.protocol,
        "Read by the scheme": layer.scheme,
        "Exposed are records within": f"{layer.reach_m:g} m, and the precision of both",
        "Expected features": f"{layer.features[0]} to {layer.features[1]}",
        "Maintainers": ", ".join(spec.maintainers),
    }
    if layer.at_least > 1:
        facts["Exposed from"] = f"{layer.at_least} events in {layer.within_days} days"
    return documented(spec, facts, _CLOSING)


_CLOSING = """\
A run pulls the layer and reads its features. Where too many of them cannot be used, or nobody
could confirm the source, an engineer is asked in a task of its own. Every dataset with records in
or near what is new is flagged again. That a site lies in such an area is exposure, never proof
of damage."""
