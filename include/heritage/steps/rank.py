"""Ranks what could be done next: proposals from the last good snapshot of every dataset."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from heritage.licence.gate import openings
from heritage.licence.permission import Permission, Target
from heritage.licence.question import Question
from heritage.licence.vocabulary import Licences
from heritage.model.governance import Proposal, Ranked
from heritage.ports.clock import Clock
from heritage.ports.decisions import Journal
from heritage.ports.files import SnapshotStore
from heritage.priority.country import Answered
from heritage.priority.coverage import DatasetCovered, reference_of
from heritage.priority.settings import PrioritySettings, Weights
from heritage.priority.weighing import place
from heritage.spec.loader import LoadedSpec
from heritage.steps.ethics import EthicsProfile
from heritage.steps.judge_licence import facts_now
from heritage.steps.rank_questions import open_questions
from heritage.steps.rank_register import Found, Register
from heritage.steps.taken_up import taken_up

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ranking:
    """`gated` proposals wait for the step that their failed gates name; they have no rank."""

    ranked: tuple[Ranked, ...]
    gated: tuple[Proposal, ...]
    decided: int
    """Proposals that are not brought again: approved or refused before, with the same content."""
    covered: tuple[DatasetCovered, ...] = ()
    """How much of each dataset is on Wikidata, by whom it is about, and what nobody has counted."""
    country: Mapping[str, tuple[Answered, ...]] = field(default_factory=dict)
    """What is on record for the nine questions about its country, by dataset, where they were asked."""
    weights: Weights | None = None
    """Those it was made with; None in one from before they were kept."""
    weights_decision: int | None = None
    """Number of the body's decision that they are by, None where they are those of the file."""


def rank(
    specs: Sequence[LoadedSpec],
    *,
    store: SnapshotStore,
    licences: Licences,
    settings: PrioritySettings,
    budget_hours: float,
    edits_per_minute: float,
    clock: Clock,
    journal: Journal,
    permissions: Sequence[Permission] = (),
    questions: Sequence[Question] = (),
    decided: Collection[str] = (),
    ended: Collection[int] = (),
    profiles: Mapping[str, EthicsProfile] = MappingProxyType({}),
) -> Ranking:
    """All proposals of all datasets that have a good snapshot with edits, in order.

    A proposal is one kind of information of one dataset, for all its records, for those at risk, or, where
    all cost more than the budget, for those of one region.
    `questions` on licences that are open stand on the ballot beside them; what waits for an answer is gated.
    `profiles` are the ethics profiles of datasets; a flag there asks for an ethics note.
    `decided` holds the ids of proposals that were approved or refused; an id changes with its content.
    `ended` are the numbers of decisions that are void or have lapsed: what they left unsent comes again.
    What the upload `journal` has taken up already, every part of it, is not brought again either: it was
    approved, and waits to be sent or was skipped for a reason.
    """
    today = clock.now().date()
    proposals: list[Found] = []
    covered: list[DatasetCovered] = []
    for loaded in specs:
        spec = loaded.spec
        facts = facts_now(spec, store)
        found = openings(facts, Target.WIKIDATA, licences, permissions, today=today)
        taken = taken_up(spec.id, journal, facts.digest(licences), ended)
        register = Register.read(
            spec,
            store=store,
            settings=settings,
            licence=found,
            edits_per_minute=edits_per_minute,
            today=today,
            ethics=profiles.get(spec.id),
        )
        if register is None:
            continue
        covered.append(register.covered)
        of_dataset = list(register.proposals(taken, budget_hours))
        if of_dataset:
            asked = [question for question in questions if question.dataset == spec.id]
            asking = open_questions(spec, register.snapshot, asked, facts, licences, permissions, today=today)
            of_dataset += [Found(question, False) for question in asking]
        proposals += of_dataset
    reference = reference_of(covered)
    told = [(one.beside(reference, settings), one.taken) for one in proposals]
    admitted = [(p, taken) for p, taken in told if p.admitted]
    waiting = [p for p, taken in admitted if not taken and p.proposal_id not in decided]
    gated = sorted((p for p, _ in told if not p.admitted), key=lambda p: p.proposal_id)
    ranking = Ranking(
        ranked=tuple(place(waiting, settings, budget_hours)),
        gated=tuple(gated),
        decided=len(admitted) - len(waiting),
        covered=tuple(sorted(covered, key=lambda one: one.dataset)),
        weights=settings.weights,
        weights_decision=settings.weights_decision,
    )
    _log.info(
        "Ranked %d proposals of %d datasets; %d wait for a missing step, %d are decided already.",
        len(ranking.ranked),
        len({r.proposal.dataset for r in ranking.ranked}),
        len(ranking.gated),
        ranking.decided,
    )
    return ranking
