"""The decision log as the pages on priorities show it and give it away."""

import json
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from heritage.errors import GovernanceError
from heritage.model.governance import Decision
from heritage.wiring.settings import Settings

if TYPE_CHECKING:
    from heritage.ports.decisions import DecisionStore


class LogPages:
    """Reads alone; what was found unbroken is not looked at again until the log changes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._checked: tuple[object, list[str]] | None = None

    def lines(self) -> Sequence[Decision]:
        """All decisions, oldest first. Raises GovernanceError naming a line that cannot be read."""
        return self._decisions.log()

    def checked(self) -> tuple[Sequence[Decision], list[str]]:
        """All decisions, and what is broken in them or in what they were made on, as `heritage decisions
        verify` finds it. What was looked at before and has not changed since is not computed again."""
        from heritage.steps.govern_standing import check_log

        now = (self._decisions.fingerprint(), tuple(self._decisions.seals()))
        if self._checked is None or self._checked[0] != now:
            self._checked = now, check_log(self._decisions)
        return self._decisions.log(), self._checked[1]

    def exported(self, kind: str) -> str:
        """The log as everybody may read it, as `json` or `html`. Raises GovernanceError when it is broken."""
        from heritage.steps.govern_standing import public_log
        from heritage.wiring.governance import log_page
        from heritage.wiring.terms import governance_settings

        faults = self.checked()[1]
        if faults:
            raise GovernanceError(f"The decision log is broken, nothing is published. {faults[0]}")
        lines = public_log(self._decisions, names=governance_settings(self._settings).names_public)
        if kind == "html":
            return log_page(lines)
        return json.dumps({"decisions": lines}, ensure_ascii=False, indent=1) + "\n"

    @cached_property
    def _decisions(self) -> "DecisionStore":
        from heritage.wiring.stores import decision_store

        return decision_store(self._settings)
