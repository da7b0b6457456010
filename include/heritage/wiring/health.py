"""How this installation fares, from the stores that the settings name. Whatever cannot be read is told, and
the rest is shown: the page is there when nothing else is."""

import logging
import shutil
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError

from heritage.adapters.clock import SystemClock
from heritage.adapters.wiki_moods import FileMoods
from heritage.errors import (
    GovernanceError,
    HeritageError,
    SpecError,
    StoreDamaged,
    StoreRefused,
    StoreUnavailable,
)
from heritage.model.shown import shorten
from heritage.ports.files import SnapshotStore
from heritage.ports.health import (
    Ending,
    Health,
    HealthFacts,
    Queue,
    RegisterFacts,
    StorageFacts,
    Trouble,
    WikiFacts,
    Word,
    WorkBook,
)
from heritage.spec.dataset import DatasetSpec
from heritage.spec.health_rules import load_health_rules
from heritage.spec.loader import load_specs
from heritage.spec.target import load_target
from heritage.steps.govern_standing import check_log
from heritage.steps.health import approvals, health
from heritage.steps.health_facts import register_facts, wiki_facts
from heritage.wiring.batch_orders import MACHINE
from heritage.wiring.endings import permission_endings
from heritage.wiring.item_index import index_rules
from heritage.wiring.settings import ROOT, Settings
from heritage.wiring.stores import decision_store, helpdesk_store, snapshot_store, work_book

_log = logging.getLogger(__name__)

_AT_ONCE = 8
"""Registers that are looked at together: files of a store far away are waited for, not computed."""
_KEPT_SECONDS = 60.0
_STORE_AWAY = (StoreUnavailable, StoreRefused)
_AWAY = (OSError, HeritageError, SQLAlchemyError)
"""What a database that is away, locked or damaged raises."""


class HealthPages:
    """What the page and its machine-readable twin ask; looked up at most once a minute, however many ask."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._last: tuple[float, Health] | None = None

    def health(self) -> Health:
        """How the installation fares, as of at most a minute ago."""
        with self._lock:
            if self._last is None or time.monotonic() - self._last[0] > _KEPT_SECONDS:
                found = installation_health(self._settings)
                self._last = time.monotonic(), found
            return self._last[1]


@dataclass(frozen=True, slots=True)
class _Work:
    """What the database said."""

    queues: tuple[Queue, ...] = ()
    wikis: tuple[WikiFacts, ...] = ()
    size: int | None = None
    decisions: int = 0
    faults: tuple[str, ...] | None = None
    endings: tuple[Ending, ...] = ()


def installation_health(settings: Settings) -> Health:
    """Looks at everything now. Raises SpecError when the rules of health themselves are broken; nothing else
    that is away or damaged keeps the rest from being told."""
    rules, now = load_health_rules(settings.vocabularies), SystemClock().now()
    found = _Found(settings)
    registers = found.registers()
    work = found.work(now - timedelta(days=rules.wiki_days))
    facts = HealthFacts(
        at=now,
        registers=registers,
        broken=tuple((one.dataset, shorten(str(one), 400)) for one in load_specs(settings.datasets)[1]),
        queues=(approvals(registers), *work.queues),
        wikis=work.wikis,
        storage=StorageFacts(*_disk(settings), work.size),
        index_as_of=found.index_as_of(),
        index_days=index_rules(settings).fresh_days,
        endings=work.endings,
        decisions=work.decisions,
        log_faults=work.faults,
        away=found.away,
        store_away=found.store_away,
        unread=tuple(found.unread),
    )
    return health(facts, rules)


class _Found:
    """Looks, and remembers what could not be seen."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.away = ""
        self.store_away = ""
        self.unread: list[str] = []

    def registers(self) -> tuple[RegisterFacts, ...]:
        """What the store says of each description that can be used; a store that is away is asked once."""
        specs = [one.spec for one in load_specs(self._settings.datasets)[0]]
        try:
            store = snapshot_store(self._settings)
            if specs:
                store.last_good(specs[0].id)
        except _STORE_AWAY as error:
            self.store_away = shorten(str(error), 300)
            return tuple(_unread(spec, self.store_away) for spec in specs)
        with ThreadPoolExecutor(_AT_ONCE) as together:
            return tuple(together.map(lambda spec: _register(spec, store), specs))

    def work(self, since: datetime) -> _Work:
        """What the database says; nothing where it is away."""
        try:
            book = work_book(self._settings)
            queues, wikis, size = self._queues(book), self._wikis(book, since), book.size()
            return _Work(queues, wikis, size, *self._decisions(), self._endings())
        except _AWAY as error:
            self.away = shorten(str(error), 300)
            return _Work()

    def index_as_of(self) -> datetime | None:
        """Until when the wiki's changes are in the index; None where there is none."""
        from heritage.adapters.wikidata.index import FileItemIndex

        try:
            return FileItemIndex(self._settings.data_url).as_of()
        except (StoreDamaged, *_STORE_AWAY):
            return None
        except (OSError, ValueError) as error:  # the bucket is away, or the file is no index
            self.unread.append(shorten(f"The index of items cannot be read: {error}", 300))
            return None

    def _queues(self, book: WorkBook) -> tuple[Queue, ...]:
        desk = [
            one.request.asked_at for one in helpdesk_store(self._settings).requests() if one.takes_capacity
        ]
        asked = (len(desk), min(desk, default=None))
        return (
            Queue(Trouble.BACKLOG_REVIEWS, "Review tasks", *book.reviews_waiting(), "reviews"),
            Queue(Trouble.BACKLOG_HELPDESK, "Helpdesk requests", *asked, "priorities/helpdesk"),
            Queue(Trouble.BACKLOG_UPLOADS, "Approved edits not sent", *book.edits_waiting(), "uploads"),
        )

    def _wikis(self, book: WorkBook, since: datetime) -> tuple[WikiFacts, ...]:
        sent, skipped = book.sent(since), book.skipped(since)
        held = book.paused_by(MACHINE, since)
        words = self._words(since)
        names = sorted({*sent, *skipped, *(target for target, _, _ in held), *words})
        return tuple(
            wiki_facts(
                target,
                self._pace(target),
                sent.get(target, ()),
                skipped.get(target, {}),
                [(at, why) for wiki, at, why in held if wiki == target],
                words.get(target, ()),
            )
            for target in names
        )

    def _words(self, since: datetime) -> Mapping[str, Sequence[Word]]:
        """By wiki what it told us last, unless that is long ago: nobody writes there any more."""
        words: dict[str, list[Word]] = defaultdict(list)
        with suppress(*_STORE_AWAY):  # which is told
            for target, word in FileMoods(self._settings.data_url).kept():
                if word.at >= since:
                    words[target].append(word)
        return words

    def _pace(self, target: str) -> float | None:
        try:
            described = load_target(self._settings.vocabularies / "targets", target)
        except SpecError:  # nobody describes it (any more)
            return None
        return min(described.edits_per_minute, self._settings.wiki_edits_per_minute)

    def _decisions(self) -> tuple[int, tuple[str, ...] | None]:
        """How many there are, and what is broken in their log; None when nobody could look."""
        decisions = decision_store(self._settings)
        try:
            return len(decisions.log()), tuple(check_log(decisions))
        except _STORE_AWAY:  # where its end is kept, too
            return 0, None
        except GovernanceError as error:
            return 0, (str(error),)

    def _endings(self) -> tuple[Ending, ...]:
        """Permissions whose end closes something."""
        if self.store_away:
            return ()
        try:
            return permission_endings(self._settings)
        except HeritageError as error:  # the terms of reference are broken, or the permissions were changed
            self.unread.append(shorten(f"Nobody can say which permissions end: {error}", 300))
            return ()


def _register(spec: DatasetSpec, store: SnapshotStore) -> RegisterFacts:
    try:
        return register_facts(spec, store)
    except (OSError, HeritageError, ValueError, KeyError, TypeError) as error:
        _log.warning("%s cannot be read for the page on health: %s", spec.id, error)
        return _unread(spec, shorten(f"{type(error).__name__}: {error}", 300))


def _unread(spec: DatasetSpec, why: str) -> RegisterFacts:
    return RegisterFacts(spec.id, spec.title, spec.harvest.schedule, unread=why)


def _disk(settings: Settings) -> tuple[int | None, int | None]:
    """Free and total bytes of the disk of the snapshots; nothing where they are elsewhere."""
    if "://" in settings.data_url:
        return None, None
    folder = next(
        one for one in (Path(settings.data_url), *Path(settings.data_url).absolute().parents) if one.is_dir()
    )
    usage = shutil.disk_usage(folder)
    return usage.free, usage.total


def runbook_text(settings: Settings) -> str | None:
    """The runbook as it is written; None where it is on the web, or not on this machine."""
    path = ROOT / settings.runbook
    if "://" in settings.runbook or not path.is_file():
        return None
    return path.read_text(encoding="utf-8")
