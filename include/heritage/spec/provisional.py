"""A description that says nothing but how to pull and read: for looking at a source that has none yet."""

from collections.abc import Mapping
from typing import Any

from heritage.spec.dataset import DatasetSpec


def provisional(harvest: Mapping[str, Any]) -> DatasetSpec:
    """Protocols and readers ask a description for no more than this. Raises ValidationError for `harvest`
    that is none."""
    return DatasetSpec.model_validate(
        {
            "id": "new_source",
            "title": "New source",
            "publisher": {"name": "unknown"},
            "kind": "monument",
            "maintainers": ["unknown"],
            "licence": {"id": "LicenseRef-unknown", "evidence": harvest["url"]},
            "sample": "extract",
            "harvest": harvest,
            "record": {"id": "?", "name": {"en": "?"}},
            "item": {"identifier": "P1"},
            "checks": {"rows": [0, 1]},
        }
    )
