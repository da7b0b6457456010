"""Hands approved edits over as files."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from heritage.model.edit import Content, CoordinateValue, ReferenceAddition, Statement, TimeValue
from heritage.ports.exports import ExportWriter, FileBatch, FileEdit, LeftOut, Written
from heritage.statements.content_json import from_json
from heritage.steps.plan_upload import UploadBatch

log = logging.getLogger(__name__)

_GONE = "the statement that was to get our reference is not in the edit"
_INEXACT = (
    "the item says it a little otherwise, and a file cannot name the statement that was to get our reference"
)


def export(batches: Sequence[UploadBatch], *, write: ExportWriter) -> Written:
    """The files of planned batches, which passed every gate when they were planned.

    What a convention cannot say is left out and told, a new item then as a whole: half of one would be
    another item.
    """
    told: list[FileBatch] = []
    unnamed: list[LeftOut] = []
    for batch in batches:
        edits = []
        for row in batch.edits.to_pylist():
            edit, left = _edit(row)
            unnamed += left
            edits.append(edit)
        told.append(FileBatch(batch.batch_id, batch.title, batch.dataset, batch.decisions, tuple(edits)))
    written = write(told)
    names = tuple(batch.batch_id for batch in told)
    written = replace(written, left_out=(*unnamed, *written.left_out), batches=names)
    log.info(
        "Wrote %d edits, %d of them new items, into %d files; %d parts of edits are left out.",
        *(written.edits, written.new_items, len(written.files), len(written.left_out)),
    )
    return written


def _edit(row: dict[str, Any]) -> tuple[FileEdit, list[LeftOut]]:
    additions = from_json(row["additions"])
    whole = from_json(row["content"])
    statements = list(additions.statements)
    left = []
    for addition in additions.references:
        found = _statement_of(addition, whole)
        if isinstance(found, str):
            left.append(LeftOut(row["record_id"], f"our reference for {addition.property}", found))
        else:
            statements.append(found)
    content = replace(additions, statements=tuple(statements), references=())
    return FileEdit(row["edit_id"], row["record_id"], row["qid"], row["name"] or "", content), left


def _statement_of(addition: ReferenceAddition, whole: Content) -> Statement | str:
    """The statement that gets our reference, or why a file cannot tell which one it is."""
    for statement in whole.statements:
        if statement.property == addition.property and addition.reference in statement.references:
            if isinstance(statement.value, CoordinateValue | TimeValue):
                return _INEXACT  # equal within their precisions only: a second value would be added
            return replace(statement, references=(addition.reference,), qualifiers=())
    return _GONE
