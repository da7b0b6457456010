"""Looking again at items that we edited, bound to the stores, the account and the rules."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from heritage.adapters.clock import SystemClock
from heritage.errors import DecisionMissing
from heritage.model.edit import Content
from heritage.model.visit import DROPS, Visit
from heritage.ports.revisits import RegisterSays
from heritage.ports.upload_pages import Became
from heritage.spec.loader import find_spec
from heritage.spec.revisits import RevisitRules, load_revisit_rules
from heritage.steps.became import became
from heritage.steps.register_says import SnapshotSays
from heritage.steps.revisit import due_before, in_words, revisit
from heritage.wiring.settings import Settings
from heritage.wiring.stores import journal, snapshot_store, visit_store
from heritage.wiring.wiki import open_past
from heritage.wiring.wiki_account import WikiAccount

Progress = Callable[[int, int], None] | None


def due_datasets(settings: Settings, target: str) -> dict[str, int]:
    """How many edits of each dataset are to be looked at again now."""
    now = SystemClock().now()
    return dict(visit_store(settings).due_counts(target, due_before(revisit_rules(settings), now), now))


def revisit_dataset(
    settings: Settings, account: WikiAccount, dataset: str, progress: Progress = None
) -> dict[str, Any]:
    """Visits what is due of a dataset on the account's wiki, and says in counts what became of it. Raises
    DecisionMissing when nothing is due."""
    if dataset not in due_datasets(settings, account.target):
        raise DecisionMissing(f"No edit of {dataset} is to be looked at again now.")
    found = revisit(
        dataset,
        account.target,
        visits=visit_store(settings),
        wiki=open_past(account, settings),
        says=_says(settings, dataset),
        rules=revisit_rules(settings),
        clock=SystemClock(),
        progress=progress,
    )
    return asdict(found) | {"told": in_words(found.fates)}


@dataclass(frozen=True, slots=True)
class Lost:
    """How many edits of a dataset were visited, of how many something is lost, and of how many the register
    says something else now."""

    dataset: str
    visited: int
    dropped: int
    drifted: int


def lost_since(settings: Settings, target: str, since: datetime) -> list[Lost]:
    """What was found since then of each dataset, however many attempts it took."""
    found: dict[str, list[Visit]] = defaultdict(list)
    for visit in visit_store(settings).recent(since):
        if visit.target == target:
            found[visit.dataset].append(visit)
    return [
        Lost(
            dataset,
            len(visits),
            sum(visit.fate in DROPS for visit in visits),
            sum(bool(visit.drift) for visit in visits),
        )
        for dataset, visits in sorted(found.items())
    ]


@dataclass(frozen=True, slots=True)
class BatchBecame:
    """A batch, and what became of its edits."""

    batch_id: str
    dataset: str
    became: Became

    @property
    def told(self) -> str:
        """Its edits by fate, in words."""
        return in_words(self.became.fates)


def what_became(settings: Settings, target: str) -> list[BatchBecame]:
    """Every batch of a target that was looked at again, the newest first."""
    entries, visits = journal(settings), visit_store(settings)
    found = []
    for batch in entries.batches():
        if batch.target != target:
            continue
        seen = became(visits.of_batch(batch.batch_id), entries.counts(batch.batch_id))
        if seen:
            found.append(BatchBecame(batch.batch_id, entries.dataset(batch.batch_id), seen))
    return found


def revisit_rules(settings: Settings) -> RevisitRules:
    """When to come, and by what signs a loss is told apart."""
    return load_revisit_rules(settings.vocabularies / "revisits.yaml")


def _says(settings: Settings, dataset: str) -> RegisterSays:
    """What the register says now; nothing where nobody describes it any more, or it was never flagged."""
    loaded = find_spec(settings.datasets, dataset)
    try:
        return SnapshotSays(loaded.spec, snapshot_store(settings)) if loaded else _nothing
    except FileNotFoundError:
        return _nothing


def _nothing(record_ids: Collection[str]) -> Mapping[str, Content | None]:
    del record_ids
    return {}
