"""Every approved edit reaches the wiki exactly once, whatever happens on the way."""

import json
import re
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from heritage.errors import BatchTaken, WikiBusy, WikiStopped
from heritage.model.edit import EditState
from heritage.statements.live import parse_entity
from heritage.steps.upload import upload
from heritage.steps.upload_limits import UploadLimits
from wikibase_sandbox.testing import running

EDIT = {"action": "wbeditentity"}
NEW = EDIT | {"new": "item"}


def edits_made(sandbox):
    """Edit id to how often it stands in the history of the wiki."""
    found = (re.search(r"edit ([0-9a-f]{16})\)", edit["comment"]) for edit in sandbox.edits())
    return Counter(match[1] for match in found if match)


def once(batch):
    return dict.fromkeys(batch.edits["edit_id"].to_pylist(), 1)


def test_a_batch_is_sent_read_back_and_written_down(sandbox, journal, send, case):
    batch = case.batch(*case.to_send)
    result = send(batch)
    assert (result.confirmed, result.waiting, result.skipped, result.sent_now) == (3, 0, {}, 3)
    assert edits_made(sandbox) == once(batch)
    [new] = [edit["entity_id"] for edit in sandbox.edits() if "create" in edit["comment"]]
    assert {e.record_id: e.qid for e in journal.entries(batch.batch_id)} == {"1": new, "2": "Q11", "3": "Q12"}
    made = parse_entity(sandbox.entity(new))
    assert (made.labels, made.descriptions) == (case.made.labels, case.made.descriptions)
    assert [s.references for s in made.statements] == [(case.reference,)]
    assert parse_entity(sandbox.entity("Q12")).statements[0].references == (case.reference,)


def test_the_summary_tells_dataset_batch_decision_and_edit_and_the_edits_are_marked_as_a_bots(
    sandbox, send, case
):
    batch = case.batch(*case.to_send)
    send(batch)
    for edit in sandbox.edits():
        assert re.search(
            r"Towers: (new item|add \S.*) \(batch abcdef012345, decision 7, edit [0-9a-f]{16}\) "
            r"\(\[\[:toolforge:editgroups/b/CB/abcdef012345\|details\]\]\)$",
            edit["comment"],
        )
        assert edit["bot"]


def test_running_again_does_nothing(sandbox, send, case):
    batch = case.batch(*case.to_send)
    send(batch)
    again = send(batch)
    assert (again.confirmed, again.sent_now) == (3, 0)
    assert edits_made(sandbox) == once(batch)


@pytest.mark.parametrize(
    ("fault", "after"),
    [
        ("lost-response", 0),
        ("lost-response", 1),
        ("lost-response", 2),
        ("timeout", 0),
        ("http-504-saved", 0),
        ("lost-request", 0),
        ("http-503", 1),
        ("nonjson", 2),
    ],
)
def test_a_lost_answer_neither_loses_nor_doubles_an_edit(sandbox, send, case, fault, after):
    sandbox.fault(fault, after=after, match=EDIT)
    batch = case.batch(*case.to_send)
    assert send(batch, **case.hurried(sandbox.api_url, fault)).confirmed == 3
    assert edits_made(sandbox) == once(batch)


def test_a_lost_creation_is_found_although_the_search_lags(sandbox, send, case):
    sandbox.fault("search-lag", times=None)
    sandbox.fault("lost-response", match=NEW)
    batch = case.batch(*case.to_send)
    assert send(batch).confirmed == 3
    assert edits_made(sandbox) == once(batch)


def test_a_lost_creation_is_not_repeated_before_it_cannot_arrive_any_more(sandbox, send, case, time):
    sandbox.fault("lost-request", match=NEW)
    send(case.batch(*case.to_send[:1]))
    assert sum(time.waited) >= UploadLimits().settle
    assert len(sandbox.edits()) == 1


def test_a_slow_login_before_the_lost_request_does_not_shorten_the_wait(
    sandbox, journal, time, case, monkeypatch, pace
):
    sandbox.fault("lost-request", match=NEW)
    wiki = case.wiki_at(sandbox.api_url)
    create = wiki.create

    def after_a_slow_login(data, summary):
        if not time.waited:
            time.wait(200)
        return create(data, summary)

    monkeypatch.setattr(wiki, "create", after_a_slow_login)
    batch = case.batch(*case.to_send[:1])
    upload(
        batch,
        journal=journal,
        writer=wiki,
        clock=time,
        wait=time.wait,
        limits=UploadLimits(),
        permitted=lambda: None,
        pace=pace(60),
    )
    assert sum(time.waited) >= 200 + UploadLimits().settle
    assert edits_made(sandbox) == once(batch)


def test_a_creation_lost_in_an_earlier_form_is_found_before_the_record_is_made_again(
    sandbox, journal, send, case
):
    sandbox.fault("search-lag", times=None)
    record_id, _, made = case.to_send[0]
    first = case.batch((record_id, None, made))
    sandbox.fault("lost-response", times=None, match=NEW)
    sandbox.fault("http-503", times=None, match={"list": "usercontribs"})
    with pytest.raises(WikiBusy):
        send(first)
    sandbox.clear_faults()
    sandbox.fault("search-lag", times=None)
    renamed = replace(made, labels={"en": "South Tower, restored"})
    result = send(case.batch((record_id, None, renamed), batch_id="0123456789ab"))
    assert result.skipped == {"has an item now": 1}
    assert edits_made(sandbox) == once(first)
    assert journal.counts(first.batch_id)[EditState.CONFIRMED] == 1


@pytest.mark.parametrize(
    "fault", ["maxlag", "readonly", "ratelimited", "http-429", "edit-conflict", "badtoken", "session-loss"]
)
def test_a_wiki_that_is_busy_for_a_moment_gets_the_edit_later(sandbox, send, case, fault):
    sandbox.fault(fault, times=2, after=1, match=EDIT)
    batch = case.batch(*case.to_send)
    assert send(batch).confirmed == 3
    assert edits_made(sandbox) == once(batch)


def test_the_wiki_says_how_long_to_wait(sandbox, send, case, time):
    sandbox.fault("http-429", match=EDIT)
    send(case.batch(*case.to_send[:1]))
    assert 7 in time.waited


def test_a_wiki_that_stays_busy_ends_the_run_and_the_next_goes_on(sandbox, send, case):
    sandbox.fault("readonly", times=None, match=EDIT)
    batch = case.batch(*case.to_send)
    with pytest.raises(WikiBusy):
        send(batch)
    sandbox.clear_faults()
    assert send(batch).confirmed == 3
    assert edits_made(sandbox) == once(batch)


def test_answers_that_stay_unclear_open_the_circuit_breaker_and_the_next_run_looks_first(sandbox, send, case):
    sandbox.fault("nonjson", times=None, match=EDIT)
    batch = case.batch(*case.to_send)
    with pytest.raises(WikiStopped, match="in a row"):
        send(batch)
    sandbox.clear_faults()
    assert send(batch).confirmed == 3
    assert edits_made(sandbox) == once(batch)


def test_writes_keep_their_pace(send, case, time):
    send(case.batch(*case.to_send), per_minute=15)
    assert time.waited == [4, 4]


def test_a_pilot_stops_after_its_edits_and_stays_stopped_until_the_limit_is_raised(sandbox, send, case):
    batch = case.batch(*case.to_send)
    assert send(batch, limit=2).waiting == 1
    assert send(batch, limit=2).sent_now == 0
    assert len(sandbox.edits()) == 2
    assert send(batch).confirmed == 3


def test_a_dry_run_writes_nothing_anywhere(sandbox, journal, look, case):
    batch = case.batch(*case.to_send, ("4", "Q999", case.designated))
    result = look(batch)
    assert (result.waiting, result.confirmed, result.skipped) == (3, 0, {"not there": 1})
    assert sandbox.edits() == []
    assert sandbox.requests()["writes"] == 0
    assert journal.batches() == []


def test_what_an_earlier_batch_left_undone_is_sent_when_it_is_approved_again(sandbox, journal, send, case):
    first = case.batch(*case.to_send)
    send(first, limit=1)
    send(case.batch(*case.to_send[:2], batch_id="0123456789ab"))
    assert journal.counts(first.batch_id)[EditState.CONFIRMED] == 2
    assert len(sandbox.edits()) == 2, "what is not approved any more is not sent"
    send(case.batch(*case.to_send, batch_id="0123456789ab"))
    assert edits_made(sandbox) == once(first)


def test_two_runs_at_once_do_not_send_twice(sandbox, journal, send, case):
    batch = case.batch(*case.to_send)
    send(batch, limit=0)
    [stale, *_] = journal.pending(batch.batch_id)
    send(batch)
    with pytest.raises(BatchTaken):
        journal.sending(stale, stale.content, stale.sent_at)
    assert edits_made(sandbox) == once(batch)


WORKER = Path(__file__).with_name("upload_worker.py")


def worker(sandbox, tmp_path, dies=""):
    return subprocess.Popen(
        [sys.executable, WORKER, sandbox.api_url, f"sqlite:///{tmp_path}/journal.db", dies],
        env={"PYTHONPATH": ":".join(sys.path), "PATH": ""},
        stdout=subprocess.PIPE,
        text=True,
    )


def ends(process):
    out, _ = process.communicate(timeout=300)
    return process.returncode, out


def test_killed_at_every_step_in_turn_each_edit_is_made_once(sandbox, journal, tmp_path, case):
    batch = case.batch(*case.to_send)
    deaths = [
        "after sending",
        "after create",
        "after confirmed",
        "before add",
        "after add",
        "before confirmed",
    ]
    for dies in deaths:
        code, out = ends(worker(sandbox, tmp_path, dies))
        assert code == -signal.SIGKILL, (dies, out)
    code, out = ends(worker(sandbox, tmp_path))
    assert (code, json.loads(out)["confirmed"]) == (0, 3)
    assert edits_made(sandbox) == once(batch)


def test_killed_before_or_after_many_edits_are_confirmed_together_each_is_made_once(
    sandbox, journal, tmp_path, case
):
    batch = case.batch(*case.to_send)
    for dies, confirmed in (("before confirmed_together", 0), ("after confirmed_together", 3)):
        code, out = ends(worker(sandbox, tmp_path, dies))
        assert code == -signal.SIGKILL, (dies, out)
        assert len(sandbox.edits()) == 3
        assert journal.counts(batch.batch_id)[EditState.CONFIRMED] == confirmed
    code, out = ends(worker(sandbox, tmp_path))
    assert (code, json.loads(out)["confirmed"]) == (0, 3)
    assert edits_made(sandbox) == once(batch)


def test_killed_while_the_wiki_saves_the_item_is_not_made_again(sandbox, journal, tmp_path, case):
    sandbox.fault("timeout", match=NEW)
    with worker(sandbox, tmp_path) as process:
        while not sandbox.edits():
            assert process.poll() is None
        process.kill()
    code, out = ends(worker(sandbox, tmp_path))
    assert (code, json.loads(out)["confirmed"]) == (0, 3)
    assert edits_made(sandbox) == once(case.batch(*case.to_send))


def test_a_wiki_that_cannot_be_connected_to_has_saved_nothing(tmp_path, case):
    with running(tmp_path / "wiki.sqlite") as sandbox:
        wiki = case.wiki_at(sandbox.api_url)
        wiki.create({"labels": {"en": {"language": "en", "value": "North Tower"}}}, "made")
    with pytest.raises(WikiBusy, match="cannot be connected to"):
        wiki.create({"labels": {"en": {"language": "en", "value": "East Tower"}}}, "made")


def test_a_write_whose_login_took_too_long_is_not_sent(sandbox, case, monkeypatch):
    wiki = case.wiki_at(sandbox.api_url)
    wiki.read(["Q11"])
    monkeypatch.setattr("heritage.adapters.wikibase.wiki.time", SimpleNamespace(time=lambda: 0.0))
    with pytest.raises(WikiBusy, match="nothing was sent"):
        wiki.create({"labels": {"en": {"language": "en", "value": "North Tower"}}}, "made")
    assert sandbox.edits() == []
