"""The calendar of uploads, bound to the stores and figures that the settings name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from graphlib import CycleError, TopologicalSorter
from typing import Any

from heritage.adapters.clock import SystemClock
from heritage.errors import EntryRefused
from heritage.ports.orders import BatchState
from heritage.ports.schedule import CapacityEntry, KeptPlan
from heritage.schedule.capacity import Capacity, read_capacity
from heritage.schedule.settings import ScheduleSettings
from heritage.spec.faults import meant
from heritage.spec.loader import load_specs
from heritage.spec.yaml_model import read_model
from heritage.steps.govern_standing import decided
from heritage.steps.plan_upload import UploadBatch
from heritage.steps.schedule import Backlog, schedule
from heritage.wiring.batch_orders import batch_standing
from heritage.wiring.helpdesk import helpdesk_load
from heritage.wiring.report import latest_ranking
from heritage.wiring.settings import Settings
from heritage.wiring.stores import capacity_store, decision_store, journal, schedule_store
from heritage.wiring.terms import governance_settings
from heritage.wiring.uploads import approved_batches

_HELD = (BatchState.PAUSED, BatchState.CANCELLED, BatchState.TO_UNDO, BatchState.UNDONE)


def schedule_settings(settings: Settings) -> ScheduleSettings:
    """The figures in force."""
    return read_model(settings.vocabularies / "schedule" / "calendar.yaml", ScheduleSettings)


def capacity(settings: Settings) -> CapacityEntry:
    """What people entered last, the figures' own until somebody has, and what the Helpdesk has to do."""
    entered = capacity_store(settings).current()
    known = entered or CapacityEntry(schedule_settings(settings).capacity.capacity())
    load = helpdesk_load(settings)
    return replace(known, requests=load.requests, mean_hours=load.mean_hours)


def set_capacity(settings: Settings, user: str, content: Mapping[str, Any]) -> CapacityEntry:
    """Keeps what a person entered (the fields of `schedule.capacity.Capacity`), whole; it counts from the
    next plan on. Raises EntryRefused with a sentence for each field that cannot be; nothing is kept then."""
    if not user.strip():
        raise EntryRefused((("", "capacity is entered by a person: log in, or set HERITAGE_USER"),))
    given = read_capacity(content)
    _refuse_unknown(given, settings)
    return capacity_store(settings).enter(given, user, SystemClock().now())


def plan_uploads(settings: Settings, target: str, batches: Sequence[UploadBatch]) -> KeptPlan:
    """Plans what is approved for a target (`uploads.plan_batches`) and, as a forecast, what is ranked and
    not decided. The plan is kept; while nothing has changed, the one that stands is given."""
    decisions, now = decision_store(settings), SystemClock().now()
    ranking = latest_ranking(settings)
    known = decided(decisions, now)
    ranked = [one for one in ranking.ranked if one.proposal.proposal_id not in known] if ranking else []
    ballot_closes = now.date() + timedelta(days=governance_settings(settings).voting_days)
    return schedule(
        batches,
        Backlog(ranked, ballot_closes),
        {loaded.spec.id: loaded.spec for loaded in load_specs(settings.datasets)[0]},
        target=target,
        decisions=decisions,
        journal=journal(settings),
        holds=_holds(settings, batches),
        capacity=capacity(settings),
        plans=schedule_store(settings),
        settings=schedule_settings(settings),
        clock=SystemClock(),
    )


def replan(settings: Settings, target: str) -> KeptPlan:
    """The plan of a target as of now: for whoever has changed the capacity."""
    return plan_uploads(settings, target, approved_batches(settings, target))


def may_send(kept: KeptPlan) -> dict[str, int]:
    """The batches whose week has come, with how many edits of each may be on the wiki by the end of it: the
    `limit` of `uploads.upload_batch`."""
    up_to = {placed.batch_id: placed.up_to(kept.made_at.date()) for placed in kept.plan.placed}
    return {batch: limit for batch, limit in up_to.items() if limit}


def add_sample(settings: Settings, user: str, dataset: str, looked_at: int, wrong: int) -> CapacityEntry:
    """Keeps what people found who looked at edits of a register today; the rest of the capacity stays."""
    sample = {"looked_at": looked_at, "wrong": wrong, "on": SystemClock().now().date()}
    content = capacity(settings).capacity.model_dump()
    return set_capacity(settings, user, content | {"samples": {**content["samples"], dataset: sample}})


def latest_plan(settings: Settings, target: str | None = None) -> KeptPlan | None:
    """The newest plan, of a target if one is named; None before the first."""
    return schedule_store(settings).last(target)


def _holds(settings: Settings, batches: Sequence[UploadBatch]) -> dict[str, str]:
    standing = (batch_standing(settings, batch.batch_id) for batch in batches)
    return {one.batch_id: f"it is {one.state}" for one in standing if one.state in _HELD}


def _refuse_unknown(given: Capacity, settings: Settings) -> None:
    """Raises EntryRefused for registers that nobody describes, and for those that wait for themselves."""
    known = {loaded.spec.id for loaded in load_specs(settings.datasets)[0]}
    named: dict[str, Iterable[str]] = {
        "emergencies": given.emergencies,
        "due": given.due,
        "samples": given.samples,
        "after": {*given.after, *(one for before in given.after.values() for one in before)},
    }
    faults = [
        (
            f"{field}.{dataset}",
            f"there is no register {dataset!r}; {meant(dataset, known, 'look at Datasets')}",
        )
        for field, datasets in named.items()
        for dataset in sorted(datasets)
        if dataset not in known
    ]
    try:
        TopologicalSorter(given.after).prepare()
    except CycleError as error:
        faults.append(("after", f"these wait for each other in a circle: {' → '.join(error.args[1])}"))
    if faults:
        raise EntryRefused(tuple(faults))
