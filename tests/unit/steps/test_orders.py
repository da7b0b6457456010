"""What people may order about a batch, and where it stands because of it."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from heritage.adapters.database.engine import connect, upgrade
from heritage.adapters.database.journal import SqlJournal
from heritage.adapters.database.orders import SqlOrderBook
from heritage.adapters.database.undone import SqlUndoneEdits
from heritage.errors import OrderRefused
from heritage.model.edit import EditState
from heritage.model.upload import Action, Order
from heritage.ports.decisions import JournalEntry
from heritage.ports.orders import BatchState, UndoState
from heritage.steps.orders import give_order, standing

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
BATCH = "abcdef012345"


class House:
    """A batch of so many edits in the journal, a pilot of three, and people who give orders."""

    def __init__(self, folder: Path, edits: int = 5) -> None:
        url = f"sqlite:///{folder}/journal.db"
        upgrade(url)
        self.journal = SqlJournal(connect(url))
        self.orders = SqlOrderBook(connect(url))
        self.undone = SqlUndoneEdits(connect(url))
        entries = [
            JournalEntry(
                f"{n:016x}", BATCH, "xx", str(n), f"Q{n + 1}", EditState.PLANNED, "", "{}", None, None, 0
            )
            for n in range(edits)
        ]
        self.journal.plan(BATCH, [1], "sandbox", entries, NOW)
        self.given = NOW

    @property
    def standing(self):
        return standing(BATCH, orders=self.orders, journal=self.journal, undone=self.undone, pilot=3)

    def order(self, action, user="Ada", reason="looked at it", batch=BATCH):
        self.given += timedelta(minutes=1)
        order = Order(batch, Action(action), reason, user, self.given)
        return give_order(order, orders=self.orders, journal=self.journal, undone=self.undone, pilot=3)

    def send(self, edits):
        for entry in self.journal.pending(BATCH)[:edits]:
            sending = self.journal.sending(entry, "{}", NOW)
            self.journal.confirmed(sending, entry.qid, 7, NOW)


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


def test_the_pilot_waits_for_a_person_and_the_release_is_told_with_name_time_and_reason(house):
    assert (house.standing.state, house.standing.sends) == (BatchState.PILOT, True)
    house.send(3)
    looked = house.standing
    assert (looked.state, looked.sends) == (BatchState.TO_LOOK_AT, False)
    assert looked.sentence.startswith("3 edits are on the wiki as a pilot. Look at them")
    released = house.order("release", reason="all three are right")
    assert (released.state, released.sends) == (BatchState.RELEASED, True)
    assert released.sentence.endswith("Last order: release by Ada, 2026-11-22 09:31 UTC: all three are right")
    house.send(2)
    assert house.standing.state is BatchState.DONE


def test_a_batch_no_larger_than_the_pilot_is_done_with_it(tmp_path):
    house = House(tmp_path, edits=3)
    house.send(3)
    assert house.standing.state is BatchState.DONE


@pytest.mark.parametrize(
    ("before", "action", "says"),
    [
        ([], "release", "cannot be given the order release: it is pilot."),
        ([], "resume", "What can be ordered now: pause or cancel or undo."),
        (["pause"], "pause", "it is paused. 0 edits are on the wiki, 5 wait until somebody resumes it."),
        (["pause"], "release", "it is paused"),
        (["cancel"], "resume", "Last order: cancel by Ada, 2026-11-22 09:31 UTC: looked at it"),
        (["cancel", "undo"], "pause", "What can be ordered now: nothing."),
    ],
)
def test_an_order_that_does_not_fit_is_refused_with_where_the_batch_stands(house, before, action, says):
    for one in before:
        house.order(one)
    with pytest.raises(OrderRefused) as refused:
        house.order(action)
    assert says in str(refused.value)
    assert [order.action for order in house.orders.orders(BATCH)] == before


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"reason": "  "}, "Say why batch abcdef012345 is to pause"),
        ({"reason": "x" * 2001}, "longer than 2000"),
        ({"batch": "nothing"}, "There is no batch nothing in the journal"),
    ],
)
def test_an_order_without_reason_or_batch_is_refused(house, given, says):
    with pytest.raises(OrderRefused, match=says):
        house.order("pause", **given)


def test_pause_and_resume_keep_whether_the_pilot_was_released(house):
    house.order("pause")
    assert house.order("resume").state is BatchState.PILOT
    house.send(3)
    house.order("pause")
    assert house.order("resume").state is BatchState.TO_LOOK_AT
    house.order("release")
    house.order("pause")
    assert house.order("resume").state is BatchState.RELEASED


def test_of_two_people_at_once_the_second_is_told_what_the_first_ordered(house, tmp_path):
    refused, start = [], threading.Barrier(8)

    def pause(user):
        start.wait()
        try:
            house.order("pause", user)
        except OrderRefused as error:
            refused.append(str(error))

    threads = [threading.Thread(target=pause, args=(f"person {n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [only] = house.orders.orders(BATCH)
    assert len(refused) == 7
    assert all(f"Last order: pause by {only.given_by}" in text for text in refused)


def test_an_undo_is_over_when_every_edit_on_the_wiki_is_settled(house):
    house.send(2)
    assert house.order("undo").state is BatchState.TO_UNDO
    first, second = (e for e in house.journal.entries(BATCH) if e.state is EditState.CONFIRMED)
    for entry in house.journal.pending(BATCH):
        house.journal.skipped(entry, "taken back", NOW)
    house.undone.settled(house.undone.begin("sandbox", first), UndoState.UNDONE, "", 9, NOW)
    assert house.standing.state is BatchState.TO_UNDO
    house.undone.settled(house.undone.begin("sandbox", second), UndoState.LEFT, "changed: x", None, NOW)
    assert house.standing.state is BatchState.UNDONE
    assert "Of 2 edits 1 are taken back, 0 in part, 1 are left" in house.standing.sentence
