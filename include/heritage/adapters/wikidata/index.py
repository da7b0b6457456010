"""The local index of items: one Parquet file a date, of which readers take the columns they need."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from heritage.adapters.places import open_place
from heritage.adapters.whole_file import whole_file
from heritage.adapters.wikidata.assemble import Progress, assemble
from heritage.adapters.wikidata.parts import ItemFile
from heritage.errors import SourceChanged, StoreDamaged
from heritage.model.tables import ITEMS

log = logging.getLogger(__name__)

_FOLDER = "wikidata/index"
_FILE = "items.parquet"
_DIGEST, _AS_OF, _COMPLETE, _SCOPE = (
    "heritage.digest",
    "heritage.as_of",
    "heritage.complete",
    "heritage.scope",
)


@dataclass(frozen=True, slots=True)
class State:
    """`as_of`: all that the wiki said until then is in. `complete`: when it was last made as a whole, not
    only brought up to date. `scope`: digest of what belongs in it; empty for everything that a file holds."""

    as_of: datetime
    complete: datetime
    scope: str = ""


@dataclass(frozen=True, slots=True)
class IndexWritten:
    """`items` can be found in the index, `context` stands for their classes and areas."""

    version: str
    items: int
    context: int


def write_index(
    files: Sequence[ItemFile],
    data_url: str,
    built_on: date,
    state: State,
    *,
    progress: Progress | None = None,
) -> IndexWritten:
    """Writes `<data>/wikidata/index/<date>/items.parquet` of the rows of `files`.

    Raises SourceChanged when no item would be in it: the index that was there stays.
    """
    fs, root = open_place(data_url)
    path = f"{root.rstrip('/')}/{_FOLDER}/{built_on.isoformat()}/{_FILE}"
    with whole_file(fs, path) as file, pq.ParquetWriter(file, ITEMS, compression="zstd") as writer:
        made = assemble(files, writer.write_table, progress=progress)
        if not made.items:
            raise SourceChanged("No item came, so there would be an empty index; the one before stays.")
        facts = {
            _DIGEST: made.digest,
            _AS_OF: state.as_of.isoformat(),
            _COMPLETE: state.complete.isoformat(),
            _SCOPE: state.scope,
        }
        writer.add_key_value_metadata(facts)
    log.info(
        "The index of %s holds %d items, and %d classes and areas above them, as they were at %s.",
        *(built_on, made.items, made.context, f"{state.as_of:%Y-%m-%d %H:%M}"),
    )
    return IndexWritten(f"{built_on.isoformat()}-{made.digest}", made.items, made.context)


class FileItemIndex:
    """Port ItemIndex: the latest index below the data folder."""

    def __init__(self, data_url: str) -> None:
        self._fs, root = open_place(data_url)
        self._root = f"{root.rstrip('/')}/{_FOLDER}"

    def version(self) -> str:
        """Date and digest of the contents. Raises StoreDamaged saying how to build the index."""
        return f"{self._path().split('/')[-2]}-{self._facts().get(_DIGEST, '')}"

    def as_of(self) -> datetime:
        """Until when the wiki's changes are in; of an index that does not say, the day it was made."""
        return self.state().as_of

    def state(self) -> State:
        """How old the index is. Raises StoreDamaged when there is none."""
        facts = self._facts()
        made = datetime.fromisoformat(f"{self._path().split('/')[-2]}T00:00:00+00:00")
        as_of = datetime.fromisoformat(facts[_AS_OF]) if _AS_OF in facts else made
        complete = datetime.fromisoformat(facts[_COMPLETE]) if _COMPLETE in facts else as_of
        return State(as_of, complete, facts.get(_SCOPE, ""))

    def items(self, columns: Sequence[str] | None = None) -> pa.Table:
        """All items, schema ITEMS or some columns of it; an index from before a column has nulls there."""
        names = list(columns or ITEMS.names)
        schema = pa.schema([ITEMS.field(name) for name in names])
        return pa.concat_tables([schema.empty_table(), *self.file().batches(names)])

    def file(self) -> ItemFile:
        """The file itself, for who reads it in batches."""
        return ItemFile(self._fs, self._path())

    def keep(self, newest: int) -> None:
        """Removes all indexes but the `newest` ones."""
        for day in sorted(self._dates(), reverse=True)[newest:]:
            self._fs.rm(f"{self._root}/{day}", recursive=True)

    def _facts(self) -> dict[str, str]:
        with self._fs.open(self._path(), "rb") as file:
            said: dict[bytes, bytes] = pq.ParquetFile(file).metadata.metadata or {}
        return {key.decode(): value.decode("utf-8", "replace") for key, value in said.items()}

    def _path(self) -> str:
        for day in sorted(self._dates(), reverse=True):
            path = f"{self._root}/{day}/{_FILE}"
            if self._fs.exists(path):
                return path
        raise StoreDamaged(
            f"there is no index of items in {self._root}: run the DAG wikidata_index, or "
            "`heritage index DUMP`"
        )

    def _dates(self) -> list[str]:
        if not self._fs.exists(self._root):
            return []
        listed: list[Any] = self._fs.ls(self._root, detail=False)
        return [str(path).rstrip("/").rsplit("/", 1)[-1] for path in listed]
