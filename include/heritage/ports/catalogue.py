"""The catalogue: every described register with what is known of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One description. `status` is broken, unverified, described (nothing pulled yet) or current; `country`
    is an ISO 3166 code, None for more than one country; `records` are those of the last good snapshot."""

    dataset: str
    title: str
    status: str
    description: str = ""
    publisher: str = ""
    publisher_item: str | None = None
    country: str | None = None
    country_item: str | None = None
    kind: str = ""
    licence: str = ""
    licence_evidence: str = ""
    protocol: str = ""
    url: str = ""
    schedule: str = ""
    identifier: str | None = None
    sample: str = ""
    unverified: str = ""
    maintainers: tuple[str, ...] = ()
    snapshot: str | None = None
    retrieved_at: datetime | None = None
    records: int | None = None
    problem: str = ""
