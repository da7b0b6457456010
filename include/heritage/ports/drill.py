"""From a figure of a proposal down to its records; nothing in it is wider than the gate allows."""

from dataclasses import dataclass

from heritage.model.said import Said


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that opens: its `key` names it in addresses, `count` is what the proposal says."""

    key: str
    words: Said
    count: int


@dataclass(frozen=True, slots=True)
class DrillRow:
    """A record behind a figure, with how much of the figure it makes up and why it is there. `item` and `why`
    are None where they would tell what is kept back of the record."""

    dataset: str
    record_id: str
    name: str
    lang: str | None
    item: str | None
    count: int
    why: Said | None


@dataclass(frozen=True, slots=True)
class Drilled:
    """A page of the records behind a figure. The figure is what all rows of all pages make up, and
    `hidden_count` beside them, of `hidden` records that are counted and not shown."""

    proposal_id: str
    title: str
    figure: Figure
    rows: tuple[DrillRow, ...]
    listed: int
    listed_count: int
    hidden: int
    hidden_count: int
    page: int
    pages: int
