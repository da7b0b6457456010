"""Requests to the Helpdesk, what became of them, and what the Expert Committee says of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from heritage.model.governance import Assessment, HelpdeskRequest, RequestState


@dataclass(frozen=True, slots=True)
class StateSet:
    """A person set a request's state."""

    state: RequestState
    reason: str
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class RequestFile:
    """A request with all that was said of it: states oldest first, and of each member of the Expert Committee
    the last assessment. `state` is open until somebody has set another."""

    request: HelpdeskRequest
    states: tuple[StateSet, ...] = ()
    assessments: tuple[Assessment, ...] = ()

    @property
    def state(self) -> RequestState:
        return self.states[-1].state if self.states else RequestState.OPEN

    @property
    def takes_capacity(self) -> bool:
        """Whether it is still to be done."""
        return self.state in (RequestState.OPEN, RequestState.ACCEPTED)


class HelpdeskStore(Protocol):
    """Nothing is overwritten: the newest state counts, and the newest assessment of each member."""

    def ask(self, request: HelpdeskRequest) -> None: ...

    def set_state(self, request_id: str, state: StateSet) -> None: ...

    def assess(self, assessment: Assessment) -> None: ...

    def requests(self) -> list[RequestFile]:
        """All requests, oldest first."""
        ...

    def request(self, request_id: str) -> RequestFile | None: ...
