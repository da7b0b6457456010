"""Slots of a wiki, given out to all who share the database."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from heritage.adapters.database.engine import connect, upgrade
from heritage.adapters.database.pace import SqlPace

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Clock:
    def __init__(self):
        self.time = NOON

    def now(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def paced(database_url, clock):
    upgrade(database_url)
    engine = connect(database_url)
    return lambda target="wikidata", per_minute=60: SqlPace(engine, target, per_minute, clock)


def test_slots_follow_each_other_over_all_askers_of_one_wiki(paced):
    one, other, elsewhere = paced(), paced(), paced("metabase", 6)
    assert [one.slot(), other.slot(), one.slot()] == [NOON, NOON + SECOND, NOON + 2 * SECOND]
    assert [elsewhere.slot(), elsewhere.slot()] == [NOON, NOON + 10 * SECOND]


def test_a_slot_missed_by_little_is_made_up_for_and_a_pause_is_not(paced, clock):
    pace = paced()
    assert pace.slot() == NOON
    clock.time = NOON + 1.4 * SECOND
    assert pace.slot() == clock.time
    assert pace.slot() == NOON + 2 * SECOND, "so the mean stays what was set"
    clock.time = NOON + 60 * SECOND
    slots = [pace.slot() for _ in range(3)]
    assert slots == [clock.time, clock.time, clock.time + SECOND], "no more than one at once, however long"


def test_a_pace_that_was_changed_holds_from_the_next_slot(paced):
    assert [paced().slot(), paced(per_minute=6).slot(), paced(per_minute=6).slot()] == [
        NOON,
        NOON + SECOND,
        NOON + 11 * SECOND,
    ]


ASKER = """
import sys
from datetime import UTC, datetime
from heritage.adapters.database.engine import connect
from heritage.adapters.database.pace import SqlPace

class Clock:
    def now(self):
        return datetime(2026, 11, 22, 12, tzinfo=UTC)

pace = SqlPace(connect(sys.argv[1]), "wikidata", 60, Clock())
for _ in range(25):
    print(pace.slot().isoformat())
"""


def test_no_slot_is_given_out_twice_to_processes_that_ask_at_once(tmp_path):
    url = f"sqlite:///{tmp_path}/pace.db"
    upgrade(url)
    askers = [
        subprocess.Popen([sys.executable, "-c", ASKER, url], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    slots = [line for asker in askers for line in asker.communicate(timeout=300)[0].split()]
    assert sorted(map(datetime.fromisoformat, slots)) == [NOON + n * SECOND for n in range(75)]
