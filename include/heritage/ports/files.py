"""What was fetched and computed: immutable captures and tables, one folder a snapshot."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa

from heritage.model.row import SourceRow
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """One file as the register sent it."""

    name: str
    content: bytes
    url: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Capture:
    """The files of one pull, kept under a snapshot id made from their bytes."""

    dataset: str
    snapshot: str
    files: tuple[str, ...]
    retrieved_at: datetime
    url: str


class Fetcher(Protocol):
    def fetch(self, loaded: LoadedSpec) -> list[FetchedFile]:
        """The register's files. Raises SourceUnavailable (try later) or SourceChanged (not the register)."""
        ...


class RowReader(Protocol):
    def rows(self, spec: DatasetSpec, files: Sequence[FetchedFile]) -> Iterator[SourceRow]:
        """The rows of a capture in file order. Raises SourceChanged with file and reason."""
        ...


class SnapshotStore(Protocol):
    """Files are whole or not there; nothing is overwritten: a table with other inputs supersedes the
    earlier one, which stays beside it."""

    def capture(
        self, spec: DatasetSpec, files: Sequence[FetchedFile], retrieved_at: datetime
    ) -> tuple[Capture, bool]:
        """Keeps the files; the same bytes are the same snapshot. Second value: True when they were new."""
        ...

    def captured(self, dataset: str, snapshot: str) -> Capture:
        """What is known of a capture, without its files."""
        ...

    def capture_files(self, dataset: str, snapshot: str) -> list[FetchedFile]:
        """The files as they came. Raises SourceChanged when a file is not what was captured."""
        ...

    def current(self, dataset: str, snapshot: str, name: str, inputs: str) -> bool:
        """True when `name` was made from exactly these inputs already."""
        ...

    def write_table(self, dataset: str, snapshot: str, name: str, table: pa.Table, inputs: str) -> None:
        """Writes `<name>.parquet`; `inputs` is a digest of everything the table was made from."""
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

    def write_json(self, dataset: str, snapshot: str, name: str, content: Any) -> None: ...

    def read_json(self, dataset: str, snapshot: str, name: str) -> Any:
        """Raises FileNotFoundError naming the file."""
        ...

    def write_page(self, dataset: str, snapshot: str, name: str, html: str) -> None:
        """Writes `<name>.html`, for people."""
        ...

    def digest(self, dataset: str, snapshot: str, name: str) -> str:
        """The inputs digest of a table, itself an input of the next step."""
        ...

    def mark_good(self, dataset: str, snapshot: str, at: datetime) -> None:
        """The checks let this snapshot pass: it is the last good one from now on."""
        ...

    def last_good(self, dataset: str) -> str | None: ...

    def datasets(self) -> list[str]:
        """Ids of all datasets with a good snapshot, sorted."""
        ...


class ItemIndex(Protocol):
    """The local index of heritage items of Wikidata."""

    def version(self) -> str:
        """Date and digest of the index, an input of reconciliation."""
        ...

    def items(self) -> pa.Table:
        """All items, schema ITEMS."""
        ...
