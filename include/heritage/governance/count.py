"""Counts a round as the next lines of a log."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from heritage.governance.ballot import counting
from heritage.governance.basis import Basis
from heritage.governance.decide import decide
from heritage.governance.quarter import quarter_before
from heritage.governance.settings import GovernanceSettings
from heritage.model.governance import Decision, Round, Vote


def count(
    round_: Round,
    cast: Iterable[Vote],
    log: Sequence[Decision],
    rounds: Iterable[Round],
    now: GovernanceSettings,
    at: datetime,
    *,
    stale: Mapping[str, str],
    returned: str,
    basis: Mapping[str, Basis] = MappingProxyType({}),
) -> list[Decision]:
    """What `decide` comes to after all lines of `log`, in the quarter that they have begun; `rounds` have
    their ballots, and the last vote of each member on a proposal counts."""
    return decide(
        round_,
        counting(cast),
        now,
        at,
        log[-1] if log else None,
        quarter=quarter_before(at, log, rounds),
        stale=stale,
        returned=returned,
        basis=basis,
    )
