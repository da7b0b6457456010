"""The files and the database that the settings name."""

from collections.abc import Sequence
from typing import Any

from heritage.adapters.asked_files import AskedFileStore
from heritage.adapters.clock import SystemClock
from heritage.adapters.files import FileStore
from heritage.adapters.letters import FileLetters
from heritage.adapters.log_seals import FileSeals
from heritage.model.disclosure import Request
from heritage.ports.actions import ActionLog
from heritage.ports.decisions import DecisionStore, Journal
from heritage.ports.health import WorkBook
from heritage.ports.helpdesk import HelpdeskStore
from heritage.ports.media import MediaJournal
from heritage.ports.orders import OrderBook, UndoneEdits
from heritage.ports.pace import Pace
from heritage.ports.permissions import LetterArchive, PermissionStore
from heritage.ports.requests import RequestStore
from heritage.ports.review_exports import SettledReviews
from heritage.ports.reviews import ReviewStore
from heritage.ports.revisits import VisitStore
from heritage.ports.schedule import CapacityStore, ScheduleStore
from heritage.wiring.settings import Settings


def snapshot_store(settings: Settings) -> FileStore:
    """Captures and tables; every ruling carries what people asked for until now."""

    def requests(dataset: str) -> Sequence[Request]:
        return request_store(settings).requests(dataset)

    return AskedFileStore(settings.data_url, requests)


def request_store(settings: Settings) -> RequestStore:
    """What people asked for; the tables are created or migrated first."""
    from heritage.adapters.database.requests import SqlRequestStore

    return SqlRequestStore(_engine(settings))


def decision_store(settings: Settings, *, keep_open: bool = False) -> DecisionStore:
    """Rounds, votes, decisions and appeals; the tables are created or migrated first. Where the log ends is
    kept beside the snapshots too. `keep_open` for an upload."""
    from heritage.adapters.database.decisions import SqlDecisionStore

    return SqlDecisionStore(_engine(settings, keep_open=keep_open), FileSeals(settings.data_url))


def permission_store(settings: Settings) -> PermissionStore:
    """What is on record about licences; the tables are created or migrated first."""
    from heritage.adapters.database.permissions import SqlPermissionStore

    return SqlPermissionStore(_engine(settings))


def letter_archive(settings: Settings) -> LetterArchive:
    """The letters of owners, beside the snapshots."""
    return FileLetters(settings.data_url)


def journal(settings: Settings, *, keep_open: bool = False) -> Journal:
    """The upload journal; the tables are created or migrated first. `keep_open` for an upload."""
    from heritage.adapters.database.journal import SqlJournal

    return SqlJournal(_engine(settings, keep_open=keep_open))


def order_book(settings: Settings, *, keep_open: bool = False) -> OrderBook:
    """What people ordered about batches; the tables are created or migrated first. `keep_open` for whoever
    asks before every edit."""
    from heritage.adapters.database.orders import SqlOrderBook

    return SqlOrderBook(_engine(settings, keep_open=keep_open))


def undone_edits(settings: Settings) -> UndoneEdits:
    """The journal of what is taken back; the tables are created or migrated first."""
    from heritage.adapters.database.undone import SqlUndoneEdits

    return SqlUndoneEdits(_engine(settings))


def visit_store(settings: Settings) -> VisitStore:
    """What became of our edits; the tables are created or migrated first."""
    from heritage.adapters.database.visits import SqlVisits

    return SqlVisits(_engine(settings))


def capacity_store(settings: Settings) -> CapacityStore:
    """What people entered as capacity; the tables are created or migrated first."""
    from heritage.adapters.database.capacities import SqlCapacityStore

    return SqlCapacityStore(_engine(settings))


def schedule_store(settings: Settings) -> ScheduleStore:
    """The plans that were made; the tables are created or migrated first."""
    from heritage.adapters.database.schedules import SqlScheduleStore

    return SqlScheduleStore(_engine(settings))


def media_journal(settings: Settings) -> MediaJournal:
    """The journal of files for Commons; the tables are created or migrated first."""
    from heritage.adapters.database.media import SqlMediaJournal

    return SqlMediaJournal(_engine(settings))


def action_log(settings: Settings) -> ActionLog:
    """Who did what in the process; the tables are created or migrated first."""
    from heritage.adapters.database.actions import SqlActionLog

    return SqlActionLog(_engine(settings))


def helpdesk_store(settings: Settings) -> HelpdeskStore:
    """The requests to the Helpdesk; the tables are created or migrated first."""
    from heritage.adapters.database.helpdesk import SqlHelpdeskStore

    return SqlHelpdeskStore(_engine(settings))


def review_store(settings: Settings) -> ReviewStore:
    """Review tasks and answers; the tables are created or migrated first."""
    from heritage.adapters.database.reviews import SqlReviewStore

    return SqlReviewStore(_engine(settings))


def settled_reviews(settings: Settings) -> SettledReviews:
    """What reviews settled, one after the other; the tables are created or migrated first."""
    from heritage.adapters.database.review_settled import SqlSettledReviews

    return SqlSettledReviews(_engine(settings))


def work_book(settings: Settings) -> WorkBook:
    """What waits and what was done, counted; the tables are created or migrated first."""
    from heritage.adapters.database.workbook import SqlWorkBook

    return SqlWorkBook(_engine(settings))


def wiki_pace(settings: Settings, target: str, per_minute: float) -> Pace:
    """The pace of a wiki, shared by all processes that share the database."""
    from heritage.adapters.database.pace import SqlPace

    return SqlPace(_engine(settings, keep_open=True), target, per_minute, SystemClock())


def _engine(settings: Settings, *, keep_open: bool = False) -> Any:
    from heritage.adapters.database.engine import connect, upgrade

    upgrade(settings.database)
    return connect(settings.database, keep_open=keep_open)
