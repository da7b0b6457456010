"""Requests and consents in SQL: implements the port RequestStore."""

import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Engine, Row, insert, select

from heritage.adapters.database.engine import one_at_a_time, reading
from heritage.adapters.database.schema import DISCLOSURE_REQUESTS
from heritage.errors import GovernanceError
from heritage.model.digest import canonical_json, digest_json
from heritage.model.disclosure import Asked, By, Disclosure, Request

_REQUEST = TypeAdapter(Request)
_BEGINNING = "0" * 64


class SqlRequestStore:
    """Requests on SQLite or PostgreSQL; `engine.upgrade` must have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def enter(
        self,
        asked: Asked,
        dataset: str,
        record_id: str,
        *,
        disclosure: Disclosure | None,
        by: By | None,
        evidence: str,
        rules: tuple[str, ...],
        decision: int | None,
        entered_by: str,
        at: datetime,
    ) -> Request:
        """Adds a line in one transaction: of two at once one waits for the other."""
        with self._engine.begin() as connection:
            one_at_a_time(connection, DISCLOSURE_REQUESTS)
            chain = _chain(connection)
            last = chain[-1] if chain else None
            request = Request(
                number=last.number + 1 if last else 1,
                asked=asked,
                dataset=dataset,
                record_id=record_id,
                disclosure=disclosure,
                by=by,
                evidence=evidence,
                rules=rules,
                decision=decision,
                entered_by=entered_by,
                entered_at=at.isoformat(),
                prev_hash=last.hash if last else _BEGINNING,
                hash="",
            )
            request = replace(request, hash=_hash(request))
            row = asdict(request) | {"rules": canonical_json(rules)}
            connection.execute(insert(DISCLOSURE_REQUESTS).values(row))
        return request

    def requests(self, dataset: str) -> list[Request]:
        """The lines on a dataset; the whole chain is looked at, for a line may have been taken out of it."""
        with reading(self._engine) as connection:
            return [request for request in _chain(connection) if request.dataset == dataset]

    def last_asked(self) -> datetime | None:
        """When the newest request to withhold was entered."""
        with reading(self._engine) as connection:
            asked = [one.entered_at for one in _chain(connection) if one.asked is Asked.WITHHOLD]
        return datetime.fromisoformat(asked[-1]) if asked else None


def _hash(request: Request) -> str:
    return digest_json({name: value for name, value in asdict(request).items() if name != "hash"})


def _chain(connection: Connection) -> list[Request]:
    before, found = _BEGINNING, []
    rows = connection.execute(select(DISCLOSURE_REQUESTS).order_by(DISCLOSURE_REQUESTS.c.number))
    for number, row in enumerate(rows, start=1):
        request = _request(row)
        if (request.number, request.prev_hash, request.hash) != (number, before, _hash(request)):
            raise _broken(number)
        before = request.hash
        found.append(request)
    return found


def _request(row: Row[Any]) -> Request:
    try:
        return _REQUEST.validate_python({**row._mapping, "rules": json.loads(row.rules)})
    except (ValidationError, ValueError, TypeError):
        raise _broken(row.number) from None  # what it says is nobody's business


def _broken(number: int) -> GovernanceError:
    return GovernanceError(
        f"Line {number} of the requests to withhold was changed, or one before it taken out, outside the "
        "product. Nothing goes out until they are restored from a backup."
    )
