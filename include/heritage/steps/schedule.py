"""Plans the uploads: from what is approved, what the journal knows and what people entered to a calendar."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from math import ceil
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from heritage.model.digest import canonical_json, inputs_digest
from heritage.model.edit import EditState
from heritage.model.governance import Ranked, Scope
from heritage.ports.clock import Clock
from heritage.ports.decisions import DecisionStore, Journal, SentDay
from heritage.ports.schedule import CapacityEntry, KeptPlan, ScheduleStore
from heritage.schedule.capacity import Capacity
from heritage.schedule.make import make_plan
from heritage.schedule.plan import Plan, Status, Tier
from heritage.schedule.sample import Source
from heritage.schedule.settings import ScheduleSettings
from heritage.schedule.shape import Ask, Horizon
from heritage.schedule.solver import Solve
from heritage.schedule.weeks import monday
from heritage.spec.dataset import DatasetSpec
from heritage.statements.selection import ENDANGERED
from heritage.steps.plan_upload import UploadBatch

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Backlog:
    """Proposals that are ranked and not decided, and the day on which they could be at the earliest."""

    ranked: Sequence[Ranked]
    decided_by: date


def schedule(
    batches: Sequence[UploadBatch],
    backlog: Backlog,
    specs: Mapping[str, DatasetSpec],
    *,
    target: str,
    decisions: DecisionStore,
    journal: Journal,
    holds: Mapping[str, str],
    capacity: CapacityEntry,
    plans: ScheduleStore,
    settings: ScheduleSettings,
    clock: Clock,
    solve: Solve | None = None,
) -> KeptPlan:
    """The plan of a target's uploads from this week on, kept with what has changed since the last one.

    `batches` are approved and not settled; `holds` says why people keep some of them back. Nothing is made
    anew while nothing has changed. Raises EntryRefused when what is asked for contradicts itself.
    """
    now = clock.now()
    horizon = Horizon(now.date(), settings.horizon_weeks)
    sent = journal.sent(target)
    rulings = _Rulings(decisions, settings)
    asks = [_batch(batch, specs[batch.dataset], rulings, journal, sent, holds, horizon) for batch in batches]
    asks += [_proposal(ranked, specs, backlog, horizon, settings) for ranked in _single(backlog, specs)]
    asks = [_as_people_say(ask, asks, capacity.in_force) for ask in asks]
    sources = _sources(sent, batches, journal, horizon)
    used = _used(sent, journal, rulings, horizon)
    last = plans.last(target)
    inputs = inputs_digest(
        "schedule",
        canonical_json([_plain(asdict(ask)) for ask in sorted(asks, key=lambda ask: ask.id)]),
        canonical_json(_plain({name: asdict(source) for name, source in sources.items()})),
        capacity.in_force.model_dump_json(),
        settings.model_dump_json(),
        canonical_json([str(monday(horizon.today)), target, *used]),
    )
    if last and last.inputs == inputs and last.plan.status is not Status.GREEDY:
        _log.info("Nothing has changed since the plan of %s.", last.made_at.isoformat(timespec="minutes"))
        return last
    plan = make_plan(
        asks,
        capacity.in_force,
        settings,
        horizon,
        sources,
        target=target,
        before=last.plan if last else None,
        gone=_gone(last.plan, journal, decisions) if last else {},
        used=used,
        solve=solve,
    )
    _tell(plan)
    return plans.keep(plan, inputs, now)


@dataclass(frozen=True, slots=True)
class _Ruling:
    """What decisions say of the batch that carries them out."""

    score: float
    minutes_an_edit: float
    equity: float
    since: date


class _Rulings:
    def __init__(self, decisions: DecisionStore, settings: ScheduleSettings) -> None:
        self._ballots = {
            (round_.round_id, ranked.proposal.proposal_id): ranked
            for round_ in decisions.rounds()
            for ranked in round_.proposals
        }
        self._log = {decision.number: decision for decision in decisions.log()}
        self.lagging_from = settings.equity.lagging_from

    def of(self, numbers: Iterable[int]) -> _Ruling:
        decided = [self._log[number] for number in numbers]
        ranked = [self._ballots[one.round_id, one.proposal_id] for one in decided]
        edits = max(1, *(one.proposal.rehearsal.edits for one in ranked))
        return _Ruling(
            score=sum(one.score for one in ranked) / len(ranked),
            minutes_an_edit=sum(one.proposal.reviewer_hours for one in ranked) * 60 / edits,
            equity=max(one.proposal.criteria.equity for one in ranked),
            since=min(date.fromisoformat(one.decided_at[:10]) for one in decided),
        )


def _batch(
    batch: UploadBatch,
    spec: DatasetSpec,
    rulings: _Rulings,
    journal: Journal,
    sent: Sequence[SentDay],
    holds: Mapping[str, str],
    horizon: Horizon,
) -> Ask:
    ruling, counts = rulings.of(batch.decisions), journal.counts(batch.batch_id)
    this_week = monday(horizon.today)
    endangered = batch.edits.filter(pc.is_in(batch.edits["level"], pa.array(ENDANGERED))).num_rows
    return Ask(
        id=batch.batch_id,
        dataset=batch.dataset,
        title=batch.title,
        tier=Tier.DECIDED,
        score=ruling.score,
        edits=batch.edits.num_rows,
        minutes=ceil(ruling.minutes_an_edit * batch.edits.num_rows),
        ready=horizon.today,
        since=ruling.since,
        country=_country(spec),
        kind=spec.kind,
        languages=frozenset(lang.lower() for lang in spec.record.name),
        at_risk=endangered / max(1, batch.edits.num_rows),
        lagging=ruling.equity >= rulings.lagging_from,
        running=counts[EditState.CONFIRMED] + counts[EditState.SENDING] > 0,
        sent=sum(one.edits for one in sent if one.batch_id == batch.batch_id and one.day >= this_week),
        confirmed=counts[EditState.CONFIRMED],
        hold=holds.get(batch.batch_id, ""),
    )


def _single(backlog: Backlog, specs: Mapping[str, DatasetSpec]) -> Iterable[Ranked]:
    """One proposal a kind of information: what is at risk is part of all."""
    whole = {(r.proposal.dataset, r.proposal.kind) for r in backlog.ranked if r.proposal.scope is Scope.ALL}
    for ranked in backlog.ranked:
        of = ranked.proposal
        part = of.scope is not Scope.ALL and (of.dataset, of.kind) in whole
        if of.rehearsal.edits and of.dataset in specs and not part:
            yield ranked


def _proposal(
    ranked: Ranked,
    specs: Mapping[str, DatasetSpec],
    backlog: Backlog,
    horizon: Horizon,
    settings: ScheduleSettings,
) -> Ask:
    of = ranked.proposal
    return Ask(
        id=of.proposal_id,
        dataset=of.dataset,
        title=of.title,
        tier=Tier.BACKLOG,
        score=ranked.score,
        edits=of.rehearsal.edits,
        minutes=ceil(of.reviewer_hours * 60),
        ready=backlog.decided_by,
        since=horizon.today,
        country=_country(specs[of.dataset]),
        kind=specs[of.dataset].kind,
        languages=frozenset(lang.lower() for lang in specs[of.dataset].record.name),
        at_risk=float(of.scope is Scope.AT_RISK),
        lagging=of.criteria.equity >= settings.equity.lagging_from,
    )


def _as_people_say(ask: Ask, asks: Sequence[Ask], capacity: Capacity) -> Ask:
    """With what people entered about its register: an emergency, a day, what it waits for."""
    decided = ask.tier is not Tier.BACKLOG
    before = capacity.after.get(ask.dataset, ())
    waits = frozenset(
        other.id
        for other in asks
        if other.dataset in before and (other.tier is not Tier.BACKLOG or not decided)
    )
    urgent = decided and ask.dataset in capacity.emergencies
    tier = Tier.EMERGENCY if urgent else ask.tier
    return replace(ask, tier=tier, after=waits, due=capacity.due.get(ask.dataset))


def _sources(
    sent: Sequence[SentDay], batches: Sequence[UploadBatch], journal: Journal, horizon: Horizon
) -> dict[str, Source]:
    """What went out of each register, week by week."""
    this_week = monday(horizon.today)
    open_batches = {batch.batch_id for batch in batches}
    days: dict[str, list[SentDay]] = defaultdict(list)
    for one in sent:
        days[one.dataset].append(one)
    found = {}
    for dataset, of_source in days.items():
        through = {one.batch_id for one in of_source} - open_batches
        through = {batch for batch in through if not _waiting(journal, batch)}
        found[dataset] = Source(
            sent=sum(one.edits for one in of_source),
            weeks=len({monday(one.day) for one in of_source if one.day < this_week}),
            this_week=sum(one.edits for one in of_source if one.day >= this_week),
            finished=max((one.day for one in of_source if one.batch_id in through), default=None),
        )
    return found


def _used(sent: Sequence[SentDay], journal: Journal, rulings: _Rulings, horizon: Horizon) -> tuple[int, int]:
    """Edits of this week that went out already, and the minutes of reviewers for them."""
    decided = {batch.batch_id: batch.decision_numbers for batch in journal.batches()}
    # without a decision goes only what is told of batches; nobody reviews that
    here = [one for one in sent if one.day >= monday(horizon.today) and decided[one.batch_id]]
    if not here:
        return 0, 0
    minutes = (one.edits * rulings.of(decided[one.batch_id]).minutes_an_edit for one in here)
    return sum(one.edits for one in here), ceil(sum(minutes))


def _gone(last: Plan, journal: Journal, decisions: DecisionStore) -> dict[str, str]:
    """What became of what was planned."""
    begun = {batch.batch_id for batch in journal.batches()}
    results = {ruling.proposal_id: ruling.result for ruling in decisions.log()}
    told: dict[str, str] = {}
    for name in [*(one.batch_id for one in last.placed), *(one.batch_id for one in last.waiting)]:
        if name in results:
            told[name] = f"was decided on: {results[name]}"
        elif name in begun and not _waiting(journal, name):
            counts = journal.counts(name)
            told[name] = (
                f"is through: {counts[EditState.CONFIRMED]} edits are on the wiki, "
                f"{counts[EditState.SKIPPED]} were skipped"
            )
    return told


def _waiting(journal: Journal, batch_id: str) -> int:
    counts = journal.counts(batch_id)
    return counts[EditState.PLANNED] + counts[EditState.SENDING]


def _country(spec: DatasetSpec) -> str:
    return spec.id.partition("_")[0]


def _plain(content: Any) -> Any:
    """JSON of what holds dates and sets."""
    if isinstance(content, Mapping):
        return {str(key): _plain(value) for key, value in content.items()}
    if isinstance(content, (frozenset, set)):
        return sorted(content)
    if isinstance(content, date):
        return content.isoformat()
    return content


def _tell(plan: Plan) -> None:
    first = plan.weeks[0].monday
    now = [placed for placed in plan.placed if placed.monday == first and placed.tier is not Tier.BACKLOG]
    _log.info(
        "The calendar has %d batches and proposals in %d weeks (%s), %d of them this week; %d wait.",
        *(len(plan.placed), len(plan.weeks), plan.status, len(now), len(plan.waiting)),
    )
    for change in plan.changes:
        _log.info("%s", change.sentence)
    for waiting in plan.waiting:
        if waiting.tier is not Tier.BACKLOG:
            _log.warning("%s (%s): %s", waiting.title, waiting.batch_id, waiting.sentence)
    for note in plan.notes:
        _log.warning("%s", note)
