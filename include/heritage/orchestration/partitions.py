"""Parts of the work on a large register, for whoever is free: layers are laid over it one by one before it is
flagged, and its partitions compared before it is reconciled."""

from typing import Any

from airflow.sdk import task

from heritage.orchestration.failures import as_airflow
from heritage.spec.loader import LoadedSpec
from heritage.wiring.settings import Settings


def is_large(loaded: LoadedSpec, settings: Settings) -> bool:
    """Whether a register may have more records than are reconciled together, by its description."""
    return loaded.spec.proposes and loaded.spec.checks.rows[1] > settings.partition_records


def overlaid_apart(loaded: LoadedSpec, settings: Settings, approved: Any) -> Any:
    """One mapped task a layer; it is skipped where no layer has anything new to say of these records."""

    @task(task_id="layers")
    def layers(upstream: dict[str, Any]) -> list[dict[str, str]]:
        with as_airflow():
            from heritage.wiring.risk import layers_left

            snapshot = upstream["snapshot"]
            return [{"snapshot": snapshot, "layer": one} for one in layers_left(loaded, snapshot, Settings())]

    @task(task_id="overlay", max_active_tis_per_dagrun=settings.partition_tasks)
    def overlay(one: dict[str, str]) -> dict[str, Any]:
        with as_airflow():
            from heritage.wiring.risk import overlay_layer

            return overlay_layer(loaded, one["snapshot"], one["layer"], Settings())

    return overlay.expand(one=layers(approved))


def compared_apart(loaded: LoadedSpec, settings: Settings, flagged: Any) -> Any:
    """One mapped task a partition. There is none, and the task is skipped, where the register turns out to be
    small or was reconciled before; a partition that was compared before is free."""

    @task(task_id="partitions")
    def partitions(upstream: dict[str, Any]) -> list[dict[str, Any]]:
        with as_airflow():
            from heritage.wiring.pipeline import Run, left_to_compare

            snapshot = upstream["snapshot"]
            numbers = left_to_compare(Run(loaded, Settings()), snapshot)
            return [{"snapshot": snapshot, "number": number} for number in numbers]

    @task(task_id="compare", max_active_tis_per_dagrun=settings.partition_tasks)
    def compare(partition: dict[str, Any]) -> dict[str, Any]:
        with as_airflow():
            from heritage.wiring.pipeline import Run, compare_partition

            return compare_partition(Run(loaded, Settings()), partition["snapshot"], partition["number"])

    return compare.expand(partition=partitions(flagged))
