"""One batch with its edits, for the page that people order from."""

from collections.abc import Mapping

from heritage.model.edit import EditState
from heritage.ports.decisions import Batch, Journal, JournalEntry
from heritage.ports.orders import BatchStanding, UndoneEdits, UndoneEntry, UndoState
from heritage.ports.overview import Stopped
from heritage.ports.upload_pages import BatchPage, Became, EditRow
from heritage.statements.content_json import from_json
from heritage.steps.upload import by_cause, counted

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
    became: Became | None = None,
) -> BatchPage:
    """A page of a batch's edits, those `only` in one state if it is given, and how far the whole is.

    What was sent last comes first. `titles` are those of datasets by id. Reasons are cut to what they are
    counted by: the rest may say what a record says, which may be withheld today.
    """
    counts = journal.counts(batch.batch_id)
    chosen = sum(counts.values()) if only is None else counts[only]
    pages = max(1, -(-chosen // PAGE))
    page = min(max(page, 1), pages)
    shown = journal.page(batch.batch_id, only, PAGE * (page - 1), PAGE)
    ids = [entry.edit_id for entry in shown]
    taken_back = {entry.edit_id: entry for entry in undone.of(batch.target, ids)}
    dataset = journal.dataset(batch.batch_id)
    return BatchPage(
        batch=batch,
        dataset=dataset,
        title=titles.get(dataset, dataset),
        standing=standing,
        stopped=stopped,
        counts=counts,
        per_minute=per_minute,
        minutes_left=standing.waiting / per_minute if standing.sends and not stopped else None,
        failures=by_cause(journal.reasons(batch.batch_id)),
        left=by_cause(undone.reasons(batch.batch_id, _NOT_WHOLE)),
        edits=tuple(_row(entry, taken_back.get(entry.edit_id)) for entry in shown),
        page=page,
        pages=pages,
        only=only,
        wiki=wiki,
        became=became,
    )


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
