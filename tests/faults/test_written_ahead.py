"""Edits of which several are written down before they are sent: stopped, late, or taken by another run."""

import json
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from heritage.errors import BatchTaken
from heritage.model.edit import EditState
from heritage.steps.upload_limits import UploadLimits

WORKER = Path(__file__).with_name("upload_worker.py")
EDIT = {"action": "wbeditentity"}
AT_ONCE = UploadLimits(careful=0)


@pytest.fixture
def rush(send, time):
    """An upload to a wiki that sets no pace."""

    def run(batch, **changed):
        return send(batch, **{"limits": AT_ONCE, "pace": SimpleNamespace(slot=time.now)} | changed)

    return run


def states(journal, batch):
    return [entry.state for entry in journal.entries(batch.batch_id)]


def ask_then(*answers):
    """What `held` says, one answer after the other."""
    left = list(answers)
    return lambda _: left.pop(0)() if left else None


def test_edits_are_written_down_together_and_each_is_made_once(sandbox, journal, rush, case):
    batch = case.batch(*case.to_send)
    seen = []
    rush(batch, held=ask_then(lambda: None, lambda: seen.extend(states(journal, batch))))
    assert seen == [EditState.SENDING] * 3, "before the second is sent all three are on the disk"
    assert len(sandbox.edits()) == 3
    assert [entry.attempts for entry in journal.entries(batch.batch_id)] == [1, 1, 1]


def test_what_was_written_down_and_not_sent_waits_as_before_when_an_order_comes(
    sandbox, journal, rush, case, time
):
    batch = case.batch(*case.to_send)
    result = rush(batch, held=ask_then(lambda: None, lambda: "Ada paused it"))
    assert (result.confirmed, result.waiting) == (1, 2)
    waiting = journal.pending(batch.batch_id)
    assert [(one.state, one.attempts, one.sent_at) for one in waiting] == [(EditState.PLANNED, 1, None)] * 2
    assert [one.content for one in waiting] == batch.edits["additions"].to_pylist()[1:]
    assert rush(batch).confirmed == 3
    assert time.waited == [], "nobody has to look for them on the wiki"
    assert len(sandbox.edits()) == 3


def test_no_more_is_written_down_than_may_be_sent(sandbox, journal, rush, case):
    batch = case.batch(*case.to_send)
    seen = []
    rush(batch, limit=2, held=ask_then(lambda: None, lambda: seen.extend(states(journal, batch))))
    assert seen == [EditState.SENDING, EditState.SENDING, EditState.PLANNED]
    assert len(sandbox.edits()) == 2


def test_what_was_written_down_too_long_ago_is_written_down_again(sandbox, journal, rush, case, time):
    batch = case.batch(*case.to_send)
    assert rush(batch, held=ask_then(lambda: None, lambda: time.wait(60))).confirmed == 3
    assert [entry.attempts for entry in journal.entries(batch.batch_id)] == [1, 2, 2]
    assert len(sandbox.edits()) == 3


def test_what_another_run_has_taken_meanwhile_is_not_sent(sandbox, journal, rush, case, time):
    """The other one has looked for it in vain, as long as it could still arrive, and sends it now."""
    batch = case.batch(*case.to_send)

    def other():
        time.wait(AT_ONCE.settle)
        second = journal.entries(batch.batch_id)[1]
        journal.sending(second, second.content, time.now())

    with pytest.raises(BatchTaken):
        rush(batch, held=ask_then(lambda: None, other))
    assert len(sandbox.edits()) == 1


def test_an_edit_whose_item_has_changed_is_compared_and_written_down_again(sandbox, journal, rush, case):
    """Two edits of one item: what the first brings need not be brought by the second."""
    both = ("4", "Q11", case.designated)
    result = rush(case.batch(case.to_send[1], both))
    assert (result.confirmed, dict(result.skipped)) == (1, {"already there": 1})
    assert len(sandbox.edits()) == 1


def test_one_wait_is_enough_for_all_that_was_being_sent_when_a_run_died(sandbox, journal, rush, case, time):
    batch = case.batch(*case.to_send)
    rush(batch, limit=0)
    entries = journal.pending(batch.batch_id)
    journal.sending_together([(entry, entry.content) for entry in entries], time.now())
    began = time.now()
    assert rush(batch).confirmed == 3
    assert time.now() - began <= timedelta(seconds=AT_ONCE.settle + AT_ONCE.look_every)
    assert len(sandbox.edits()) == 3


def test_orders_are_asked_before_the_post_of_a_repetition_too(sandbox, rush, case):
    sandbox.fault("maxlag", match=EDIT)
    result = rush(case.batch(*case.to_send[:1]), held=ask_then(lambda: None, lambda: "Ada paused it"))
    assert (result.confirmed, result.waiting) == (0, 1)
    assert sandbox.edits() == []


def test_the_first_edits_of_every_batch_are_read_back_one_by_one(sandbox, journal, rush, case):
    careful = UploadLimits(careful=2)
    rush(case.batch(*case.to_send), limits=careful, limit=1)
    own = [(f"own {qid}", qid, case.designated) for qid in ("Q13", "Q14", "Q502")]
    both = case.batch(*own, *case.to_send, batch_id="0123456789ab")
    seen = {}

    def look(_):
        confirmed = sum(journal.counts(one.batch_id)[EditState.CONFIRMED] for one in journal.batches())
        seen.setdefault(len(sandbox.edits()), confirmed)

    rush(both, limits=careful, held=look)
    # two of its own one by one, the third not; of the earlier batch, which had one, one more, and with it all
    assert seen == {1: 1, 2: 2, 3: 3, 4: 3, 5: 5}
    assert len(sandbox.edits()) == 6


def test_killed_before_or_after_many_are_written_down_together_each_is_made_once(
    sandbox, journal, tmp_path, case
):
    batch = case.batch(*case.to_send)
    for dies in ("before sending_together", "after sending_together"):
        process = subprocess.run(
            [sys.executable, WORKER, sandbox.api_url, f"sqlite:///{tmp_path}/journal.db", dies],
            env={"PYTHONPATH": ":".join(sys.path), "PATH": ""},
            check=False,
        )
        assert process.returncode == -signal.SIGKILL, dies
        assert sandbox.edits() == []
    assert states(journal, batch) == [EditState.SENDING] * 3
    done = subprocess.run(
        [sys.executable, WORKER, sandbox.api_url, f"sqlite:///{tmp_path}/journal.db", ""],
        env={"PYTHONPATH": ":".join(sys.path), "PATH": ""},
        stdout=subprocess.PIPE,
        check=True,
    )
    assert json.loads(done.stdout)["confirmed"] == 3
    assert len(sandbox.edits()) == 3
