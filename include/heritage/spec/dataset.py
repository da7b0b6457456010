"""The closed model of a dataset description: facts about a source, never tasks or operators."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from heritage.model.digest import digest_json
from heritage.model.issue import Severity
from heritage.spec.closed import LOCAL_ITEM, Closed, Column, Lang, Pid, Qid, Url
from heritage.spec.harvest import Harvest, Sparql
from heritage.spec.record import Record

DATASET_ID = r"^[a-z0-9]+(_[a-z0-9]+)+$"
_ANYBODYS = ("P528", "P217")
"""Catalog code and inventory number: qualified on Wikidata by whose they are."""


class Publisher(Closed):
    name: str
    item: Qid | None = None


class Licence(Closed):
    """`id` is an SPDX id or one listed in `datasets/_vocabularies/licences.yaml`."""

    id: str
    evidence: Url
    attribution: str | None = None


class ItemProfile(Closed):
    """What a record becomes on Wikidata. A term without an item is an issue, never a default."""

    identifier: Pid | None = None
    """The property that holds this register's ids, and no other's; without one no item is made new."""
    country: Qid | None = None
    countries: dict[str, Qid] = Field(default_factory=dict)
    class_default: Qid | None = Field(default=None, alias="class")
    classes: dict[str, Qid] = Field(default_factory=dict)
    designation: dict[str, Qid] | Qid | None = None
    admin: dict[str, Qid] = Field(default_factory=dict)
    register_item: Qid | None = None
    description: dict[Lang, str] = Field(default_factory=dict)

    @field_validator("identifier")
    @classmethod
    def _its_own(cls, value: str | None) -> str | None:
        if value in _ANYBODYS:
            raise ValueError(
                f"{value} holds the ids of any collection, so equal ids say nothing; leave identifier out "
                "where the register has no property of its own"
            )
        return value


FilledField = Literal[
    "name",
    "point",
    "type",
    "class_item",
    "designation",
    "designation_item",
    "municipality",
    "admin_item",
    "country",
    "address",
    "inception",
    "designated",
    "image",
    "url",
]


class Expectation(Closed):
    """An expectation of Great Expectations about this register, beside those of its kind.

    One of the same type and column as in a suite takes its place. It may be stricter as it is; where it is
    looser, `loosens` says why this register may do worse.
    """

    type: Annotated[str, StringConstraints(pattern=r"^expect_[a-z_]+$")]
    kwargs: dict[str, Any] = Field(default_factory=dict)
    severity: Literal[Severity.STOP, Severity.ASK, Severity.NOTE]
    why: Annotated[str, StringConstraints(min_length=1)]
    """What holds, in a sentence for people."""
    loosens: str = ""


class Checks(Closed):
    """`rows` bounds the records of a snapshot; `fill` the least share of records with a field."""

    rows: tuple[Annotated[int, Field(ge=0)], int]
    fill: dict[FilledField, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    expectations: list[Expectation] = Field(default_factory=list)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.rows[0] > self.rows[1]:
            raise ValueError("rows: the lower bound is above the upper one")
        return self


class RiskListing(Closed):
    """A column of the register itself that is evidence, read through a scheme of `_vocabularies/risk`."""

    scheme: str
    field: Column


class Relevance(Closed):
    """Facts behind the relevance criterion, each with where it can be checked (domain details, part d)."""

    community_request: Url | None = None
    planned_reuse: Url | None = None
    partner_engaged: Url | None = None


class DatasetSpec(Closed):
    """One register: who publishes it, under what licence, where, and what its columns mean."""

    id: Annotated[str, StringConstraints(pattern=DATASET_ID)]
    title: str
    description: str = ""
    publisher: Publisher
    kind: Literal["monument", "site", "natural", "glam"]
    maintainers: list[str] = Field(min_length=1)
    licence: Licence
    unverified: str = ""
    """What nobody could confirm about the source; such a dataset is never trusted silently."""
    sample: Literal["extract", "synthetic"]
    """Whether the bundled sample holds rows of the register, or rows made up in its layout."""
    harvest: Harvest
    record: Record
    ignore: list[Column] = Field(default_factory=list)
    personal: list[Column] = Field(default_factory=list)
    item: ItemProfile
    checks: Checks
    risk: list[RiskListing] = Field(default_factory=list)
    relevance: Relevance = Relevance()
    ethics_note: str = ""

    @model_validator(mode="after")
    def _columns_once(self) -> Self:
        both = (self.record.columns() | {r.field for r in self.risk}) & (
            set(self.ignore) | set(self.personal)
        )
        if both:
            raise ValueError(f"mapped and ignored at once: {', '.join(sorted(both))}")
        return self

    @model_validator(mode="after")
    def _key_is_selected(self) -> Self:
        columns = self.record.id.read()
        if isinstance(self.harvest, Sparql) and not (len(columns) == 1 and self.harvest.selects(columns[0])):
            raise ValueError(
                "harvest.query is paged by the id: record.id must be one variable that it selects, "
                f"and ?{', ?'.join(columns)} is not"
            )
        return self

    def digest(self) -> str:
        """Changes with any word of the description: an input of every step that reads it."""
        return digest_json(self.model_dump(mode="json", by_alias=True))

    def local_items(self) -> list[str]:
        """Items that exist on a local wiki only, because nobody has confirmed the real ones."""
        text = self.model_dump_json(by_alias=True)
        return sorted({word for word in re.findall(r'"(Q\d+)"', text) if LOCAL_ITEM.fullmatch(word)})

    def accounted_columns(self) -> set[str]:
        """Every column that the description says something about."""
        return self.record.columns() | {r.field for r in self.risk} | set(self.ignore) | set(self.personal)
