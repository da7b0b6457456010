"""Which field of a line of the log was changed after it was written, where that can be told."""

from collections.abc import Sequence
from dataclasses import fields, replace

from heritage.governance.log import chain, fields_of
from heritage.governance.replay import recount
from heritage.model.governance import Decision, Round, Vote


def altered_fields(
    log: Sequence[Decision], position: int, rounds: Sequence[Round], cast: Sequence[Vote]
) -> tuple[str, ...]:
    """The names of the fields of the line at `position` (from 0) that are not what was written; empty when
    that cannot be told.

    The hash proves a single field: put back to what the ballot, the terms and the votes `cast` in its round
    come to, it gives the hash that stands. Where none does, all that differ from such a count are named.
    """
    line = log[position]
    if position + 1 < len(log) and chain(line.prev_hash, fields_of(line)) == log[position + 1].prev_hash:
        return ("hash",)
    before = log[position - 1].hash if position else line.prev_hash
    if chain(before, fields_of(line)) == line.hash:
        return ("prev_hash",)
    if line.effective and _proves(replace(line, decided_at=line.effective), line):
        return ("decided_at",)
    own = next((one for one in rounds if _decides(one, line)), None)
    if own is None or not own.terms:
        return ()
    written = next(
        (one for one in recount(log, rounds, own, cast) if one.proposal_id == line.proposal_id), None
    )
    if written is None:
        return ()
    names = (field.name for field in fields(Decision) if field.name not in ("hash", "prev_hash"))
    differ = [name for name in names if getattr(line, name) != getattr(written, name)]
    for name in differ:
        if _proves(replace(line, **{name: getattr(written, name)}), line):
            return (name,)
    if not differ:
        return ("decided_at",)  # nothing else is taken from the line itself
    return tuple(differ)


def _proves(mended: Decision, line: Decision) -> bool:
    return chain(mended.prev_hash, fields_of(mended)) == line.hash


def _decides(round_: Round, line: Decision) -> bool:
    return any(ranked.proposal.proposal_id == line.proposal_id for ranked in round_.proposals) and (
        round_.round_id == line.round_id
    )
