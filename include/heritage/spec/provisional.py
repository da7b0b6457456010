"""A description that says nothing but how to pull and read: for looking at a source that has none yet."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from heritage.errors import SpecError
from heritage.spec.dataset import DatasetSpec

UNKNOWN_LICENCE = "LicenseRef-unknown"
"""What stands in a description where nobody has named the licence yet."""
NO_PROPERTY = "P9999999"
"""Stood in drafts where nobody had named the property of the ids; Wikidata has none of that number."""


def provisional(harvest: Mapping[str, Any]) -> DatasetSpec:
    """Protocols and readers ask a description for no more than this. Raises SpecError for `harvest` that is
    none."""
    content = {
        "id": "new_source",
        "title": "New source",
        "publisher": {"name": "unknown"},
        "kind": "monument",
        "maintainers": ["unknown"],
        "licence": {"id": UNKNOWN_LICENCE, "evidence": "https://unknown.invalid"},
        "sample": "extract",
        "harvest": harvest,
        "record": {"id": "?", "name": {"en": "?"}},
        "item": {"identifier": "P1"},
        "checks": {"rows": [0, 1]},
    }
    try:
        return DatasetSpec.model_validate(content)
    except ValidationError as error:
        faults = (
            f"{fault['loc'][-1]} {fault['input']!r}: {fault['msg']}" if fault["loc"] else fault["msg"]
            for fault in error.errors()
        )
        raise SpecError(f"this cannot be described: {'; '.join(faults)}") from None
