"""Visits on both databases: each once, append-only, due by the clock alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from heritage.adapters.database.journal import SqlJournal
from heritage.adapters.database.undone import SqlUndoneEdits
from heritage.adapters.database.visits import SqlVisits
from heritage.model.edit import EditState
from heritage.model.visit import Fate, Finding, Gains, Visit
from heritage.ports.decisions import JournalEntry
from heritage.ports.orders import UndoState

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MONTH = timedelta(days=30)


@pytest.fixture
def visits(engine):
    """Three confirmed edits, one that is planned, and one that was taken back."""
    journal, undone = SqlJournal(engine), SqlUndoneEdits(engine)
    entries = [
        JournalEntry(f"e{n}", "b1", "xx", str(n), f"Q{n}", EditState.PLANNED, "", "{}", None, None, 0)
        for n in range(5)
    ]
    journal.plan("b1", [1], "sandbox", entries, NOON)
    for entry in journal.pending("b1")[1:]:
        sent = journal.sending(entry, "{}", NOON)
        journal.confirmed(sent, entry.qid, 7, NOON)
        if entry.edit_id == "e4":
            undone.settled(undone.begin("sandbox", sent), UndoState.UNDONE, "", None, NOON)
    return SqlVisits(engine)


def visit(n, occasion=0, now=NOON + MONTH):
    return Visit(
        "sandbox", f"e{n}", "b1", "xx", f"Q{n}", occasion, now, now + 12 * MONTH, f"Q{n}", 8, Fate.REMOVED, 3,
        2,
        (Finding("P31", Fate.REMOVED, 9, "registered"),), Gains(statements=2), ("record",),
    )  # fmt: skip


def due(visits, now):
    found = visits.due("sandbox", "xx", now - MONTH, now, 10)
    return [(one.entry.edit_id, one.occasion) for one in found]


def test_an_edit_is_due_after_its_days_once_and_again(visits):
    assert due(visits, NOON + MONTH - timedelta(seconds=1)) == []
    now = NOON + MONTH
    assert visits.due_counts("sandbox", now - MONTH, now) == {"xx": 3}
    assert visits.due_counts("elsewhere", now - MONTH, now) == {}
    assert due(visits, now) == [("e1", 0), ("e2", 0), ("e3", 0)]
    assert visits.add([visit(1), visit(2)]) == 2
    assert visits.add([visit(2), visit(3)]) == 1
    assert visits.add([]) == 0
    assert due(visits, now) == []
    assert due(visits, now + 12 * MONTH) == [("e1", 1), ("e2", 1), ("e3", 1)]


def test_the_newest_visit_counts_and_all_of_it_is_kept(visits):
    later = replace(visit(1, occasion=1), fate=Fate.KEPT, gains=None)
    visits.add([visit(1), visit(2), later])
    assert visits.of_batch("b1") == [later, visit(2)]
    assert set(visits.newest()) == set(visits.newest(["xx"])) == {later, visit(2)}
    assert list(visits.newest([])) == visits.of_batch("b2") == []


def test_recent_visits_are_those_made_since_then(visits):
    early = visit(1)
    visits.add([early])
    visits.add([visit(2, now=NOON + 2 * MONTH), visit(3, now=NOON + 2 * MONTH)])
    found = visits.recent(NOON + 2 * MONTH)
    assert [one.edit_id for one in found] == ["e3", "e2"]
    assert len(list(visits.recent(NOON))) == 3


def test_what_was_delivered_is_told_by_day_less_what_was_taken_back(visits):
    day = NOON.date()
    assert [one.edit_id for one in visits.delivered()] == ["e1", "e2", "e3"]
    assert len(list(visits.delivered(day, day))) == 3
    assert list(visits.delivered(day + timedelta(days=1))) == []
    assert list(visits.delivered(to=date(2026, 2, 28))) == []
    assert visits.ours_on("sandbox", ["Q1", "Q0"]) == {"Q1": ["{}"]}


@pytest.mark.parametrize("act", ["UPDATE visits SET fate = 'kept'", "DELETE FROM visits"])
def test_what_was_found_cannot_be_altered(visits, engine, act):
    visits.add([visit(1)])
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(text(act))
