"""The pages over the stores that the settings name.

Airflow loads the plugin that uses this in each of its processes, so what is heavy is imported by the
page that needs it.
"""

import logging
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from heritage.errors import HeritageError
from heritage.model.edit import EditState
from heritage.model.upload import Action
from heritage.ports.health import Health
from heritage.ports.matching import Decided, Explained, MatchList
from heritage.ports.orders import BatchStanding
from heritage.ports.overview import BatchRow, DatasetRow
from heritage.ports.review_pages import ReviewPages
from heritage.ports.risk_pages import Chosen, Mark, RiskList, SitePage, View
from heritage.ports.schedule import CapacityEntry, KeptPlan
from heritage.ports.upload_pages import BatchPage, UploadServices
from heritage.web.services import HealthServices, MatchServices, ReconServices, RiskServices, Services
from heritage.wiring.priority_pages import PriorityPages
from heritage.wiring.reconciliation import reconciliation
from heritage.wiring.settings import Settings
from heritage.wiring.terms import nobody_can_act

if TYPE_CHECKING:
    from heritage.wiring.health import HealthPages
    from heritage.wiring.matching import Matches
    from heritage.wiring.risk_pages import RiskPages

_log = logging.getLogger(__name__)


def warn_of_roles(settings: Settings, airflow_roles: frozenset[str]) -> None:
    """Logs each role of the process that nobody can act in, where Airflow has these roles alone."""
    try:
        for told in nobody_can_act(settings, airflow_roles):
            _log.warning(told)
    except HeritageError as error:  # the pages say so too, and those on other matters go on
        _log.warning("The terms of reference cannot be read. %s", error)


def services(settings: Settings) -> Services:
    """Everything the pages do, bound to this installation."""

    def report() -> str | None:
        from heritage.wiring.governance import latest_report

        folder = latest_report(settings)
        return (folder / "report.html").read_text(encoding="utf-8") if folder else None

    def datasets() -> list[DatasetRow]:
        from heritage.wiring import overview

        return overview.datasets(settings)

    def batches() -> list[BatchRow]:
        from heritage.wiring import overview

        return overview.batches(settings)

    def checks_page(dataset: str, snapshot: str, name: str) -> str | None:
        from heritage.wiring.stores import snapshot_store

        try:
            return snapshot_store(settings).read_page(dataset, snapshot, name)
        except FileNotFoundError:
            return None

    @cache
    def reviews() -> ReviewPages:
        from heritage.wiring.review_pages import ReviewPages

        return ReviewPages(settings)

    risk = _risk_services(settings)
    held = ReconServices(reconciliation(settings), settings.service_batch)
    return Services(
        report,
        datasets,
        batches,
        checks_page,
        risk,
        _upload_services(settings),
        held,
        _match_services(settings),
        PriorityPages(settings),
        reviews,
        _health_services(settings),
    )


def _health_services(settings: Settings) -> HealthServices:
    @cache
    def pages() -> "HealthPages":
        from heritage.wiring.health import HealthPages

        return HealthPages(settings)

    def health() -> Health:
        return pages().health()

    def runbook() -> str | None:
        from heritage.wiring.health import runbook_text

        return runbook_text(settings)

    return HealthServices(health, settings.runbook, runbook)


def _upload_services(settings: Settings) -> UploadServices:
    def batch(batch_id: str, page: int, only: EditState | None) -> BatchPage | None:
        from heritage.wiring import overview

        return overview.batch_page(settings, batch_id, page, only)

    def standing(batch_id: str) -> BatchStanding:
        from heritage.wiring.batch_orders import batch_standing

        return batch_standing(settings, batch_id)

    def order(user: str, batch_id: str, action: Action, reason: str) -> BatchStanding:
        from heritage.wiring.batch_orders import order_batch

        return order_batch(settings, user, batch_id, action, reason)

    def plan() -> KeptPlan | None:
        from heritage.wiring import schedule

        return schedule.latest_plan(settings)

    def capacity() -> CapacityEntry:
        from heritage.wiring import schedule

        return schedule.capacity(settings)

    def enter_capacity(user: str, content: Mapping[str, Any]) -> CapacityEntry:
        from heritage.wiring import schedule

        return schedule.set_capacity(settings, user, content)

    return UploadServices(batch, standing, order, plan, capacity, enter_capacity)


def _match_services(settings: Settings) -> MatchServices:
    @cache
    def matches() -> "Matches":
        from heritage.wiring.matching import Matches

        return Matches(settings)

    def listed(dataset: str, decided: Decided, page: int) -> MatchList | None:
        return matches().listed(dataset, decided, page)

    def explain(dataset: str, record_id: str) -> Explained | None:
        return matches().explain(dataset, record_id)

    def places(qids: Sequence[str]) -> Mapping[str, tuple[float, float]]:
        return matches().places(qids)

    return MatchServices(listed, explain, places)


def _risk_services(settings: Settings) -> RiskServices:
    """What was read is kept from one page to the next."""

    @cache
    def pages() -> "RiskPages":
        from heritage.wiring.risk_pages import RiskPages

        return RiskPages(settings)

    def sites(chosen: Chosen, page: int) -> RiskList:
        return pages().sites(chosen, page)

    def marks(chosen: Chosen, view: View) -> list[Mark]:
        return pages().marks(chosen, view)

    def site(dataset: str, record_id: str) -> SitePage | None:
        return pages().site(dataset, record_id)

    def outlines(view: View) -> bytes:
        return pages().outlines(view)

    return RiskServices(sites, marks, site, outlines)
