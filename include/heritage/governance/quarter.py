"""What was committed in a quarter of a year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from heritage.governance.appeals import made_void
from heritage.governance.log import balloted
from heritage.model.governance import Decision, DecisionType, Result, Round


@dataclass(frozen=True, slots=True)
class Quarter:
    """Reviewer-hours that were committed in this quarter before, and whether the body has waived the share
    kept for what is covered least."""

    well_covered: float = 0.0
    under_covered: float = 0.0
    waived: bool = False


NOTHING_BEFORE = Quarter()


def quarter_before(at: datetime, log: Iterable[Decision], rounds: Iterable[Round]) -> Quarter:
    """What the lines of `log` have committed in the quarter of `at`; `rounds` have the ballots."""
    ballots = balloted(rounds)
    log = list(log)
    void = made_void(log)
    well = under = 0.0
    waived = False
    for line in log:
        same = _quarter(datetime.fromisoformat(line.decided_at)) == _quarter(at)
        proposal = ballots.get((line.round_id, line.proposal_id))
        if not same or line.result is not Result.APPROVED or proposal is None:
            continue
        waived |= line.type is DecisionType.PORTFOLIO and line.number not in void
        if proposal.under_covered:
            under += proposal.reviewer_hours
        else:
            well += proposal.reviewer_hours
    return Quarter(well, under, waived)


def _quarter(at: datetime) -> tuple[int, int]:
    return at.year, (at.month - 1) // 3
