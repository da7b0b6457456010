"""What is known of a register and of a wiki, for the page on health: small files and counts, no tables."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from heritage.model.issue import Severity
from heritage.ports.files import Capture, SnapshotStore
from heritage.ports.health import RegisterFacts, WikiFacts, Word
from heritage.spec.dataset import DatasetSpec
from heritage.steps.check import CHECKS
from heritage.steps.upload import by_cause, counted


def register_facts(spec: DatasetSpec, store: SnapshotStore) -> RegisterFacts:
    """When it was pulled last, what its checks said, and what its runs came to. Raises what the store raises
    for a file that is damaged."""
    good, newest = store.last_good(spec.id), store.last_capture(spec.id)
    stops, asks, waits = _checks(spec.id, newest, store)
    checked = next(
        (
            one
            for one in (newest.snapshot if newest else None, good)
            if one and store.has_page(spec.id, one, CHECKS)
        ),
        None,
    )
    return RegisterFacts(
        dataset=spec.id,
        title=spec.title,
        schedule=spec.harvest.schedule,
        seen=store.last_seen(spec.id, good) if good else None,
        stops=stops,
        asks=asks,
        waits=waits,
        pulled_at=newest.retrieved_at if newest else None,
        checked=checked,
        figures=tuple(store.figures(spec.id)),
    )


def _checks(dataset: str, newest: Capture | None, store: SnapshotStore) -> tuple[int, int, bool]:
    """Failed checks of the newest snapshot that stop and that ask, and whether a person is asked about it."""
    if newest is None:
        return 0, 0, False
    try:
        report = store.read_json(dataset, newest.snapshot, "checks")
    except FileNotFoundError:  # it was not checked yet
        return 0, 0, False
    found = [issue["severity"] for issue in report["issues"]]
    stops, asks = found.count(Severity.STOP), found.count(Severity.ASK)
    answered = report.get("approved") or report.get("refused")
    return stops, asks, bool(asks and not stops and not answered)


def wiki_facts(
    target: str,
    per_minute: float | None,
    hours: Sequence[tuple[datetime, int]],
    skipped: Mapping[str, int],
    held: Sequence[tuple[datetime, str]],
    words: Sequence[Word] = (),
) -> WikiFacts:
    """What was done on a wiki by day. Reasons are cut to what they are counted by: the rest may say what a
    record says."""
    days: dict[date, int] = {}
    for hour, edits in hours:
        days[hour.date()] = days.get(hour.date(), 0) + edits
    return WikiFacts(
        target=target,
        per_minute=per_minute,
        last_hour=hours[-1][1] if hours else 0,
        last=hours[-1][0] if hours else None,
        days=tuple(days.items()),
        causes=by_cause(skipped),
        held=tuple((at, counted(why)) for at, why in held),
        words=tuple(words),
    )
