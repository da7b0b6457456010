"""Random uploads among faults, many of them: `python tests/faults/many_runs.py 2000 --seed 1`.

Prints runs, faults that struck, processes killed, edits, and how many of these were lost or doubled. The exit
code is 1 when there is one; then the plan that led to it is told.
"""

import argparse
import logging
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2] / "include")]
from fault_runs import House, Outcome, Plan, Run, house, plans

A_HOUSE = 100
"""Runs on one wiki; then a new one, for its history is read again and again."""


def main() -> int:
    """Runs them and prints the figures."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("runs", type=int)
    arguments.add_argument("--seed", type=int, default=1)
    given_ = arguments.parse_args()
    logging.disable(logging.CRITICAL)
    outcomes: list[tuple[Plan, Outcome]] = []
    began = time.monotonic()
    for number, start in enumerate(range(0, given_.runs, A_HOUSE)):
        with tempfile.TemporaryDirectory() as folder, house(Path(folder)) as home:
            play(home, min(A_HOUSE, given_.runs - start), given_.seed * 1_000_000 + number, outcomes)
        tell(outcomes, time.monotonic() - began)
    return tell(outcomes, time.monotonic() - began, whole=True)


def play(home: House, runs: int, start: int, outcomes: list[tuple[Plan, Outcome]]) -> None:
    """So many plans, drawn from this seed."""
    quietly = settings(
        max_examples=runs,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    @seed(start)
    @quietly
    @given(plans)
    def run(plan: Plan) -> None:
        outcome = Run(home, plan).play()
        outcomes.append((plan, outcome))
        if outcome.faulty:
            print(f"{plan}\n  {outcome.faulty}", flush=True)

    run()


def tell(outcomes: list[tuple[Plan, Outcome]], seconds: float, *, whole: bool = False) -> int:
    """The figures until now; gives the exit code."""
    total = [outcome for _, outcome in outcomes]
    lost, doubled, differ = (
        sum(len(getattr(one, what)) for one in total) for what in ("lost", "doubled", "differences")
    )
    print(
        f"{len(total)} runs in {seconds:.0f} s: {sum(one.faults for one in total)} faults struck, "
        f"{sum(one.kills for one in total)} processes killed, {sum(one.events for one in total)} times "
        f"others came between; {sum(one.edits for one in total)} edits approved: "
        f"{sum(one.confirmed for one in total)} on the wiki once, "
        f"{sum(one.skipped.total() for one in total)} listed with their reason, {lost} lost, "
        f"{doubled} doubled; {differ} differences between journal and wiki",
        flush=True,
    )
    if not whole:
        return 0
    reasons = sum((outcome.skipped for outcome in total), Counter())
    for reason, times in reasons.most_common():
        print(f"  skipped {times}: {reason}")
    return 1 if any(outcome.faulty for outcome in total) else 0


if __name__ == "__main__":
    sys.exit(main())
