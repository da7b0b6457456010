"""Where everything stands: a row for every dataset and batch, for pages, demo and command line alike."""

from collections.abc import Callable, Iterator, Sequence

from heritage.model.edit import EditState
from heritage.ports.decisions import Batch, Journal
from heritage.ports.files import SnapshotStore
from heritage.ports.overview import BatchRow, DatasetRow
from heritage.spec.loader import LoadedSpec, SpecFailure
from heritage.spec.tier import standing
from heritage.steps.check import CHECKS
from heritage.steps.figures import dataset_figures
from heritage.steps.stopped import Judged, stopped
from heritage.steps.upload import by_cause

_WAITING = (EditState.PLANNED, EditState.SENDING)


def dataset_rows(
    specs: Sequence[LoadedSpec], failures: Sequence[SpecFailure], *, store: SnapshotStore
) -> Iterator[DatasetRow]:
    """One row a description, broken ones last."""
    for loaded in specs:
        spec = loaded.spec
        figures, problem = None, "no good snapshot yet"
        snapshot = store.last_good(spec.id)
        if snapshot is not None:
            try:
                figures, problem = dataset_figures(spec.id, snapshot, store=store), ""
            except FileNotFoundError as missing:
                problem = f"not reconciled yet: {missing}"
        stands = standing(spec, good_snapshot=snapshot is not None)
        yield DatasetRow(
            dataset=spec.id,
            title=spec.title,
            publisher=spec.publisher.name,
            source=spec.harvest.url,
            licence=spec.licence.id,
            licence_evidence=spec.licence.evidence,
            figures=figures,
            problem=problem,
            tier=stands.tier,
            missing=stands.missing,
            checked=_checked(spec.id, snapshot, store),
        )
    for failure in failures:
        yield DatasetRow(failure.dataset, failure.dataset, "", "", "", "", None, str(failure))


def _checked(dataset: str, good: str | None, store: SnapshotStore) -> str | None:
    """The newest snapshot if it was checked, else the good one."""
    newest = store.last_capture(dataset)
    for snapshot in (newest.snapshot if newest else None, good):
        if snapshot and store.has_page(dataset, snapshot, CHECKS):
            return snapshot
    return None


Judging = Callable[[str], Judged | None]
"""What the licence gate answers about a dataset now; None for one that nobody describes (any more)."""


def batch_rows(journal: Journal, judged: Judging = lambda _: None) -> Iterator[BatchRow]:
    """One row a batch, newest first. `judged` is asked about datasets with edits that wait."""
    return (batch_row(batch, journal, judged) for batch in journal.batches())


def batch_row(batch: Batch, journal: Journal, judged: Judging) -> BatchRow:
    """A batch with its journal."""
    counts, dataset = journal.counts(batch.batch_id), journal.dataset(batch.batch_id)
    waiting = sum(counts[state] for state in _WAITING)
    known = judged(dataset) if waiting else None
    return BatchRow(
        batch,
        counts,
        by_cause(journal.reasons(batch.batch_id)),
        stopped(batch, waiting, known) if known else None,
        dataset,
    )
