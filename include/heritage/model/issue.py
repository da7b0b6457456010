"""An issue is a value: what is wrong, where, and what to do about it."""

import re
from dataclasses import dataclass
from enum import StrEnum

from heritage.errors import visible
from heritage.model.figures import placeless
from heritage.model.issue_code import IssueCode

__all__ = ["Issue", "IssueCode", "Severity"]


class Severity(StrEnum):
    """What an issue does to the snapshot it is found in."""

    STOP = "stop"
    """The snapshot is not used; the last good one stays."""
    ASK = "ask"
    """An engineer approves or refuses the snapshot."""
    REJECT = "reject"
    """The row does not become a record; it is kept with this reason."""
    NOTE = "note"
    """Goes into the report."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong with a snapshot, a row or a field.

    `row` counts data rows from 1 as a person sees them in the file, header not counted.

    >>> print(Issue(IssueCode.ID_MISSING, Severity.REJECT, "gb_nhle", "nhle.csv", 7, field="ListEntry"))
    gb_nhle, nhle.csv, row 7, field ListEntry: The row has no id. Tell the publisher; it waits for one.
    """

    code: IssueCode
    severity: Severity
    dataset: str
    file: str | None = None
    row: int | None = None
    record_id: str | None = None
    field: str | None = None
    value: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        where = [self.dataset]
        if self.file:
            where.append(self.file)
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.record_id:
            where.append(f"record {self.record_id}")
        if self.field:
            where.append(f"field {self.field}")
        value = f" (value {_shape(self.code, self.value)!r})" if self.value is not None else ""
        return visible(f"{', '.join(where)}: {self.code.meaning}{value} {self.hint or self.code.remedy}")


_PLACES = ("point-", "url-", "link-")


def _shape(code: IssueCode, value: str) -> str:
    """What tells where something is, without its figures: sentences stand in logs and on pages, and are
    written before anybody has decided what may be told. The notation still shows what is wrong with it."""
    return placeless(re.sub(r"\d", "#", value) if code.value.startswith(_PLACES) else value)
