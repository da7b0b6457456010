"""Leave to send the next edit: a batch takes hours, and what allowed it may end meanwhile."""

from collections.abc import Callable
from datetime import datetime, timedelta

from heritage.errors import BatchHeld, WikiStopped
from heritage.ports.clock import Clock
from heritage.ports.decisions import JournalEntry
from heritage.ports.wiki import WikiWriter
from heritage.steps.upload_limits import UploadLimits


class Leave:
    """Asked before every write. Answers of the stop page and of the gates are relied on for a while, those
    of people's orders never; `permitted` was asked when this was made."""

    def __init__(
        self,
        batch_id: str,
        writer: WikiWriter,
        clock: Clock,
        limits: UploadLimits,
        permitted: Callable[[], None],
        held: Callable[[str], str | None],
    ) -> None:
        self._batch_id, self._writer, self._clock, self._limits = batch_id, writer, clock, limits
        self._permitted, self._held = permitted, held
        self._asked = clock.now()
        self._looked_at_stop_page: datetime | None = None

    def ask(self, entry: JournalEntry) -> None:
        """Raises what stops the batch. Orders are asked for last, since the others take time: who has paused
        a batch may hand it to others at once."""
        now = self._clock.now()
        looked = self._looked_at_stop_page
        if looked is None or now - looked >= timedelta(seconds=self._limits.stop_page):
            text = self._writer.stop_requested()
            if text:
                raise WikiStopped(f"The stop page says: {text[:300]}")
            self._looked_at_stop_page = now
        if now - self._asked >= timedelta(seconds=self._limits.gate):
            self._permitted()
            self._asked = now
        for batch_id in dict.fromkeys((self._batch_id, entry.batch_id)):
            why = self._held(batch_id)
            if why:
                raise BatchHeld(why)
