"""How long a busy wiki is waited for."""

import logging
from collections.abc import Callable
from typing import TypeVar

from heritage.errors import WikiBusy
from heritage.model.figures import placeless
from heritage.steps.upload_limits import UploadLimits

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class Patience:
    """What one edit is worth waiting, in pauses that the wiki asks for, or that grow."""

    def __init__(self, wait: Callable[[float], None], limits: UploadLimits) -> None:
        self._wait, self._limits = wait, limits
        self.renew()

    def renew(self) -> None:
        """Another edit is waited for anew."""
        self._waited, self._pause = 0.0, 1.0

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """The answer; asks again while the wiki is busy."""
        while True:
            try:
                return question()
            except WikiBusy as busy:
                self.hold(busy)

    def hold(self, busy: WikiBusy) -> None:
        """Waits as long as the wiki asks for, or raises when that is more than one edit is worth."""
        pause = busy.retry_after or self._pause
        if self._waited + pause > self._limits.patience:
            raise busy
        self._pause = min(2 * self._pause, self._limits.busy)
        self._waited += pause
        log.info("%s Waiting %g s.", placeless(str(busy)), pause)
        self._wait(pause)
