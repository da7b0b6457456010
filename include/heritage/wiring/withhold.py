"""Requests, consents and what the body relaxed, bound to the stores that the settings name."""

from heritage.adapters.clock import SystemClock
from heritage.model.disclosure import By, Disclosure
from heritage.model.governance import Round
from heritage.steps import withhold as steps
from heritage.steps.withhold import Place
from heritage.wiring.pipeline import load_dataset
from heritage.wiring.settings import Settings
from heritage.wiring.stores import action_log, decision_store, request_store, snapshot_store
from heritage.wiring.terms import governance_settings


def withhold(
    settings: Settings, dataset: str, record_id: str, disclosure: Disclosure, by: By, evidence: str, user: str
) -> None:
    """See `steps.withhold.withhold`."""
    steps.withhold(
        _place(settings, dataset, record_id, user),
        disclosure,
        by,
        evidence,
        store=snapshot_store(settings),
        requests=request_store(settings),
        clock=SystemClock(),
    )


def consent(settings: Settings, dataset: str, record_id: str, by: By, evidence: str, user: str) -> None:
    """See `steps.withhold.consent`."""
    steps.consent(
        _place(settings, dataset, record_id, user),
        by,
        evidence,
        store=snapshot_store(settings),
        requests=request_store(settings),
        clock=SystemClock(),
    )


def propose_relaxing(
    settings: Settings, dataset: str, record_id: str, disclosure: Disclosure, consented: str, user: str
) -> Round:
    """See `steps.withhold.propose_relaxing`."""
    return steps.propose_relaxing(
        _place(settings, dataset, record_id, user),
        disclosure,
        consented,
        store=snapshot_store(settings),
        decisions=decision_store(settings),
        actions=action_log(settings),
        clock=SystemClock(),
        settings=governance_settings(settings),
    )


def relax(
    settings: Settings,
    dataset: str,
    record_id: str,
    disclosure: Disclosure,
    consented: str,
    decision: int | None,
    user: str,
) -> None:
    """See `steps.withhold.relax`."""
    steps.relax(
        _place(settings, dataset, record_id, user),
        disclosure,
        consented,
        decision,
        store=snapshot_store(settings),
        requests=request_store(settings),
        decisions=decision_store(settings),
        clock=SystemClock(),
    )


def _place(settings: Settings, dataset: str, record_id: str, user: str) -> Place:
    return Place(load_dataset(dataset, settings), record_id, user)
