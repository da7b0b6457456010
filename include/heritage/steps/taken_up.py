"""What the upload journal has taken up of a dataset: approved once, so it is not put to the vote again."""

from collections.abc import Collection, Iterator

import pyarrow as pa

from heritage.model.digest import digest_json
from heritage.model.edit import EditState, Kind
from heritage.ports.decisions import Batch, Journal, JournalEntry
from heritage.statements.content_json import from_json, to_json, undated
from heritage.statements.selection import kinds_of, only

_NEVER_SENT = (EditState.PLANNED, EditState.SKIPPED)
Part = tuple[str, str]
"""Record id and a digest of what an edit adds of one kind, dates of retrieval left out."""


def taken_up(
    dataset: str, journal: Journal, licence: str = "", ended: Collection[int] = ()
) -> frozenset[Part]:
    """Every part that stands in the journal, whatever became of it.

    What was planned under another `licence` (the digest of its facts) and never sent is not taken up any
    more: it has to be decided on anew. Nor is what was never sent of decisions that have `ended` (numbers).
    """
    return frozenset(
        part
        for batch in journal.batches()
        for entry in journal.entries(batch.batch_id)
        if entry.dataset == dataset
        and not (entry.state is EditState.PLANNED and _other(batch, licence))
        and not (entry.state in _NEVER_SENT and set(batch.decision_numbers).intersection(ended))
        for part in _parts(entry)
    )


def _other(batch: Batch, licence: str) -> bool:
    return bool(batch.grounds) and all(ground.facts != licence for ground in batch.grounds)


def all_taken_up(edits: pa.Table, taken: frozenset[Part]) -> bool:
    """True when every edit (schema EDITS, narrowed to one kind) stands in the journal with just that."""
    rows = edits.select(["record_id", "additions"]).to_pylist()
    return all((row["record_id"], _digest(row["additions"])) in taken for row in rows)


def _parts(entry: JournalEntry) -> Iterator[Part]:
    yield entry.record_id, _digest(entry.content)
    if entry.qid:
        for kind in kinds_of(from_json(entry.content)):
            yield entry.record_id, _digest(only(entry.content, [Kind(kind)]))


def _digest(content: str) -> str:
    return digest_json(to_json(undated(from_json(content))))
