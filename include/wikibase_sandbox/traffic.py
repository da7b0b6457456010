"""What the API was asked: tests count it, to see that nothing was written or how often somebody asks."""

import threading
from collections import Counter
from collections.abc import Mapping

from wikibase_sandbox.paraminfo import ACTIONS
from wikibase_sandbox.types import Json


class Traffic:
    """Counts requests since the start; several threads may do so at the same time."""

    def __init__(self) -> None:
        self._actions: Counter[str] = Counter()
        self._lock = threading.Lock()

    def count(self, params: Mapping[str, str]) -> None:
        with self._lock:
            self._actions[params.get("action", "help")] += 1

    def as_json(self) -> Json:
        """All requests, those that would write if they were let, and both by action."""
        with self._lock:
            actions = dict(self._actions)
        writes = sum(n for action, n in actions.items() if action in ACTIONS and ACTIONS[action].writes)
        return {"total": sum(actions.values()), "writes": writes, "actions": actions}
