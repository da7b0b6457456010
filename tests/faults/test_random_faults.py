"""Random uploads among faults: nothing is lost, nothing is doubled, and the journal says what the wiki says.

`many_runs.py` beside this file does the same thousands of times.
"""

import logging

import pytest
from fault_runs import Death, Event, House, Life, Plan, Run, Struck, house, plans
from hypothesis import HealthCheck, example, given, settings

LOST_CREATION = Plan(("bare", "bare"), (Life(lost=((1, 60),)), Life(death=Death(2, "late", 59)), Life()))
TWO_AT_ONCE = Plan(
    ("bare", "statements", "names"),
    tuple(Life(events=(Event(call, "second scheduler", 0),)) for call in (5, 9, 12)),
)
OTHERS = Plan(
    ("statements", "names", "reference", "new"),
    (
        Life(events=(Event(8, "merges", 0), Event(12, "deletes", 1), Event(14, "removes ours", 2))),
        Life(faults=(Struck("session-loss", 2, 0, "write"), Struck("maxlag", 8, 0, "write"))),
    ),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory):
    with house(tmp_path_factory.mktemp("house")) as home:
        yield home


@example(plan=LOST_CREATION)
@example(plan=TWO_AT_ONCE)
@example(plan=OTHERS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(plan=plans)
def test_every_approved_edit_is_made_once_or_listed_with_its_reason(home: House, plan: Plan) -> None:
    logging.disable(logging.CRITICAL)
    try:
        outcome = Run(home, plan).play()
    finally:
        logging.disable(logging.NOTSET)
    assert outcome.faulty == []
    assert outcome.confirmed + outcome.skipped.total() == len(plan.edits)
