"""Which version the tables are of, and the way back to an earlier one."""

from collections.abc import Mapping
from dataclasses import dataclass

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select

from heritage.adapters.database import review_schema, visit_schema  # noqa: F401 - of METADATA, too
from heritage.adapters.database.engine import (
    MIGRATIONS,
    alembic_config,
    connect,
    migrating,
    standing_in,
    version_of,
)
from heritage.adapters.database.schema import METADATA
from heritage.errors import StoreRefused

_NEVER_LOST = ("rounds", "round_proposals", "votes", "decisions", "disclosure_requests")
"""Without them the log could not be verified, or places would be told that people asked to withhold."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the tables and what it brought."""

    number: str
    brings: str


def versions() -> list[Version]:
    """All that this program knows, oldest first."""
    found = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    return [Version(one.revision, (one.doc or "").strip()) for one in reversed(list(found))]


def standing(url: str) -> str | None:
    """The version that the tables are of; None where there are none."""
    engine = connect(url)
    try:
        return version_of(engine)
    finally:
        engine.dispose()


def downgrade(url: str, to: str, *, lose: bool = False) -> list[str]:
    """Takes the tables back to an earlier version, all or nothing; gives what was lost by it.

    Raises StoreRefused where that has no place in the earlier version, unless told to `lose` it; and where
    it is of the decision log, or what people asked to withhold, always.
    """
    if to not in {one.number for one in versions()}:
        raise StoreRefused(f"there is no version {to!r}; `heritage database status` lists them")
    with migrating(url) as connection:
        now = standing_in(connection)
        if now is None:
            raise StoreRefused("there are no tables yet, so there is no earlier version to go back to")
        if now < to:
            raise StoreRefused(
                f"the tables are of version {now}, and {to} is a later one: `heritage database upgrade`"
            )
        before = _shape(connection)
        trial = connection.begin_nested()
        command.downgrade(alembic_config(connection), to)
        after = _shape(connection)
        trial.rollback()
        lost = _lost(connection, before, after)
        bound = [told for table, told in lost.items() if table in _NEVER_LOST]
        if bound:
            raise StoreRefused(
                f"version {to} has no place for {', '.join(bound)}, and without it the decision log could "
                "not be verified, or places would be told that people asked to withhold: restore the backup "
                "from before the upgrade instead"
            )
        if lost and not lose:
            raise StoreRefused(
                f"version {to} has no place for {', '.join(lost.values())}: nothing was changed; take a "
                "backup, then say --lose"
            )
        command.downgrade(alembic_config(connection), to)
    return list(lost.values())


def _shape(connection: Connection) -> Mapping[str, set[str]]:
    """The columns of each of our tables that is there."""
    seen = inspect(connection)
    there = METADATA.tables.keys() & set(seen.get_table_names())
    return {name: {str(column["name"]) for column in seen.get_columns(name)} for name in sorted(there)}


def _lost(
    connection: Connection, before: Mapping[str, set[str]], after: Mapping[str, set[str]]
) -> dict[str, str]:
    """By table, what of `before` would not be in `after`: rows, or values that are not the usual ones."""
    found = {}
    for name, columns in before.items():
        table, counts = METADATA.tables[name], {}
        if name not in after:
            counts[name] = connection.scalar(select(func.count()).select_from(table))
        for column in sorted(columns - after.get(name, columns)):
            usual = getattr(table.c[column].server_default, "arg", None)
            unusual = table.c[column].is_not(None) if usual is None else table.c[column] != usual
            counts[f"{name}.{column}"] = connection.scalar(
                select(func.count()).select_from(table).where(unusual)
            )
        told = [f"{what} ({count} rows)" for what, count in counts.items() if count]
        if told:
            found[name] = ", ".join(told)
    return found
