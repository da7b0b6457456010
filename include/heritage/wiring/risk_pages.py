"""The pages on risk over the stores that the settings name; what was read is kept until a table changes."""

import logging
from dataclasses import replace
from datetime import date
from threading import Lock
from typing import Any

from heritage.adapters.asked_files import AskedFileStore
from heritage.adapters.clock import SystemClock
from heritage.adapters.outlines import Outlines
from heritage.adapters.reports.world_map import Atlas
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.disclosure.rules import DisclosureRules
from heritage.errors import StoreDamaged
from heritage.ports.files import SnapshotStore
from heritage.ports.risk_pages import Chosen, Mark, RiskList, SitePage, View
from heritage.spec.loader import load_specs
from heritage.steps.risk_list import Sites, risk_list
from heritage.steps.risk_map import marks
from heritage.steps.risk_site import site_page
from heritage.steps.risk_sites import RegisterRisk, read_register
from heritage.wiring.leaving import credits_of
from heritage.wiring.settings import Settings
from heritage.wiring.stores import request_store

_log = logging.getLogger(__name__)


class RiskPages:
    """What the pages ask. What people ask to withhold holds at once: the digest of the rulings is another."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._vocabularies = YamlVocabularies(settings.vocabularies)
        self._outlines = Outlines(settings.countries.parent)
        self._atlas = Atlas(settings.countries)
        self._lock = Lock()
        self._registers: dict[str, tuple[Any, RegisterRisk]] = {}
        self._sites: tuple[Any, Sites] | None = None

    def sites(self, chosen: Chosen, page: int) -> RiskList:
        """One page of the chosen sites."""
        return risk_list(self._read()[0], chosen, page)

    def marks(self, chosen: Chosen, view: View) -> list[Mark]:
        """The marks of a map."""
        return marks(self._read()[0], chosen, view)

    def site(self, dataset: str, record_id: str) -> SitePage | None:
        """The page of one site, None when there is nothing that may be told."""
        sites, store, rules, today = self._read()
        return site_page(sites, dataset, record_id, store=store, rules=rules, today=today)

    def outlines(self, view: View) -> bytes:
        """GeoJSON of the countries in view."""
        return self._outlines.geojson(view)

    def _read(self) -> tuple[Sites, SnapshotStore, DisclosureRules, date]:
        asked = request_store(self._settings)
        store = AskedFileStore(self._settings.data_url, asked.requests)
        rules, today = self._vocabularies.disclosure(), SystemClock().now().date()
        with self._lock:
            found: list[RegisterRisk] = []
            unread: list[str] = []
            keys: list[Any] = []
            specs, _ = load_specs(self._settings.datasets)
            for loaded in specs:
                spec = loaded.spec
                snapshot = store.last_good(spec.id) if spec.kind != "at_risk" else None
                if snapshot is None:
                    continue
                try:
                    digest = store.digest(spec.id, snapshot, "risk")
                    key = (snapshot, digest, rules.digest, today, spec.digest())
                    if spec.id not in self._registers or self._registers[spec.id][0] != key:
                        register = read_register(spec, snapshot, store=store, rules=rules, today=today)
                        self._registers[spec.id] = key, register
                except FileNotFoundError:
                    unread.append(f"{spec.title}: it has not been flagged yet.")
                    continue
                except StoreDamaged as damaged:
                    _log.error("%s is left out of the pages on risk: %s", spec.id, damaged)
                    unread.append(f"{spec.title}: a file of it is damaged; ask an engineer.")
                    continue
                found.append(self._registers[spec.id][1])
                keys.append((spec.id, key))
            whole = (keys, unread)
            if self._sites is None or self._sites[0] != whole:
                causes = self._vocabularies.causes().names
                sites = Sites.of(found, self._atlas.country_names, causes, unread)
                self._sites = whole, replace(sites, credits=credits_of(sites.sources, self._settings))
            return self._sites[1], store, rules, today
