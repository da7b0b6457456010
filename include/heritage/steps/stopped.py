"""Batches that the licence gate has stopped: it is asked again before each is sent."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from heritage.licence.gate import GateAnswer, allowed_kinds
from heritage.licence.permission import Target
from heritage.model.edit import Kind
from heritage.model.governance import LicenceAnswer
from heritage.ports.decisions import Batch, Ground
from heritage.ports.overview import Stopped
from heritage.ports.permissions import GateResult
from heritage.steps.govern_standing import Approved
from heritage.steps.rank_gates import licence_gate
from heritage.steps.rank_words import KIND_WORDS

_AGAIN = (
    "The body decided under {before}; the next round brings the proposal to it again, and nothing is sent "
    "before."
)
_GOES_ON = "Nothing has to be decided anew: the next upload sends what waits."


@dataclass(frozen=True, slots=True)
class Judged:
    """What the licence gate answers about a dataset now, for each kind of information, and what is on record
    of its answers, oldest first."""

    dataset: str
    title: str
    openings: Mapping[Kind, GateAnswer]
    results: Sequence[tuple[datetime, GateResult]]


def stopped(batch: Batch, waiting: int, judged: Judged) -> Stopped | None:
    """Why the `waiting` edits of a batch are not sent, None when the gate lets them out as it did.

    A batch stops as a whole when one of its kinds is kept back, or when the licence is another than each that
    the batch was planned under: see `plan_upload.still_free`.
    """
    grounds = [ground for ground in batch.grounds if Kind(ground.kind) in judged.openings]
    now = {Kind(ground.kind): judged.openings[Kind(ground.kind)] for ground in grounds}
    known = {(Kind(ground.kind), ground.facts) for ground in grounds}
    shut = [kind for kind, given in now.items() if kind not in allowed_kinds(given.answer)]
    other = [kind for kind, given in now.items() if (kind, given.facts) not in known]
    if not shut and not other:
        return None
    given = now[(shut or other)[0]]
    before = tuple(dict.fromkeys(ground.licence_id for ground in grounds if ground.licence_id))
    opening = (licence_gate(now[kind], kind, judged.dataset).missing_step for kind in shut)
    last = _AGAIN.format(before=" and ".join(before) or "another licence") if other else _GOES_ON
    return Stopped(
        dataset=judged.dataset,
        title=judged.title,
        waiting=waiting,
        kinds=tuple(KIND_WORDS[kind] for kind in shut or other),
        answer=given.answer,
        reason=given.reason,
        decided_under=before,
        steps=(*dict.fromkeys(opening), last),
        since=_since(judged.results, given),
    )


def not_begun(
    approved: Sequence[Approved], begun: Sequence[Batch], judged: Callable[[str], Judged | None]
) -> Iterator[tuple[Batch, Stopped]]:
    """What was approved, a round of a dataset together, and stopped before anything of it was sent."""
    sent = {number for batch in begun for number in batch.decision_numbers}
    rounds: dict[tuple[str, str], list[Approved]] = {}
    for ruling in approved:
        if ruling.decision.number not in sent:
            rounds.setdefault((ruling.proposal.dataset, ruling.decision.round_id), []).append(ruling)
    for (dataset, _), rulings in rounds.items():
        found = judged(dataset)
        grounds = tuple(Ground(r.proposal.kind, "", LicenceAnswer.ALLOW, r.proposal.licence) for r in rulings)
        numbers = tuple(ruling.decision.number for ruling in rulings)
        decided = datetime.fromisoformat(rulings[0].decision.decided_at)
        batch = Batch("", "", numbers, decided, grounds)
        edits = max(ruling.proposal.rehearsal.edits for ruling in rulings)
        why = stopped(batch, edits, found) if found else None
        if why:
            yield batch, why


def _since(results: Sequence[tuple[datetime, GateResult]], given: GateAnswer) -> datetime | None:
    """When the present answer was first written down, if it is the last that was."""
    first = None
    for at, result in reversed([one for one in results if one[1].target is Target.WIKIDATA]):
        if (result.facts, result.answer) != (given.facts, given.answer):
            break
        first = at
    return first
