"""The gate of OpenLineage events: what leaves has names, sizes and times, and no sentence of any run."""

from collections.abc import Collection
from typing import Any

from openlineage.client.transport.transform import EventTransformer

_OF_RUNS = frozenset({"parent", "nominalTime", "processing_engine"})
"""Facets with ids and times alone."""
_OF_JOBS = frozenset({"jobType", "ownership", "documentation", "tags"})
"""Facets that are made of the DAG alone."""


class WithoutWords(EventTransformer):
    """Keeps of every event its job, datasets and times. Errors, settings of a run, source code and the values
    of tasks stay in the house; so does whatever Airflow adds to events later."""

    def transform(self, event: Any) -> Any:
        """The event that may leave."""
        for part, known in ((getattr(event, "run", None), _OF_RUNS), (getattr(event, "job", None), _OF_JOBS)):
            if part is not None and part.facets:
                part.facets = _known(part.facets, known)
        return event


def _known(facets: dict[str, Any], known: Collection[str]) -> dict[str, Any]:
    return {name: facet for name, facet in facets.items() if name in known}
