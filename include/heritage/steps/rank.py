"""Ranks what could be done next: proposals from the last good snapshot of every dataset."""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from heritage.licence.gate import GateAnswer, openings
from heritage.licence.permission import Permission, Target
from heritage.licence.question import Question
from heritage.licence.vocabulary import Licences
from heritage.model.digest import digest_json
from heritage.model.edit import Kind
from heritage.model.evidence import Level
from heritage.model.governance import Criteria, Proposal, Ranked, Rehearsal, Scope
from heritage.model.said import Said
from heritage.ports.clock import Clock
from heritage.ports.decisions import Journal
from heritage.ports.files import SnapshotStore
from heritage.priority.criteria import equity, readiness, relevance, urgency
from heritage.priority.settings import PrioritySettings
from heritage.priority.weighing import place
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec
from heritage.statements.content_json import from_json
from heritage.statements.selection import ENDANGERED, content_hash, select
from heritage.steps.ethics import EthicsProfile
from heritage.steps.judge_licence import facts_now
from heritage.steps.rank_facts import cover, endangered, groups_of, read_facts
from heritage.steps.rank_gates import ethics_gate, licence_gate, quality_gate, sensitivity_gate
from heritage.steps.rank_questions import open_questions
from heritage.steps.rank_words import equity_words, readiness_words, relevance_words, urgency_words
from heritage.steps.rehearsed_edits import RehearsedEdits
from heritage.steps.taken_up import Part, all_taken_up, taken_up

_log = logging.getLogger(__name__)

KIND_WORDS = {
    Kind.IDENTIFIERS: "identifiers",
    Kind.DESIGNATION: "types, designations and dates",
    Kind.PLACE: "places",
    Kind.NAMES: "names",
    Kind.IMAGES: "images",
    Kind.NEW_ITEMS: "new items",
}
SCOPE_WORDS = {Scope.ALL: "", Scope.AT_RISK: " of what is at risk"}


@dataclass(frozen=True, slots=True)
class Ranking:
    """`gated` proposals wait for the step that their failed gates name; they have no rank."""

    ranked: tuple[Ranked, ...]
    gated: tuple[Proposal, ...]
    decided: int
    """Proposals that are not brought again: approved or refused before, with the same content."""


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
    profiles: Mapping[str, EthicsProfile] = MappingProxyType({}),
) -> Ranking:
    """All proposals of all datasets that have a good snapshot with edits, in order.

    A proposal is one kind of information of one dataset, for all its records or for those at risk.
    `questions` on licences that are open stand on the ballot beside them; what waits for an answer is gated.
    `profiles` are the ethics profiles of datasets; a flag there asks for an ethics note.
    `decided` holds the ids of proposals that were approved or refused; an id changes with its content.
    What the upload `journal` has taken up already, every part of it, is not brought again either: it was
    approved, and waits to be sent or was skipped for a reason.
    """
    today = clock.now().date()
    proposals: list[tuple[Proposal, bool]] = []
    for loaded in specs:
        spec = loaded.spec
        facts = facts_now(spec, store)
        found = openings(facts, Target.WIKIDATA, licences, permissions, today=today)
        taken = taken_up(spec.id, journal, facts.digest(licences))
        ethics = profiles.get(spec.id)
        due = ethics.due if ethics else ()
        of_dataset = list(_proposals(spec, store, settings, found, edits_per_minute, today, taken, due))
        if of_dataset:
            asked = [question for question in questions if question.dataset == spec.id]
            snapshot = of_dataset[0][0].snapshot
            open_now = open_questions(spec, snapshot, asked, facts, licences, permissions, today=today)
            of_dataset += [(question, False) for question in open_now]
        proposals += of_dataset
    admitted = [(p, taken) for p, taken in proposals if p.admitted]
    waiting = [p for p, taken in admitted if not taken and p.proposal_id not in decided]
    gated = sorted((p for p, _ in proposals if not p.admitted), key=lambda p: p.proposal_id)
    ranking = Ranking(
        ranked=tuple(place(waiting, settings, budget_hours)),
        gated=tuple(gated),
        decided=len(admitted) - len(waiting),
    )
    _log.info(
        "Ranked %d proposals of %d datasets; %d wait for a missing step, %d are decided already.",
        len(ranking.ranked),
        len({r.proposal.dataset for r in ranking.ranked}),
        len(ranking.gated),
        ranking.decided,
    )
    return ranking


def _proposals(
    spec: DatasetSpec,
    store: SnapshotStore,
    settings: PrioritySettings,
    licence: Mapping[Kind, GateAnswer],
    edits_per_minute: float,
    today: date,
    taken: frozenset[Part],
    due: Sequence[str],
) -> Iterator[tuple[Proposal, bool]]:
    """Every proposal, and whether the journal has taken up all of it."""
    snapshot = store.last_good(spec.id)
    if snapshot is None:
        _log.info("%s has no good snapshot yet: nothing to propose.", spec.id)
        return
    try:
        version = store.digest(spec.id, snapshot, "edits")
        edits = store.read_table(spec.id, snapshot, "edits", inputs=version)
    except FileNotFoundError:
        _log.info("%s: no edits were computed for snapshot %s yet.", spec.id, snapshot)
        return
    facts = read_facts(spec.id, snapshot, store=store, settings=settings, today=today)
    rehearsed = RehearsedEdits.read(spec.id, snapshot, store, edits)
    register = _Register(spec, settings, licence, edits_per_minute, snapshot, version, facts, rehearsed, due)
    for kind in Kind:
        everything = select(edits, [kind], Scope.ALL)
        at_risk = everything.filter(pc.is_in(everything["level"], pa.array(ENDANGERED)))
        if everything.num_rows:
            yield register.proposal(kind, Scope.ALL, everything), all_taken_up(everything, taken)
        if 0 < at_risk.num_rows < everything.num_rows:
            yield register.proposal(kind, Scope.AT_RISK, at_risk), all_taken_up(at_risk, taken)


@dataclass(frozen=True, slots=True)
class _Register:
    """What all proposals of one dataset have in common."""

    spec: DatasetSpec
    settings: PrioritySettings
    licence: Mapping[Kind, GateAnswer]
    edits_per_minute: float
    snapshot: str
    edits_digest: str
    facts: pd.DataFrame
    rehearsed: RehearsedEdits
    due: Sequence[str]
    """Why the ethics profile asks for a note."""

    def proposal(self, kind: Kind, scope: Scope, edits: pa.Table) -> Proposal:
        population = self.facts if scope is Scope.ALL else endangered(self.facts)
        inside = population.index.isin(edits["record_id"].to_pylist())
        proposed = population[inside]
        levels = {Level(str(name)): int(n) for name, n in proposed["level"].value_counts().items()}
        coverage, lag = cover(population, proposed)
        doubtful = int(population["decision"].eq("review").sum())
        complete = float(proposed["completeness"].mean()) if len(proposed) else 0.0
        documented = self.spec.relevance
        criteria = Criteria(
            urgency=urgency(levels, self.settings),
            relevance=relevance(
                documented.community_request is not None,
                documented.planned_reuse is not None,
                documented.partner_engaged is not None,
                self.settings,
            ),
            equity=equity(coverage, self.settings),
            readiness=readiness(complete, doubtful / len(population) if len(population) else 0.0),
        )
        rehearsal = self._rehearse(edits)
        effort = self.settings.effort
        minutes = rehearsal.edits * effort.minutes_per_edit + rehearsal.conflicts * effort.minutes_per_review
        content, licence = content_hash(edits), self.licence[kind]
        return Proposal(
            proposal_id=f"{self.spec.id}-{kind}-{scope}-{digest_json([content, licence.facts])[:12]}",
            dataset=self.spec.id,
            snapshot=self.snapshot,
            title=f"{self.spec.title}: {KIND_WORDS[kind]}{SCOPE_WORDS[scope]}",
            kind=kind,
            scope=scope,
            content_hash=content,
            edits_digest=self.edits_digest,
            rehearsal=rehearsal,
            gates=(
                licence_gate(licence, kind, self.spec.id),
                sensitivity_gate(int(proposed["unruled"].sum())),
                quality_gate(criteria.readiness, self.settings.readiness.minimum),
                ethics_gate(self.spec.ethics_note, groups_of(self.facts), self.due),
            ),
            criteria=criteria,
            reviewer_hours=minutes / 60,
            reasons=(
                urgency_words(levels),
                *relevance_words(self.spec.relevance),
                *equity_words(coverage, lag, self.settings.equity.group),
                readiness_words(complete, doubtful, len(population)),
                Said("Licence: {reason}", {"reason": licence.reason}),
                Said("Scored with priority settings {version}.", {"version": self.settings.version}),
            ),
            licence=licence.facts,
        )

    def _rehearse(self, edits: pa.Table) -> Rehearsal:
        contents = [from_json(str(text)) for text in edits["additions"].to_pylist()]
        return Rehearsal(
            edits=edits.num_rows,
            new_items=edits["qid"].null_count,
            statements=sum(len(c.statements) for c in contents),
            references=sum(len(c.references) for c in contents),
            labels=sum(
                len(c.labels) + len(c.descriptions) + sum(map(len, c.aliases.values())) for c in contents
            ),
            conflicts=_entries(edits, "conflicts"),
            withheld=_entries(edits, "withheld"),
            minutes=edits.num_rows / self.edits_per_minute,
            stopped=self.rehearsed.stopped(edits),
            violations=self.rehearsed.violations(edits, contents),
        )


def _entries(edits: pa.Table, column: str) -> int:
    return sum(len(entries or ()) for entries in edits[column].to_pylist())
