"""The gate of OpenLineage events: what leaves has names, sizes and times, and no sentence of any run."""

from typing import Any

from openlineage.client.transport.transform import EventTransformer

_RUN_FACETS = frozenset({"parent", "nominalTime", "processing_engine", "externalQuery"})
"""Facets of a run that have ids and times alone."""


class WithoutWords(EventTransformer):
    """Keeps of every event its job, datasets and times. Errors, settings of a run, source code and the values
    of tasks stay in the house: whatever Airflow adds to events later stays there, too."""

    def transform(self, event: Any) -> Any:
        """The event that may leave."""
        run, job = getattr(event, "run", None), getattr(event, "job", None)
        if run is not None and run.facets:
            run.facets = {name: facet for name, facet in run.facets.items() if name in _RUN_FACETS}
        if job is not None and job.facets:
            job.facets = {name: facet for name, facet in job.facets.items() if name in _JOB_FACETS}
        return event


_JOB_FACETS = frozenset({"jobType", "ownership", "documentation", "tags"})
"""Facets of a job that are made of the DAG alone."""
