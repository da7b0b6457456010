"""What every protocol has: an address, how often to ask, and how texts are written."""

import codecs
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from croniter import CroniterError, croniter  # type: ignore[import-untyped]
from pydantic import AfterValidator, Field, StringConstraints, field_validator

from heritage.spec.closed import Closed, Url

_PRESETS = ("@hourly", "@daily", "@weekly", "@monthly", "@quarterly", "@yearly")


def _comes_up(schedule: str) -> str:
    """A schedule that comes up some day. Airflow takes any text for one, and then never runs the DAG."""
    try:
        known = schedule in _PRESETS or (
            len(schedule.split()) == 5 and croniter(schedule, datetime(2026, 1, 1, tzinfo=UTC)).get_next()
        )
    except CroniterError:
        known = False
    if not known:
        raise ValueError(
            f"{schedule!r} never comes up: give five cron fields (minute, hour, day, month, weekday) "
            f"or one of {', '.join(_PRESETS)}"
        )
    return schedule


Schedule = Annotated[str, AfterValidator(_comes_up)]
Text = Annotated[str, StringConstraints(min_length=1)]
Path = Annotated[str, StringConstraints(pattern=r"^[^.\s][^\s]*$")]
"""Keys on the way to a value in JSON, with dots between them."""
Delimiter = Annotated[str, StringConstraints(min_length=1, max_length=1)]
HeaderLine = Annotated[int, Field(ge=1, le=1000)]
"""The line of the column names, counted from 1."""


class Published(Closed):
    """What every protocol has: an address, how often to ask, and how the register says "nothing"."""

    url: Url
    schedule: Schedule = "@monthly"
    empty: list[str] = Field(default_factory=list)
    """Texts by which this register says "nothing", e.g. NULL; an empty cell always does."""

    format: ClassVar[str]

    def option(self, name: str, default: Any = None) -> Any:
        """A fact of the format where this protocol knows it (a CKAN resource may be any file format)."""
        return getattr(self, name, default)


_NO_FILES = ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "unicode-escape", "undefined")
"""Codecs for host names and for program text."""


class Encoded(Closed):
    encoding: str = "utf-8"

    @field_validator("encoding")
    @classmethod
    def _encoding_is_known(cls, value: str) -> str:
        try:
            "".encode(value)  # unlike a look-up, this also refuses codecs that are not for text, as base64
            if codecs.lookup(value).name in _NO_FILES:
                raise LookupError
        except LookupError:
            raise ValueError(f"{value!r} is no known encoding; utf-8 and cp1252 are usual") from None
        return value
