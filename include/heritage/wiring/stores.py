"""The files and the database that the settings name."""

from heritage.adapters.files import FileStore
from heritage.ports.decisions import DecisionStore, Journal
from heritage.wiring.settings import Settings


def snapshot_store(settings: Settings) -> FileStore:
    """Captures and tables."""
    return FileStore(settings.data_url)


def decision_store(settings: Settings) -> DecisionStore:
    """Rounds, votes and decisions; the tables are created or migrated first."""
    from heritage.adapters.database.decisions import SqlDecisionStore
    from heritage.adapters.database.engine import connect, upgrade

    upgrade(settings.database)
    return SqlDecisionStore(connect(settings.database))


def journal(settings: Settings) -> Journal:
    """The upload journal; the tables are created or migrated first."""
    from heritage.adapters.database.engine import connect, upgrade
    from heritage.adapters.database.journal import SqlJournal

    upgrade(settings.database)
    return SqlJournal(connect(settings.database))
