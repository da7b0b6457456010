"""The proposals of one register: each kind of information, for all, for what is at risk, or for a region."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

import pandas as pd
import pyarrow as pa

from heritage.licence.gate import GateAnswer
from heritage.model.arrow import pc
from heritage.model.digest import digest_json
from heritage.model.edit import Kind
from heritage.model.evidence import Level
from heritage.model.governance import Criteria, Proposal, Rehearsal, Scope
from heritage.model.said import Said
from heritage.ports.files import SnapshotStore
from heritage.priority.coverage import DatasetCovered, by_group, missing_denominators, under_covered
from heritage.priority.criteria import Coverage, equity, readiness, relevance, urgency
from heritage.priority.settings import PrioritySettings
from heritage.spec.dataset import DatasetSpec
from heritage.statements.content_json import from_json
from heritage.statements.selection import ENDANGERED, content_hash, select
from heritage.steps.ethics import EthicsProfile
from heritage.steps.rank_facts import cover, endangered, groups_of, read_facts
from heritage.steps.rank_gates import ethics_gate, licence_gate, quality_gate, sensitivity_gate
from heritage.steps.rank_words import (
    KIND_WORDS,
    equity_words,
    readiness_words,
    relevance_words,
    urgency_words,
)
from heritage.steps.rehearsed_edits import RehearsedEdits
from heritage.steps.taken_up import Part, all_taken_up

_log = logging.getLogger(__name__)

_TITLES = {Scope.ALL: "{register}: {kind}", Scope.AT_RISK: "{register}: {kind} of what is at risk"}


@dataclass(frozen=True, slots=True)
class Found:
    """A proposal, and whether the journal has taken up all of it. What is scored says how it is covered."""

    proposal: Proposal
    taken: bool
    coverage: Coverage | None = None
    dataset: DatasetCovered | None = None

    def beside(self, reference: float | None, settings: PrioritySettings) -> Proposal:
        """The proposal, told whether it is under-covered beside all registers (`reference`)."""
        if self.coverage is None or self.dataset is None:
            return self.proposal
        under, why = under_covered(self.coverage, self.dataset, reference, settings)
        return replace(self.proposal, under_covered=under, reasons=(*self.proposal.reasons, why))


@dataclass(frozen=True, slots=True)
class Register:
    """What all proposals of one dataset have in common."""

    spec: DatasetSpec
    settings: PrioritySettings
    licence: Mapping[Kind, GateAnswer]
    edits_per_minute: float
    snapshot: str
    edits_digest: str
    edits: pa.Table
    facts: pd.DataFrame
    rehearsed: RehearsedEdits
    ethics: EthicsProfile | None
    covered: DatasetCovered

    @classmethod
    def read(
        cls,
        spec: DatasetSpec,
        *,
        store: SnapshotStore,
        settings: PrioritySettings,
        licence: Mapping[Kind, GateAnswer],
        edits_per_minute: float,
        today: date,
        ethics: EthicsProfile | None,
    ) -> "Register | None":
        """The last good snapshot; None, and told so, where nothing was proposed yet."""
        snapshot = store.last_good(spec.id)
        if snapshot is None:
            _log.info("%s has no good snapshot yet: nothing to propose.", spec.id)
            return None
        try:
            version = store.digest(spec.id, snapshot, "edits")
            edits = store.read_table(spec.id, snapshot, "edits", inputs=version)
        except FileNotFoundError:
            _log.info("%s: no edits were computed for snapshot %s yet.", spec.id, snapshot)
            return None
        facts = read_facts(spec.id, snapshot, store=store, settings=settings, today=today)
        return cls(
            spec=spec,
            settings=settings,
            licence=licence,
            edits_per_minute=edits_per_minute,
            snapshot=snapshot,
            edits_digest=version,
            edits=edits,
            facts=facts,
            rehearsed=RehearsedEdits.read(spec.id, snapshot, store, edits),
            ethics=ethics,
            covered=_covered(spec.id, facts, ethics),
        )

    def proposals(self, taken: frozenset[Part], budget_hours: float) -> Iterator[Found]:
        """A proposal for each kind, one for what is at risk where that is a part, and some for regions where
        the whole costs more than the budget of a round."""
        for kind in Kind:
            everything = select(self.edits, [kind], Scope.ALL)
            if not everything.num_rows:
                continue
            whole = self._found(kind, Scope.ALL, everything, taken)
            yield whole
            at_risk = everything.filter(pc.is_in(everything["level"], pa.array(ENDANGERED)))
            if 0 < at_risk.num_rows < everything.num_rows:
                yield self._found(kind, Scope.AT_RISK, at_risk, taken)
            if whole.proposal.reviewer_hours > budget_hours:
                yield from self._regions(kind, everything, taken, budget_hours)

    def _regions(
        self, kind: Kind, everything: pa.Table, taken: frozenset[Part], budget_hours: float
    ) -> Iterator[Found]:
        """The largest regions that a round can pay for. Images are decided on for the whole register, as the
        files on Commons are."""
        if kind is Kind.IMAGES or "region" not in everything.column_names:
            return
        rules = self.settings.regions
        sizes = Counter(map(str, everything["region"].drop_null().to_pylist()))
        large = [region for region, size in sizes.items() if rules.least_edits <= size < everything.num_rows]
        affordable = (
            found
            for region in sorted(large, key=lambda one: (-sizes[one], one))
            if (
                found := self._found(
                    kind,
                    Scope.REGION,
                    everything.filter(pc.equal(everything["region"], region)),
                    taken,
                    region,
                )
            ).proposal.reviewer_hours
            <= budget_hours
        )
        yield from islice(affordable, rules.most)

    def _found(
        self, kind: Kind, scope: Scope, edits: pa.Table, taken: frozenset[Part], region: str = ""
    ) -> Found:
        population = self._population(scope, edits, region)
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
        due = self.ethics.due if self.ethics else ()
        proposal = Proposal(
            proposal_id=f"{self.spec.id}-{kind}-{scope}-{digest_json([content, licence.facts])[:12]}",
            dataset=self.spec.id,
            snapshot=self.snapshot,
            title=self._title(kind, scope, region),
            kind=kind,
            scope=scope,
            content_hash=content,
            edits_digest=self.edits_digest,
            rehearsal=rehearsal,
            gates=(
                licence_gate(licence, kind, self.spec.id),
                sensitivity_gate(int(proposed["unruled"].sum())),
                quality_gate(criteria.readiness, self.settings.readiness.minimum),
                ethics_gate(self.spec.ethics_note, groups_of(self.facts), due),
            ),
            criteria=criteria,
            reviewer_hours=minutes / 60,
            reasons=(
                urgency_words(levels),
                *relevance_words(self.spec.relevance),
                *equity_words(coverage, lag, self.settings.equity.group, scope),
                readiness_words(complete, doubtful, len(population)),
                Said("Licence: {reason}", {"reason": licence.reason}),
                _scored_with(self.settings),
            ),
            licence=licence.facts,
            region=region,
            publisher=self.spec.publisher.name,
        )
        return Found(proposal, all_taken_up(edits, taken), coverage, self.covered)

    def _population(self, scope: Scope, edits: pa.Table, region: str) -> pd.DataFrame:
        """The records that the edits are some of. Of a region, those that may be told to lie in it."""
        if scope is Scope.ALL:
            return self.facts
        if scope is Scope.AT_RISK:
            return endangered(self.facts)
        inside = self.facts.index.isin(edits["record_id"].to_pylist())
        return self.facts[inside | self.facts["region"].eq(region)]

    def _title(self, kind: Kind, scope: Scope, region: str) -> Said:
        named = {item: term for term, item in sorted(self.spec.item.admin.items(), reverse=True)}
        what = {"register": self.spec.title, "kind": Said(KIND_WORDS[kind])}
        if scope is Scope.REGION:
            return Said("{register}: {kind} in {region}", {**what, "region": named.get(region, region)})
        return Said(_TITLES[scope], what)

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


def _covered(dataset: str, facts: pd.DataFrame, ethics: EthicsProfile | None) -> DatasetCovered:
    matched = int(facts["decision"].eq("match").sum())
    if ethics is None:
        return DatasetCovered(dataset, matched, len(facts))
    drawn, words = ethics.profile, ethics.words
    groups, missing = by_group(drawn, words), missing_denominators(drawn, words)
    return DatasetCovered(dataset, matched, len(facts), groups, missing)


def _scored_with(settings: PrioritySettings) -> Said:
    if settings.weights_decision is None:
        return Said("Scored with priority settings {version}.", {"version": settings.version})
    return Said(
        "Scored with priority settings {version} and the weights of decision {number}.",
        {"version": settings.version, "number": settings.weights_decision},
    )
