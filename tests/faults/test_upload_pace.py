"""How fast an upload writes: as fast as it is told and no faster, however long the wiki takes to answer."""

from datetime import UTC, datetime, timedelta

import pytest

from heritage.model.edit import Content, Kind, Statement, TextValue
from heritage.steps.upload_limits import UploadLimits

ITEMS = 45
ANSWER = 0.2


class WikiTime:
    """Time that passes while somebody waits, and while the wiki answers: 200 ms a request."""

    def __init__(self, sandbox):
        self._sandbox, self._start, self._waited = sandbox, datetime.now(UTC), 0.0
        self._asked = sandbox.requests()["total"]
        self.writes = []

    def now(self):
        asked = self._sandbox.requests()["total"] - self._asked
        return self._start + timedelta(seconds=self._waited + ANSWER * asked)

    def wait(self, seconds):
        self._waited += seconds


@pytest.fixture
def time(sandbox):
    return WikiTime(sandbox)


@pytest.fixture
def many(sandbox, case):
    """A batch of designations for existing items, and of new items."""
    numbers = range(1000, 1000 + ITEMS)
    sandbox.seed(entities=[{"id": f"Q{n}", "labels": {"en": f"Tower {n}"}} for n in numbers])

    def batch(*, new):
        if not new:
            return case.batch(*((str(n), f"Q{n}", case.designated) for n in numbers))
        return case.batch(*((str(n), None, new_item(n, case.reference)) for n in range(ITEMS)))

    return batch


def new_item(number, reference):
    statement = Statement("P1216", TextValue(str(number)), Kind.IDENTIFIERS, (reference,))
    return Content(
        labels={"en": f"Tower {number}"}, descriptions={"en": f"tower no. {number}"}, statements=(statement,)
    )


@pytest.mark.parametrize("per_minute", [6, 30, 60, 90])
def test_the_pace_is_kept_against_a_wiki_that_takes_its_time(journal, send, many, time, per_minute):
    began = time.now()
    result = send(many(new=False), per_minute=per_minute)
    assert result.confirmed == ITEMS
    sent = sorted(entry.sent_at for entry in journal.entries(result.batch_id))
    between = (sent[-1] - sent[0]) / (ITEMS - 1)
    assert 0.97 <= timedelta(minutes=1 / per_minute) / between <= 1.02
    for first in range(ITEMS - per_minute):
        window = sent[first + per_minute] - sent[first]
        assert window >= timedelta(minutes=1) - timedelta(minutes=1 / per_minute), "never more in a minute"
    assert sent[0] - began < timedelta(seconds=10)


def test_new_items_keep_the_pace_too(journal, send, many):
    result = send(many(new=True), per_minute=90)
    assert result.confirmed == ITEMS
    sent = sorted(entry.sent_at for entry in journal.entries(result.batch_id))
    assert timedelta(minutes=1 / 90) / ((sent[-1] - sent[0]) / (ITEMS - 1)) >= 0.97


def test_few_requests_beside_the_edits_are_made(sandbox, send, many):
    before = sandbox.requests()
    send(many(new=False), per_minute=60_000, limits=UploadLimits(careful=0))
    after = sandbox.requests()
    assert after["writes"] - before["writes"] == ITEMS
    # once a run: the login, what the wiki is, the constraints of properties
    assert after["total"] - before["total"] < ITEMS + 20
