"""Whatever others do between an upload and its undo, and however often the undo dies: the wiki is as before,
except what others changed, which is told."""

import logging
from collections.abc import Mapping
from typing import Any

import pytest
from fault_runs import FAULTS, ONLY, Death, Event, House, Life, Plan, Run, house
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heritage.adapters.database.undone import SqlUndoneEdits
from heritage.ports.orders import UndoState

CHANGES = ("removes ours", "changes ours", "adds another", "adds the same", "adds a name", "protects")
deaths = st.none() | st.builds(Death, st.integers(1, 20), st.sampled_from(["before", "after"]))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory):
    with house(tmp_path_factory.mktemp("house")) as home:
        yield home


def said(entity: Mapping[str, Any]) -> dict[str, Any]:
    """What an item says, each statement and name for itself."""
    claims = [claim for group in entity["claims"].values() for claim in group]
    names = {("label", lang): term["value"] for lang, term in entity["labels"].items()}
    names |= {("alias", lang, one["value"]): True for lang, some in entity["aliases"].items() for one in some}
    return {claim["id"]: claim for claim in claims} | names


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    edits=st.lists(st.sampled_from(["statements", "names", "reference"]), min_size=1, max_size=4).map(tuple),
    others=st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 3)), max_size=4),
    dies=st.lists(deaths, max_size=3),
    fault=st.none() | st.sampled_from(FAULTS),
)
def test_an_undo_leaves_what_others_did_and_nothing_else(home: House, edits, others, dies, fault) -> None:
    logging.disable(logging.CRITICAL)
    run = Run(home, Plan(edits, ()))
    sandbox = home.sandbox
    before = {qid: said(sandbox.entity(qid)) for qid in run.items}
    run.live(Life())
    after = {qid: said(sandbox.entity(qid)) for qid in run.items}
    for what, edit in others:
        run.happen(Event(0, what, edit))
    meanwhile = {qid: said(sandbox.entity(qid)) for qid in run.items}
    protected = {run.items[edit] for what, edit in others if what == "protects" and edit < len(edits)}
    for death in dies:
        if fault:
            sandbox.fault(fault, times=2, match=ONLY["write"])
        run.take_back(Life(death=death))
        sandbox.clear_faults()
    run.take_back(Life())
    logging.disable(logging.NOTSET)

    notes = {note.edit_id: note for note in SqlUndoneEdits(run.engine).entries(run.batch.batch_id)}
    for qid, edit_id in zip(run.items, run.batch.edits["edit_id"].to_pylist(), strict=True):
        ours_untouched = {
            key
            for key, value in after[qid].items()
            if before[qid].get(key) != value and meanwhile[qid].get(key) == value
        }
        expected = {
            key: before[qid].get(key) if key in ours_untouched else value
            for key, value in meanwhile[qid].items()
        }
        expected = {key: value for key, value in expected.items() if value is not None}
        changed = {k for k in after[qid] if before[qid].get(k) != after[qid][k]} - ours_untouched
        note, now = notes[edit_id], said(sandbox.entity(qid))
        if qid in protected and ours_untouched:
            assert (now, note.state) == (meanwhile[qid], UndoState.LEFT)
        elif "reference" in edits and changed:  # our reference goes also from what others changed otherwise
            assert {k: v for k, v in now.items() if k not in changed} == {
                k: v for k, v in expected.items() if k not in changed
            }
        else:
            assert now == expected
            assert note.state in (UndoState.UNDONE, UndoState.PARTLY, UndoState.LEFT)
            still_there = [key for key in changed if key in now]
            assert bool(still_there) == (note.state is not UndoState.UNDONE), note
