"""A question to a publisher, before it is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from heritage.adapters.harvest.faults import Lasting
from heritage.model.digest import digest_json


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: GET, or POST with a form. `answers` are the statuses that come with an answer."""

    url: str
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    answers: tuple[int, ...] = (200,)

    @classmethod
    def of(
        cls,
        url: str,
        params: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> "Request":
        """`params` join the query of the address. Raises Lasting for what is no address, and for what
        no request can carry: half a character that an earlier answer gave, to go on with."""
        try:
            whole = httpx.URL(url)
            if not whole.host:
                raise httpx.InvalidURL("there is no host in it")
            asked = str(whole.copy_merge_params(dict(params))) if params else url
            for text in (form or {}).values():
                str(text).encode()
        except (httpx.InvalidURL, UnicodeError) as error:
            raise Lasting(f"it is no address, or none that can be asked: {error}") from None
        return cls(asked, form, headers or {})

    @property
    def host(self) -> str:
        return httpx.URL(self.url).host

    @property
    def method(self) -> str:
        return "GET" if self.form is None else "POST"

    @property
    def key(self) -> str:
        """The same question has the same key."""
        return digest_json([self.url, dict(self.form or {}), dict(self.headers)])[:16]


def ascii_host(url: str) -> str:
    """The host of an address as DNS knows it."""
    return httpx.URL(url).raw_host.decode("ascii")
