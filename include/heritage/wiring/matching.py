"""Matches and their reasons over the stores that the settings name; one register is kept at a time."""

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

from heritage.adapters.clock import SystemClock
from heritage.adapters.reconcile_settings import load_settings
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.errors import HeritageError
from heritage.ports.matching import Decided, Explained, MatchList
from heritage.spec.loader import find_spec
from heritage.steps.explain import explain, match_list
from heritage.steps.risk_sites import RegisterRisk, read_register
from heritage.wiring.reconciliation import reconciliation
from heritage.wiring.settings import Settings
from heritage.wiring.stores import snapshot_store

Place = tuple[float, float]


class Matches:
    """What the pages and the command ask. What people ask to withhold holds at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._vocabularies = YamlVocabularies(settings.vocabularies)
        self._lock = Lock()
        self._held: tuple[Any, RegisterRisk] | None = None

    def explain(self, dataset: str, record_id: str) -> Explained | None:
        """Raises HeritageError with what to run first where a step is missing; None: nothing may be told."""
        register = self.register(dataset)
        rules = load_settings(self._settings.vocabularies / "reconcile")
        if register is None:
            return None
        try:
            return explain(register, record_id, store=snapshot_store(self._settings), settings=rules)
        except FileNotFoundError as missing:
            raise HeritageError(_unreconciled(dataset)) from missing

    def listed(self, dataset: str, decided: Decided, page: int) -> MatchList | None:
        """None for a dataset that there is not; raises HeritageError like `explain`."""
        register = self.register(dataset)
        if register is None:
            return None
        try:
            return match_list(register, decided, page, store=snapshot_store(self._settings))
        except FileNotFoundError as missing:
            raise HeritageError(_unreconciled(dataset)) from missing

    def register(self, dataset: str) -> RegisterRisk | None:
        """A flagged register with what may be told of its records; raises HeritageError like `explain`."""
        loaded = find_spec(self._settings.datasets, dataset)
        if loaded is None or not loaded.spec.proposes:
            return None
        spec = loaded.spec
        store, rules = snapshot_store(self._settings), self._vocabularies.disclosure()
        today = SystemClock().now().date()
        snapshot = store.last_good(dataset)
        if snapshot is None:
            raise HeritageError(f"{dataset} has no good snapshot yet: `heritage run {dataset}` makes one")
        with self._lock:
            try:
                held = store.digest(dataset, snapshot, "risk")
                key = (dataset, snapshot, held, rules.digest, today, spec.digest())
                if self._held is None or self._held[0] != key:
                    register = read_register(spec, snapshot, store=store, rules=rules, today=today)
                    self._held = key, register
            except FileNotFoundError as missing:
                told = f"{dataset} was not flagged yet, so nobody knows what may be told"
                raise HeritageError(f"{told}: `heritage run {dataset} --until flag`") from missing
            return self._held[1]

    def places(self, qids: Sequence[str]) -> Mapping[str, Place]:
        """Where items lie; empty until the index is in memory, which is begun with."""
        service = reconciliation(self._settings)
        return service.places(qids) if service.ready() else {}


def _unreconciled(dataset: str) -> str:
    return f"{dataset} was not reconciled yet: `heritage run {dataset} --until reconcile`"
