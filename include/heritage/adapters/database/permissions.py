"""Permissions, questions on licences and answers of the gate in SQL: implements the port PermissionStore."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Engine, Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from heritage.adapters.database.engine import reading
from heritage.adapters.database.schema import (
    GATE_RESULTS,
    LICENCE_QUESTIONS,
    PERMISSION_REVOCATIONS,
    PERMISSIONS,
)
from heritage.errors import GovernanceError
from heritage.licence.permission import Permission
from heritage.licence.question import Question
from heritage.model.digest import canonical_json
from heritage.ports.permissions import GateResult, Revocation

_PERMISSION = TypeAdapter(Permission)
_QUESTION = TypeAdapter(Question)
_RESULT = TypeAdapter(GateResult)
T = TypeVar("T")


class SqlPermissionStore:
    """Permissions on SQLite or PostgreSQL; `engine.upgrade` must have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    def add(self, permission: Permission, at: datetime, by: str) -> bool:
        """False when just this permission is on record already."""
        return self._put(
            PERMISSIONS,
            hash=permission.hash,
            dataset=permission.dataset,
            content=_text(_PERMISSION, permission),
            recorded_at=at,
            recorded_by=by,
        )

    def revoke(self, permission_hash: str, reason: str, at: datetime, by: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                insert(PERMISSION_REVOCATIONS).values(
                    hash=permission_hash, reason=reason, revoked_at=at, revoked_by=by
                )
            )

    def permissions(self) -> list[Permission]:
        """All that were ever recorded, oldest first."""
        return [
            _whole(_PERMISSION, row.content, row.hash, lambda one: one.hash, f"permission {row.number}")
            for row in self._rows(PERMISSIONS)
        ]

    def revocations(self) -> Mapping[str, Revocation]:
        """The first revocation of each hash."""
        found: dict[str, Revocation] = {}
        for row in self._rows(PERMISSION_REVOCATIONS):
            found.setdefault(row.hash, Revocation(row.reason, row.revoked_at, row.revoked_by))
        return found

    def ask(self, question: Question, at: datetime) -> bool:
        """False when it was asked already."""
        content = _text(_QUESTION, question)
        return self._put(LICENCE_QUESTIONS, digest=question.digest, content=content, asked_at=at)

    def questions(self) -> list[Question]:
        """All questions, oldest first."""
        return [
            _whole(_QUESTION, row.content, row.digest, lambda one: one.digest, f"question {row.number}")
            for row in self._rows(LICENCE_QUESTIONS)
        ]

    def note(self, result: GateResult, at: datetime) -> None:
        """Keeps what the gate answered."""
        with self._engine.begin() as connection:
            connection.execute(
                insert(GATE_RESULTS).values(
                    dataset=result.dataset,
                    snapshot=result.snapshot,
                    target=result.target,
                    content=_text(_RESULT, result),
                    found_at=at,
                )
            )

    def results(self, dataset: str) -> list[tuple[datetime, GateResult]]:
        """All that the gate answered about a dataset, oldest first."""
        rows = self._rows(GATE_RESULTS, GATE_RESULTS.c.dataset == dataset)
        return [(row.found_at, _read(_RESULT, row.content, f"gate result {row.number}")) for row in rows]

    def _put(self, table: Table, **values: Any) -> bool:
        added = self._insert(table).values(**values).on_conflict_do_nothing().returning(table.c.number)
        with self._engine.begin() as connection:
            return connection.execute(added).first() is not None

    def _rows(self, table: Table, *conditions: Any) -> Sequence[Any]:
        with reading(self._engine) as connection:
            return connection.execute(select(table).where(*conditions).order_by(table.c.number)).all()


def _text(adapter: TypeAdapter[T], value: T) -> str:
    return canonical_json(adapter.dump_python(value, mode="json"))


def _read(adapter: TypeAdapter[T], content: str, what: str) -> T:
    try:
        return adapter.validate_python(json.loads(content))
    except (ValidationError, ValueError) as error:
        raise _changed(what) from error


def _whole(adapter: TypeAdapter[T], content: str, kept: str, hashed: Any, what: str) -> T:
    found = _read(adapter, content, what)
    if hashed(found) != kept:
        raise _changed(what)
    return found


def _changed(what: str) -> GovernanceError:
    return GovernanceError(
        f"The {what} on record cannot be trusted: it was changed outside the product. Nothing goes out "
        "until it is restored from a backup."
    )
