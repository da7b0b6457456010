"""The partitions of a large register: each is compared with the index by itself, by whoever is free."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from heritage.model.digest import inputs_digest
from heritage.model.tables import RECONCILED, TO_RECONCILE
from heritage.ports.files import ItemIndex, SnapshotStore
from heritage.reconcile import Facing, Settings, face, prepare
from heritage.reconcile.features import Pairs
from heritage.reconcile.partitions import pairs_as_table, pairs_of_tables, partitions
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec

log = logging.getLogger(__name__)
_NAMED = "pairs_"


@dataclass(frozen=True, slots=True)
class Partitions:
    """The partitions of one snapshot, each in a table of its own until the register is decided.

    A table that was made from the same records, index and settings is never made again, so that whoever is
    killed, or comes second, goes on where the first one was.
    """

    spec: DatasetSpec
    snapshot: str
    store: SnapshotStore
    most: int | None
    """Records of a partition; None: the register is compared as a whole."""
    inputs: str
    """Digest of all that pairs are made from."""

    @classmethod
    def of(
        cls,
        loaded: LoadedSpec,
        snapshot: str,
        *,
        store: SnapshotStore,
        index: ItemIndex,
        settings: Settings,
        most: int | None,
    ) -> "Partitions":
        spec = loaded.spec
        records = store.digest(spec.id, snapshot, "records")
        inputs = inputs_digest(
            "compare", records, index.version(), settings.digest, settings.identifier or ""
        )
        return cls(spec, snapshot, store, most, inputs)

    def ranges(self, records: int) -> list[tuple[int, int]]:
        """Where each begins and ends; none where the register is small, or teaches its own weights, by which
        pairs are chosen that are not known before."""
        if self.most is None or records <= self.most or self.spec.reconcile.weights != "shipped":
            return []
        return partitions(records, self.most)

    def made(self, number: int, records: int) -> bool:
        """Whether a partition of a register of so many records is compared already."""
        name, inputs, _ = self._table(number, records)
        return self.store.current(self.spec.id, self.snapshot, name, inputs)

    def make(self, number: int, facing: Facing) -> None:
        """Compares the records of a partition with the index."""
        name, inputs, (first, last) = self._table(number, facing.records.rows)
        pairs = pairs_as_table(facing.pairs(first, last))
        self.store.write_table(self.spec.id, self.snapshot, name, pairs, inputs)
        log.info(
            "Partition %d of %d: records %d to %d have %d candidates.",
            *(number + 1, len(self.ranges(facing.records.rows)), first + 1, last, pairs.num_rows),
        )

    def pairs(self, facing: Facing) -> Pairs:
        """The pairs of all records; what no partition was made for yet is compared now."""
        records = facing.records.rows
        numbers = range(len(self.ranges(records)))
        if not numbers:
            return facing.pairs(0, records)
        for number in numbers:
            if not self.made(number, records):
                self.make(number, facing)
        return pairs_of_tables(self.table(number, records) for number in numbers)

    def table(self, number: int, records: int, columns: Sequence[str] | None = None) -> pa.Table:
        """What came of a partition that is made."""
        name, inputs, _ = self._table(number, records)
        return self.store.read_table(self.spec.id, self.snapshot, name, columns, inputs)

    def remove(self) -> None:
        """Their tables are of no use any more once the register is decided."""
        if self.most is not None:
            self.store.remove_tables(self.spec.id, self.snapshot, _NAMED)

    def _table(self, number: int, records: int) -> tuple[str, str, tuple[int, int]]:
        first, last = self.ranges(records)[number]
        inputs = inputs_digest("partition", self.inputs, f"{first}-{last}")
        return f"{_NAMED}{number:04}", inputs, (first, last)


@dataclass(frozen=True, slots=True)
class Compared:
    """A partition that is compared: its `number` from 0, and how many `pairs` came of it."""

    number: int
    pairs: int


def compare_partition(
    loaded: LoadedSpec,
    snapshot: str,
    number: int,
    *,
    store: SnapshotStore,
    index: ItemIndex,
    settings: Settings,
    partition: int | None,
) -> Compared:
    """Compares one partition of a snapshot with the index, unless that was done, and keeps for `reconcile`
    what came of it. There is nothing to do where the register is cut otherwise meanwhile."""
    spec = loaded.spec
    settings = replace(settings, identifier=spec.item.identifier)
    partitions = Partitions.of(loaded, snapshot, store=store, index=index, settings=settings, most=partition)
    records = store.read_table(spec.id, snapshot, "records", columns=TO_RECONCILE)
    many = records.num_rows
    if number >= len(partitions.ranges(many)):
        log.info("There is no partition %d: how many records are compared together has changed.", number + 1)
        return Compared(number, 0)
    if not partitions.made(number, many):
        facing = face(records, prepare(index.items(RECONCILED), settings), settings)
        partitions.make(number, facing)
    return Compared(number, partitions.table(number, many, ["record"]).num_rows)
