"""What decisions were made on beside their ballots, by digest: terms, seats, times, agenda, votes, pulls."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from heritage.model.digest import digest_json
from heritage.model.governance import Decision, Round, RoundState, Vote

Basis = tuple[tuple[str, str], ...]
_OF_ROUND = "its "
"""What begins with this is the whole round's, everything else one proposal's."""


def basis_of(round_: Round, cast: Iterable[Vote]) -> dict[str, Basis]:
    """What the decision on each proposal of a round is made on, by proposal id.

    `cast` is every vote ever cast in it, in order: what a member answered first is as much on record as what
    counts.
    """
    agenda = [ranked.proposal.proposal_id for ranked in round_.proposals]
    common = {
        "its terms of reference": round_.terms,
        "its seats": round_.seats,
        "its kind and times": (round_.kind, round_.opened_at.isoformat(), round_.closes_at.isoformat()),
        "its agenda": agenda,
    }
    whole: Basis = tuple((what, digest_json(content)) for what, content in common.items())
    found = {item: list(whole) for item in agenda}
    times: Counter[tuple[str, str]] = Counter()
    for vote in cast:
        times[vote.member, vote.proposal_id] += 1
        what = f"vote {times[vote.member, vote.proposal_id]} of member {vote.member}"
        digest = digest_json((vote.member, vote.answer, vote.reason, vote.cast_at.isoformat()))
        found.setdefault(vote.proposal_id, []).append((what, digest))
    for pull in round_.pulls:
        digest = digest_json((pull.member, pull.reason, pull.pulled_at.isoformat()))
        what = f"the pull of member {pull.member}"
        found.setdefault(pull.proposal_id, []).append((what, digest))
    return {item: tuple(parts) for item, parts in found.items()}


def verify_basis(
    log: Iterable[Decision], rounds: Iterable[Round], cast: Mapping[str, Sequence[Vote]]
) -> list[str]:
    """What is not as it was when it was decided on, in order of the log; `cast` as above, by round.

    Decisions from before their basis was kept are passed over: `uncovered` counts them.
    """
    known = {round_.round_id: round_ for round_ in rounds}
    now = {name: basis_of(round_, cast.get(name, ())) for name, round_ in known.items()}
    faults: dict[str, None] = {}
    for line in log:
        round_ = known.get(line.round_id)
        if round_ is None:
            faults[f"Round {line.round_id}, which line {line.number} decided on, is gone."] = None
            continue
        if round_.state is RoundState.OPEN:
            faults[f"Round {line.round_id} stands in the log as decided and was opened again."] = None
        if line.basis:
            stands = dict(now[line.round_id].get(line.proposal_id, ()))
            faults |= dict.fromkeys(_differences(line, stands))
    return list(faults)


def uncovered(log: Iterable[Decision]) -> int:
    """How many decisions are from before their basis was kept."""
    return sum(not line.basis for line in log)


def _differences(line: Decision, stands: Mapping[str, str]) -> Iterable[str]:
    written = dict(line.basis)
    for what in [*written, *(what for what in stands if what not in written)]:
        if written.get(what) == stands.get(what):
            continue
        where = f"Round {line.round_id}: {what}"
        if not what.startswith(_OF_ROUND):
            where += f" on proposal {line.proposal_id}"
        if what not in stands:
            yield f"{where} is gone."
        elif what not in written:
            yield f"{where} was added after the decision."
        else:
            yield f"{where}: not what was decided on."
