"""The parameters of one request, read the way MediaWiki reads them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from wikibase_sandbox.errors import core, missing_param


@dataclass(frozen=True)
class Params:
    """Parameters by name; `in_url` names those that came in the query string, `files` are parts of a
    form that are files."""

    given: Mapping[str, str]
    in_url: frozenset[str] = frozenset()
    files: Mapping[str, bytes] = field(default_factory=dict)

    def get(self, name: str, default: str = "") -> str:
        return self.given.get(name, default)

    def required(self, name: str) -> str:
        """Return a parameter or raise the error a client gets for leaving it out."""
        if name not in self.given:
            raise missing_param(name)
        return self.given[name]

    def flag(self, name: str) -> bool:
        """A boolean is true as soon as it is present, whatever its value."""
        return name in self.given

    def values(self, name: str) -> list[str]:
        """Return a multi-value parameter; U+001F in front makes itself the separator."""
        raw = self.given.get(name, "")
        if raw.startswith("\x1f"):
            return raw[1:].split("\x1f")
        return [value for value in raw.split("|") if value] if raw else []

    def limited(self, name: str, *, high: bool) -> list[str]:
        """Return a multi-value parameter of at most 50 values, 500 with `apihighlimits`."""
        values = self.values(name)
        limit = 500 if high else 50
        if len(values) > limit:
            raise core(
                "toomanyvalues",
                f'Too many values supplied for parameter "{name}". The limit is {limit}.',
                parameter=name,
                limit=limit,
                lowlimit=50,
                highlimit=500,
            )
        return values

    def integer(self, name: str) -> int | None:
        """Return a whole number, None if the parameter is absent."""
        raw = self.given.get(name)
        return None if raw is None else _whole_number(name, raw)

    def integers(self, name: str, *, high: bool) -> list[int]:
        """Return a multi-value parameter of whole numbers."""
        return [_whole_number(name, value) for value in self.limited(name, high=high)]

    def limit(self, name: str, *, high: bool, default: int = 10) -> int:
        """Return how many results are wanted; `max` and numbers too large mean the maximum."""
        most = 5000 if high else 500
        raw = self.given.get(name)
        if raw == "max":
            return most
        return min(self.integer(name) or default, most)


def _whole_number(name: str, raw: str) -> int:
    # Longer numbers are none to the database either.
    if re.fullmatch(r"[-+]?[0-9]{1,18}", raw.strip()) is None:
        raise core("badinteger", f'Invalid value "{raw}" for integer parameter "{name}".')
    return int(raw)
