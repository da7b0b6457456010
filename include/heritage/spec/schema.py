"""The JSON Schemas of descriptions, for editors: made from the models, never written by hand."""

from typing import Any

from pydantic import BaseModel

from heritage.spec.campaign import Campaign
from heritage.spec.dataset import DatasetSpec
from heritage.spec.layer import LayerSpec
from heritage.spec.lookups import LOOKUPS


def description_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of `datasets/<country>/<id>/<id>.yaml`."""
    schema = _schema(DatasetSpec)
    properties = schema["$defs"]["ItemProfile"]["properties"]
    for key in LOOKUPS:
        inside = {name: properties[key].pop(name) for name in ("type", "additionalProperties", "anyOf")
                  if name in properties[key]}  # fmt: skip
        table = {"type": "string", "pattern": r"\.csv$", "description": "A table beside the description."}
        properties[key]["anyOf"] = [*inside.pop("anyOf", [inside] if inside else []), table]
    return schema


def layer_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of `datasets/_layers/<id>/<id>.yaml`."""
    return _schema(LayerSpec)


def campaign_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of `datasets/_campaigns/<id>.yaml`."""
    return _schema(Campaign)


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return schema
