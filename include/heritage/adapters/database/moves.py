"""From one state to the next in the upload journal, and only from where the caller saw an edit stand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, String, Update, bindparam, select, update

from heritage.adapters.database.schema import BATCHES, EDITS
from heritage.errors import BatchTaken
from heritage.model.edit import EditState
from heritage.ports.decisions import JournalEntry

UNSETTLED = (EditState.PLANNED, EditState.SENDING)

_BATCH = bindparam("of_batch", type_=String)
_MOVE = update(EDITS).where(
    # target and edit find the row without a walk through the batch
    EDITS.c.target == select(BATCHES.c.target).where(BATCHES.c.batch_id == _BATCH).scalar_subquery(),
    EDITS.c.edit_id == bindparam("of_edit", type_=String),
    EDITS.c.batch_id == _BATCH,
    EDITS.c.state == bindparam("stood", type_=String),
    EDITS.c.attempts == bindparam("tried", type_=Integer),
)


@cache
def _move_to(columns: tuple[str, ...]) -> Update:
    """The statement that sets the state and these columns; made once, an upload asks for it all the time."""
    given = {name: bindparam(f"to_{name}", type_=EDITS.c[name].type) for name in ("state", *columns)}
    return _MOVE.values(given)


def moved(
    connection: Connection, state: EditState, moves: Sequence[tuple[JournalEntry, Mapping[str, Any]]]
) -> list[JournalEntry]:
    """The entries as they stand then; each comes with the values to set, all of the same columns.

    Raises BatchTaken, so that none is moved, when one does not stand as it was read or is settled.
    """
    rows = [
        {
            "of_batch": entry.batch_id,
            "of_edit": entry.edit_id,
            "stood": entry.state,
            "tried": entry.attempts,
            "to_state": state,
            **{f"to_{name}": value for name, value in values.items()},
        }
        for entry, values in moves
        if entry.state in UNSETTLED
    ]
    if len(rows) < len(moves) or connection.execute(_move_to(tuple(moves[0][1])), rows).rowcount < len(rows):
        first = moves[0][0]
        raise BatchTaken(
            f"Of {len(moves)} edits of batch {first.batch_id}, from edit {first.edit_id} on, not every one "
            "stands as it was read: another run is at work, or it is settled."
        )
    return [replace(entry, state=state, **values) for entry, values in moves]
