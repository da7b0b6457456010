"""Pages and revisions in one SQLite file.

One write transaction per edit, serialised by a lock; readers never wait (WAL). What an answer has
acknowledged is in the file: a killed process loses nothing (`synchronous=NORMAL` gives up only
what a power cut may take, which a test target can bear).
"""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from weakref import WeakSet

from wikibase_sandbox.schema import SCHEMA

FIRST_NEW_ID = 9_900_001
"""New entities get numbers from here on, so that nobody takes them for ones of the real wiki."""


@dataclass(frozen=True)
class Page:
    """A wiki page; `latest` is the id of its newest revision."""

    page_id: int
    ns: int
    title: str
    entity_id: str | None
    latest: int
    redirect_to: str | None
    deleted: bool
    protected: bool


@dataclass(frozen=True)
class Revision:
    """One saved state of a page."""

    rev_id: int
    page_id: int
    parent_id: int
    user: str
    timestamp: str
    comment: str
    bot: bool
    tags: tuple[str, ...]
    size: int
    sha1: str
    text: str
    seeded: bool


@dataclass(frozen=True)
class Edit:
    """What is written into the history beside the text of a revision."""

    user: str
    comment: str
    bot: bool = False
    tags: tuple[str, ...] = ()
    seeded: bool = False


def utc_now() -> str:
    """Return the current time as MediaWiki prints it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class _Connection(sqlite3.Connection):
    """A connection that can be referred to weakly: it is closed when its thread is gone."""


class Store:
    """The file of the sandbox; safe to use from several threads."""

    def __init__(self, path: Path, now: Callable[[], str] = utc_now) -> None:
        self._path = path
        self._now = now
        self._local = threading.local()
        self._lock = threading.Lock()
        self._open: WeakSet[_Connection] = WeakSet()
        self.db.executescript(SCHEMA)

    @property
    def db(self) -> sqlite3.Connection:
        """The connection of the current thread."""
        connection: _Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self._path, isolation_level=None, check_same_thread=False, factory=_Connection
            )
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA busy_timeout = 10000")
            self._local.connection = connection
            self._open.add(connection)
        return connection

    def close(self) -> None:
        """Close all connections; only when no thread uses the store any more."""
        for connection in list(self._open):
            connection.close()
        self._open.clear()
        self._local = threading.local()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One write transaction: committed as a whole or, at an exception, not at all."""
        with self._lock:
            connection = self.db
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def new_id(self, kind: str) -> str:
        """Consume and return the next number; a creation that fails later has used it up."""
        with self.writing() as db:
            key = f"next_{kind}"
            row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
            number = int(row["value"]) if row else FIRST_NEW_ID
            letter = "Q" if kind == "item" else "P"
            while self.entity_page(f"{letter}{number}", with_deleted=True) is not None:
                number += 1
            db.execute("REPLACE INTO meta VALUES (?, ?)", (key, str(number + 1)))
        return f"{letter}{number}"

    def entity_page(self, entity_id: str, *, with_deleted: bool = False) -> Page | None:
        """Return the page of an entity, None if there is none (or it is deleted)."""
        return self._page("entity_id = ?", entity_id, with_deleted)

    def titled_page(self, title: str, *, with_deleted: bool = False) -> Page | None:
        return self._page("title = ?", title, with_deleted)

    def page(self, page_id: int) -> Page | None:
        return self._page("page_id = ?", page_id, False)

    def _page(self, condition: str, value: str | int, with_deleted: bool) -> Page | None:
        row = self.db.execute(f"SELECT * FROM pages WHERE {condition}", (value,)).fetchone()  # noqa: S608 - conditions of this module
        if row is None or (row["deleted"] and not with_deleted):
            return None
        fields = dict(row)
        return Page(**fields | {"deleted": bool(row["deleted"]), "protected": bool(row["protected"])})

    def create_page(self, ns: int, title: str, entity_id: str | None) -> Page:
        """Add a page without a revision; the caller saves one in the same transaction."""
        cursor = self.db.execute(
            "INSERT INTO pages (ns, title, entity_id) VALUES (?, ?, ?)", (ns, title, entity_id)
        )
        page = self.page(int(cursor.lastrowid or 0))
        if page is None:
            raise LookupError(f"page {title} vanished while it was created")
        return page

    def set_page(self, page_id: int, field: str, value: str | int | None) -> None:
        """Set `redirect_to`, `deleted` or `protected` of a page."""
        if field not in ("redirect_to", "deleted", "protected"):
            raise ValueError(f"not a settable field: {field}")
        self.db.execute(f"UPDATE pages SET {field} = ? WHERE page_id = ?", (value, page_id))  # noqa: S608 - checked name

    def add_revision(self, page: Page, text: str, edit: Edit) -> Revision:
        """Append a revision to a page inside the running transaction."""
        raw = text.encode()
        digest = hashlib.sha1(raw, usedforsecurity=False).hexdigest()
        cursor = self.db.execute(
            "INSERT INTO revisions (page_id, parent_id, user, timestamp, comment, bot, tags, size,"
            " sha1, text, seeded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                page.page_id,
                page.latest,
                edit.user,
                self._now(),
                edit.comment,
                edit.bot,
                json.dumps(edit.tags),
                len(raw),
                digest,
                text,
                edit.seeded,
            ),
        )
        rev_id = int(cursor.lastrowid or 0)
        self.db.execute("UPDATE pages SET latest = ? WHERE page_id = ?", (rev_id, page.page_id))
        revision = self.revision(rev_id)
        if revision is None:
            raise LookupError(f"revision {rev_id} vanished while it was saved")
        return revision

    def revision(self, rev_id: int) -> Revision | None:
        rows = self.revisions("rev_id = ?", (rev_id,), limit=1)
        return rows[0] if rows else None

    def revisions(
        self, where: str, values: tuple[object, ...], *, limit: int, newest_first: bool = True
    ) -> list[Revision]:
        """Return revisions by an SQL condition of the calling module; what clients say is in `values`."""
        order = "DESC" if newest_first else "ASC"
        rows = self.db.execute(
            f"SELECT * FROM revisions WHERE {where} ORDER BY rev_id {order} LIMIT ?",  # noqa: S608 - see docstring
            (*values, limit),
        )
        return [
            Revision(
                **dict(row)
                | {
                    "tags": tuple(json.loads(row["tags"])),
                    "bot": bool(row["bot"]),
                    "seeded": bool(row["seeded"]),
                }
            )
            for row in rows
        ]

    def latest(self, page: Page) -> Revision:
        """Return the newest revision of a page."""
        revision = self.revision(page.latest)
        if revision is None:
            raise LookupError(f"page {page.title} has no revision")
        return revision

    def get_meta(self, key: str, default: str) -> str:
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row["value"]) if row else default

    def set_meta(self, key: str, value: str) -> None:
        self.db.execute("REPLACE INTO meta VALUES (?, ?)", (key, value))
