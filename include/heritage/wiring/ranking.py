"""The latest ranking, asked about: other weights, and the records behind its figures."""

from collections.abc import Mapping
from datetime import date
from threading import Lock
from typing import Any

from heritage.adapters.clock import SystemClock
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.model.governance import Proposal
from heritage.model.said import Said
from heritage.ports.drill import Drilled, Figure
from heritage.priority.sensitivity import what_would_change
from heritage.priority.trial import Trial, trial
from heritage.spec.loader import load_specs
from heritage.steps.drill import Behind, Parts
from heritage.steps.risk_sites import RegisterRisk, read_register
from heritage.wiring.report import latest_ranking
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store, snapshot_store
from heritage.wiring.weights import priority_settings, settings_of

_TABLES = ("risk", "matches")
"""What may be written anew while a proposal stays the same."""


def try_weights(settings: Settings, weights: Mapping[str, object]) -> Trial:
    """The latest ranking with weights by criterion that somebody tries; nothing is kept, and there are no
    rows before the first ranking. Raises EntryRefused with a sentence for each weight that cannot be."""
    ranking = latest_ranking(settings)
    if ranking is None:
        return trial((), priority_settings(settings), weights)
    return trial(ranking.ranked, settings_of(ranking, settings), weights)


def to_be_first(settings: Settings) -> dict[str, Said]:
    """What would have to change for each proposal of the latest ranking to be first, by its id."""
    ranking = latest_ranking(settings)
    if ranking is None:
        return {}
    said = what_would_change(ranking.ranked, settings_of(ranking, settings))
    return {one.proposal.proposal_id: words for one, words in zip(ranking.ranked, said, strict=True)}


def records(settings: Settings, proposal_id: str, figure: str, page: int) -> Drilled | None:
    """See `Records.of`; whoever asks often keeps a `Records`."""
    return Records(settings).of(proposal_id, figure, page)


class Records:
    """From the figures of proposals down to their records. The last proposal that was asked about is kept."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._behind: tuple[Any, Behind] | None = None
        self._register: tuple[Any, RegisterRisk] | None = None
        self._groups: tuple[Behind, RegisterRisk, Parts] | None = None

    def figures(self, proposal_id: str, known: Proposal | None = None) -> tuple[Figure, ...] | None:
        """Every figure that opens; None when there is no such proposal, or its edits are gone. `known` is the
        proposal, for who has it at hand."""
        behind = self._read(proposal_id, known)
        register = self._told(behind.proposal.dataset) if behind else None
        if behind is None or register is None:
            return None
        return behind.figures(self._grouped(behind, register))

    def of(self, proposal_id: str, figure: str, page: int, known: Proposal | None = None) -> Drilled | None:
        """A page of records; None when there is no such proposal or figure, or its records are gone."""
        behind = self._read(proposal_id, known)
        register = self._told(behind.proposal.dataset) if behind else None
        if behind is None or register is None:
            return None
        groups = self._grouped(behind, register)
        store = snapshot_store(self._settings)
        return behind.drilled(figure, page, store=store, register=register, groups=groups)

    def _grouped(self, behind: Behind, register: RegisterRisk) -> Parts:
        with self._lock:
            held = self._groups
            if held is None or held[0] is not behind or held[1] is not register:
                column = priority_settings(self._settings).equity.group
                held = self._groups = (behind, register, behind.by_group(register, column))
            return held[2]

    def _read(self, proposal_id: str, known: Proposal | None) -> Behind | None:
        store = snapshot_store(self._settings)
        with self._lock:
            held = self._behind[1].proposal if self._behind else None
            same = held is not None and held.proposal_id == proposal_id
            proposal = held if same else known or _proposal(self._settings, proposal_id)
            if proposal is None or not proposal.scored:
                return None
            try:
                tables = [store.digest(proposal.dataset, proposal.snapshot, name) for name in _TABLES]
                key = (proposal_id, tables)
                if self._behind is None or self._behind[0] != key:
                    self._behind = key, Behind.read(proposal, store=store)
            except FileNotFoundError:
                return None
            return self._behind[1]

    def _told(self, dataset: str) -> RegisterRisk | None:
        """The last good snapshot, as it may be told today."""
        store = snapshot_store(self._settings)
        rules = YamlVocabularies(self._settings.vocabularies).disclosure()
        today: date = SystemClock().now().date()
        spec = next(
            (one.spec for one in load_specs(self._settings.datasets)[0] if one.spec.id == dataset), None
        )
        snapshot = store.last_good(dataset)
        if spec is None or snapshot is None:
            return None
        with self._lock:
            key = (
                dataset,
                snapshot,
                store.digest(dataset, snapshot, "risk"),
                rules.digest,
                today,
                spec.digest(),
            )
            if self._register is None or self._register[0] != key:
                register = read_register(spec, snapshot, store=store, rules=rules, today=today)
                self._register = key, register
            return self._register[1]


def _proposal(settings: Settings, proposal_id: str) -> Proposal | None:
    """From the latest ranking, gated or not, or else from the newest round that it was put to."""
    ranking = latest_ranking(settings)
    known = [*(one.proposal for one in ranking.ranked), *ranking.gated] if ranking else []
    known += [
        one.proposal for round_ in reversed(decision_store(settings).rounds()) for one in round_.proposals
    ]
    return next((one for one in known if one.proposal_id == proposal_id), None)
