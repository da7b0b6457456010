"""Brings one file after another to Commons: look, write down, send in chunks, publish once, describe."""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from heritage.errors import (
    EditConflict,
    SourceChanged,
    WikiBusy,
    WikiRefused,
    WikiStopped,
    WikiUnclear,
)
from heritage.media.kinds import EXTENSIONS
from heritage.media.naming import file_title
from heritage.media.stripping import NotAPicture, stripped
from heritage.ports.clock import Clock
from heritage.ports.media import FileOnWiki, MediaEntry, MediaJournal, MediaWiki, Pictures, Stashed, Warned
from heritage.statements.mediainfo import mediainfo_data
from heritage.steps.courier import UploadLimits
from heritage.steps.media import MediaBatch, from_json

log = logging.getLogger(__name__)

_TITLE_TAKEN = {"exists", "exists-normalized", "page-exists", "thumb", "thumb-name"}
_DELETED = {"was-deleted", "duplicate-archive"}
_LONGEST_HEAD = 120


class Gone(Exception):
    """This file is not to be sent: the text says why, its first words up to a colon are counted. `title` is
    the file that is on the wiki in its place."""

    def __init__(self, reason: str, title: str = "") -> None:
        super().__init__(reason)
        self.title = title


@dataclass(frozen=True, slots=True)
class Ready:
    """A file as it would be sent."""

    path: Path
    title: str
    sha1: str


class MediaCourier:
    """One run over the files of a batch."""

    def __init__(
        self,
        batch: MediaBatch,
        journal: MediaJournal,
        wiki: MediaWiki,
        pictures: Pictures,
        clock: Clock,
        wait: Callable[[float], None],
        limits: UploadLimits,
    ) -> None:
        self._batch, self._journal, self._wiki, self._pictures = batch, journal, wiki, pictures
        self._clock, self._wait, self._limits = clock, wait, limits
        self._last_write: datetime | None = None
        self._troubles = 0
        self.sent = 0

    def settle(self, entry: MediaEntry, row: Mapping[str, Any]) -> None:
        """Brings an entry to confirmed or skipped, or raises what stops the batch."""
        try:
            for _ in range(self._limits.attempts):
                if entry.page is None:
                    entry = self._place(entry, row)
                if entry.page is not None:
                    self._describe(entry, entry.page)
                    return
        except Gone as gone:
            log.info("File %s is not sent: %s", entry.edit_id, gone)
            self._journal.skipped(self._now(entry), str(gone), self._clock.now(), gone.title)
            return
        raise WikiBusy(
            f"File {entry.edit_id} could not be uploaded in {self._limits.attempts} attempts; it stays in "
            "the journal, and the next run goes on with it."
        )

    def prepare(self, entry: MediaEntry, row: Mapping[str, Any]) -> Ready:
        """The file as it would be sent, under a title that is free. Raises Gone where it is there already."""
        path, extension = self._file(entry.source, strip=row["strip"])
        sha1 = _sha1(path)
        for standing in self._wiki.by_sha1(sha1):
            raise Gone(f"already on Commons: {standing.title}", standing.title)
        for apart in ("", entry.edit_id[:6]):
            title = file_title(row["title"], extension, apart)
            if self._wiki.by_title(title) is None:
                return Ready(path, title, sha1)
        raise Gone(f"title taken: {title}")

    def _place(self, entry: MediaEntry, row: Mapping[str, Any]) -> MediaEntry:
        """One try to make the file a page of the wiki; the entry with its page, if that came about."""
        if entry.sha1 and (arrived := self._arrived(entry.title, entry.sha1)):
            return self._journal.placed(entry, arrived.title, arrived.page)
        ready = self.prepare(entry, row)
        begun = _begun(entry.stash, ready.sha1)
        if begun is None and entry.stash:
            entry = self._journal.stashed(entry, "")
        self._keep_pace()
        entry = self._journal.sending(entry, ready.title, ready.sha1, self._clock.now())
        latest = [entry]

        def keep(stashed: Stashed) -> None:
            said = json.dumps(asdict(stashed) | {"sha1": ready.sha1})
            latest[0] = self._journal.stashed(latest[0], said)

        trouble, result = "", None
        try:
            stashed = self._wiki.stash(ready.path, ready.title, begun, keep)
            result = self._wiki.publish(
                stashed, ready.title, from_json(entry.content).text, self.comment(entry)
            )
        except WikiBusy as busy:
            log.info("%s", busy)
            self._wait(self._limits.busy if busy.retry_after is None else busy.retry_after)
            return latest[0]
        except WikiRefused as refused:
            self._count_trouble(str(refused))
            raise Gone(f"refused, {refused.code}: {refused}") from None
        except WikiUnclear as unclear:
            log.warning("File %s: %s Looking on the wiki.", entry.edit_id, unclear)
            trouble = str(unclear)
        finally:
            self._last_write = self._clock.now()
        if isinstance(result, Warned):
            self._judge(result, ready)
        arrived = result if isinstance(result, FileOnWiki) else self._arrived(ready.title, ready.sha1)
        self._count_trouble(trouble)
        if arrived is None:  # the wiki may have dropped its copy: all of it comes anew
            return self._journal.stashed(latest[0], "")
        return self._journal.placed(latest[0], arrived.title, arrived.page)

    def _judge(self, warned: Warned, ready: Ready) -> None:
        """What the wiki warns of is never overridden. Raises Gone where it means that the file must not be
        sent; a title that somebody took meanwhile is chosen anew in the next try."""
        names = set(warned.warnings)
        if self._arrived(ready.title, ready.sha1):
            return  # it came with an earlier try
        if "duplicate" in names:
            standing = str(next(iter(warned.warnings["duplicate"]), "")).replace("_", " ")
            raise Gone(f"already on Commons: {standing}", standing)
        if names & _DELETED:
            raise Gone("was deleted from Commons before: people have to look why")
        if not names <= _TITLE_TAKEN | {"nochange"}:
            raise Gone(f"warned of {', '.join(sorted(names))}: {json.dumps(warned.warnings)[:300]}")

    def _describe(self, entry: MediaEntry, page: int) -> None:
        """Adds what the file says as structured data, where nobody has said it, and confirms."""
        content, revision = from_json(entry.content), None
        for _ in range(self._limits.attempts):
            standing = self._wiki.read_media(page) if self._wiki.structured() else None
            data = mediainfo_data(content, entry.edit_id, page, standing) if self._wiki.structured() else {}
            if not data:
                self._journal.confirmed(entry, revision, self._clock.now())
                self.sent += 1
                return
            self._keep_pace()
            base = int(standing["lastrevid"]) if standing else None
            try:
                revision = self._wiki.describe(page, data, base, self.comment(entry))
            except WikiBusy as busy:
                self._wait(self._limits.busy if busy.retry_after is None else busy.retry_after)
            except (EditConflict, WikiUnclear) as error:
                log.info("%s Reading the file again.", error)
            finally:
                self._last_write = self._clock.now()
        raise WikiBusy(
            f"The structured data of file {entry.edit_id} could not be added in {self._limits.attempts} "
            "attempts; the file is there, and the next run goes on with it."
        )

    def comment(self, entry: MediaEntry) -> str:
        """The words of the upload in the wiki's history; EditGroups knows the batch by the link."""
        batch = self._batch.batch_id
        head = " ".join(self._batch.title.split())[:_LONGEST_HEAD]
        return (
            f"{head}: image (batch {batch}, edit {entry.edit_id}) "
            f"([[:toolforge:editgroups-commons/b/CB/{batch}|details]])"
        )

    def _file(self, source: str, *, strip: bool) -> tuple[Path, str]:
        """The image as it may leave, and its extension."""
        try:
            picture = self._pictures.fetch(source)
        except SourceChanged as error:
            raise Gone(f"the image cannot be had: {error}") from None
        extension = EXTENSIONS[picture.mime]
        if not strip:
            return picture.path, extension
        original = picture.path.read_bytes()
        for standing in self._wiki.by_sha1(hashlib.sha1(original, usedforsecurity=False).hexdigest()):
            raise Gone(f"already on Commons: {standing.title}", standing.title)
        try:
            bare = stripped(original, picture.mime)
        except NotAPicture as fault:
            raise Gone(f"the image may leave with its pixels only: {fault}") from None
        path = picture.path.with_name(f"{picture.path.name}.bare")
        path.write_bytes(bare)
        return path, extension

    def _arrived(self, title: str, sha1: str) -> FileOnWiki | None:
        """Our file, if it is on the wiki."""
        standing = self._wiki.by_title(title)
        return standing if standing and standing.sha1 == sha1 else None

    def _now(self, entry: MediaEntry) -> MediaEntry:
        """The entry as the journal has it: chunks may have come since it was read."""
        return self._journal.entries(self._batch.target, [entry.edit_id])[0]

    def _keep_pace(self) -> None:
        if self._last_write:
            passed = (self._clock.now() - self._last_write).total_seconds()
            if passed < self._limits.between_writes:
                self._wait(self._limits.between_writes - passed)

    def _count_trouble(self, trouble: str) -> None:
        self._troubles = self._troubles + 1 if trouble else 0
        if self._troubles >= self._limits.breaker:
            raise WikiStopped(
                f"{self._troubles} files in a row made trouble, the last one: {trouble} A person has to look."
            )


def _begun(stash: str, sha1: str) -> Stashed | None:
    """How far these very bytes came."""
    said = json.loads(stash) if stash else {}
    return Stashed(said["filekey"], said["offset"]) if said.get("sha1") == sha1 else None


def _sha1(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.sha1(usedforsecurity=False)).hexdigest()
