"""What the pages on priorities show of the report and of what was ranked; the newest ranking is kept until it
changes."""

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from heritage.model.governance import Proposal
from heritage.wiring.kept_rounds import Standing
from heritage.wiring.settings import Settings

if TYPE_CHECKING:
    from heritage.ports.drill import Drilled, Figure
    from heritage.priority.country import Answered
    from heritage.priority.settings import PrioritySettings
    from heritage.priority.trial import Trial
    from heritage.wiring.ranking import Records


class RankingPages:
    """Reads alone."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._standing = lru_cache(2)(self._read_standing)

    def report(self) -> Path | None:
        """The folder of the newest report that may be shown."""
        from heritage.wiring.report import latest_report

        return latest_report(self._settings)

    def standing(self) -> Standing | None:
        """The newest ranking; None before the first."""
        from heritage.adapters.reports.shelf import LAST
        from heritage.wiring.report import report_shelf

        folder = report_shelf(self._settings).newest()
        if folder is None:
            return None
        found = folder / LAST
        weights = self._settings.vocabularies / "priority.yaml"
        with self._lock:
            return self._standing(found, found.stat().st_mtime_ns, weights.stat().st_mtime_ns)

    def weights(self) -> Mapping[str, float]:
        """Of the body, by criterion, together 1, as the newest ranking was made with them."""
        return self._figures().weights.model_dump()

    def weights_decision(self) -> int | None:
        """The number of the body's decision on these weights; None while they are those of the file."""
        return self._figures().weights_decision

    def try_weights(self, given: Mapping[str, object]) -> "Trial":
        """See `priority.trial.trial`."""
        from heritage.priority.trial import trial

        standing = self.standing()
        return trial(tuple(standing.ranked.values()) if standing else (), self._figures(), given)

    def _figures(self) -> "PrioritySettings":
        from heritage.wiring.weights import priority_settings

        standing = self.standing()
        return standing.settings if standing else priority_settings(self._settings)

    def figures(self, proposal_id: str) -> Sequence["Figure"]:
        """Figures that open down to records; empty when what was rehearsed is gone."""
        return self._records.figures(proposal_id, self._known(proposal_id)) or ()

    def country(self, dataset: str) -> Sequence["Answered"]:
        """The nine questions about the country of a register, as the newest ranking has them answered."""
        standing = self.standing()
        return standing.ranking.country.get(dataset, ()) if standing else ()

    def records(self, proposal_id: str, figure: str, page: int) -> "Drilled | None":
        """See `wiring.ranking.Records.of`."""
        return self._records.of(proposal_id, figure, page, self._known(proposal_id))

    def _known(self, proposal_id: str) -> Proposal | None:
        standing = self.standing()
        if standing is None:
            return None
        ranked = standing.ranked.get(proposal_id)
        return ranked.proposal if ranked else standing.gated.get(proposal_id)

    @cached_property
    def _records(self) -> "Records":
        from heritage.wiring.ranking import Records

        return Records(self._settings)

    def _read_standing(self, path: Path, *_: int) -> Standing:
        from heritage.wiring.report import made_at, ranking_in
        from heritage.wiring.weights import settings_of

        ranking = ranking_in(path.parent)
        return Standing(made_at(path.parent), ranking, settings_of(ranking, self._settings))
