"""When the page on health speaks up: versioned data under `datasets/_vocabularies`, not constants in code."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from heritage.spec.closed import Closed
from heritage.spec.yaml_model import read_model

Share = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]


class Lateness(Closed):
    """How long after its time a register is only due: a share of its period, and at least so many hours."""

    share: Share
    hours: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Waiting(Closed):
    """After how many days the oldest of what waits is told, by kind."""

    approval: Days
    reviews: Days
    uploads: Days
    helpdesk: Days


class Ends(Closed):
    """So many days before a permission ends it is told: `soon`, and as urgent from `wrong` on."""

    soon: Days
    wrong: Days


class Disk(Closed):
    """Shares of the disk that are free: below `soon` it is told, below `wrong` it is urgent."""

    soon: Share
    wrong: Share


class HealthRules(Closed):
    """`datasets/_vocabularies/health.yaml`; its comments say what each figure is for."""

    version: str
    late: Lateness
    waiting: Waiting
    permission: Ends
    disk: Disk
    wiki_days: Count
    """How far back the page looks at what was done on wikis."""
    refused_share: Share
    """From this share of skipped edits on the wiki's limits are told,"""
    refused_least: Count
    """where at least so many edits were tried."""


def load_health_rules(vocabularies: Path) -> HealthRules:
    """The rules in force. Raises SpecError naming the file and the key that is wrong."""
    return read_model(vocabularies / "health.yaml", HealthRules)
