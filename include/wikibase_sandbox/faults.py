"""Faults that tests ask for: how a wiki and the network between fail in real life.

A fault waits until a request matches, then strikes `times` requests (for ever without `times`),
after letting `after` matching requests pass. The kinds are in `KINDS`; those that say "saved"
strike after the edit was made, which is how a careless client makes a duplicate.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from wikibase_sandbox import errors
from wikibase_sandbox.errors import ApiError
from wikibase_sandbox.paraminfo import ACTIONS
from wikibase_sandbox.types import Json

LAG = 7.5
"""Seconds by which the servers lag while a `maxlag` fault lasts (`error-maxlag-wdqs`)."""

Phase = Literal["arrival", "wire", "request", "permission", "save", "search"]

_ARRIVAL = {"delay": "`seconds` pass before the request is looked at: a wiki far away, or slow"}

_WIRE = {
    "lost-response": "saved, then the connection is cut without an answer",
    "lost-request": "the connection is cut before anything is done",
    "timeout": "saved, but the answer never comes (until the client gives up)",
    "http-504-saved": "saved, but a gateway answers 504",
    "http-500": "HTTP 500 with an HTML page, nothing is done",
    "http-500-saved": "saved, but HTTP 500 with an HTML page",
    "http-503": "HTTP 503 with an HTML page, nothing is done",
    "http-429": "HTTP 429 with Retry-After: 7, nothing is done",
    "nonjson": "HTTP 200 with an HTML page, nothing is done",
    "nonjson-saved": "saved, but HTTP 200 with an HTML page",
    "cut-short": "saved, but the JSON ends in the middle",
    "session-loss": "the session ends before the request is looked at",
}

_REQUEST: dict[str, Callable[[Mapping[str, str], str], ApiError]] = {
    "badtoken": lambda _params, _user: errors.bad_token(),
    "maxlag": lambda _params, _user: errors.maxlag(LAG),
    "readonly": lambda _params, _user: errors.readonly(),
}

_PERMISSION: dict[str, Callable[[Mapping[str, str], str], ApiError]] = {
    "block-user": lambda _params, user: errors.blocked(user),
    "protect-page": lambda _params, _user: errors.protected(),
    "missing-grant": lambda params, _user: errors.missing_grant("new" in params),
}


def _rate_limited(params: Mapping[str, str], _user: str) -> ApiError:
    if params.get("action") != "edit":
        return errors.rate_limited()
    return errors.core("ratelimited", "You've exceeded your rate limit. Please wait some time.")


def _abuse_filter(params: Mapping[str, str], _user: str) -> ApiError:
    if params.get("action") != "edit":
        return errors.abuse_filter("Test disallow", "1")
    text = (
        "This action has been automatically identified as harmful, and therefore disallowed. If "
        "you believe your action was constructive, please inform an administrator of what you "
        "were trying to do. A brief description of the abuse rule which your action matched is: "
        "Test disallow"
    )
    rule = {"id": "1", "description": "Test disallow", "actions": ["disallow"]}
    return errors.core("abusefilter-disallowed", text, abusefilter=rule)


_SAVE: dict[str, Callable[[Mapping[str, str], str], ApiError]] = {
    "ratelimited": _rate_limited,
    "edit-conflict": lambda _params, _user: errors.concurrent_edit(),
    "abusefilter": _abuse_filter,
    "abusefilter-warning": lambda _params, _user: errors.abuse_filter_warning("Test warn", "2"),
    "spamblacklist": lambda _params, _user: errors.spam_blacklisted("badspam.example"),
}

_SEARCH = {"search-lag": "until cleared, searches do not see pages created after the fault was set"}

KINDS: dict[str, Phase] = {
    **dict.fromkeys(_ARRIVAL, "arrival"),
    **dict.fromkeys(_WIRE, "wire"),
    **dict.fromkeys(_REQUEST, "request"),
    **dict.fromkeys(_PERMISSION, "permission"),
    **dict.fromkeys(_SAVE, "save"),
    **dict.fromkeys(_SEARCH, "search"),
}
"""Every kind of fault and the moment at which it strikes."""


@dataclass
class Fault:
    """One fault that waits for its request."""

    kind: str
    times: int | None
    after: int
    match: dict[str, str]
    since_rev: int = 0
    seconds: float = 0.0
    struck: int = field(default=0)

    def matches(self, params: Mapping[str, str]) -> bool:
        """Whether a request is one that this fault can strike."""
        wanted = all(params.get(name) == value for name, value in self.match.items())
        return wanted and self._concerns(params)

    def _concerns(self, params: Mapping[str, str]) -> bool:
        module = ACTIONS.get(params.get("action", ""))
        match self.kind:
            case "maxlag":
                # A wiki that lags serves whoever does not mind the lag.
                return params.get("maxlag", "").isdigit() and int(params["maxlag"]) <= LAG
            case "readonly":
                return module is not None and module.writes
            case "badtoken":
                return module is not None and module.guard is not None
            case _:
                return True

    def error(self, params: Mapping[str, str], user: str) -> ApiError:
        """Return the refusal this fault stands for."""
        makers = {**_REQUEST, **_PERMISSION, **_SAVE}
        return makers[self.kind](params, user)

    def as_json(self) -> Json:
        return {
            "kind": self.kind,
            "times": self.times,
            "after": self.after,
            "match": self.match,
            "struck": self.struck,
        }


class Faults:
    """The waiting faults of one sandbox; several threads may ask at the same time."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        if fault.kind not in KINDS:
            raise ValueError(f"unknown fault {fault.kind!r}; known: {', '.join(sorted(KINDS))}")
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> list[Fault]:
        with self._lock:
            return list(self._waiting)

    def search_horizon(self) -> int | None:
        """Return the newest revision whose page a lagging search knows, None if it knows all."""
        with self._lock:
            lags = [fault.since_rev for fault in self._waiting if fault.kind in _SEARCH]
        return min(lags) if lags else None

    def take(self, phase: Phase, params: Mapping[str, str]) -> Fault | None:
        """Return the fault that strikes this request in this phase, and count it."""
        with self._lock:
            for fault in self._waiting:
                if KINDS[fault.kind] != phase or not fault.matches(params):
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                fault.struck += 1
                if fault.times is not None and fault.struck >= fault.times:
                    self._waiting.remove(fault)
                return fault
        return None
