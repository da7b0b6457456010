"""Where a pull of a register goes, and what it may take."""

import re
from functools import cached_property
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, field_validator

from heritage.wiring.settings.listed import listed

Limit = Annotated[int, Field(ge=1)] | None
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)] | None
Longest = Annotated[float, Field(gt=0, allow_inf_nan=False)] | None


class PullSettings(BaseModel):
    """Limits that are None leave what `HttpSettings` and `ArchiveLimits` say."""

    mirror: str | None = Field(
        default=None, description="Base address to fetch registers from instead of their publishers."
    )
    private_hosts: str = Field(
        default="", description="Hosts of registers that may have addresses of our own network, with commas."
    )
    http_attempts: Limit = None
    http_wait_s: Seconds = None
    http_longest_wait_s: Seconds = None
    http_pause_s: Seconds = None
    http_silence_s: Longest = None
    http_pull_s: Longest = None
    http_unfinished_s: Longest = None
    http_largest_bytes: Limit = None
    http_most_pages: Limit = None
    http_packed_ratio: Limit = None
    http_packed_bytes: Limit = None
    archive_members: Limit = None
    archive_unpacked_bytes: Limit = None
    archive_ratio: Limit = None
    archive_small_bytes: Limit = None

    @field_validator("mirror")
    @classmethod
    def _mirror_is_http(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).scheme not in ("http", "https"):
            raise ValueError("a mirror is an http(s) address")
        return value

    @field_validator("private_hosts")
    @classmethod
    def _hosts_are_names(cls, value: str) -> str:
        for name in listed(value):
            if not re.fullmatch(r"\w([\w.\-]*\w)?", name):
                raise ValueError(f"{name!r} is no host; write names as register.example, with commas")
        return value

    @cached_property
    def private_host_names(self) -> frozenset[str]:
        """The hosts in `private_hosts`."""
        return frozenset(listed(self.private_hosts))
