"""Lists every description with its status: for maintainers, members of the body and other catalogues."""

from collections.abc import Iterator, Sequence

from heritage.ports.catalogue import CatalogueEntry
from heritage.ports.files import SnapshotStore
from heritage.spec.loader import LoadedSpec, SpecFailure


def catalogue(
    specs: Sequence[LoadedSpec], failures: Sequence[SpecFailure], *, store: SnapshotStore
) -> Iterator[CatalogueEntry]:
    """One entry a description in the order given, broken ones last."""
    for loaded in specs:
        yield entry(loaded, store)
    for failure in failures:
        yield CatalogueEntry(failure.dataset, failure.dataset, "broken", problem=str(failure))


def entry(loaded: LoadedSpec, store: SnapshotStore) -> CatalogueEntry:
    """What is known of one register."""
    spec = loaded.spec
    snapshot = store.last_good(spec.id)
    records = retrieved = None
    if snapshot is not None:
        records = store.read_table(spec.id, snapshot, "records", ["record_id"]).num_rows
        retrieved = store.captured(spec.id, snapshot).retrieved_at
    folder = loaded.folder.parent.name
    return CatalogueEntry(
        dataset=spec.id,
        title=spec.title,
        status="unverified" if spec.unverified else "described" if snapshot is None else "current",
        description=spec.description,
        publisher=spec.publisher.name,
        publisher_item=spec.publisher.item,
        country=None if folder.startswith("_") else folder,
        country_item=spec.item.country,
        kind=spec.kind,
        licence=spec.licence.id,
        licence_evidence=spec.licence.evidence,
        protocol=spec.harvest.protocol,
        url=spec.harvest.url,
        schedule=spec.harvest.schedule,
        identifier=spec.item.identifier,
        sample=spec.sample,
        unverified=spec.unverified,
        maintainers=tuple(spec.maintainers),
        snapshot=snapshot,
        retrieved_at=retrieved,
        records=records,
    )
