"""Images on their way to Wikimedia Commons: where they come from, the wiki, and the journal of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from heritage.model.edit import EditState
from heritage.ports.decisions import Outcome


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as it came: where it lies here, and what its first bytes say that it is."""

    path: Path
    mime: str


class Pictures(Protocol):
    """Fetches images from their sources."""

    def fetch(self, url: str) -> Picture:
        """Raises SourceUnavailable (later) and SourceChanged (it is no image, or none that Commons takes)."""
        ...


@dataclass(frozen=True, slots=True)
class FileOnWiki:
    """A file as it stands on the wiki; `title` without `File:`."""

    title: str
    page: int
    sha1: str
    user: str


@dataclass(frozen=True, slots=True)
class Stashed:
    """How much of a file the wiki keeps for us without having published it."""

    filekey: str
    offset: int


@dataclass(frozen=True, slots=True)
class Warned:
    """The wiki publishes only when told to ignore these: name of the warning to what it says."""

    warnings: Mapping[str, Any]


class MediaReader(Protocol):
    """A wiki with files, asked now; it cannot be written to through this."""

    def by_sha1(self, sha1: str) -> list[FileOnWiki]:
        """Files with exactly these bytes; their page is not asked for (0)."""
        ...

    def by_title(self, title: str) -> FileOnWiki | None:
        """What stands under a title; its digest is empty if it is a page without a file."""
        ...

    def structured(self) -> bool:
        """Whether files have structured data there."""
        ...

    def read_media(self, page: int) -> dict[str, Any] | None:
        """The MediaInfo of a file, with `statements`; None while it has none."""
        ...

    def stop_requested(self) -> str | None:
        """The text on the stop page, or None when the page is empty or missing."""
        ...


class MediaWriter(MediaReader, Protocol):
    """One write a call, never repeated by itself.

    Raises WikiBusy (nothing saved), WikiUnclear (may be saved), WikiRefused, EditConflict, WikiStopped.
    """

    def stash(
        self, path: Path, title: str, begun: Stashed | None, keep: Callable[[Stashed], None]
    ) -> Stashed:
        """Brings a file to the wiki, chunk by chunk, from where it stopped; `keep` writes down how far it
        is. It is not published by that."""
        ...

    def publish(self, stashed: Stashed, title: str, text: str, comment: str) -> FileOnWiki | Warned:
        """Makes the stashed file a page."""
        ...

    def describe(self, page: int, data: Mapping[str, Any], base_revision: int | None, summary: str) -> int:
        """Adds to the MediaInfo of a file, which is made if there is none; gives the revision."""
        ...


@dataclass(frozen=True, slots=True)
class MediaEntry:
    """One file in the journal. `title` is its name on the wiki as far as it is chosen, `sha1` what we send.

    In the state SENDING a file without a `page` is perhaps on the wiki; one with a page is there, and its
    structured data perhaps.
    """

    edit_id: str
    batch_id: str
    dataset: str
    record_id: str
    source: str
    title: str
    sha1: str | None
    state: EditState
    reason: str
    content: str
    """JSON of model.media.FileContent."""
    stash: str
    """JSON of Stashed: how far an upload in chunks came; empty for none."""
    page: int | None
    revision: int | None
    sent_at: datetime | None
    attempts: int


class MediaJournal(Protocol):
    """Written ahead of every write; each call is committed when it returns. Calls that move an entry raise
    BatchTaken when another run has moved it."""

    def plan(self, target: str, entries: Sequence[MediaEntry]) -> int:
        """Adds what does not stand in the journal of `target` yet; gives how many are new."""
        ...

    def entries(self, target: str, edit_ids: Sequence[str]) -> list[MediaEntry]:
        """These entries, in the order they were planned."""
        ...

    def counts(self, batch_id: str) -> Mapping[EditState, int]:
        """Files that were first planned in a batch, by state; every state is there."""
        ...

    def outcomes(self) -> Mapping[tuple[str, str], Outcome]:
        """Target and batch to what became of the files that were first planned in it."""
        ...

    def sending(self, entry: MediaEntry, title: str, sha1: str, at: datetime) -> MediaEntry: ...

    def stashed(self, entry: MediaEntry, stash: str) -> MediaEntry: ...

    def placed(self, entry: MediaEntry, title: str, page: int) -> MediaEntry: ...

    def confirmed(
        self, entry: MediaEntry, revision: int | None, at: datetime, reason: str = ""
    ) -> MediaEntry:
        """`reason`: why the file, which is there, does not say what it should as structured data."""
        ...

    def skipped(self, entry: MediaEntry, reason: str, at: datetime, title: str = "") -> MediaEntry: ...

    def on_wiki(self, target: str, dataset: str) -> Mapping[str, str]:
        """Record id to the title of its file on the wiki, ours or one that was there before."""
        ...
