"""Queries as clients of both versions send them."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    field_validator,
    model_validator,
)

from heritage.model.shown import printable
from heritage.ports.reconciliation import Condition, Given, Quantifier, Query, as_text

MOST_CANDIDATES = 50
_CANDIDATES = 5
_VALUES = 50
_CONDITIONS = 50


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Entity(BaseModel):
    """A value that is an item. Its name is the client's, and not needed."""

    id: StrictStr


_Value = StrictStr | StrictBool | StrictInt | StrictFloat | _Entity
Values = Annotated[
    _Value | Annotated[list[_Value], Field(max_length=_VALUES)], Field(union_mode="left_to_right")
]
Limit = Annotated[float, Field(gt=0)] | None


class Property02(_Sent):
    """What a column of the client's table says."""

    pid: StrictStr
    v: Values


class Query02(_Sent):
    """A query of 0.2."""

    query: StrictStr | None = None
    type: StrictStr | Annotated[list[StrictStr], Field(max_length=_VALUES)] | None = None
    limit: Limit = None
    properties: Annotated[list[Property02], Field(max_length=_CONDITIONS)] | None = None
    type_strict: Literal["any", "should", "all"] | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> "Query02":
        if self.query is None and not self.properties:
            raise ValueError("give a query, or properties")
        return self

    def read(self, lang: str | None) -> Query:
        """In the words of the product."""
        types = [self.type] if isinstance(self.type, str) else self.type or []
        return Query(
            names=tuple(name for name in [printable(self.query or "").strip()] if name),
            types=tuple(printable(one) for one in types if one),
            all_types=self.type_strict == "all",
            strict=self.type_strict in ("any", "all"),
            conditions=tuple(Condition(one.pid, given(one.v)) for one in self.properties or ()),
            limit=_limit(self.limit),
            lang=lang,
        )


class Condition10(BaseModel):
    """A condition of 1.0."""

    matchType: Literal["name", "id", "property"]  # noqa: N815 - the protocol's own
    propertyValue: Values  # noqa: N815
    propertyId: StrictStr | None = None  # noqa: N815
    required: StrictBool = False
    matchQuantifier: Quantifier = Quantifier.ANY  # noqa: N815

    @model_validator(mode="after")
    def _names_its_property(self) -> "Condition10":
        if self.matchType == "property" and not self.propertyId:
            raise ValueError("a condition on a property needs its propertyId")
        return self


class Query10(_Sent):
    """A query of the draft of 1.0."""

    conditions: Annotated[list[Condition10], Field(min_length=1, max_length=_CONDITIONS)]
    type: StrictStr | None = None
    limit: Limit = None
    lang: StrictStr | None = None
    dir: Literal["ltr", "rtl", "auto"] | None = None

    def read(self, lang: str | None) -> Query:
        """In the words of the product."""
        names, ids = self._of("name"), self._of("id")
        return Query(
            names=_texts(names, wanted=True),
            ids=_texts(ids, wanted=True),
            types=(printable(self.type),) if self.type else (),
            conditions=tuple(
                Condition(one.propertyId or "", given(one.propertyValue), one.required, one.matchQuantifier)
                for one in self._of("property")
            ),
            not_names=_texts(names, wanted=False),
            not_ids=_texts(ids, wanted=False),
            only_ids=any(one.required and one.matchQuantifier is not Quantifier.NONE for one in ids),
            limit=_limit(self.limit),
            lang=printable(self.lang or lang or "")[:40] or None,
        )

    def _of(self, kind: str) -> list[Condition10]:
        return [one for one in self.conditions if one.matchType == kind]


class Batch10(BaseModel):
    """What is sent to `/match`."""

    queries: list[Any]


class Extension(BaseModel):
    """A query for values; both versions send the same."""

    ids: list[StrictStr]
    properties: list["ExtensionProperty"]

    @field_validator("ids")
    @classmethod
    def _ids_are_short(cls, ids: list[str]) -> list[str]:
        if any(len(one) > 100 for one in ids):
            raise ValueError("an id is longer than 100 characters")
        return ids


class ExtensionProperty(BaseModel):
    """A property whose values are asked for; there are no settings here, so what is set is not looked at."""

    id: Annotated[StrictStr, Field(max_length=100)]


def given(values: Any) -> tuple[Given, ...]:
    """One value or several, an item by its id."""
    listed: Sequence[Any] = values if isinstance(values, list) else [values]
    return tuple(_given(one.id if isinstance(one, _Entity) else one) for one in listed)


def _given(value: Any) -> Given:
    if isinstance(value, bool | float):
        return value
    return printable(str(value))  # also a whole number, which may be too long for a float


def _texts(conditions: list[Condition10], wanted: bool) -> tuple[str, ...]:
    values = (
        as_text(value)
        for one in conditions
        if (one.matchQuantifier is not Quantifier.NONE) is wanted
        for value in given(one.propertyValue)
    )
    return tuple(dict.fromkeys(value for value in values if value))


def _limit(limit: float | None) -> int:
    return _CANDIDATES if limit is None else max(1, int(min(limit, MOST_CANDIDATES)))
