"""Names for the JSON shapes that cross module borders, and the few id patterns all share."""

import re
from typing import Any

Json = dict[str, Any]

ITEM_ID = re.compile(r"Q[1-9]\d{0,9}")
PROPERTY_ID = re.compile(r"P[1-9]\d{0,9}")

TERM_KINDS = {"labels": "label", "descriptions": "description", "aliases": "alias"}


def entity_type(entity_id: str) -> str | None:
    """Return `item` or `property` for a well-formed id and None for anything else."""
    if ITEM_ID.fullmatch(entity_id):
        return "item"
    if PROPERTY_ID.fullmatch(entity_id):
        return "property"
    return None


def page_title(entity_id: str) -> str:
    """Return the wiki page title of an entity: properties have a namespace, items have none."""
    return f"Property:{entity_id}" if entity_id.startswith("P") else entity_id
