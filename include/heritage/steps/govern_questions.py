"""Questions that chair or secretary put to the body: other weights, the share waived, a retraction."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from heritage.errors import GovernanceError
from heritage.governance.acting import check_acting
from heritage.governance.lengths import LINE, TEXT, check_lengths
from heritage.governance.settings import GovernanceSettings
from heritage.model.digest import digest_json
from heritage.model.governance import DecisionType, Proposal, Ranked, Result, Round
from heritage.model.said import Said
from heritage.ports.actions import ActionLog
from heritage.ports.clock import Clock
from heritage.ports.decisions import DecisionStore
from heritage.priority.settings import Weights
from heritage.priority.trial import read_weights
from heritage.steps.govern_rounds import OPENERS, next_number, open_round, question

ASKED: Mapping[DecisionType, Said] = MappingProxyType(
    {
        DecisionType.WEIGHTS: Said("For takes the weights as they are said here from the next ranking on."),
        DecisionType.PORTFOLIO: Said(
            "For waives, in this quarter, the share of hours kept for what is covered least."
        ),
        DecisionType.RETRACTION: Said("For makes the decision void: nothing more of it is sent."),
    }
)
"""What can be asked, and what the answer for means."""


def put_question(
    by: str,
    kind: DecisionType,
    title: str,
    reason: str,
    *,
    about: int | None = None,
    weights: Mapping[str, object] = MappingProxyType({}),
    in_force: Weights | None = None,
    beside: Sequence[Ranked] = (),
    decisions: DecisionStore,
    actions: ActionLog,
    clock: Clock,
    settings: GovernanceSettings,
) -> Round:
    """Opens a round on one question, decided by the majority, with what is to be decided `beside` it.

    `about` is the number of the decision to be withdrawn. `weights` are those that the body is asked to take,
    as `priority.trial.read_weights` reads them, in thousandths; `in_force` are those that it has. Raises
    EntryRefused for weights that cannot be, and GovernanceError saying what else is wrong.
    """
    check_acting(settings, by, OPENERS, clock.now().date(), "put a question to the body")
    if kind not in ASKED:
        raise GovernanceError(f"{kind} is no question of this kind: ask about {', '.join(ASKED)}.")
    title, reason = title.strip(), reason.strip()
    if not title or not reason:
        raise GovernanceError("Say what is asked in a line, and why.")
    check_lengths(LINE, what_is_asked=title)
    check_lengths(TEXT, why=reason)
    contested = _withdrawable(about, decisions) if kind is DecisionType.RETRACTION else None
    wanted = _wanted(weights, in_force) if kind is DecisionType.WEIGHTS else {}
    digest = digest_json([kind, title, reason, about, wanted, len(decisions.log())])
    asked = Proposal.question(
        f"{kind}-{digest[:12]}",
        dataset=contested.dataset if contested else "",
        snapshot=contested.snapshot if contested else "",
        title=Said(title),
        kind=kind,
        content_hash=digest,
        gate=kind.value,
        answer="asked of the whole body",
        reasons=(
            *([_in_words(wanted)] if wanted else []),
            *([_withdrawn(about, contested)] if about is not None and contested else []),
            Said("Why: {reason}", {"reason": reason}),
            Said("Asked by {name}.", {"name": by}),
            ASKED[kind],
        ),
        publisher=contested.publisher if contested else "",
        supersedes=about if contested else None,
        weights=tuple(wanted.items()),
    )
    return open_round(
        [*beside, question(asked, next_number(beside))],
        decisions=decisions,
        actions=actions,
        clock=clock,
        settings=settings,
        by=by,
    )


def _wanted(weights: Mapping[str, object], in_force: Weights | None) -> dict[str, float]:
    wanted = read_weights(weights).in_thousandths()
    if in_force is not None and wanted == in_force.in_thousandths():
        raise GovernanceError("These are the weights that the body has: there is nothing to decide.")
    found: dict[str, float] = wanted.model_dump()
    return found


def _in_words(weights: Mapping[str, float]) -> Said:
    return Said(
        "Weights: urgency {urgency:.3f}, relevance {relevance:.3f}, equity and coverage {equity:.3f}, "
        "readiness {readiness:.3f}.",
        dict(weights),
    )


def _withdrawn(about: int, contested: Proposal) -> Said:
    return Said("It is about decision {number}: {title}.", {"number": about, "title": contested.title})


def _withdrawable(about: int | None, decisions: DecisionStore) -> Proposal:
    if about is None:
        raise GovernanceError("Name the number of the decision to be withdrawn.")
    line = next((one for one in decisions.log() if one.number == about), None)
    if line is None:
        raise GovernanceError(f"There is no decision {about}: name the number of the one to be withdrawn.")
    if line.result is not Result.APPROVED:
        raise GovernanceError(f"Decision {about} is {line.result}: only what was approved can be withdrawn.")
    if line.type is DecisionType.APPEAL:
        raise GovernanceError(
            f"Decision {about} is on an appeal: what the panel upheld is not withdrawn by the body. "
            "Bring a new proposal."
        )
    ballot = decisions.round(line.round_id)
    found = ballot.proposals if ballot else ()
    for ranked in found:
        if ranked.proposal.proposal_id == line.proposal_id:
            return ranked.proposal
    raise GovernanceError(f"The ballot of decision {about} is gone: check the decision log.")
