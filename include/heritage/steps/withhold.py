"""Enters what owners, communities and authorities ask for; loosens only what the governance body decided."""

import logging
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from heritage.errors import GovernanceError, SpecError
from heritage.governance.settings import GovernanceSettings
from heritage.model.arrow import pc
from heritage.model.digest import digest_json
from heritage.model.disclosure import SENSITIVITY, Asked, By, Disclosure, Request
from heritage.model.governance import Proposal, Round
from heritage.model.said import Said
from heritage.ports.actions import ActionLog
from heritage.ports.clock import Clock
from heritage.ports.decisions import DecisionStore
from heritage.ports.files import SnapshotStore
from heritage.ports.requests import RequestStore
from heritage.spec.loader import LoadedSpec
from heritage.steps.govern_rounds import open_round, question
from heritage.steps.govern_standing import approved_relaxations

log = logging.getLogger(__name__)

_SEAL = "seal"
_NEED_CONSENT = frozenset({"R2", "R6"})
_NOT_LOOSENED = frozenset({"R11", "R12", "R14"})
"""They keep no place back, so there is nothing to loosen."""


@dataclass(frozen=True, slots=True)
class Place:
    """One record, and the person at the keyboard."""

    loaded: LoadedSpec
    record_id: str
    user: str


def withhold(
    place: Place,
    disclosure: Disclosure,
    by: By,
    evidence: str,
    *,
    store: SnapshotStore,
    requests: RequestStore,
    clock: Clock,
) -> Request:
    """Keeps the record back as asked, from now on. `evidence` says where the request is kept.

    Raises SpecError when there is no such record, GovernanceError when no evidence is named or S0 is asked.
    """
    _known(place, store)
    if disclosure is Disclosure.S0:
        raise GovernanceError("S0 withholds nothing: telling more is for the governance body to decide.")
    return _enter(place, Asked.WITHHOLD, disclosure, by, evidence, requests, clock)


def consent(
    place: Place, by: By, evidence: str, *, store: SnapshotStore, requests: RequestStore, clock: Clock
) -> Request:
    """Keeps that those to whom a sacred place belongs agree in writing to its being shown (R6 alone: what
    somebody asked to be withheld stays so). Holds from the next flagging on.

    Raises SpecError when there is no such record, GovernanceError when no evidence is named, or when an
    authority would speak for a community.
    """
    _known(place, store)
    if by is By.AUTHORITY:
        raise GovernanceError("An authority cannot consent for the community or owner of a sacred place.")
    return _enter(place, Asked.CONSENT, None, by, evidence, requests, clock)


def propose_relaxing(
    place: Place,
    disclosure: Disclosure,
    consented: str,
    *,
    store: SnapshotStore,
    decisions: DecisionStore,
    actions: ActionLog,
    clock: Clock,
    settings: GovernanceSettings,
) -> Round:
    """Brings to the vote that the record is told as `disclosure`; two thirds of the votes are needed.

    The ballot names rules and classes, and neither the record nor who asked.
    """
    proposal = _proposal(place, disclosure, consented, store)
    items = [question(proposal, 1)]
    return open_round(items, decisions=decisions, actions=actions, clock=clock, settings=settings)


def relax(
    place: Place,
    disclosure: Disclosure,
    consented: str,
    decision: int | None,
    *,
    store: SnapshotStore,
    requests: RequestStore,
    decisions: DecisionStore,
    clock: Clock,
) -> Request:
    """Loosens for one record the rules that the decision was about; holds from the next flagging on.

    Raises GovernanceError without an approved decision on just this, and, where R2 or R6 hold, without the
    reference of the written consent: nobody loosens alone.
    """
    _proposal(place, disclosure, consented, store)
    if decision is None:
        raise GovernanceError(
            "Nobody tells more of a protected place alone: it takes a decision of the governance body with "
            "two thirds of the votes. Bring it to the vote with --propose, then name the decision."
        )
    decided = {a.decision.number: a.proposal for a in approved_relaxations(decisions, clock.now())}
    if decision not in decided:
        raise GovernanceError(f"Decision {decision} does not stand, or approves nothing of this kind.")
    proposal = _proposal(place, disclosure, consented, store, sealed_in=decided[decision].snapshot)
    if decided[decision].content_hash != proposal.content_hash:
        raise GovernanceError(
            f"Decision {decision} was about another record, class or consent, or other rules hold now: bring "
            "it to the vote again."
        )
    rules = _rules(place, store)
    return _enter(place, Asked.RELAX, disclosure, None, consented, requests, clock, rules, decision)


def _proposal(
    place: Place, disclosure: Disclosure, consented: str, store: SnapshotStore, sealed_in: str = ""
) -> Proposal:
    """`sealed_in` is the snapshot that was the good one when it was brought to the vote."""
    spec = place.loaded.spec
    snapshot = _known(place, store)
    rules, held = _rules(place, store), _held(place, store)
    if disclosure >= held:
        raise GovernanceError(f"The record is {held} now; {disclosure} would tell no more of it.")
    lacking = sorted(_NEED_CONSENT.intersection(rules))
    if lacking and not consented.strip():
        raise GovernanceError(
            f"{' and '.join(lacking)} hold{'s' * (len(lacking) == 1)}: name the written consent of those who "
            "asked or to whom the place is sacred with --consent. No vote stands in for it."
        )
    seal = _seal(spec.id, sealed_in or snapshot, store)
    content = digest_json([seal, spec.id, place.record_id, disclosure, list(rules), consented.strip()])
    return Proposal.question(
        f"{spec.id}-{SENSITIVITY}-{content[:12]}",
        dataset=spec.id,
        snapshot=snapshot,
        title=Said("{register}: tell more of one record", {"register": spec.title}),
        kind=SENSITIVITY,
        content_hash=content,
        gate="protection of the place",
        reasons=(
            Said(
                "{rules} ask for {held}; the proposal is {asked}. The sensitivity steward shows members the "
                "record itself.",
                {"rules": ", ".join(rules), "held": held.value, "asked": disclosure.value},
            ),
        ),
    )


def _seal(dataset: str, snapshot: str, store: SnapshotStore) -> str:
    """A secret of the house. The hash of a proposal stands on the ballot and in the log: without a secret in
    it, whoever tries all ids of a register finds the record that it is about."""
    try:
        return str(store.read_json(dataset, snapshot, _SEAL))
    except FileNotFoundError:
        seal = token_hex(16)
        store.write_json(dataset, snapshot, _SEAL, seal)
        return seal


def _known(place: Place, store: SnapshotStore) -> str:
    """The last good snapshot, which must hold the record."""
    spec, dataset = place.loaded.spec, place.loaded.spec.id
    if not spec.proposes:
        named = " or ".join(dict.fromkeys(subject.property for subject in spec.subjects))
        raise SpecError(
            f"{dataset} is an at-risk register: it speaks of other registers' records ({named}), and is "
            "never told itself. Enter this for the record in its own register"
        )
    snapshot = store.last_good(dataset)
    if snapshot is None:
        raise SpecError(f"{dataset} has no good snapshot yet: run it first")
    ids = store.read_table(dataset, snapshot, "records", ["record_id"])["record_id"]
    if not pc.any(pc.equal(ids, place.record_id)).as_py():
        raise SpecError(f"{dataset} has no such record; give the register's id to the letter")
    return snapshot


def _held(place: Place, store: SnapshotStore) -> Disclosure:
    return Disclosure(str(_ruling(place, store)["disclosure"]))


def _rules(place: Place, store: SnapshotStore) -> tuple[str, ...]:
    held = _ruling(place, store)["disclosure_rules"] or []
    return tuple(sorted(rule for rule in held if rule not in _NOT_LOOSENED))


def _ruling(place: Place, store: SnapshotStore) -> dict[str, Any]:
    dataset = place.loaded.spec.id
    columns = ["record_id", "disclosure", "disclosure_rules"]
    risk = store.read_table(dataset, store.last_good(dataset) or "", "risk", columns)
    row: dict[str, Any] = risk.filter(pc.equal(risk["record_id"], place.record_id)).to_pylist()[0]
    return row


def _enter(
    place: Place,
    asked: Asked,
    disclosure: Disclosure | None,
    by: By | None,
    evidence: str,
    requests: RequestStore,
    clock: Clock,
    rules: tuple[str, ...] = (),
    decision: int | None = None,
) -> Request:
    if not evidence.strip() and by is not None:
        raise GovernanceError("Name where the letter or the minutes are kept, with --evidence.")
    lines = reversed(requests.requests(place.loaded.spec.id))
    last = next((line for line in lines if line.record_id == place.record_id), None)
    same = asked, disclosure, by, evidence.strip(), rules, decision
    if last and same == (last.asked, last.disclosure, last.by, last.evidence, last.rules, last.decision):
        raise GovernanceError(f"Just this is entered already, in line {last.number} of the requests.")
    entered = requests.enter(
        asked,
        place.loaded.spec.id,
        place.record_id,
        disclosure=disclosure,
        by=by,
        evidence=evidence.strip(),
        rules=rules,
        decision=decision,
        entered_by=place.user,
        at=clock.now(),
    )
    log.info("Line %d of the requests is entered.", entered.number)  # of what, is nobody's business
    return entered
