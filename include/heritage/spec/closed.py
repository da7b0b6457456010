"""The words that every description is made of: closed models, and texts of a known form."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from heritage.model.digest import canonical_json
from heritage.model.masking import masked

QID = r"^Q[1-9]\d*$"
PID = r"^P[1-9]\d*$"
SUBJECT = r"^(P[1-9]\d*|item)$"
COUNTRY = r"^[a-z]{2}$"
LANG = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
Qid = Annotated[str, StringConstraints(pattern=QID)]
Pid = Annotated[str, StringConstraints(pattern=PID)]
Lang = Annotated[str, StringConstraints(pattern=LANG)]


def _without_secrets(address: str) -> str:
    """A description is published: what opens a door has no place in it."""
    if masked(address) != address:
        raise ValueError("an address with a password, key or token: descriptions are public, leave it out")
    return address


def _plain(arguments: dict[str, Any]) -> dict[str, Any]:
    try:
        canonical_json(arguments)
    except (TypeError, ValueError):
        raise ValueError("only text, numbers, true, false and lists of them; a date goes in quotes") from None
    return arguments


Arguments = Annotated[dict[str, Any], AfterValidator(_plain)]
"""Of an expectation, as JSON can say them."""
Url = Annotated[str, StringConstraints(pattern=r"^https?://\S+$"), AfterValidator(_without_secrets)]
Country = Annotated[str, StringConstraints(pattern=COUNTRY)]
"""ISO 3166, two letters."""
Column = Annotated[str, StringConstraints(min_length=1)]
LOCAL_ITEM = re.compile(r"Q9900\d{3}")
"""Ids of items that stand for unconfirmed ones on a local wiki; on Wikidata they mean something else."""


class Closed(BaseModel):
    """A model without room for unknown keys: a misspelt one is told, never passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True)
