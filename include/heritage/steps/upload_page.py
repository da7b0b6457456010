"""One batch with its edits, for the page that people order from."""

from collections import Counter
from collections.abc import Mapping, Sequence

from heritage.model.edit import EditState
from heritage.ports.decisions import Batch, Journal, JournalEntry
from heritage.ports.orders import BatchStanding, UndoneEdits, UndoneEntry, UndoState
from heritage.ports.overview import Stopped
from heritage.ports.upload_pages import BatchPage, EditRow
from heritage.statements.content_json import from_json
from heritage.steps.upload import counted

PAGE = 50
_NOT_WHOLE = frozenset({UndoState.PARTLY, UndoState.LEFT, UndoState.TO_DELETE})


def batch_page(
    batch: Batch,
    standing: BatchStanding,
    *,
    journal: Journal,
    undone: UndoneEdits,
    titles: Mapping[str, str],
    stopped: Stopped | None,
    per_minute: float,
    wiki: str,
    page: int = 1,
    only: EditState | None = None,
) -> BatchPage:
    """A page of a batch's edits, those `only` in one state if it is given, and how far the whole is.

    What was sent last comes first. `titles` are those of datasets by id. Reasons are cut to what they are
    counted by: the rest may say what a record says, which may be withheld today.
    """
    entries = journal.entries(batch.batch_id)
    taken_back = {entry.edit_id: entry for entry in undone.entries(batch.batch_id)}
    chosen = [entry for entry in entries if only is None or entry.state is only]
    chosen.sort(key=lambda entry: (entry.sent_at is None, -(entry.sent_at or batch.planned_at).timestamp()))
    pages = max(1, -(-len(chosen) // PAGE))
    page = min(max(page, 1), pages)
    dataset = entries[0].dataset if entries else ""
    return BatchPage(
        batch=batch,
        dataset=dataset,
        title=titles.get(dataset, dataset),
        standing=standing,
        stopped=stopped,
        counts=journal.counts(batch.batch_id),
        per_minute=per_minute,
        minutes_left=standing.waiting / per_minute if standing.sends and not stopped else None,
        failures=_by_cause([e.reason for e in entries if e.state is EditState.SKIPPED]),
        left=_by_cause([e.reason for e in taken_back.values() if e.state in _NOT_WHOLE]),
        edits=tuple(_row(e, taken_back.get(e.edit_id)) for e in chosen[PAGE * (page - 1) : PAGE * page]),
        page=page,
        pages=pages,
        only=only,
        wiki=wiki,
    )


def _by_cause(reasons: Sequence[str]) -> dict[str, int]:
    return dict(Counter(map(counted, reasons)).most_common())


def _row(entry: JournalEntry, undone: UndoneEntry | None) -> EditRow:
    content = from_json(entry.content)
    return EditRow(
        edit_id=entry.edit_id,
        qid=entry.qid or "",
        state=entry.state,
        creates=entry.creates or entry.qid is None,
        statements=len(content.statements),
        references=len(content.references),
        names=len(content.labels) + len(content.descriptions) + sum(map(len, content.aliases.values())),
        why=counted(entry.reason),
        revision=entry.revision,
        at=entry.settled_at or entry.sent_at,
        undone=undone.state if undone else None,
        undone_why=counted(undone.reason) if undone else "",
    )
