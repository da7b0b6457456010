"""Whether a source that nobody could confirm was approved once: then its next pulls are trusted."""

from heritage.model.digest import digest_json
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.ports.files import SnapshotStore
from heritage.spec.source import SourceSpec


def source_digest(spec: SourceSpec) -> str:
    """What an approval of an unverified source holds for: the doubt, and where the source is taken from."""
    return digest_json([spec.unverified, spec.harvest.model_dump(mode="json")])[:16]


def source_approved(spec: SourceSpec, previous: str | None, store: SnapshotStore) -> str:
    """The digest of an unverified source when a snapshot of it was approved before; else empty."""
    if not spec.unverified or not previous:
        return ""
    wanted = source_digest(spec)
    try:
        known = store.read_json(spec.id, previous, "checks").get("source_approved")
    except FileNotFoundError:  # used before anybody was asked
        known = None
    return wanted if known == wanted else ""


def unverified(spec: SourceSpec, approved: str, bundled: bool) -> list[Issue]:
    """The question whether it can be trusted; of a `bundled` sample nobody is asked, it is noted."""
    if not spec.unverified or approved:
        return []
    told = f"{spec.unverified} {IssueCode.SOURCE_UNVERIFIED.remedy}"
    severity = Severity.NOTE if bundled else Severity.ASK
    return [Issue(IssueCode.SOURCE_UNVERIFIED, severity, spec.id, hint=told)]
