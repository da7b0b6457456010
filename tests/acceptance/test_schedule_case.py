"""Case 19 of the domain details, part f, with its numbers."""

import pytest

from heritage.schedule.arrange import arrange
from heritage.schedule.plan import Status, Tier
from heritage.schedule.problem import pose
from heritage.schedule.solver import CpSat
from schedule_examples import WEIGHING, job, room, wrong

HELPDESK = [12, 4, 4, 12, 4, 4, 4, 4]
JOBS = [
    job("found", 2_000, 4),
    job("risk", 4_000, 10, tier=Tier.EMERGENCY),
    job("wlm", 12_000, 16, 2, due=5, after=["found"]),
    job("big", 30_000, 30, 3, after=["found"]),
    job("gl", 3_000, 8),
]
BOTH = pytest.mark.parametrize("solve", [CpSat(WEIGHING, 1), None], ids=["solver", "greedy"])


@BOTH
def test_every_batch_starts_in_the_week_of_the_case(solve):
    problem = pose(JOBS, room([10_000] * 8, [24 - hours for hours in HELPDESK]), quarter_weeks=13)
    plan = arrange(problem, WEIGHING, solve, 8)
    assert plan.starts == {"risk": 0, "found": 1, "gl": 1, "wlm": 2, "big": 4}
    assert wrong(problem, plan.starts) == []
    assert plan.status is (Status.OPTIMAL if solve else Status.GREEDY)


@BOTH
@pytest.mark.parametrize("what", ["edits", "hours"])
def test_without_capacity_in_the_first_weeks_nothing_starts_before_the_fourth(solve, what):
    edits, hours = [10_000] * 12, [24 - hour for hour in [*HELPDESK, 4, 4, 4, 4]]
    (edits if what == "edits" else hours)[:3] = [0, 0, 0]
    problem = pose(JOBS, room(edits, hours), quarter_weeks=13)
    plan = arrange(problem, WEIGHING, solve, 8)
    assert min(plan.starts.values()) == 3
    assert plan.starts.keys() == {one.id for one in JOBS}
    assert wrong(problem, plan.starts) == []
