"""What is on record about licences: taken down, taken back, asked of the body, and what is in force now."""

import logging
from dataclasses import dataclass
from datetime import date

from heritage.errors import GovernanceError
from heritage.governance.settings import GovernanceSettings
from heritage.licence.gate import may_be_asked
from heritage.licence.permission import WRITTEN, Permission, PermissionKind, Scope, Target, months_later
from heritage.licence.question import Question
from heritage.licence.vocabulary import Licences
from heritage.model.edit import Kind
from heritage.ports.clock import Clock
from heritage.ports.decisions import DecisionStore
from heritage.ports.files import SnapshotStore
from heritage.ports.permissions import LetterArchive, PermissionStore
from heritage.spec.loader import LoadedSource
from heritage.steps.govern_standing import approved_licences
from heritage.steps.judge_licence import facts_now

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A permission on record. `closed` says in words why it opens nothing any more, empty while it may."""

    permission: Permission
    closed: str


def add(
    permission: Permission, *, records: PermissionStore, letters: LetterArchive, clock: Clock, by: str
) -> Permission:
    """Puts a permission on record. Raises GovernanceError with everything that is wrong with it."""
    faults = list(permission.faults())
    if permission.kind is PermissionKind.BODY:
        faults.append("a decision of the body is not entered, it is voted on: ask the body")
    if permission.kind in WRITTEN and permission.letter and not letters.holds(permission.letter):
        faults.append("its letter is not in the archive")
    if permission.given_on > clock.now().date():
        faults.append(f"it is dated {permission.given_on}, which has not come yet")
    if faults:
        raise GovernanceError(f"This cannot stand as a permission: {'; '.join(faults)}.")
    if not records.add(permission, clock.now(), by):
        raise GovernanceError(f"Just this permission is on record already: {permission.hash[:12]}.")
    if permission.hash in records.revocations():
        raise GovernanceError("Just this permission was revoked; a new one has a date of its own.")
    log.info("On record: the %s for %s, %s.", permission, permission.dataset, permission.target.value)
    return permission


def revoke(
    beginning: str,
    reason: str,
    *,
    records: PermissionStore,
    decisions: DecisionStore,
    letters: LetterArchive,
    settings: GovernanceSettings,
    clock: Clock,
    by: str,
) -> Permission:
    """Takes a permission back, or suspends it while an appeal is heard; `beginning` is that of its hash, also
    of a decision of the body. From now on it opens nothing. Raises GovernanceError when none has it."""
    if not reason.strip():
        raise GovernanceError("Say why it is revoked: others will read it.")
    found = on_record(records=records, decisions=decisions, letters=letters, settings=settings, clock=clock)
    near = [one.permission for one in found if one.permission.hash.startswith(beginning.lower())]
    if len(beginning) < 6 or len(near) != 1:
        raise GovernanceError(
            f"{len(near)} permissions begin with {beginning!r}: give the first 6 letters or more of one hash "
            "that `heritage permission list` shows."
        )
    records.revoke(near[0].hash, reason, clock.now(), by)
    log.info("Revoked: the %s for %s.", near[0], near[0].dataset)
    return near[0]


def ask_body(
    loaded: LoadedSource,
    target: Target,
    scope: Scope,
    *,
    reasons: str,
    legal_note: str,
    months: int,
    by: str,
    store: SnapshotStore,
    licences: Licences,
    records: PermissionStore,
    clock: Clock,
) -> Question:
    """Puts a question on a licence on the ballot of the next round. Raises GovernanceError when the body may
    not decide it, or when what it needs to decide is missing."""
    today = clock.now().date()
    facts = facts_now(loaded.spec, store)
    question = Question(
        dataset=loaded.spec.id,
        licence_id=loaded.spec.licence.id,
        target=target,
        scope=scope,
        reasons=reasons.strip(),
        legal_note=legal_note.strip(),
        valid_until=months_later(today, months) if months > 0 else today,
        asked_on=today,
        asked_by=by,
        stated=facts.stated,
    )
    faults = list(question.faults())
    refused = may_be_asked(facts, target, licences)
    if refused:
        faults.append(refused)
    if faults:
        raise GovernanceError(f"This cannot be put to the body: {'; '.join(faults)}")
    if not records.ask(question, clock.now()):
        raise GovernanceError(f"Just this was asked already: question {question.digest[:12]}.")
    return question


def on_record(
    *,
    records: PermissionStore,
    decisions: DecisionStore,
    letters: LetterArchive,
    settings: GovernanceSettings,
    clock: Clock,
) -> list[Kept]:
    """Every permission that was ever given, the body's decisions among them, and whether it is in force.

    A letter that is gone from the archive, or is not as it was kept, closes its permission. Raises
    GovernanceError when the decision log or the permissions were changed.
    """
    revoked = records.revocations()
    kept = []
    for permission in [*records.permissions(), *_of_the_body(records, decisions, settings, clock)]:
        closed = ""
        if permission.hash in revoked:
            back = revoked[permission.hash]
            closed = f"revoked on {back.revoked_at.date()} by {back.revoked_by}: {back.reason}"
        elif permission.kind in WRITTEN and not letters.holds(permission.letter):
            closed = "its letter is not in the archive as it was kept"
        kept.append(Kept(permission, closed))
    return kept


def in_force(
    *,
    records: PermissionStore,
    decisions: DecisionStore,
    letters: LetterArchive,
    settings: GovernanceSettings,
    clock: Clock,
) -> list[Permission]:
    """What the gate may be opened with."""
    found = on_record(records=records, decisions=decisions, letters=letters, settings=settings, clock=clock)
    return [one.permission for one in found if not one.closed]


def _of_the_body(
    records: PermissionStore, decisions: DecisionStore, settings: GovernanceSettings, clock: Clock
) -> list[Permission]:
    """The questions that were approved, each as the permission that the approval is."""
    asked = {question.digest: question for question in records.questions()}
    found = []
    for ruling in approved_licences(decisions, clock.now()):
        question = asked.get(ruling.proposal.content_hash)
        if question is not None and question.dataset == ruling.proposal.dataset:
            decided = date.fromisoformat(ruling.decision.decided_at[:10])
            found.append(question.decided(ruling.decision.number, decided, settings.body))
    return found


def scope_of(kinds: str, rows: tuple[str, ...] | None) -> Scope:
    """A scope from the names of kinds with commas, and ids of records; None for all records.

    Raises GovernanceError, also for a list that names nothing: it must not come to mean everything.
    """
    names = [name.strip() for name in kinds.split(",") if name.strip()]
    if kinds and not names:
        raise GovernanceError("--fields names no kind of information; leave it out where all are meant.")
    if rows is not None and not rows:
        raise GovernanceError("The file of --rows names no record; leave it out where all are meant.")
    unknown = [name for name in names if name not in list(Kind)]
    if unknown:
        raise GovernanceError(f"{', '.join(unknown)}: no kind of information; there are {', '.join(Kind)}.")
    return Scope(tuple(sorted(map(Kind, names))), tuple(sorted(set(rows or ()))))
