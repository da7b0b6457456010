"""Decides how the index of items is refreshed, and says why."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from heritage.errors import SpecError
from heritage.spec.index_rules import IndexRules


class Way(StrEnum):
    """Where an index comes from."""

    CHANGES = "changes"
    DUMP = "dump"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Standing:
    """The index that there is: until when the wiki's changes are in it, when it was last made as a whole, and
    the digest of its scope; empty for all that a file held."""

    as_of: datetime
    complete: datetime
    scope: str


@dataclass(frozen=True, slots=True)
class Refresh:
    """What is done, and why, in a sentence."""

    way: Way
    why: str


def choose_way(
    standing: Standing | None,
    scope: str,
    rules: IndexRules,
    now: datetime,
    *,
    dump: bool,
    service: bool,
    api: bool,
) -> Refresh:
    """By recent changes where they lead from the index that there is to today, else as a whole.

    `dump`, `service` and `api` tell what the settings name; a dump goes before a query service. Raises
    SpecError when they name nothing that a whole index can be made from, and one is needed.
    """
    why = _no_changes(standing, scope, rules, now) if api else "no wiki is named to ask for changes"
    if standing and not why:
        return Refresh(Way.CHANGES, f"What changed since {standing.as_of:%Y-%m-%d %H:%M} is read.")
    if dump:
        return Refresh(Way.DUMP, f"The index is made of the dump: {why}.")
    if service:
        return Refresh(Way.SERVICE, f"The index is made from the query service: {why}.")
    raise SpecError(
        "no dump is named: set HERITAGE_WIKIDATA_DUMP to a file of Wikibase entities, or "
        "HERITAGE_WIKIDATA_SPARQL to the address of a query service"
    )


def _no_changes(standing: Standing | None, scope: str, rules: IndexRules, now: datetime) -> str:
    """Why recent changes do not do; empty when they do."""
    if standing is None:
        return "there is none yet"
    if not standing.scope:
        return "the one that there is holds all of a file, whatever it was"
    if standing.scope != scope:
        return "what belongs in it has changed"
    if now - standing.as_of > timedelta(days=rules.changes_days):
        return f"the one that there is is of {standing.as_of:%Y-%m-%d}, and the wiki forgets its changes"
    if now - standing.complete > timedelta(days=rules.full_days):
        return f"it was last made as a whole on {standing.complete:%Y-%m-%d}"
    return ""


def is_stale(as_of: datetime, fresh_days: int, now: datetime) -> bool:
    """Whether an index is too old to call a record new (domain rules, section 6)."""
    return now - as_of > timedelta(days=fresh_days)
