"""What we say of our own work and say anew: only where it still stands as we wrote it."""

from collections.abc import Iterable, Mapping
from typing import Any

from heritage.model.edit import Renewal, Statement
from heritage.statements.undoing import claim_of, made_of, said_by


def due(
    renewals: Iterable[Renewal], entity: Mapping[str, Any]
) -> tuple[tuple[Renewal, ...], tuple[str, ...]]:
    """The renewals that can be sent to this item as it was read, and why others cannot; what is renewed
    already is neither."""
    kept: list[Renewal] = []
    changed: list[str] = []
    for renewal in renewals:
        claim = claim_of(entity, renewal.statement_guid)
        if claim is not None and said_by(claim) == made_of(renewal.before):
            kept.append(renewal)
        elif claim is None or said_by(claim) != made_of(renewal.after):
            changed.append(f"{renewal.after.property}: somebody has changed or removed what we wrote")
    return tuple(kept), tuple(changed)


def guid_of(statement: Statement, entity: Mapping[str, Any]) -> str | None:
    """The id of the statement that says just what ours does, with rank, qualifiers and references."""
    group = (entity.get("claims") or {}).get(statement.property, ())
    return next((claim["id"] for claim in group if said_by(claim) == made_of(statement)), None)
