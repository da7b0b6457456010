"""What an item says that a register does not, or says otherwise: only what rests on another source."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from heritage.model.edit import (
    CoordinateValue,
    ItemValue,
    MonolingualValue,
    Reference,
    Statement,
    TextValue,
    TimeValue,
)
from heritage.statements import properties as p
from heritage.statements.difference import in_words, same_value, says
from heritage.statements.live import DEPRECATED, LiveItem, LiveStatement

IMPORTED = frozenset({"P143", "P4656"})
"""Says of which wiki a statement was copied: that is no source."""
DEMOLISHED, STATE = "P576", "P5816"
GONE = frozenset({"Q56556915", "Q56557591"})
"""States of conservation: demolished or destroyed, and lost."""
ENDED = "P582"
_NAMES = frozenset({"P1448", "P1705", "P2561", "P1476"})


def source_of(statement: LiveStatement, register: str | None) -> str | None:
    """The address or item that a statement rests on, empty where its references name neither; None where it
    rests on nothing, on a wiki, or on the register itself."""
    found = None
    for reference in statement.references:
        said = {snak.property: snak.value for snak in reference if snak.property not in IMPORTED}
        if not said or said.get(p.STATED_IN) == ItemValue(register or ""):
            continue
        found = found or _named(reference)
    return found


def _named(reference: Reference) -> str:
    for pid in (p.REFERENCE_URL, p.STATED_IN):
        for snak in reference:
            if snak.property == pid and isinstance(snak.value, TextValue | ItemValue):
                return snak.value.text if isinstance(snak.value, TextValue) else snak.value.qid
    return ""


def sourced(live: LiveItem, property: str, register: str | None) -> Iterator[tuple[LiveStatement, str]]:
    """The statements of a property that rest on another source than the register, with it."""
    for statement in live.statements:
        if statement.property == property and statement.rank != DEPRECATED:
            source = source_of(statement, register)
            if source is not None:
                yield statement, source


def others(
    live: LiveItem, ours: Statement | None, property: str, register: str | None
) -> list[tuple[str, str]]:
    """Value and source of what an item says of a property and the register does not; nothing where any
    sourced statement agrees with the register."""
    found = list(sourced(live, property, register))
    if ours and any(says(one, ours) or same_value(one.value, ours.value) for one, _ in found):
        return []
    return [(plain(one), source) for one, source in found if one.value is not None]


def plain(statement: LiveStatement) -> str:
    """The value as a table says it.

    >>> plain(LiveStatement("", "P625", CoordinateValue(50.123456789, -1.5, 1e-4), "normal", ()))
    '50.123457, -1.5'
    """
    value = statement.value
    match value:
        case CoordinateValue():
            return f"{round(value.lat, 6)}, {round(value.lon, 6)}"
        case TextValue():
            return value.text
        case MonolingualValue():
            return value.text
        case ItemValue():
            return value.qid
        case TimeValue():
            return in_words(value)
    return "" if value is None else in_words(value)


def official_names(
    live: LiveItem, known: Collection[str], register: str | None
) -> Iterator[tuple[str, str, str, str]]:
    """Language, text, property and source of names that are stated with a source, in languages that the
    register does not have."""
    for pid in sorted(_NAMES):
        for statement, source in sourced(live, pid, register):
            value = statement.value
            if isinstance(value, MonolingualValue) and value.lang not in known:
                yield value.lang, value.text, pid, source


def identifiers_of(entity: Mapping[str, Any], own: str | None) -> Iterator[tuple[str, str]]:
    """Property and value of the identifiers of other registers; the wiki tells their datatype."""
    for pid, claims in (entity.get("claims") or {}).items():
        for claim in claims:
            snak = claim["mainsnak"]
            wanted = snak.get("datatype") == "external-id" and pid != own and claim.get("rank") != DEPRECATED
            if wanted and snak.get("snaktype") == "value":
                yield pid, str(snak["datavalue"]["value"])
