"""The calendar of uploads, bound to the stores and figures that the settings name."""

from collections.abc import Mapping
from typing import Any

from heritage.adapters.clock import SystemClock
from heritage.errors import EntryRefused
from heritage.ports.schedule import CapacityEntry, KeptPlan
from heritage.schedule.capacity import read_capacity
from heritage.schedule.settings import ScheduleSettings
from heritage.spec.yaml_model import read_model
from heritage.wiring.settings import Settings
from heritage.wiring.stores import capacity_store, schedule_store


def schedule_settings(settings: Settings) -> ScheduleSettings:
    """The figures in force."""
    return read_model(settings.vocabularies / "schedule" / "schedule.yaml", ScheduleSettings)


def capacity(settings: Settings) -> CapacityEntry:
    """What people entered last; the figures' own until somebody has."""
    entered = capacity_store(settings).current()
    return entered or CapacityEntry(schedule_settings(settings).capacity.capacity())


def set_capacity(settings: Settings, user: str, content: Mapping[str, Any]) -> CapacityEntry:
    """Keeps what a person entered (the fields of `schedule.capacity.Capacity`), whole; it counts from the
    next plan on. Raises EntryRefused with a sentence for each field that cannot be; nothing is kept then."""
    if not user.strip():
        raise EntryRefused((("", "capacity is entered by a person: log in, or set HERITAGE_USER"),))
    return capacity_store(settings).enter(read_capacity(content), user, SystemClock().now())


def latest_plan(settings: Settings, target: str | None = None) -> KeptPlan | None:
    """The newest plan, of a target if one is named; None before the first."""
    return schedule_store(settings).last(target)
