"""Requests to the Helpdesk in SQL: implements the port HelpdeskStore."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Engine, insert, select

from heritage.adapters.database.engine import reading
from heritage.adapters.database.schema import ASSESSMENTS, HELPDESK_REQUESTS, REQUEST_STATES
from heritage.model.governance import Assessment, HelpdeskRequest, RequestState
from heritage.ports.helpdesk import RequestFile, StateSet

_REQUEST = TypeAdapter(HelpdeskRequest)
_ASSESSMENT = TypeAdapter(Assessment)


class SqlHelpdeskStore:
    """Requests on SQLite or PostgreSQL; `engine.upgrade` must have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, request: HelpdeskRequest) -> None:
        """Keeps a request."""
        content = _REQUEST.dump_json(request).decode()
        with self._engine.begin() as connection:
            connection.execute(
                insert(HELPDESK_REQUESTS).values(
                    request_id=request.request_id, content=content, asked_at=request.asked_at
                )
            )

    def set_state(self, request_id: str, state: StateSet) -> None:
        """Keeps what became of a request, beside what was said before."""
        with self._engine.begin() as connection:
            connection.execute(insert(REQUEST_STATES).values(request_id=request_id, **asdict(state)))

    def assess(self, assessment: Assessment) -> None:
        """Keeps a member's checklist, beside their earlier ones."""
        content = _ASSESSMENT.dump_json(assessment).decode()
        with self._engine.begin() as connection:
            connection.execute(
                insert(ASSESSMENTS).values(
                    request_id=assessment.request_id,
                    member=assessment.member,
                    content=content,
                    made_at=assessment.made_at,
                )
            )

    def requests(self) -> list[RequestFile]:
        """All requests, oldest first."""
        with reading(self._engine) as connection:
            return _files(connection)

    def request(self, request_id: str) -> RequestFile | None:
        """One request; None when there is none of that id."""
        with reading(self._engine) as connection:
            found = _files(connection, request_id)
        return found[0] if found else None


def _files(connection: Connection, request_id: str | None = None) -> list[RequestFile]:
    def of(column: ColumnElement[str]) -> list[ColumnElement[bool]]:
        return [] if request_id is None else [column == request_id]

    requests = connection.scalars(
        select(HELPDESK_REQUESTS.c.content)
        .where(*of(HELPDESK_REQUESTS.c.request_id))
        .order_by(HELPDESK_REQUESTS.c.asked_at, HELPDESK_REQUESTS.c.request_id)
    ).all()
    states: dict[str, list[StateSet]] = defaultdict(list)
    for row in connection.execute(
        select(REQUEST_STATES).where(*of(REQUEST_STATES.c.request_id)).order_by(REQUEST_STATES.c.number)
    ):
        states[row.request_id].append(StateSet(RequestState(row.state), row.reason, row.set_by, row.set_at))
    assessments: dict[str, dict[str, Assessment]] = defaultdict(dict)
    contents: Sequence[str] = connection.scalars(
        select(ASSESSMENTS.c.content).where(*of(ASSESSMENTS.c.request_id)).order_by(ASSESSMENTS.c.number)
    ).all()
    for assessment in map(_ASSESSMENT.validate_json, contents):
        assessments[assessment.request_id][assessment.member] = assessment
    return [
        RequestFile(
            request,
            tuple(states[request.request_id]),
            tuple(assessments[request.request_id].values()),
        )
        for request in map(_REQUEST.validate_json, requests)
    ]
