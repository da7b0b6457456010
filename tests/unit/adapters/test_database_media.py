"""The journal of files: written ahead, moved by one run at a time, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from heritage.adapters.database.media import SqlMediaJournal
from heritage.errors import BatchTaken
from heritage.model.edit import EditState
from heritage.ports.media import MediaEntry

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def entry(number: int, batch: str = "b1") -> MediaEntry:
    return MediaEntry(
        edit_id=f"e{number}",
        batch_id=batch,
        dataset="xx_towers",
        record_id=str(number),
        source=f"https://images.example/{number}",
        title=f"Tower {number}",
        sha1=None,
        state=EditState.PLANNED,
        reason="",
        content="{}",
        stash="",
        page=None,
        revision=None,
        sent_at=None,
        attempts=0,
    )


@pytest.fixture
def journal(engine):
    return SqlMediaJournal(engine)


def one(journal, number=1):
    return journal.entries("commons", [f"e{number}"])[0]


def test_a_file_stands_there_once_for_a_target_whatever_batch_brought_it(journal):
    assert journal.plan("commons", [entry(2), entry(1)]) == 2
    assert journal.plan("commons", [entry(1, "b2"), entry(3, "b2")]) == 1
    assert journal.plan("other", [entry(1)]) == 1
    assert journal.plan("commons", []) == 0
    found = journal.entries("commons", ["e1", "e2", "e3", "e9"])
    assert [(row.edit_id, row.batch_id) for row in found] == [("e2", "b1"), ("e1", "b1"), ("e3", "b2")]
    many = [entry(number) for number in range(10, 1300)]
    journal.plan("commons", many)
    assert len(journal.entries("commons", [row.edit_id for row in many])) == len(many)


def test_every_step_is_written_down(journal):
    journal.plan("commons", [entry(1)])
    sending = journal.sending(one(journal), "Tower 1.jpg", "a" * 40, AT)
    assert (sending.state, sending.attempts, sending.sha1) == (EditState.SENDING, 1, "a" * 40)
    stashed = journal.stashed(sending, '{"offset": 5}')
    placed = journal.placed(stashed, "Tower 1.jpg", 7)
    assert (placed.page, placed.stash) == (7, "")
    assert journal.on_wiki("commons", "xx_towers") == {}
    done = journal.confirmed(placed, 11, AT)
    assert (done.state, done.revision) == (EditState.CONFIRMED, 11)
    assert journal.on_wiki("commons", "xx_towers") == {"1": "Tower 1.jpg"}


def test_what_is_skipped_names_the_file_that_stands_there_instead(journal):
    journal.plan("commons", [entry(1), entry(2)])
    journal.skipped(one(journal, 1), "already on Commons: Theirs.jpg", AT, "Theirs.jpg")
    journal.skipped(one(journal, 2), "refused", AT)
    assert journal.on_wiki("commons", "xx_towers") == {"1": "Theirs.jpg"}
    assert journal.on_wiki("other", "xx_towers") == {}


def test_files_are_counted_in_the_batch_that_they_were_planned_in(journal):
    journal.plan("commons", [entry(1), entry(2)])
    journal.plan("commons", [entry(1, "b2"), entry(3, "b2")])
    placed = journal.placed(journal.sending(one(journal), "Tower 1.jpg", "a" * 40, AT), "Tower 1.jpg", 7)
    assert journal.confirmed(placed, None, AT, "its structured data was refused").reason
    assert journal.counts("b1") == {
        **dict.fromkeys(EditState, 0),
        EditState.CONFIRMED: 1,
        EditState.PLANNED: 1,
    }
    assert sum(journal.counts("b2").values()) == 1
    assert not any(journal.counts("b9").values())


def test_two_runs_do_not_send_the_same_file(journal):
    journal.plan("commons", [entry(1)])
    mine = theirs = one(journal)
    journal.sending(mine, "Tower 1.jpg", "a" * 40, AT)
    with pytest.raises(BatchTaken):
        journal.sending(theirs, "Tower 1.jpg", "a" * 40, AT)
    standing = one(journal)
    journal.stashed(standing, "{}")
    with pytest.raises(BatchTaken):
        journal.placed(replace(standing, stash=""), "Tower 1.jpg", 7)
    journal.skipped(one(journal), "because", AT)
    with pytest.raises(BatchTaken):
        journal.confirmed(one(journal), None, AT)
