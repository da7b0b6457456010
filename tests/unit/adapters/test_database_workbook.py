"""What waits and what was done, counted on both databases."""

from datetime import UTC, datetime, timedelta

from heritage.adapters.database.journal import SqlJournal
from heritage.adapters.database.orders import SqlOrderBook
from heritage.adapters.database.workbook import SqlWorkBook
from heritage.model.edit import EditState
from heritage.model.upload import Action, Order
from heritage.ports.decisions import JournalEntry

NOON = datetime(2026, 11, 21, 12, 10, tzinfo=UTC)
MONTH_AGO = NOON - timedelta(days=30)
MINUTE = timedelta(minutes=1)


def entry(batch: str, number: int) -> JournalEntry:
    return JournalEntry(
        f"{batch}-{number}", batch, "xx_a", f"r{number}", "Q1", EditState.PLANNED, "", "{}", None, None, 0
    )


def test_an_empty_database_has_nothing_that_waits(engine) -> None:
    book = SqlWorkBook(engine)
    assert book.edits_waiting() == (0, None)
    assert book.reviews_waiting() == (0, None)
    assert (dict(book.sent(MONTH_AGO)), dict(book.skipped(MONTH_AGO))) == ({}, {})
    assert book.paused_by("Heritage Guard", MONTH_AGO) == []
    assert (book.size() or 0) > 10_000


def test_edits_are_counted_by_what_became_of_them(engine) -> None:
    journal, orders, book = SqlJournal(engine), SqlOrderBook(engine), SqlWorkBook(engine)
    for batch, at in (("old", NOON - timedelta(days=200)), ("new", NOON), ("gone", MONTH_AGO)):
        journal.plan(batch, [1], "sandbox", [entry(batch, number) for number in range(4)], at)
    first, second, third, _ = journal.pending("new")
    for one, at in ((first, NOON), (second, NOON + 59 * MINUTE)):
        journal.confirmed(journal.sending(one, "{}", at), "Q1", 5, at)
    journal.skipped(third, "refused, blocked: by Ada", NOON)
    long_ago = journal.pending("old")[0]
    journal.confirmed(journal.sending(long_ago, "{}", MONTH_AGO), "Q1", 5, MONTH_AGO - MINUTE)
    for batch, action, who in (
        ("gone", Action.CANCEL, "Ada"),
        ("old", Action.PAUSE, "Heritage Guard"),
        ("new", Action.PAUSE, "Heritage Guard"),
        ("new", Action.RESUME, "Ada"),
    ):
        orders.give(Order(batch, action, f"{action} it", who, NOON), lambda _: None)

    assert book.edits_waiting() == (4, NOON - timedelta(days=200))
    noon, one = NOON.replace(minute=0), NOON.replace(hour=13, minute=0)
    assert book.sent(MONTH_AGO) == {"sandbox": [(noon, 1), (one, 1)]}
    assert book.skipped(MONTH_AGO) == {"sandbox": {"refused, blocked: by Ada": 1}}
    assert book.paused_by("Heritage Guard", MONTH_AGO) == [("sandbox", NOON, "pause it")]
