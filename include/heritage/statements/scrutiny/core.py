"""Everything that can be found about one edit, from the edit, the item as it stands and the constraints."""

from heritage.model.edit import Content
from heritage.model.finding import Finding, Severity
from heritage.statements.live import LiveItem
from heritage.statements.scrutiny.constraints import Constraints
from heritage.statements.scrutiny.names import name_findings, new_item_findings
from heritage.statements.scrutiny.subject import Subject
from heritage.statements.scrutiny.together import statement_findings
from heritage.statements.scrutiny.values import value_findings


def scrutinise(content: Content, live: LiveItem | None, constraints: Constraints) -> tuple[Finding, ...]:
    """What people on the wiki would object to if `content` were added to `live` (None: a new item), the
    heaviest first, each once.

    The item is looked at as it would stand afterwards: what it has already is not demanded of us, and what
    was broken before is not reported. An edit with a critical finding must not be sent (see `forbidding`).
    """
    subject = Subject(content, live, constraints)
    found = dict.fromkeys(
        (
            *new_item_findings(subject),
            *name_findings(subject),
            *value_findings(subject),
            *statement_findings(subject),
        )
    )
    return tuple(sorted(found, key=lambda finding: _ORDER[finding.severity]))


def forbidding(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """Why an edit must not be sent, in sentences; empty when it may be."""
    return tuple(one.text for one in findings if one.severity is Severity.CRITICAL)


_ORDER = {severity: place for place, severity in enumerate(Severity)}
