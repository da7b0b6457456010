"""What each step of a dataset or a layer read and wrote, from the files themselves."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from heritage.adapters.files import FileStore
from heritage.adapters.wikidata.index import FileItemIndex
from heritage.errors import StoreDamaged
from heritage.model.lineage import Lineage, Register, TableFacts, Verdict
from heritage.model.masking import masked
from heritage.spec.loader import LoadedSource
from heritage.wiring.settings import Settings
from heritage.wiring.stores import journal, snapshot_store

CAPTURE, INDEX = "capture", "wikidata/items"
_READS: Mapping[str, tuple[str, ...]] = {
    "map": (CAPTURE,),
    "features": (CAPTURE,),
    "check": ("records", "rejected"),
    "approve": ("records", "features"),
    "flag": ("records",),
    "reconcile": ("records", "risk", INDEX),
    "propose": ("records", "risk", "matches"),
}
_WRITES: Mapping[str, tuple[str, ...]] = {
    "harvest": (CAPTURE,),
    "map": ("records", "rejected", "changes"),
    "features": ("features", "rejected"),
    "flag": ("risk",),
    "reconcile": ("matches",),
    "propose": ("edits", "conflicts", "findings", "rehearsal"),
}


def lineage_of(step: str, loaded: LoadedSource, settings: Settings, snapshot: str) -> Lineage:
    """What a step that has ended read and wrote; tables that it did not need are left out."""
    spec, store = loaded.spec, snapshot_store(settings)
    inputs = list(_tables(_READS.get(step, ()), spec.id, snapshot, store, settings))
    if step == "check" and inputs:
        inputs[0] = replace(inputs[0], verdicts=_verdicts(spec.id, snapshot, store))
    return Lineage(
        inputs=inputs,
        outputs=list(_tables(_WRITES.get(step, ()), spec.id, snapshot, store, settings)),
        register=Register(
            id=spec.id,
            title=spec.title,
            publisher=spec.publisher.name,
            address=masked(spec.harvest.url),
            licence=spec.licence.id,
            maintainers=tuple(spec.maintainers),
        ),
        asked=step == "harvest",
    )


def lineage_of_index(settings: Settings) -> Lineage:
    """The index that was made."""
    made = index_facts(settings)
    return Lineage([], [made] if made else [])


def lineage_of_upload(settings: Settings, batch_id: str, target: str, edits: int) -> Lineage:
    """A batch of a register's edits, and the wiki: how many were made there, or taken back, in this run."""
    dataset = journal(settings).dataset(batch_id)
    return Lineage(
        [TableFacts(f"{dataset}/edits", batch_id)], [TableFacts(f"wiki/{target}", batch_id, edits)]
    )


def index_facts(settings: Settings) -> TableFacts | None:
    """The index of Wikidata that is in use."""
    try:
        return TableFacts(INDEX, FileItemIndex(settings.data_url).version())
    except StoreDamaged:
        return None


def _tables(
    names: Iterable[str], dataset: str, snapshot: str, store: FileStore, settings: Settings
) -> Iterable[TableFacts]:
    for name in names:
        if name == CAPTURE:
            yield TableFacts(f"{dataset}/{CAPTURE}", snapshot, store.captured(dataset, snapshot).received)
        elif found := index_facts(settings) if name == INDEX else store.facts(dataset, snapshot, name):
            yield found


def _verdicts(dataset: str, snapshot: str, store: FileStore) -> list[Verdict]:
    """Of every expectation, and of our own checks what they found. The sentences stay in `checks.json`: they
    tell what single records say."""
    report = store.read_json(dataset, snapshot, "checks")
    expected = [
        Verdict(one["expectation"], one["passed"], one["severity"], one["column"])
        for one in report["expectations"]
    ]
    return expected + [Verdict(one["code"], False, one["severity"]) for one in report["issues"]]
