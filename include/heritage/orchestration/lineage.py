"""OpenLineage events with what a step read and wrote, by Airflow's own provider; nothing where it is not
installed, or not switched on.

Airflow tells that a task began and how it ended; beside that stands one event of ours with datasets. Every
event, ours or Airflow's, passes `WithoutWords` before it leaves: see `plugins/heritage_lineage.py`.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from heritage.model.lineage import Lineage, Register, TableFacts

NAMESPACE = "heritage"
_logger = logging.getLogger(__name__)


def tell_lineage(of: Callable[[], Lineage]) -> None:
    """Emits an event of the task that runs now. Lineage is told on the side: whatever goes wrong with it, the
    task goes on. `of` is asked only where somebody listens."""
    try:
        from airflow.providers.openlineage.api import emit_dataset_lineage, is_openlineage_active
    except ImportError:
        return
    if not is_openlineage_active():
        return
    try:
        told = of()
        inputs, outputs = datasets_of(told)
        if inputs or outputs:
            emit_dataset_lineage(inputs=inputs, outputs=outputs)
    except Exception as error:  # noqa: BLE001 - see above
        _logger.warning("No lineage is told of this task: %s", type(error).__name__)


def datasets_of(told: Lineage) -> tuple[list[Any], list[Any]]:
    """The inputs and outputs with their facets."""
    from openlineage.client.event_v2 import InputDataset, OutputDataset
    from openlineage.client.facet_v2 import (
        data_quality_assertions_dataset as assertions,
    )
    from openlineage.client.facet_v2 import (
        data_quality_metrics_input_dataset as metrics,
    )
    from openlineage.client.facet_v2 import (
        lifecycle_state_change_dataset as lifecycle,
    )
    from openlineage.client.facet_v2 import (
        output_statistics_output_dataset as statistics,
    )

    inputs, outputs = [], []
    if told.register and told.asked:
        inputs.append(InputDataset(NAMESPACE, told.register.id, facets=_about(told.register)))
    for table in told.inputs:
        facets: dict[str, Any] = {}
        if table.rows is not None:
            facets["dataQualityMetrics"] = metrics.DataQualityMetricsInputDatasetFacet(
                columnMetrics={}, rowCount=table.rows, bytes=table.size
            )
        if table.verdicts:
            facets["dataQualityAssertions"] = assertions.DataQualityAssertionsDatasetFacet(
                assertions=[
                    assertions.Assertion(one.check, one.passed, column=one.column, severity=one.severity)
                    for one in table.verdicts
                ]
            )
        inputs.append(InputDataset(NAMESPACE, table.name, facets=_of(table, told), inputFacets=facets))
    for table in told.outputs:
        made = lifecycle.LifecycleStateChangeDatasetFacet(lifecycle.LifecycleStateChange.CREATE)
        counted = statistics.OutputStatisticsOutputDatasetFacet(rowCount=table.rows, size=table.size)
        outputs.append(
            OutputDataset(
                NAMESPACE,
                table.name,
                facets=_of(table, told) | {"lifecycleStateChange": made},
                outputFacets={"outputStatistics": counted},
            )
        )
    return inputs, outputs


def _about(register: Register) -> dict[str, Any]:
    from openlineage.client.facet_v2 import (
        datasource_dataset,
        documentation_dataset,
        ownership_dataset,
        tags_dataset,
    )

    owners: Sequence[Any] = [
        ownership_dataset.Owner(f"team:{name}", "MAINTAINER") for name in register.maintainers
    ]
    licence = tags_dataset.TagsDatasetFacetFields("licence", register.licence, source="heritage")
    return {
        "dataSource": datasource_dataset.DatasourceDatasetFacet(register.publisher, register.address),
        "documentation": documentation_dataset.DocumentationDatasetFacet(register.title),
        "ownership": ownership_dataset.OwnershipDatasetFacet(list(owners)),
        "tags": tags_dataset.TagsDatasetFacet([licence]),
    }


def _of(table: TableFacts, told: Lineage) -> dict[str, Any]:
    from openlineage.client.facet_v2 import dataset_version_dataset, schema_dataset

    facets: dict[str, Any] = {"version": dataset_version_dataset.DatasetVersionDatasetFacet(table.version)}
    if told.register and table.name.startswith(f"{told.register.id}/"):
        facets |= _about(told.register)
    if table.columns:
        facets["schema"] = schema_dataset.SchemaDatasetFacet(
            [schema_dataset.SchemaDatasetFacetFields(name, kind) for name, kind in table.columns.items()]
        )
    return facets
