"""What the newest good snapshot of a register says of its records, as far as it may be told whole."""

from collections.abc import Collection, Mapping
from typing import Any

import pyarrow as pa

from heritage.disclosure.gate import for_wiki
from heritage.model.arrow import Array, pc
from heritage.model.edit import Content
from heritage.ports.files import SnapshotStore
from heritage.spec.dataset import DatasetSpec
from heritage.statements.desired import desired


class SnapshotSays:
    """Implements RegisterSays. A record of which anything is withheld today is left out: what is missing then
    is no change of the register."""

    def __init__(self, spec: DatasetSpec, store: SnapshotStore) -> None:
        """Raises FileNotFoundError when the snapshot was not flagged yet."""
        self._spec = spec
        self._ids: Array = pa.array([], pa.string())
        self._told: pa.Table | None = None
        snapshot = store.last_good(spec.id)
        if snapshot is None:
            return
        records = store.read_table(spec.id, snapshot, "records")
        self._ids = records["record_id"].combine_chunks()
        self._told = for_wiki(records, store.read_table(spec.id, snapshot, "risk"))
        self._day = store.captured(spec.id, snapshot).retrieved_at.date()

    def __call__(self, record_ids: Collection[str]) -> Mapping[str, Content | None]:
        """See RegisterSays."""
        if self._told is None:
            return {}
        wanted = sorted(record_ids)
        there = pc.is_in(pa.array(wanted, pa.string()), value_set=self._ids).to_pylist()
        found: dict[str, Content | None] = {
            record_id: None for record_id, known in zip(wanted, there, strict=True) if not known
        }
        rows: list[dict[str, Any]] = self._told.filter(
            pc.is_in(self._told["record_id"], pa.array(wanted, pa.string()))
        ).to_pylist()
        for row in rows:
            if not row["withheld"]:
                found[row["record_id"]] = desired(row, self._spec, self._day, new=False)
        return found
