"""The permissions on record whose end closes something, from the stores that the settings name."""

from heritage.adapters.clock import SystemClock
from heritage.errors import StoreDamaged
from heritage.licence.ending import closes
from heritage.licence.gate import Facts
from heritage.ports.files import SnapshotStore
from heritage.ports.health import Ending
from heritage.spec.source import SourceSpec
from heritage.steps.judge_licence import facts_now, facts_of
from heritage.wiring.leaving import described_sources
from heritage.wiring.licences import licence_rules
from heritage.wiring.settings import Settings
from heritage.wiring.stores import snapshot_store

_NUMBER = 12
"""So many letters of a hash are enough for `heritage permission revoke`."""


def permission_endings(settings: Settings) -> tuple[Ending, ...]:
    """Those that end, or have ended, without another that opens the same, the first to end first. What was
    revoked is not among them, nor what speaks of a dataset that nobody describes."""
    rules, today = licence_rules(settings), SystemClock().now().date()
    with_end = [one for one in rules.permissions if one.valid_until]
    described = described_sources(settings) if with_end else {}
    store = snapshot_store(settings)
    found = [
        Ending(one.dataset, one.target.value, one.kind.value, one.hash[:_NUMBER], one.valid_until)
        for one in with_end
        if one.valid_until
        and (spec := described.get(one.dataset))
        and closes(one, _facts(spec, store), rules.licences, rules.permissions, today=today)
    ]
    return tuple(sorted(found, key=lambda one: (one.ends, one.dataset, one.target)))


def _facts(spec: SourceSpec, store: SnapshotStore) -> Facts:
    """As far as they can be read: a register that cannot is told as that."""
    try:
        return facts_now(spec, store)
    except StoreDamaged:
        return facts_of(spec, "")
