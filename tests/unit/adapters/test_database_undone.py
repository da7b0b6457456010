"""The journal of what is taken back, as pages ask it."""

from datetime import UTC, datetime

from heritage.adapters.database.undone import SqlUndoneEdits
from heritage.model.edit import EditState
from heritage.ports.decisions import JournalEntry
from heritage.ports.orders import UndoState

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_what_was_taken_back_is_found_by_edit_and_its_ends_are_counted(engine):
    undone = SqlUndoneEdits(engine)
    for n, (state, reason) in enumerate(
        [
            (UndoState.UNDONE, ""),
            (UndoState.LEFT, "built on by others: Q2, a label"),
            (UndoState.LEFT, "built on by others: Q3, a label"),
            (UndoState.LEFT, "built on by others: Q3, a label"),
            (UndoState.PARTLY, "deprecated by others"),
        ]
    ):
        one = JournalEntry(
            f"e{n}", "b1", "xx", str(n), f"Q{n}", EditState.CONFIRMED, "", "{}", 5, NOON, 1, NOON
        )
        undone.settled(undone.begin("sandbox", one), state, reason, None, NOON)
    assert {entry.edit_id: entry.state for entry in undone.of("sandbox", ["e0", "e4", "e9"])} == {
        "e0": UndoState.UNDONE,
        "e4": UndoState.PARTLY,
    }
    assert undone.of("other", ["e0"]) == undone.of("sandbox", []) == []
    assert undone.reasons("b1", [UndoState.LEFT]) == {
        "built on by others: Q2, a label": 1,
        "built on by others: Q3, a label": 2,
    }
    assert undone.reasons("b2", list(UndoState)) == {}
