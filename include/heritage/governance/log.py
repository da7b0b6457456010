"""The decision log: every line carries the hash of the line before, so that none can be bent unseen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, asdict
from dataclasses import fields as dataclass_fields
from typing import Any

from heritage.model.digest import digest_json
from heritage.model.governance import Decision, Proposal, Ranked, Round, RoundState, Seal

BEGINNING = "0" * 64
"""What the first line follows."""
_LATER = {field.name: field.default for field in dataclass_fields(Decision) if field.default is not MISSING}
_UNSAID = object()
_LATER_IN_PROPOSALS = ("licence", "region", "under_covered", "publisher", "supersedes", "weights")


def chain(prev_hash: str, fields: Mapping[str, Any]) -> str:
    """The hash of a line: SHA-256 over its fields and the hash of the line before."""
    return digest_json({**fields, "prev_hash": prev_hash})


def inputs_hash(ranked: Ranked) -> str:
    """What a decision is bound to: the proposal with its content hash, gates, rehearsal and place."""
    content = asdict(ranked)
    for later in _LATER_IN_PROPOSALS:
        if not content["proposal"][later]:
            del content["proposal"][later]  # it came later: what was decided before keeps its hash
    for later in ("stopped", "violations"):
        if not content["proposal"]["rehearsal"][later]:
            del content["proposal"]["rehearsal"][later]  # likewise
    return digest_json(content)


def fields_of(decision: Decision) -> dict[str, Any]:
    """Everything that a line says, without its two hashes. What came later is left out where it says
    nothing, so that lines from before it keep their hash."""
    fields = asdict(decision)
    del fields["prev_hash"], fields["hash"]
    if decision.basis:
        fields["basis"] = digest_json(fields["basis"])  # everybody may read this, and hash the line with it
    return {name: value for name, value in fields.items() if value != _LATER.get(name, _UNSAID)}


def verify(log: Sequence[Decision]) -> list[str]:
    """What is broken in the log, in its order; empty when every line is as it was written.

    Lines cut off at the end leave no trace in the chain itself: `verify_rounds` finds them.
    """
    faults = []
    before = BEGINNING
    for position, decision in enumerate(log, start=1):
        where = f"Line {position} of the decision log (decision {decision.number})"
        if decision.prev_hash != before or decision.number != position:
            faults.append(f"{where} does not follow the line before: a line was removed, added or moved.")
        if decision.hash != chain(decision.prev_hash, fields_of(decision)):
            faults.append(f"{where} was changed after it was written.")
        before = decision.hash
    return faults


def verify_seals(log: Sequence[Decision], seals: Iterable[Seal]) -> list[str]:
    """Where the log is not what was kept of it elsewhere: cut off, or another one."""
    faults = []
    for seal in seals:
        day = f"{seal.kept_at[:16].replace('T', ' ')} UTC"
        if seal.number > len(log):
            faults.append(
                f"The decision log is shorter than what was published on {day}: it had {seal.number} "
                f"decisions then and has {len(log)} now."
            )
        elif log[seal.number - 1].hash != seal.hash:
            faults.append(
                f"Line {seal.number} of the decision log is another one than was published on {day}."
            )
    return faults


def balloted(rounds: Iterable[Round]) -> dict[tuple[str, str], Proposal]:
    """What was put to the vote, by round and proposal id."""
    return {
        (round_.round_id, ranked.proposal.proposal_id): ranked.proposal
        for round_ in rounds
        for ranked in round_.proposals
    }


def verify_rounds(log: Sequence[Decision], rounds: Iterable[Round]) -> list[str]:
    """Ballots that the log does not stand for: changed after the vote, or closed without a decision."""
    decided = {(d.round_id, d.proposal_id): d for d in log}
    faults = []
    for round_ in rounds:
        for ranked in round_.proposals:
            where = f"proposal {ranked.proposal.proposal_id} of round {round_.round_id}"
            decision = decided.get((round_.round_id, ranked.proposal.proposal_id))
            if decision is None:
                if round_.state is RoundState.CLOSED:
                    faults.append(f"The log has no decision on {where}, which is closed.")
            elif decision.inputs_hash != inputs_hash(ranked):
                faults.append(
                    f"Line {decision.number} of the decision log decided on another version of {where}."
                )
    return faults
