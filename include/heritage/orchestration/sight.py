"""What a task tells those who watch: figures through Airflow's own metrics, and lineage through its provider.

The names and units are in `docs/engineers.md`, *Figures for those who watch*. Tags are ids of datasets and
words of ours, so that their number is bounded; nothing that a register says becomes one.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk.observability import stats

from heritage.orchestration.lineage import tell_lineage
from heritage.spec.loader import LoadedSource
from heritage.wiring.settings import Settings

if TYPE_CHECKING:
    from heritage.ports.health import Health

_GAUGES: Mapping[str, Mapping[str, str]] = {
    "harvest": {"rows": "rows.received", "size_bytes": "bytes.received"},
    "map": {"records": "records.mapped", "rejected": "records.rejected"},
    "features": {"features": "features", "rejected": "features.rejected"},
    "flag": {"at_risk": "records.at_risk"},
    "reconcile": {"match": "records.matched", "review": "records.review", "new": "records.new"},
    "propose": {"edits": "edits.proposed", "conflicts": "edits.conflicts"},
}
"""By step: the count that a step gives, and the metric that it becomes."""


def tell_step(step: str, loaded: LoadedSource, done: Mapping[str, Any]) -> None:
    """Figures and lineage of a step of a dataset or a layer that has ended."""
    dataset = {"dataset": loaded.spec.id}
    for count, name in _GAUGES.get(step, {}).items():
        _gauge(name, done.get(count), dataset)
    for severity, number in (done.get("failed") or {}).items() if step == "check" else ():
        _gauge("checks.failed", number, dataset | {"severity": severity})

    def lineage() -> Any:
        from heritage.wiring.lineage import lineage_of

        return lineage_of(step, loaded, Settings(), done["snapshot"])

    tell_lineage(lineage)


def tell_upload(done: Mapping[str, Any], target: str) -> None:
    """Figures and lineage of a batch that was sent, or taken back, as far as it went in this run."""
    wiki = {"wiki": target}
    if sent := done.get("sent_now"):
        stats.incr("heritage.edits.confirmed", sent, tags=wiki)
    if undone := done.get("now"):
        stats.incr("heritage.edits.undone", undone, tags=wiki)
    if "skipped" in done:
        _gauge("edits.skipped", sum(done["skipped"].values()), wiki)

    def lineage() -> Any:
        from heritage.wiring.lineage import lineage_of_upload

        return lineage_of_upload(Settings(), done["batch_id"], target, sent or undone or 0)

    tell_lineage(lineage)


def tell_index(done: Mapping[str, Any]) -> None:
    """Figures and lineage of the index of Wikidata that was made."""
    _gauge("index.items", done.get("items"), {})

    def lineage() -> Any:
        from heritage.wiring.lineage import lineage_of_index

        return lineage_of_index(Settings())

    tell_lineage(lineage)


def tell_health(found: "Health") -> None:
    """Figures of the whole installation: what waits and for how long, how fresh registers are, the pace of
    wikis, room on the disk."""
    from heritage.ports.health import Freshness

    facts = found.facts
    for queue in facts.queues:
        tags = {"queue": queue.trouble.value}
        _gauge("queue.length", queue.count, tags)
        _gauge("queue.oldest_seconds", _age(facts.at, queue.oldest) or 0, tags)
    for register in found.registers:
        _gauge(
            "register.age_seconds", _age(facts.at, register.facts.seen), {"dataset": register.facts.dataset}
        )
    for freshness in Freshness:
        count = sum(one.freshness is freshness for one in found.registers)
        _gauge("registers", count, {"freshness": freshness.name.lower()})
    for wiki in facts.wikis:
        _gauge("wiki.edits_last_hour", wiki.last_hour, {"wiki": wiki.target})
        _gauge("wiki.batches_held", len(wiki.held), {"wiki": wiki.target})
    _gauge("index.age_seconds", _age(facts.at, facts.index_as_of), {})
    _gauge("storage.free_bytes", facts.storage.free, {})
    _gauge("storage.database_bytes", facts.storage.database, {})
    for gravity in ("wrong", "soon"):
        count = sum(one.gravity.value == gravity for one in found.findings)
        _gauge("findings", count, {"gravity": gravity})


def _gauge(name: str, value: Any, tags: Mapping[str, str]) -> None:
    """Nothing where nobody counted."""
    if isinstance(value, int | float):
        stats.gauge(f"heritage.{name}", value, tags=dict(tags))


def _age(now: datetime, then: datetime | None) -> float | None:
    return (now - then).total_seconds() if then else None
