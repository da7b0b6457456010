"""What every description says of its source, whether it holds records or areas of danger."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from heritage.spec.closed import Closed, Qid, Url
from heritage.spec.harvest import Harvest

DATASET_ID = r"^[a-z0-9]+(_[a-z0-9]+)+$"


class Publisher(Closed):
    name: str
    item: Qid | None = None


class Licence(Closed):
    """`id` is an SPDX id or one listed in `datasets/_vocabularies/licences.yaml`."""

    id: str
    evidence: Url
    attribution: str | None = None


class SourceSpec(Closed):
    """Who publishes it, under what licence, where, and how far that is confirmed."""

    id: Annotated[str, StringConstraints(pattern=DATASET_ID)]
    title: str
    description: str = ""
    publisher: Publisher
    maintainers: list[str] = Field(min_length=1)
    licence: Licence
    unverified: str = ""
    """What nobody could confirm about the source; it is never trusted silently."""
    sample: Literal["extract", "synthetic"]
    """Whether the bundled sample holds rows of the source, or rows made up in its layout."""
    harvest: Harvest
