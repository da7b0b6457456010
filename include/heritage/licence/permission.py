"""Permissions on record: what an owner, a statute or the governance body allowed, for what and until when."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

from heritage.model.digest import digest_json
from heritage.model.edit import Kind

LONGEST_MONTHS = 24
"""For how long a decision of the governance body opens a licence (domain details, part c)."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Target(StrEnum):
    """Where data would go."""

    WIKIDATA = "wikidata"
    COMMONS = "commons"
    EUROPEANA = "europeana"
    EXPORT = "export"


class PermissionKind(StrEnum):
    """What a permission is. `none` says that the owner was asked and gave none."""

    NONE = "none"
    WAIVER = "waiver"
    EMAIL = "email"
    CONTRACT = "contract"
    STATUTE = "statute"
    VRT = "VRT"
    BODY = "body decision"


WRITTEN = frozenset({PermissionKind.WAIVER, PermissionKind.EMAIL, PermissionKind.CONTRACT})
"""Kinds that are a letter of the owner, which is archived."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a permission is about: kinds of information and ids of records; empty means all."""

    kinds: tuple[Kind, ...] = ()
    rows: tuple[str, ...] = ()

    def __str__(self) -> str:
        """In words.

        >>> str(Scope()), str(Scope((Kind.PLACE,), ("7", "8")))
        ('everything', 'place of 2 records')
        """
        kinds = ", ".join(kind.value.replace("_", " ") for kind in self.kinds)
        if not self.rows:
            return kinds or "everything"
        return f"{kinds or 'everything'} of {len(self.rows)} record{'s' * (len(self.rows) != 1)}"


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission, for one dataset under the licence that it had, towards one target.

    `by` is an organisation with the `role` of who signed, never a person's name. `stated` is what the source
    itself said of its licence then. `letter` is the SHA-256 of the archived letter, `ticket` the number under
    which it can be found elsewhere, `decision` the line of the decision log.
    """

    dataset: str
    licence_id: str
    target: Target
    kind: PermissionKind
    given_on: date
    by: str
    role: str = ""
    scope: Scope = Scope()
    covers_database_right: bool = False
    ticket: str = ""
    letter: str = ""
    valid_until: date | None = None
    legal_note: str = ""
    stated: str = ""
    decision: int | None = None

    @property
    def hash(self) -> str:
        """What stands in the provenance of whatever went out under it: SHA-256 of all that it says."""
        return digest_json(
            asdict(self) | {"given_on": str(self.given_on), "valid_until": str(self.valid_until)}
        )

    def __str__(self) -> str:
        number = f", decision {self.decision}" if self.decision else ""
        return f"{self.kind} of {self.given_on} ({self.by}{number}; {self.hash[:12]})"

    def faults(self) -> Iterator[str]:
        """What keeps it from being a permission on record, a sentence each."""
        if not self.by.strip() or "@" in self.by:
            yield "say which organisation gave it, and no person's name or address"
        if self.kind in WRITTEN and not _SHA256.fullmatch(self.letter):
            yield f"a permission of the kind {self.kind} needs its letter in the archive"
        if self.kind is PermissionKind.VRT and not self.ticket.strip():
            yield "a permission of the kind VRT needs the number of its ticket"
        if self.kind in (PermissionKind.STATUTE, PermissionKind.BODY) and not self.legal_note.strip():
            yield f"a permission of the kind {self.kind} needs a legal note"
        if self.valid_until and self.valid_until <= self.given_on:
            yield "it ends before it begins"
        if self.kind is PermissionKind.BODY:
            if self.decision is None:
                yield "a decision of the body needs its number in the decision log"
            if self.valid_until is None or self.valid_until > months_later(self.given_on, LONGEST_MONTHS):
                yield f"a decision of the body holds for {LONGEST_MONTHS} months at most"


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month.

    >>> months_later(date(2026, 11, 30), 3), months_later(date(2024, 2, 29), 24)
    (datetime.date(2027, 2, 28), datetime.date(2026, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, day.day - 4, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
