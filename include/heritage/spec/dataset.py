"""The closed model of a dataset description: facts about a source, never tasks or operators."""

import re
from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from heritage.model.issue import Severity
from heritage.spec.closed import LOCAL_ITEM, SUBJECT, Arguments, Closed, Column, Lang, Pid, Qid, Url
from heritage.spec.harvest import Sparql
from heritage.spec.media import Media
from heritage.spec.record import DateSource, Point, Record, Source
from heritage.spec.source import SourceSpec

_ANYBODYS = ("P528", "P217")
"""Catalog code and inventory number: qualified on Wikidata by whose they are."""


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
    kwargs: Arguments = Field(default_factory=dict)
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


class Listing(Closed):
    """A column that is evidence of risk, read through a scheme of `_vocabularies/risk`.

    A cell with `split` says several things, each of which is evidence. Only rows whose columns say one of
    the words in `when` are read. `adjust` and `certainty` are those for which the scheme has a table: a
    trend, say, and how sure the assessor was; of several certainties the least holds. `causes` names what
    endangers the place, in words of `_vocabularies/risk/causes.yaml`. `root` is a column with the root
    source, where the register only passes on what others say.
    """

    scheme: str
    field: Source
    when: dict[Column, list[str]] = Field(default_factory=dict)
    adjust: Column | None = None
    certainty: Source | None = None
    causes: Source | None = None
    observed: DateSource | None = None
    """When the source saw it; without it, the day of the pull."""
    root: Column | None = None

    def read(self) -> list[str]:
        """The columns that this listing is made of."""
        named = [*self.when, self.adjust, self.root]
        cells = [cell for cell in (self.field, self.certainty, self.causes, self.observed) if cell]
        return [*(name for name in named if name), *(column for cell in cells for column in cell.read())]


class Subject(Closed):
    """Whose risk the rows of an at-risk register speak of: what the cell names, by a property's values.

    A register whose `item.identifier` is that property finds its records there by their ids; `item` stands
    for items of Wikidata. A cell with `split` names several.
    """

    property: Annotated[str, StringConstraints(pattern=SUBJECT)]
    id: Source
    relation: Literal["same", "part_of", "contains"] = "same"


class Relevance(Closed):
    """Facts behind the relevance criterion, each with where it can be checked (domain details, part d)."""

    community_request: Url | None = None
    planned_reuse: Url | None = None
    partner_engaged: Url | None = None


class NoteBy(Closed):
    """Who wrote an ethics note, and when."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    written: date


Weights = Literal["shipped", "learned_here"]


class Reconciliation(Closed):
    """How the records of this register are reconciled.

    `learned_here` lets it learn weights of its own from its candidates, without labels, where its names and
    places are unlike those that the shipped weights were trained on; it matches less by itself then.
    """

    weights: Weights = "shipped"


class DatasetSpec(SourceSpec):
    """One register: what its columns mean, and what its records become.

    A register of the kind `at_risk` says of other registers' records (`subjects`) what endangers them; its
    own rows become no items.
    """

    place_key: ClassVar[str] = "record.point"
    kind: Literal["monument", "site", "natural", "glam", "at_risk"]
    record: Record
    ignore: list[Column] = Field(default_factory=list)
    personal: list[Column] = Field(default_factory=list)
    item: ItemProfile = ItemProfile()
    reconcile: Reconciliation = Reconciliation()
    checks: Checks
    risk: list[Listing] = Field(default_factory=list)
    subjects: list[Subject] = Field(default_factory=list)
    absence: Literal["closes", "says_nothing"] = "closes"
    """Whether a record that is listed no longer was taken off a complete list, or nothing can be said."""
    relevance: Relevance = Relevance()
    ethics_note: str = ""
    """What the register leaves out; the governance body reads it."""
    ethics_note_by: NoteBy | None = None
    media: Media | None = None
    """How its images go to Wikimedia Commons; without it none goes."""

    @model_validator(mode="after")
    def _columns_once(self) -> Self:
        both = self.mapped_columns() & (set(self.ignore) | set(self.personal))
        if both:
            raise ValueError(f"mapped and ignored at once: {', '.join(sorted(both))}")
        return self

    @model_validator(mode="after")
    def _about_its_records(self) -> Self:
        if self.kind == "at_risk":
            if not (self.risk and self.subjects):
                raise ValueError("an at_risk register needs risk (what it says) and subjects (of what)")
            for key in ("item", "reconcile"):
                if key in self.model_fields_set:
                    raise ValueError(f"{key}: the rows of an at_risk register become no items, leave it out")
        elif self.subjects:
            raise ValueError("subjects: only for kind at_risk; risk speaks of the register's own records")
        elif "item" not in self.model_fields_set:
            raise ValueError("item: is missing; it says what a record becomes")
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

    @model_validator(mode="after")
    def _images_to_send(self) -> Self:
        if self.media and (self.record.image is None or not self.proposes):
            raise ValueError("media: says how images go to Commons, and record.image names none")
        return self

    def local_items(self) -> list[str]:
        """Items that exist on a local wiki only, because nobody has confirmed the real ones."""
        text = self.model_dump_json(by_alias=True)
        return sorted({word for word in re.findall(r'"(Q\d+)"', text) if LOCAL_ITEM.fullmatch(word)})

    def place(self) -> Point | None:
        return self.record.point

    def key(self) -> list[str]:
        return self.record.id.read()

    def reads(self, column: str) -> bool:
        return column not in self.ignore and column not in self.personal

    @property
    def proposes(self) -> bool:
        """False for an at-risk register: its rows speak of others' records and become no items."""
        return self.kind != "at_risk"

    def accounted_columns(self) -> set[str]:
        return self.mapped_columns() | set(self.ignore) | set(self.personal)

    def mapped_columns(self) -> set[str]:
        """Every column that a record, its evidence of risk or its subjects are made of."""
        listed = {column for listing in self.risk for column in listing.read()}
        named = {column for subject in self.subjects for column in subject.id.read()}
        return self.record.columns() | listed | named
