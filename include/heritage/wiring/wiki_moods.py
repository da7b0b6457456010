"""Keeps that a wiki stopped us, or was busy for too long, for the page on health."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from heritage.adapters.clock import SystemClock
from heritage.adapters.wiki_moods import FileMoods
from heritage.errors import CircuitOpen, HeritageError, WikiBusy, WikiStopped
from heritage.model.figures import placeless
from heritage.model.shown import shorten
from heritage.ports.health import Mood, Word
from heritage.wiring.settings import Settings


@contextmanager
def noted(settings: Settings, target: str) -> Iterator[None]:
    """Around work that writes to a wiki: why it was stopped there is kept until such work ends well."""
    try:
        yield
    except CircuitOpen:
        raise  # that paused a batch, which is kept with its orders
    except (WikiStopped, WikiBusy) as told:
        mood = Mood.STOPPED if isinstance(told, WikiStopped) else Mood.BUSY
        now = SystemClock().now()
        word = Word(mood, now, now, shorten(placeless(str(told)), 300))
        with suppress(HeritageError, OSError):  # what the wiki told matters more than that it is kept
            FileMoods(settings.data_url).keep(target, word)
        raise
    with suppress(HeritageError, OSError):
        FileMoods(settings.data_url).forget(target, Mood.STOPPED)
