"""What became of batches, counted by the database: a batch may have 100,000 edits."""

from typing import Any

from sqlalchemy import ColumnElement, Label, Row, Table, and_, case, func

from heritage.adapters.database.moves import UNSETTLED
from heritage.model.edit import EditState
from heritage.ports.decisions import Outcome


def outcome_columns(table: Table, makes_item: ColumnElement[bool]) -> tuple[Label[Any], ...]:
    """The columns of an Outcome over rows of a journal; `makes_item` says which of them make an item."""

    def number(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((and_(*conditions), 1), else_=0))

    state = table.c.state
    skipped, confirmed = state == EditState.SKIPPED, state == EditState.CONFIRMED
    refused = table.c.reason.startswith("refused,", autoescape=True)
    return (
        func.min(table.c.dataset).label("dataset"),
        number(state.in_(UNSETTLED)).label("waiting"),
        number(confirmed).label("confirmed"),
        number(skipped, ~refused).label("skipped"),
        number(skipped, refused).label("refused"),
        number(confirmed, makes_item).label("new_items"),
        func.min(table.c.sent_at).label("began"),
        func.max(table.c.settled_at).label("ended"),
    )


def read_outcome(row: Row[Any]) -> Outcome | None:
    """None when there was no row to count."""
    if row.dataset is None:
        return None
    return Outcome(
        row.dataset,
        *(row.waiting, row.confirmed, row.skipped, row.refused, row.new_items),
        row.began,
        row.ended,
    )
