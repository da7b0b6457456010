"""What was fetched and computed: immutable captures and tables, one folder a snapshot."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from heritage.model.row import SourceRows
from heritage.ports.health import KeptFigures
from heritage.spec.loader import LoadedSource
from heritage.spec.source import SourceSpec


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """One file as the register sent it; it lies at `path` on this machine, to be read and not changed.

    `stable` is a digest of what the file says, where its bytes differ from answer to answer (a service
    that writes the time into every page): the same content must be the same snapshot.
    """

    name: str
    path: Path
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    stable: str | None = None

    @property
    def content(self) -> bytes:
        """All bytes of the file."""
        return self.path.read_bytes()


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one pull brought. `announced` is the server's own count of rows, `received` what came of them;
    `licence` is what the service itself says of the licence, to the letter, where it says so."""

    files: Sequence[FetchedFile]
    announced: int | None = None
    received: int | None = None
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Capture:
    """The files of one pull, kept under a snapshot id made from their bytes.

    `validators` are the headers by which a server tells, by address, whether a file is still the same.
    `licence` is what the service said of it then: the same bytes under another licence are another snapshot.
    """

    dataset: str
    snapshot: str
    files: tuple[str, ...]
    retrieved_at: datetime
    url: str
    announced: int | None = None
    received: int | None = None
    validators: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    licence: str = ""


class Fetcher(Protocol):
    def fetch(self, loaded: LoadedSource, last: Capture | None) -> AbstractContextManager[Pulled | None]:
        """The register's files, there until the context is left; None when they are those of `last`.

        Left with an error, what has come stays for the next attempt. Raises SourceUnavailable (try later)
        or SourceChanged (not the register, or not all of it).
        """
        ...


class RowReader(Protocol):
    def rows(self, spec: SourceSpec, files: Sequence[FetchedFile]) -> Iterator[SourceRows]:
        """The rows of a capture in file order. Raises SourceChanged with file and reason."""
        ...


class SnapshotStore(Protocol):
    """Files are whole or not there; nothing is overwritten: a table with other inputs supersedes the
    earlier one, which stays beside it."""

    def capture(self, spec: SourceSpec, pulled: Pulled, retrieved_at: datetime) -> tuple[Capture, bool]:
        """Keeps the files; the same bytes are the same snapshot. Second value: True when they were new."""
        ...

    def captured(self, dataset: str, snapshot: str) -> Capture:
        """What is known of a capture, without its files."""
        ...

    def mark_seen(self, dataset: str, snapshot: str, at: datetime) -> None:
        """The source still said the same at that time: what it says of today holds longer."""
        ...

    def last_seen(self, dataset: str, snapshot: str) -> datetime:
        """When the source said this last; at least once, when it was captured."""
        ...

    def last_capture(self, dataset: str) -> Capture | None:
        """The newest capture, whether it was found good or not."""
        ...

    def capture_files(self, dataset: str, snapshot: str) -> AbstractContextManager[list[FetchedFile]]:
        """The files as they came, there until the context is left.

        Raises SourceChanged when a file is not what was captured.
        """
        ...

    def current(self, dataset: str, snapshot: str, name: str, inputs: str) -> bool:
        """True when `name` was made from exactly these inputs already."""
        ...

    def write_table(self, dataset: str, snapshot: str, name: str, table: pa.Table, inputs: str) -> None:
        """Writes `<name>.parquet`; `inputs` is a digest of everything the table was made from."""
        ...

    def table_in_parts(
        self, dataset: str, snapshot: str, name: str, schema: pa.Schema, inputs: str
    ) -> AbstractContextManager[Callable[[pa.Table], None]]:
        """The same for a table that is made part by part: each is handed over as it comes, and the file is
        there once the context is left without an error."""
        ...

    def read_table(
        self,
        dataset: str,
        snapshot: str,
        name: str,
        columns: Sequence[str] | None = None,
        inputs: str | None = None,
    ) -> pa.Table:
        """The current table, or the version made from `inputs`. Raises FileNotFoundError naming the file."""
        ...

    def remove_tables(self, dataset: str, snapshot: str, begin: str) -> None:
        """Removes tables that were only on the way to another one: all whose names begin so."""
        ...

    def write_json(self, dataset: str, snapshot: str, name: str, content: Any) -> None: ...

    def read_json(self, dataset: str, snapshot: str, name: str) -> Any:
        """Raises FileNotFoundError naming the file."""
        ...

    def write_page(self, dataset: str, snapshot: str, name: str, html: str) -> None:
        """Writes `<name>.html`, for people."""
        ...

    def has_page(self, dataset: str, snapshot: str, name: str) -> bool: ...

    def read_page(self, dataset: str, snapshot: str, name: str) -> str:
        """The HTML. Raises FileNotFoundError naming the file."""
        ...

    def digest(self, dataset: str, snapshot: str, name: str) -> str:
        """The inputs digest of a table, itself an input of the next step."""
        ...

    def mark_good(self, dataset: str, snapshot: str, at: datetime) -> None:
        """The checks let this snapshot pass: it is the last good one from now on."""
        ...

    def last_good(self, dataset: str) -> str | None: ...

    def keep_figures(self, dataset: str, figures: KeptFigures) -> None:
        """Keeps what a run came to, unless that is what the last one came to."""
        ...

    def figures(self, dataset: str) -> list[KeptFigures]:
        """What was kept of runs, oldest first."""
        ...

    def size(self, dataset: str) -> int:
        """Bytes of all that is kept of a dataset."""
        ...

    def datasets(self) -> list[str]:
        """Ids of all datasets with a good snapshot, sorted."""
        ...


class ItemIndex(Protocol):
    """The local index of heritage items of Wikidata."""

    def version(self) -> str:
        """Date and digest of the index, an input of reconciliation."""
        ...

    def as_of(self) -> datetime:
        """Until when the changes of the wiki are in it."""
        ...

    def items(self, columns: Sequence[str] | None = None) -> pa.Table:
        """All items, schema ITEMS or some columns of it."""
        ...
