"""The reconciliation service over the index that the settings name: loaded once, again when a newer one
appears, and never for longer at work than it may be."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore, Lock, Thread
from typing import TYPE_CHECKING, Any

from heritage.errors import HeritageError, ServiceBusy
from heritage.ports.reconciliation import Candidate, Entity, Kind, Named, Query, Suggestion, Values
from heritage.wiring.settings import Settings

if TYPE_CHECKING:
    from heritage.steps.recon_service import IndexService

_log = logging.getLogger(__name__)

_MOST_WAITING = 6
"""Requests that wait for others; more are sent away at once, so that they hold up nobody else's threads."""
_LOOK_AGAIN_S = 60.0
"""How often the folder of the index is looked at."""


class HeldReconciliation:
    """Port Reconciliation. One query is worked on at a time: each takes a whole core already."""

    def __init__(
        self,
        load: Callable[[], "IndexService"],
        version: Callable[[], str],
        limit_s: float,
        look_again_s: float = _LOOK_AGAIN_S,
    ) -> None:
        self._load, self._version = load, version
        self._limit_s, self._look_again_s = limit_s, look_again_s
        self._working, self._places = Lock(), BoundedSemaphore(1 + _MOST_WAITING)
        self._held: IndexService | None = None
        self._looked = 0.0
        self._loading: Thread | None = None

    def match(self, queries: Sequence[Query]) -> list[list[Candidate]]:
        """See Reconciliation."""
        end = time.monotonic() + self._limit_s
        with self._at_work(end) as service:
            return service.match(queries, lambda: time.monotonic() >= end)

    def suggest(self, kind: Kind, prefix: str, lang: str | None, limit: int, offset: int) -> list[Suggestion]:
        """See Reconciliation."""
        with self._at_work() as service:
            return service.suggest(kind, prefix, lang, limit, offset)

    def entity(self, id: str, lang: str | None) -> Entity | None:
        """See Reconciliation."""
        with self._at_work() as service:
            return service.entity(id, lang)

    def named(self, kind: Kind, id: str, lang: str | None) -> Named | None:
        """See Reconciliation."""
        with self._at_work() as service:
            return service.named(kind, id, lang)

    def types(self, lang: str | None, limit: int) -> list[Named]:
        """See Reconciliation."""
        with self._at_work() as service:
            return service.types(lang, limit)

    def properties(self, type: str, limit: int | None) -> list[Named]:
        """See Reconciliation."""
        with self._at_work() as service:
            return service.properties(type, limit)

    def extend(self, ids: Sequence[str], properties: Sequence[str], lang: str | None) -> Values:
        """See Reconciliation."""
        with self._at_work() as service:
            return service.extend(ids, properties, lang)

    def freshness(self) -> str:
        """See Reconciliation."""
        with self._at_work() as service:
            return service.freshness()

    def ready(self) -> bool:
        """Whether the index is in memory; where it is not, it is loaded beside the work."""
        if self._held is None and (self._loading is None or not self._loading.is_alive()):
            self._loading = Thread(target=self._begin, daemon=True)
            self._loading.start()
        return self._held is not None

    def places(self, qids: Sequence[str]) -> dict[str, tuple[float, float]]:
        """Latitude and longitude of items, where the index has them."""
        with self._at_work() as service:
            found = {qid: service.entity(qid, None) for qid in qids}
        return {
            qid: (one.lat, one.lon)
            for qid, one in found.items()
            if one is not None and one.lat is not None and one.lon is not None
        }

    def open(self) -> int:
        """Loads the index now, and says how many items it has. Raises StoreDamaged when there is none."""
        with self._at_work(float("inf")) as service:
            return len(service)

    def loaded(self) -> None:
        """Waits until a newer index that is being loaded is there."""
        if self._loading is not None:
            self._loading.join()

    @contextmanager
    def _at_work(self, end: float | None = None) -> Iterator["IndexService"]:
        end = time.monotonic() + self._limit_s if end is None else end
        wait = -1 if end == float("inf") else max(0.0, end - time.monotonic())
        if not self._places.acquire(blocking=False):
            raise ServiceBusy("too many queries wait already; ask again later")
        try:
            with self._alone(wait) as service:
                yield service
        finally:
            self._places.release()

    @contextmanager
    def _alone(self, wait: float) -> Iterator["IndexService"]:
        if not self._working.acquire(timeout=wait):
            raise ServiceBusy("the service has other queries before this one, or loads its index; ask again")
        try:
            if self._held is None:
                self._held, self._looked = self._load(), time.monotonic()
            self._look_for_newer(self._held.freshness())
            yield self._held
        finally:
            self._working.release()

    def _look_for_newer(self, held: str) -> None:
        """Loads a newer index beside the work; until it is there the old one answers."""
        if time.monotonic() - self._looked < self._look_again_s:
            return
        self._looked = time.monotonic()
        if self._loading is not None and self._loading.is_alive():
            return
        try:
            newer = self._version() != held
        except (HeritageError, OSError) as error:
            _log.warning("The index in memory is kept, the one in the folder cannot be read: %s", error)
            return
        if newer:
            self._loading = Thread(target=self._swap, daemon=True)
            self._loading.start()

    def _begin(self) -> None:
        try:
            self.open()
        except (HeritageError, OSError) as error:
            _log.warning("The reconciliation service has no index: %s", error)

    def _swap(self) -> None:
        try:
            self._held = self._load()
            _log.info("The reconciliation service answers from the index %s now.", self._held.freshness())
        except (HeritageError, OSError) as error:
            _log.warning("The index in memory is kept, the newer one cannot be read: %s", error)


@cache
def reconciliation(settings: Settings) -> HeldReconciliation:
    """The service of this process; nothing is loaded before it is asked."""
    from heritage.adapters.wikidata.index import FileItemIndex

    def load() -> "IndexService":
        return _load(settings)

    return HeldReconciliation(load, FileItemIndex(settings.data_url).version, settings.service_seconds)


def _load(settings: Settings) -> "IndexService":
    from heritage.adapters.reconcile_settings import load_settings
    from heritage.adapters.reports.words import word_list
    from heritage.adapters.wikidata.index import FileItemIndex
    from heritage.adapters.world import load_world
    from heritage.steps.recon_service import IndexService

    index: Any = FileItemIndex(settings.data_url)
    version = index.version()
    rules = load_settings(settings.vocabularies / "reconcile")
    world = load_world(settings.vocabularies)
    return IndexService(index.items(), version, rules, word_list("properties"), world.item)
