"""Snapshots whose rulings carry what people asked for: a request holds from the moment it is entered, at
every exit, before any step has run again."""

from collections.abc import Callable, Sequence

import pyarrow as pa

from heritage.adapters.files import FileStore
from heritage.disclosure.people import Requested
from heritage.model.digest import inputs_digest
from heritage.model.disclosure import Request

_RULINGS = "risk"
_NEEDED = ("disclosure", "disclosure_rules", "disclosure_reason")


class AskedFileStore(FileStore):
    """A FileStore that lays requests over every ruling it reads. `requests` gives those on a dataset; it is
    only asked when rulings are read."""

    def __init__(self, url: str, requests: Callable[[str], Sequence[Request]]) -> None:
        super().__init__(url)
        self._requests = requests

    def read_table(
        self,
        dataset: str,
        snapshot: str,
        name: str,
        columns: Sequence[str] | None = None,
        inputs: str | None = None,
    ) -> pa.Table:
        if name != _RULINGS or (columns and not set(columns).intersection(_NEEDED)):
            return super().read_table(dataset, snapshot, name, columns, inputs)
        wanted = columns and [*dict.fromkeys([*columns, "record_id", *_NEEDED])]
        table = Requested(self._requests(dataset)).over(
            super().read_table(dataset, snapshot, name, wanted, inputs)
        )
        return table.select(list(columns)) if columns else table

    def digest(self, dataset: str, snapshot: str, name: str) -> str:
        """Another one once somebody has asked, so that what was made from the rulings is made again."""
        made = super().digest(dataset, snapshot, name)
        asked = Requested(self._requests(dataset)) if name == _RULINGS else None
        return made if asked is None or asked.empty else inputs_digest("asked", made, asked.digest)
