"""What a look at an edit before it is sent finds, by the constraints of the wiki and by its conventions."""

from dataclasses import dataclass
from enum import StrEnum

from heritage.model.finding_code import FindingCode


class Severity(StrEnum):
    """How much a finding weighs, heaviest first."""

    CRITICAL = "critical"
    """The edit is not sent: the wiki would refuse it, or a constraint that allows no exception forbids it."""
    IMPORTANT = "important"
    """Sent, and likely to be taken for a mistake: look at it before the vote."""
    WARNING = "warning"
    """Sent; somebody on the wiki may have to tidy it up."""
    INFO = "info"
    """Good to know, nothing has to be done."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`property` is the one that it is about, None when it is about names or the item as a whole."""

    code: FindingCode
    severity: Severity
    property: str | None
    text: str


@dataclass(frozen=True, slots=True)
class FindingCount:
    """How often a code was found: `records` tells how many records it is about."""

    code: FindingCode
    severity: Severity
    findings: int
    records: int
