"""When items that we edited are looked at again: versioned data under `datasets/_vocabularies`."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from heritage.spec.closed import Closed
from heritage.spec.yaml_model import read_model

Days = Annotated[int, Field(ge=1)]


class RevisitRules(Closed):
    """When to come, and the marks by which the wiki itself tells why something is gone."""

    version: str
    first_days: Days
    again_days: Days
    reverted: frozenset[str]
    """Marks of an edit that somebody reverted later."""
    reverting: frozenset[str]
    """Marks of an edit that reverts others."""
    damaging: frozenset[str]
    """Marks of an edit that often does damage."""
    emptied_share: Annotated[float, Field(gt=0, lt=1)]
    emptied_least: Annotated[int, Field(ge=1)]


def load_revisit_rules(path: Path) -> RevisitRules:
    """The rules in force. Raises SpecError naming the file and the key."""
    return read_model(path, RevisitRules)
