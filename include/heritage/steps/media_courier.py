"""Brings one file after another to Commons: look, write down, send in chunks, publish once, describe."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from heritage.errors import (
    EditConflict,
    WikiBusy,
    WikiRefused,
    WikiStopped,
    WikiUnclear,
)
from heritage.model.figures import placeless
from heritage.ports.clock import Clock
from heritage.ports.media import FileOnWiki, MediaEntry, MediaJournal, MediaWriter, Pictures, Stashed, Warned
from heritage.ports.pace import Pace
from heritage.statements.mediainfo import mediainfo_data
from heritage.steps.media import MediaBatch, from_json
from heritage.steps.media_making import Gone, Making, Ready
from heritage.steps.paced import keep_pace

log = logging.getLogger(__name__)

_TITLE_TAKEN = {"exists", "exists-normalized", "page-exists", "thumb", "thumb-name"}
_MAY_NOT_OVERWRITE = "fileexists-"
"""A title that is taken, for an account without the right to overwrite: none of ours needs it."""
_DELETED = {"was-deleted", "duplicate-archive"}
_LONGEST_HEAD = 120


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """`busy`: seconds to wait when the wiki does not say how long. `attempts`: tries for one file. `breaker`:
    troubles in a row after which a person must look. `edit_groups`: wikitext at the end of every summary that
    leads to the whole batch; {batch} is its id."""

    busy: float = 10.0
    attempts: int = 5
    breaker: int = 5
    edit_groups: str = ""


class MediaCourier:
    """One run over the files of a batch."""

    def __init__(
        self,
        batch: MediaBatch,
        journal: MediaJournal,
        wiki: MediaWriter,
        pictures: Pictures,
        clock: Clock,
        wait: Callable[[float], None],
        pace: Pace,
        limits: MediaLimits,
        refuse: Callable[[MediaEntry], None],
    ) -> None:
        """`refuse` is asked before every write of an entry, and raises when it may not be sent now."""
        self._batch, self._journal, self._wiki = batch, journal, wiki
        self._making = Making(wiki, pictures)
        self._clock, self._wait, self._pace, self._limits = clock, wait, pace, limits
        self._refuse = refuse
        self._troubles = self._refusals = 0
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
            log.info("File %s is not sent: %s.", entry.edit_id, gone.kind)
            self._journal.skipped(self._now(entry), str(gone), self._clock.now(), gone.title)
            return
        raise WikiBusy(
            f"File {entry.edit_id} could not be uploaded in {self._limits.attempts} attempts; it stays in "
            "the journal, and the next run goes on with it."
        )

    def _place(self, entry: MediaEntry, row: Mapping[str, Any]) -> MediaEntry:
        """One try to make the file a page of the wiki; the entry with its page, if that came about."""
        if entry.sha1 and (arrived := self._arrived(entry.title, entry.sha1)):
            return self._journal.placed(entry, arrived.title, arrived.page)
        ready = self._making.ready(entry, row)
        begun = _begun(entry.stash, ready.sha1)
        if begun is None and entry.stash:
            entry = self._journal.stashed(entry, "")
        keep_pace(self._pace, self._clock, self._wait)
        self._refuse(entry)
        entry = self._journal.sending(entry, ready.title, ready.sha1, self._clock.now())
        latest = [entry]

        def keep(stashed: Stashed) -> None:
            said = json.dumps(asdict(stashed) | {"sha1": ready.sha1})
            latest[0] = self._journal.stashed(latest[0], said)

        trouble = ""
        result: FileOnWiki | Warned | None = None
        try:
            stashed = self._wiki.stash(ready.path, ready.title, begun, keep)
            self._refuse(entry)  # the chunks may have taken long
            result = self._wiki.publish(
                stashed, ready.title, from_json(entry.content).text, self.comment(entry)
            )
        except WikiBusy as busy:
            log.info("%s", placeless(str(busy)))
            self._wait(self._limits.busy if busy.retry_after is None else busy.retry_after)
            return latest[0]
        except WikiRefused as refused:
            if refused.code.startswith(_MAY_NOT_OVERWRITE):
                result = Warned({"exists": ready.title})
            else:
                self._count_trouble(str(refused))
                raise Gone(f"refused, {refused.code}: {placeless(str(refused))}") from None
        except WikiUnclear as unclear:
            log.warning("File %s: %s Looking on the wiki.", entry.edit_id, placeless(str(unclear)))
            trouble = str(unclear)
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
            raise Gone(
                f"warned of {', '.join(sorted(names))}: {placeless(json.dumps(warned.warnings)[:300])}"
            )

    def _describe(self, entry: MediaEntry, page: int) -> None:
        """Adds what the file says as structured data, where nobody has said it, and confirms."""
        content, revision = from_json(entry.content), None
        for _ in range(self._limits.attempts):
            standing = self._wiki.read_media(page) if self._wiki.structured() else None
            data = mediainfo_data(content, entry.edit_id, page, standing) if self._wiki.structured() else {}
            if not data:
                self._journal.confirmed(entry, revision, self._clock.now())
                self.sent += 1
                self._refusals = 0
                return
            keep_pace(self._pace, self._clock, self._wait)
            self._refuse(entry)
            base = int(standing["lastrevid"]) if standing else None
            try:
                revision = self._wiki.describe(page, data, base, self.comment(entry))
            except WikiBusy as busy:
                self._wait(self._limits.busy if busy.retry_after is None else busy.retry_after)
            except (EditConflict, WikiUnclear) as error:
                log.info("%s Reading the file again.", placeless(str(error)))
            except WikiRefused as refused:
                self._undescribed(entry, refused)
                return
        raise WikiBusy(
            f"The structured data of file {entry.edit_id} could not be added in {self._limits.attempts} "
            "attempts; the file is there, and the next run goes on with it."
        )

    def _undescribed(self, entry: MediaEntry, refused: WikiRefused) -> None:
        """The file is there and stays; that it says nothing as structured data is told, and others go on."""
        why = placeless(str(refused))
        reason = f"its structured data was refused, {refused.code}: {why}"
        self._journal.confirmed(entry, None, self._clock.now(), reason)
        self.sent += 1
        log.warning("File %s is on the wiki, but %s", entry.edit_id, reason)
        self._refusals += 1
        if self._refusals >= self._limits.breaker:
            raise WikiStopped(
                f"The wiki refused the structured data of {self._refusals} files in a row, the last time: "
                f"{why} A person has to look."
            )

    def comment(self, entry: MediaEntry) -> str:
        """The words of the upload in the wiki's history."""
        batch = self._batch.batch_id
        head = " ".join(self._batch.title.split())[:_LONGEST_HEAD]
        groups = self._limits.edit_groups.replace("{batch}", batch)
        return f"{head}: image (batch {batch}, edit {entry.edit_id}) {groups}".rstrip()

    def _arrived(self, title: str, sha1: str) -> FileOnWiki | None:
        """Our file, if it is on the wiki."""
        standing = self._wiki.by_title(title)
        return standing if standing and standing.sha1 == sha1 else None

    def _now(self, entry: MediaEntry) -> MediaEntry:
        """The entry as the journal has it: chunks may have come since it was read."""
        return self._journal.entries(self._batch.target, [entry.edit_id])[0]

    def _count_trouble(self, trouble: str) -> None:
        self._troubles = self._troubles + 1 if trouble else 0
        if self._troubles >= self._limits.breaker:
            raise WikiStopped(
                f"{self._troubles} files in a row made trouble, the last one: {placeless(trouble)} A person "
                "has to look."
            )


def _begun(stash: str, sha1: str) -> Stashed | None:
    """How far these very bytes came."""
    said = json.loads(stash) if stash else {}
    return Stashed(said["filekey"], said["offset"]) if said.get("sha1") == sha1 else None
