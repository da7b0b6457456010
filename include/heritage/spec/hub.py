"""How a wiki that keeps account of partnerships is told what was done with whom: its ids of each fact."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from heritage.spec.closed import Closed, Pid, Qid

LEFT_OUT = "none"
"""Where the wiki has no property for a fact, and it is not to be told."""


class Fact(StrEnum):
    """What is told of a dataset or of a batch; see `MEANING`."""

    INSTANCE_OF = "instance_of"
    KEY = "key"
    REFERENCE = "reference"
    PUBLISHER = "publisher"
    LICENCE = "licence"
    COUNTRY = "country"
    SOURCE = "source"
    PART_OF = "part_of"
    WIKI = "wiki"
    BEGUN = "begun"
    ENDED = "ended"
    DECISION = "decision"
    DETAILS = "details"
    CONFIRMED = "confirmed"
    SKIPPED = "skipped"
    REFUSED = "refused"
    UNDONE = "undone"
    NEW_ITEMS = "new_items"


MEANING = {
    Fact.INSTANCE_OF: ("item", "what the item is: a dataset or an upload"),
    Fact.KEY: ("string or external identifier", "our id of the dataset or batch, by which it is found again"),
    Fact.REFERENCE: ("URL", "of references"),
    Fact.PUBLISHER: ("item", "the partner who publishes the dataset"),
    Fact.LICENCE: ("item", "the licence of the dataset"),
    Fact.COUNTRY: ("item", "the country that the dataset is about"),
    Fact.SOURCE: ("URL", "where the dataset is published"),
    Fact.PART_OF: ("item", "the dataset that an upload belongs to"),
    Fact.WIKI: ("item", "the wiki that an upload went to"),
    Fact.BEGUN: ("point in time", "the day of its first edit"),
    Fact.ENDED: ("point in time", "the day of its last edit"),
    Fact.DECISION: ("string", "the numbers of the decisions that allowed it"),
    Fact.DETAILS: ("URL", "the page with all of its edits"),
    Fact.CONFIRMED: ("quantity", "edits that were made, one an item"),
    Fact.SKIPPED: (
        "quantity",
        "edits that were not sent, most because nothing was left to add",
    ),
    Fact.REFUSED: ("quantity", "edits that the wiki refused"),
    Fact.UNDONE: ("quantity", "edits that were taken back as a whole"),
    Fact.NEW_ITEMS: ("quantity", "items that were made"),
}
"""The datatype of the property, and what it says."""
NEEDED = frozenset({Fact.INSTANCE_OF, Fact.KEY, Fact.PART_OF})
OF_DATASET = frozenset({Fact.INSTANCE_OF, Fact.KEY, Fact.PUBLISHER, Fact.LICENCE, Fact.COUNTRY, Fact.SOURCE})
OF_BATCH = frozenset(Fact) - (OF_DATASET - {Fact.INSTANCE_OF, Fact.KEY}) - {Fact.REFERENCE}
RENEWED = frozenset(
    {
        Fact.PART_OF,  # where the item of the dataset was merged
        Fact.ENDED,
        *(fact for fact, (datatype, _) in MEANING.items() if datatype == "quantity"),
    }
)
"""What can become another, and is brought up to date where it is as we wrote it."""

Properties = dict[Fact, Pid | Literal["none"]]


def _told_apart(properties: Properties) -> Properties:
    for facts in (OF_DATASET, OF_BATCH):
        seen: dict[str, Fact] = {}
        for fact, pid in properties.items():
            if fact not in facts or pid == LEFT_OUT:
                continue
            if pid in seen:
                raise ValueError(f"{seen[pid]} and {fact} are both {pid}; each needs a property of its own")
            seen[pid] = fact
    return properties


class HubWiki(Closed):
    """A wiki whose batches are told: its item on the hub, and the address of the page with all edits of a
    batch, where there is one; {batch} stands for its id."""

    item: Qid
    details: Annotated[str, StringConstraints(pattern=r"^https?://[^\s{}]*\{batch\}[^\s{}]*$")] | None = None


class Hub(Closed):
    """The section `hub` of a target. `dataset` and `batch` are the classes of its items, `wikis` the targets
    whose batches are told, by name. All ids are the hub's own."""

    dataset: Qid | None = None
    batch: Qid | None = None
    properties: Annotated[Properties, AfterValidator(_told_apart)] = Field(default_factory=dict)
    wikis: dict[str, HubWiki] = Field(default_factory=dict)

    def missing(self, target: str) -> Iterator[str]:
        """A sentence for everything that has to be added to the description before anything is told."""
        where = f"targets/{target}.yaml"
        for name, given in (("dataset", self.dataset), ("batch", self.batch)):
            if given is None:
                yield f"Add `hub.{name}` to {where}: the item there of which a {name} is an instance."
        lacking = [
            f"{fact} ({', '.join(MEANING[fact])})"
            for fact in Fact
            if fact not in self.properties or (self.properties[fact] == LEFT_OUT and fact in NEEDED)
        ]
        if lacking:
            yield (
                f"Add to `hub.properties` in {where} the wiki's property for each of {'; '.join(lacking)}. "
                f"What is not to be told is `{LEFT_OUT}`, but for {', '.join(sorted(NEEDED))}."
            )
        if not self.wikis:
            yield f"Add to `hub.wikis` in {where} the targets to be told of, each with its item there."
