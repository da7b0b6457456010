"""The journal of files in SQL: implements the port MediaJournal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, false, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from heritage.adapters.database.engine import reading
from heritage.adapters.database.outcomes import outcome_columns, read_outcome
from heritage.adapters.database.schema import MEDIA_FILES
from heritage.errors import BatchTaken
from heritage.model.edit import EditState
from heritage.ports.decisions import Outcome
from heritage.ports.media import MediaEntry

_TOGETHER = 500
"""Ids in one question: databases take so many parameters at least."""
_OPEN = [EditState.PLANNED, EditState.SENDING]


class SqlMediaJournal:
    """Files on SQLite or PostgreSQL; `engine.upgrade` must have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    def plan(self, target: str, entries: Sequence[MediaEntry]) -> int:
        """Adds, as planned, what does not stand in the journal of `target` yet; gives how many are new."""
        if not entries:
            return 0
        rows = [
            {
                "target": target,
                "edit_id": one.edit_id,
                "batch_id": one.batch_id,
                "dataset": one.dataset,
                "record_id": one.record_id,
                "source": one.source,
                "title": one.title,
                "state": EditState.PLANNED,
                "reason": "",
                "content": one.content,
                "stash": "",
                "attempts": 0,
            }
            for one in entries
        ]
        with self._engine.begin() as connection:
            added = connection.execute(
                self._insert(MEDIA_FILES).on_conflict_do_nothing().returning(MEDIA_FILES.c.edit_id), rows
            )
            return len(added.all())

    def entries(self, target: str, edit_ids: Sequence[str]) -> list[MediaEntry]:
        """These entries, in the order they were planned."""
        found: list[Row[Any]] = []
        with reading(self._engine) as connection:
            for start in range(0, len(edit_ids), _TOGETHER):
                some = MEDIA_FILES.c.edit_id.in_(edit_ids[start : start + _TOGETHER])
                query = select(MEDIA_FILES).where(MEDIA_FILES.c.target == target, some)
                found += connection.execute(query)
        return [_entry(row) for row in sorted(found, key=lambda row: row.position)]

    def counts(self, batch_id: str) -> dict[EditState, int]:
        """Files that were first planned in a batch, by state; every state is there."""
        query = (
            select(MEDIA_FILES.c.state, func.count().label("number"))
            .where(MEDIA_FILES.c.batch_id == batch_id)
            .group_by(MEDIA_FILES.c.state)
        )
        with reading(self._engine) as connection:
            found = {row.state: row.number for row in connection.execute(query)}
        return {state: found.get(state, 0) for state in EditState}

    def outcomes(self) -> dict[tuple[str, str], Outcome]:
        """Target and batch to what became of its files."""
        batch = (MEDIA_FILES.c.target, MEDIA_FILES.c.batch_id)
        query = select(*batch, *outcome_columns(MEDIA_FILES, false())).group_by(*batch)
        with reading(self._engine) as connection:
            found = {(row.target, row.batch_id): read_outcome(row) for row in connection.execute(query)}
        return {batch: outcome for batch, outcome in found.items() if outcome}

    def sending(self, entry: MediaEntry, title: str, sha1: str, at: datetime) -> MediaEntry:
        """Writes down what is about to be sent. Raises BatchTaken when another run has moved the entry."""
        return self._move(
            entry,
            state=EditState.SENDING,
            title=title,
            sha1=sha1,
            sent_at=at,
            attempts=entry.attempts + 1,
        )

    def stashed(self, entry: MediaEntry, stash: str) -> MediaEntry:
        """How far the chunks came; empty when they have to come anew."""
        return self._move(entry, stash=stash)

    def placed(self, entry: MediaEntry, title: str, page: int) -> MediaEntry:
        """The file is on the wiki as this page; what it says as structured data is still to be sent."""
        return self._move(entry, title=title, page=page, stash="")

    def confirmed(
        self, entry: MediaEntry, revision: int | None, at: datetime, reason: str = ""
    ) -> MediaEntry:
        """The file and what it says were read back; `reason`: why it does not say what it should."""
        return self._move(entry, state=EditState.CONFIRMED, revision=revision, settled_at=at, reason=reason)

    def skipped(self, entry: MediaEntry, reason: str, at: datetime, title: str = "") -> MediaEntry:
        """Not sent, or not sent again; `title` is the file that stands there already, if one does."""
        said = {"title": title, "page": 0} if title else {}
        return self._move(entry, state=EditState.SKIPPED, reason=reason, settled_at=at, stash="", **said)

    def on_wiki(self, target: str, dataset: str) -> Mapping[str, str]:
        """Record id to the title of its file on the wiki, ours or one that was there before."""
        query = (
            select(MEDIA_FILES.c.record_id, MEDIA_FILES.c.title)
            .where(
                MEDIA_FILES.c.target == target,
                MEDIA_FILES.c.dataset == dataset,
                MEDIA_FILES.c.state.in_([EditState.CONFIRMED, EditState.SKIPPED]),
                MEDIA_FILES.c.page.is_not(None),
            )
            .order_by(MEDIA_FILES.c.position)
        )
        with reading(self._engine) as connection:
            return {row.record_id: row.title for row in connection.execute(query)}

    def _move(self, entry: MediaEntry, **values: Any) -> MediaEntry:
        """Changes the row only if it still stands as the caller read it."""
        with self._engine.begin() as connection:
            row = connection.execute(
                update(MEDIA_FILES)
                .where(
                    MEDIA_FILES.c.batch_id == entry.batch_id,
                    MEDIA_FILES.c.edit_id == entry.edit_id,
                    MEDIA_FILES.c.state == entry.state,
                    MEDIA_FILES.c.attempts == entry.attempts,
                    MEDIA_FILES.c.stash == entry.stash,
                    MEDIA_FILES.c.state.in_(_OPEN),
                )
                .values(**values)
                .returning(MEDIA_FILES)
            ).first()
        if row is None:
            raise BatchTaken(
                f"File {entry.edit_id} of batch {entry.batch_id} is not {entry.state.value} any more: "
                "another run is at work, or it is settled."
            )
        return _entry(row)


def _entry(row: Row[Any]) -> MediaEntry:
    return MediaEntry(
        edit_id=row.edit_id,
        batch_id=row.batch_id,
        dataset=row.dataset,
        record_id=row.record_id,
        source=row.source,
        title=row.title,
        sha1=row.sha1,
        state=EditState(row.state),
        reason=row.reason,
        content=row.content,
        stash=row.stash,
        page=row.page,
        revision=row.revision,
        sent_at=row.sent_at,
        attempts=row.attempts,
    )
