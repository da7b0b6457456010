"""The upload journal: an edit stands in it once per target, and nobody moves it unseen."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from heritage.adapters.database.engine import connect
from heritage.adapters.database.journal import SqlJournal
from heritage.errors import BatchTaken, GovernanceError
from heritage.model.edit import EditState
from heritage.ports.decisions import Batch, JournalEntry, Outcome, SentDay

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)


def entry(edit_id: str, qid: str | None = "Q1") -> JournalEntry:
    return JournalEntry(
        edit_id=edit_id,
        batch_id="b1",
        dataset="xx_kirchen",
        record_id=f"Nr. {edit_id}/ä",
        qid=qid,
        state=EditState.PLANNED,
        reason="",
        content='{"labels":{}}',
        revision=None,
        sent_at=None,
        attempts=0,
    )


@pytest.fixture
def journal(engine) -> SqlJournal:
    return SqlJournal(engine)


def plan(journal: SqlJournal, *edit_ids: str, batch: str = "b1", target: str = "sandbox") -> int:
    return journal.plan(batch, [1, 2], target, [entry(edit_id) for edit_id in edit_ids], NOON)


def test_planning_is_safe_to_repeat_and_keeps_the_order(journal):
    assert plan(journal, "e2", "e1") == 2
    assert plan(journal, "e2", "e1", "e3") == 1
    assert [e.edit_id for e in journal.pending("b1")] == ["e2", "e1", "e3"]
    assert journal.pending("b1")[0] == entry("e2")
    assert journal.batches() == [Batch("b1", "sandbox", (1, 2), NOON)]


def test_an_edit_stands_once_per_target_whatever_batch_brings_it(journal):
    plan(journal, "e1")
    assert plan(journal, "e1", "e2", batch="b2") == 1
    assert plan(journal, "e1", batch="b3", target="wikidata") == 1
    assert [e.edit_id for e in journal.entries("b2")] == ["e2"]


def test_what_was_skipped_is_tried_again_only_by_a_later_decision(journal):
    plan(journal, "e1", "e2", "e3")
    first, second, _ = journal.pending("b1")
    journal.skipped(first, "edit conflict: others were faster", LATER)
    journal.confirmed(journal.sending(second, "{}", LATER), "Q1", 5, LATER)

    assert journal.settled("sandbox", "xx_kirchen", [2, 9]) == {"e1", "e2"}
    assert plan(journal, "e1", batch="same") == 0
    assert journal.settled("sandbox", "xx_kirchen", [3]) == {"e2"}
    entries = [entry("e1"), entry("e2"), entry("e3"), entry("e4")]
    assert journal.plan("b2", [3], "sandbox", entries, LATER) == 2
    assert [e.edit_id for e in journal.pending("b2")] == ["e1", "e4"]
    assert [e.edit_id for e in journal.entries("b1")] == ["e2", "e3"]

    [again, _] = journal.pending("b2")
    assert (again.reason, again.settled_at) == ("", None)
    journal.skipped(again, "edit conflict: again", LATER)
    assert plan(journal, "e1") == 0
    assert journal.settled("sandbox", "xx_kirchen", [1, 2]) == {"e1", "e2"}


def test_a_batch_does_not_change_its_target_or_decisions(journal):
    plan(journal, "e1")
    with pytest.raises(GovernanceError, match="sandbox"):
        plan(journal, "e9", target="wikidata")
    with pytest.raises(GovernanceError, match=r"decisions \[3\]"):
        journal.plan("b1", [3], "sandbox", [], NOON)
    assert [e.edit_id for e in journal.entries("b1")] == ["e1"]


def test_an_edit_goes_from_planned_to_sending_to_confirmed(journal):
    plan(journal, "e1", "e2", "e3")
    first, second, _ = journal.pending("b1")
    sending = journal.sending(first, '{"sent":1}', NOON)
    assert (sending.state, sending.content, sending.sent_at, sending.attempts) == (
        EditState.SENDING,
        '{"sent":1}',
        NOON,
        1,
    )
    assert [e.edit_id for e in journal.pending("b1")] == ["e1", "e2", "e3"]
    done = journal.confirmed(sending, "Q77", 2**40, LATER)
    assert (done.state, done.qid, done.revision, done.settled_at) == (
        EditState.CONFIRMED,
        "Q77",
        2**40,
        LATER,
    )
    journal.skipped(second, "The item is protected.", LATER)
    assert [e.edit_id for e in journal.pending("b1")] == ["e3"]
    assert journal.settled("sandbox", "xx_kirchen", [1, 2]) == {"e1", "e2"}
    assert journal.settled("sandbox", "xx_kirchen", [1]) == {"e1"}, "decision 2 has ended: 1 begins anew"
    assert not journal.settled("wikidata", "xx_kirchen", [1]) | journal.settled("sandbox", "yy_other", [1])
    assert [e.reason for e in journal.entries("b1")] == ["", "The item is protected.", ""]
    assert journal.counts("b1") == {
        EditState.PLANNED: 1,
        EditState.SENDING: 0,
        EditState.CONFIRMED: 1,
        EditState.SKIPPED: 1,
    }


def test_several_are_written_down_together_or_none_and_put_back_as_they_were(journal):
    plan(journal, "e1", "e2", "e3")
    before = journal.pending("b1")
    journal.sending(before[2], "{}", NOON)
    with pytest.raises(BatchTaken, match="3 edits of batch b1"):
        journal.sending_together([(one, '{"sent":1}') for one in before], LATER)
    assert journal.pending("b1")[:2] == before[:2]
    standing = journal.sending_together([(one, '{"sent":1}') for one in before[:2]], LATER)
    assert journal.pending("b1")[:2] == standing
    assert [(one.state, one.attempts, one.sent_at) for one in standing] == [(EditState.SENDING, 1, LATER)] * 2
    with pytest.raises(BatchTaken):
        journal.unsent(list(zip(before, before, strict=True)))
    journal.unsent(list(zip(standing, before[:2], strict=True)))
    assert journal.pending("b1")[:2] == [replace(one, attempts=1) for one in before[:2]]


def test_who_found_an_edit_being_sent_cannot_take_a_later_sending_for_that_one(journal):
    """It waits until the first can arrive no more, then sends; meanwhile another run put the edit back, and
    yet another is sending it."""
    plan(journal, "e1")
    [before] = journal.pending("b1")
    found = journal.sending(before, "{}", NOON)
    journal.unsent([(found, before)])
    [again] = journal.pending("b1")
    journal.sending(again, "{}", LATER)
    with pytest.raises(BatchTaken):
        journal.sending(found, "{}", LATER)
    with pytest.raises(BatchTaken):
        journal.unsent([(found, before)])


def test_a_page_shows_what_was_sent_last_first_and_of_one_state(journal):
    plan(journal, "e1", "e2", "e3", "e4", "e5")
    first, second, third, fourth, _ = journal.pending("b1")
    for one, minutes in ((first, 1), (second, 3), (third, 2)):
        journal.sending(one, "{}", NOON + timedelta(minutes=minutes))
    journal.skipped(fourth, "not there: Q9 is deleted", LATER)

    def ids(state, start, most):
        return [one.edit_id for one in journal.page("b1", state, start, most)]

    assert ids(None, 0, 9) == ["e2", "e3", "e1", "e4", "e5"]
    assert (ids(None, 2, 2), ids(None, 4, 2), ids(None, 6, 2)) == (["e1", "e4"], ["e5"], [])
    assert (ids(EditState.SENDING, 1, 9), ids(EditState.CONFIRMED, 0, 9)) == (["e3", "e1"], [])
    assert journal.reasons("b1") == {"not there: Q9 is deleted": 1}
    assert (journal.dataset("b1"), journal.dataset("b2")) == ("xx_kirchen", "")


def test_sending_is_on_disk_before_the_call_returns(database_url, engine, journal):
    plan(journal, "e1")
    journal.sending(journal.pending("b1")[0], "{}", NOON)
    seen = SqlJournal(connect(database_url)).entries("b1")  # what a run after a crash would read
    assert [e.state for e in seen] == [EditState.SENDING]
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            assert connection.scalar(text("PRAGMA synchronous")) == 2  # FULL: also after a power cut


def test_a_settled_entry_is_never_sent_again(journal):
    plan(journal, "e1", "e2")
    first, second = journal.pending("b1")
    sending = journal.sending(first, "{}", NOON)
    done = journal.confirmed(sending, "Q1", 5, LATER)
    skipped = journal.skipped(second, "gone", LATER)
    for settled in (done, skipped):
        with pytest.raises(BatchTaken):
            journal.sending(settled, "{}", LATER)
    with pytest.raises(BatchTaken):
        journal.confirmed(sending, "Q2", 6, LATER)
    assert [e.qid for e in journal.entries("b1")] == ["Q1", "Q1"]


def test_of_several_runs_that_read_the_same_entry_one_may_send(database_url, journal):
    plan(journal, "e1")
    start = threading.Barrier(5)

    def run(_):
        mine = SqlJournal(connect(database_url))
        read = mine.pending("b1")[0]
        start.wait()
        try:
            mine.sending(read, "{}", NOON)
        except BatchTaken:
            return "left"
        return "sent"

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(run, range(5))) == ["left"] * 4 + ["sent"]
    assert journal.pending("b1")[0].attempts == 1


def test_planning_by_several_runs_at_once_plans_each_edit_once(database_url, journal):
    ids = [f"e{n}" for n in range(40)]

    def run(_):
        return plan(SqlJournal(connect(database_url)), *ids)

    with ThreadPoolExecutor(4) as pool:
        added = list(pool.map(run, range(4)))
    assert sum(added) == 40
    assert [e.edit_id for e in journal.entries("b1")] == ids


def test_delivered_gives_what_was_confirmed_on_a_target_whatever_the_batch(journal):
    plan(journal, "e1", "e2")
    plan(journal, "e3", batch="b2")
    plan(journal, "e1", batch="b3", target="wikidata")
    first, second = journal.pending("b1")
    third = journal.pending("b2")[0]
    journal.confirmed(journal.sending(third, "{}", NOON), "Q3", 3, NOON)
    journal.confirmed(journal.sending(second, "{}", NOON), "Q2", 2, LATER)
    journal.skipped(first, "gone", LATER)
    assert [e.edit_id for e in journal.delivered("sandbox", "xx_kirchen")] == ["e3", "e2"]
    assert journal.delivered("wikidata", "xx_kirchen") == []
    assert journal.delivered("sandbox", "yy") == []


def test_what_was_sent_is_counted_by_batch_and_day(journal):
    plan(journal, "e1", "e2", "e3")
    for edit, at in zip(journal.pending("b1")[:2], (NOON, NOON + timedelta(days=1)), strict=True):
        journal.confirmed(journal.sending(edit, edit.content, at), "Q1", 1, at)
    assert journal.sent("sandbox") == [
        SentDay("xx_kirchen", "b1", NOON.date(), 1),
        SentDay("xx_kirchen", "b1", NOON.date() + timedelta(days=1), 1),
    ]
    assert journal.sent("wikidata") == []


def test_what_became_of_a_batch_is_counted(journal):
    assert journal.outcome("b1") is None
    plan(journal, "e1", "e2", "e3", "e4")
    plan(journal, "e5", batch="b2")
    journal.plan("b1", [1, 2], "sandbox", [entry("e6", qid=None)], NOON)
    first, second, third, _, new = journal.pending("b1")
    assert journal.outcome("b1").began is None
    journal.confirmed(journal.sending(first, "{}", NOON), "Q1", 5, LATER)
    journal.confirmed(journal.sending(new, "{}", LATER), "Q2", 6, LATER)
    journal.skipped(second, "refused, modification-failed: no", NOON)
    journal.skipped(third, "refusedly already there", NOON)
    assert journal.outcome("b1") == Outcome("xx_kirchen", 1, 2, 1, 1, 1, NOON, LATER)
