"""The closed model of a dataset description: facts about a source, never tasks or operators."""

import re
from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from croniter import CroniterError, croniter  # type: ignore[import-untyped]
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from heritage.model.digest import digest_json

Qid = Annotated[str, StringConstraints(pattern=r"^Q[1-9]\d*$")]
Pid = Annotated[str, StringConstraints(pattern=r"^P[1-9]\d*$")]
Lang = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]
LOCAL_ITEM = re.compile(r"Q9900\d{3}")
"""Ids of items that stand for unconfirmed ones on a local wiki; on Wikidata they mean something else."""
Column = Annotated[str, StringConstraints(min_length=1)]

_PRESETS = ("@hourly", "@daily", "@weekly", "@monthly", "@quarterly", "@yearly")


def _comes_up(schedule: str) -> str:
    """A schedule that comes up some day. Airflow takes any text for one, and then never runs the DAG."""
    try:
        known = schedule in _PRESETS or (
            len(schedule.split()) == 5 and croniter(schedule, datetime(2026, 1, 1, tzinfo=UTC)).get_next()
        )
    except CroniterError:
        known = False
    if not known:
        raise ValueError(
            f"{schedule!r} never comes up: give five cron fields (minute, hour, day, month, weekday) "
            f"or one of {', '.join(_PRESETS)}"
        )
    return schedule


Schedule = Annotated[str, AfterValidator(_comes_up)]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Publisher(_Closed):
    name: str
    item: Qid | None = None


class Licence(_Closed):
    """`id` is an SPDX id or one listed in `datasets/_vocabularies/licences.yaml`."""

    id: str
    evidence: Url
    attribution: str | None = None


class Harvest(_Closed):
    """Where and how the register is published; protocol-specific facts are optional."""

    protocol: Literal["csv", "geojson"]
    url: Url
    file: Annotated[str, StringConstraints(pattern=r"^\w[\w.\-]*$")] | None = None
    """The publisher's name for the file, where the address does not end in it."""
    schedule: Schedule = "@monthly"
    encoding: str = "utf-8"
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    empty: list[str] = Field(default_factory=list)
    """Texts by which this register says "nothing", e.g. NULL; an empty cell always does."""

    @field_validator("encoding")
    @classmethod
    def _encoding_is_known(cls, value: str) -> str:
        try:
            "".encode(value)  # unlike a look-up, this also refuses codecs that are not for text, as base64
        except LookupError:
            raise ValueError(f"{value!r} is no known encoding; utf-8 and cp1252 are usual") from None
        return value

    @property
    def file_name(self) -> str:
        """Under which name the file is kept: the publisher's, or the last part of the address made safe."""
        if self.file:
            return self.file
        last = self.url.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
        return re.sub(r"[^\w.\-]", "_", last, flags=re.ASCII).lstrip(".") or "register"


class PointColumns(_Closed):
    """Where coordinates stand: two columns (`x` = longitude or easting, `y`), or one `pair` column."""

    x: Column | None = None
    y: Column | None = None
    pair: Column | None = None
    order: Literal["lat_lon", "lon_lat"] = "lat_lon"
    crs: Annotated[str, StringConstraints(pattern=r"^EPSG:\d+$")] = "EPSG:4326"
    precision_m: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _one_notation(self) -> Self:
        if (self.pair is None) == (self.x is None or self.y is None):
            raise ValueError("give either x and y, or pair")
        return self


class Record(_Closed):
    """Which column is what. `name` maps a language to its column or columns.

    `url` holds the address of the register's entry; with a `url_template` it holds what goes into the
    template, and without it the id does.
    """

    id: Column
    name: dict[Lang, Column | list[Column]] = Field(min_length=1)
    point: PointColumns | None = None
    type: Column | None = None
    designation: Column | None = None
    municipality: Column | None = None
    country: Column | None = None
    address: Column | None = None
    url: Column | None = None
    url_template: Annotated[str, StringConstraints(pattern=r"^https?://\S*\{id\}\S*$")] | None = None
    restriction: Column | None = None

    def columns(self) -> set[str]:
        """Every column of the register that this mapping reads."""
        names: set[str] = {self.id}
        for value in self.name.values():
            names.update([value] if isinstance(value, str) else value)
        if self.point:
            names.update(c for c in (self.point.x, self.point.y, self.point.pair) if c)
        single = (
            self.type,
            self.designation,
            self.municipality,
            self.country,
            self.address,
            self.url,
            self.restriction,
        )
        return names | {c for c in single if c}


class ItemProfile(_Closed):
    """What a record becomes on Wikidata. A term without an item is an issue, never a default."""

    identifier: Pid
    country: Qid | None = None
    countries: dict[str, Qid] = Field(default_factory=dict)
    class_default: Qid | None = Field(default=None, alias="class")
    classes: dict[str, Qid] = Field(default_factory=dict)
    designation: dict[str, Qid] | Qid | None = None
    admin: dict[str, Qid] = Field(default_factory=dict)
    register_item: Qid | None = None
    description: dict[Lang, str] = Field(default_factory=dict)


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
    "url",
]


class Checks(_Closed):
    """`rows` bounds the records of a snapshot; `fill` the least share of records with a field."""

    rows: tuple[int, int]
    fill: dict[FilledField, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.rows[0] > self.rows[1]:
            raise ValueError("rows: the lower bound is above the upper one")
        return self


class RiskListing(_Closed):
    """A column of the register itself that is evidence, read through a scheme of `_vocabularies/risk`."""

    scheme: str
    field: Column


class Relevance(_Closed):
    """Facts behind the relevance criterion, each with where it can be checked (domain details, part d)."""

    community_request: Url | None = None
    planned_reuse: Url | None = None
    partner_engaged: Url | None = None


class DatasetSpec(_Closed):
    """One register: who publishes it, under what licence, where, and what its columns mean."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(_[a-z0-9]+)+$")]
    title: str
    description: str = ""
    publisher: Publisher
    kind: Literal["monument", "site", "natural", "glam"]
    maintainers: list[str] = Field(min_length=1)
    licence: Licence
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
