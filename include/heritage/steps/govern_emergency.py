"""The emergency lane: one proposal that cannot wait for a regular round."""

from collections.abc import Sequence
from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc

from heritage.errors import GovernanceError
from heritage.governance.acting import check_acting
from heritage.governance.agenda import type_of
from heritage.governance.lengths import TEXT, check_lengths
from heritage.governance.settings import GovernanceSettings
from heritage.model.edit import Kind
from heritage.model.evidence import Level
from heritage.model.governance import ActionEntry, DecisionType, Proposal, Ranked, Round, RoundKind
from heritage.ports.actions import ActionLog
from heritage.ports.clock import Clock
from heritage.ports.decisions import DecisionStore
from heritage.ports.files import SnapshotStore
from heritage.statements.selection import select
from heritage.steps.govern_rounds import OPENERS, keep_round


def open_emergency(
    ranked: Sequence[Ranked],
    by: str,
    proposal_id: str,
    reason: str,
    *,
    official: bool,
    store: SnapshotStore,
    decisions: DecisionStore,
    actions: ActionLog,
    clock: Clock,
    settings: GovernanceSettings,
) -> Round:
    """Puts one proposal of the newest ranking to the chair and the members at once.

    It must have passed its gates, and either hold a record that is critical with high confidence or be
    `official`ly requested; the reason goes on record. Raises GovernanceError saying what is missing.
    """
    now = clock.now()
    check_acting(settings, by, OPENERS, now.date(), "open an emergency round")
    if not reason.strip():
        raise GovernanceError("Say why this cannot wait for a regular round: it is put on record.")
    check_lengths(TEXT, reason=reason.strip())
    item = next((one for one in ranked if one.proposal.proposal_id == proposal_id), None)
    if item is None:
        raise GovernanceError(
            f"{proposal_id!r} is not in the newest ranking, or a gate keeps it back: no emergency passes a "
            "gate of licence, protection, quality or ethics. Take the missing step that the report names."
        )
    if type_of(item.proposal) is not DecisionType.PRIORITY or not item.proposal.admitted:
        raise GovernanceError(
            f"{item.proposal.title!r} cannot be decided as an emergency: questions on licences, on "
            "protection and on rules go to the whole body."
        )
    if not official and not critical_records(item.proposal, store):
        raise GovernanceError(
            f"No record of {item.proposal.title!r} is critical with high confidence: an emergency needs "
            "one, or an official request."
        )
    if any(
        round_.kind is RoundKind.EMERGENCY and round_.proposals[0].proposal.proposal_id == proposal_id
        for round_ in decisions.open_rounds()
    ):
        raise GovernanceError(f"{item.proposal.title!r} is in an emergency round already: vote there.")
    opened = keep_round(
        [item],
        settings.seats(now.date()),
        RoundKind.EMERGENCY,
        now + timedelta(hours=settings.emergency.hours),
        decisions,
        settings,
        now,
    )
    why = f"{'Official request' if official else 'Critical'}: {reason.strip()}"
    actions.add(ActionEntry(now, by, "open emergency", opened.round_id, why))
    return opened


def critical_records(proposal: Proposal, store: SnapshotStore) -> int:
    """How many records of a proposal's edits are critical with high confidence."""
    try:
        edits = store.read_table(proposal.dataset, proposal.snapshot, "edits", inputs=proposal.edits_digest)
        risk = store.read_table(
            proposal.dataset, proposal.snapshot, "risk", ["record_id", "level", "confidence"]
        )
    except FileNotFoundError:
        return 0
    chosen = select(edits, [Kind(proposal.kind)], proposal.scope, proposal.region)
    for column, wanted in (("level", Level.CRITICAL.value), ("confidence", "high")):
        risk = risk.filter(pc.is_in(risk[column], pa.array([wanted])))
    return chosen.filter(pc.is_in(chosen["record_id"], risk["record_id"].combine_chunks())).num_rows
