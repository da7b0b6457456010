"""The JSON Schema of a description, for editors: made from the model, never written by hand."""

from typing import Any

from heritage.spec.dataset import DatasetSpec
from heritage.spec.lookups import LOOKUPS


def description_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of `datasets/<country>/<id>/<id>.yaml`."""
    schema = DatasetSpec.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    properties = schema["$defs"]["ItemProfile"]["properties"]
    for key in LOOKUPS:
        inside = {name: properties[key].pop(name) for name in ("type", "additionalProperties", "anyOf")
                  if name in properties[key]}  # fmt: skip
        table = {"type": "string", "pattern": r"\.csv$", "description": "A table beside the description."}
        properties[key]["anyOf"] = [*inside.pop("anyOf", [inside] if inside else []), table]
    return schema
