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

log = logging.getLogger(__name__)
_NAMED = "pairs_"


@dataclass(frozen=True, slots=True)
class Comparison:
    """With what the records of a register are compared, and by which settings."""

    store: SnapshotStore
    index: ItemIndex
    settings: Settings
    partition: int | None = None
    """So many records are compared together; None: all of them."""

    def of(self, spec: DatasetSpec) -> "Comparison":
        """That of one register, whose identifier tells, too."""
        return replace(self, settings=replace(self.settings, identifier=spec.item.identifier))


@dataclass(frozen=True, slots=True)
class Partitions:
    """The partitions of one snapshot, each in a table of its own until the register is decided.

    A table that was made from the same records, index and settings is never made again, so that whoever is
    killed, or comes second, goes on where the first one was.
    """

    spec: DatasetSpec
    snapshot: str
    store: SnapshotStore
    records: pa.Table
    ranges: Sequence[tuple[int, int]]
    """Where each begins and ends; none where the register is small, or teaches its own weights, by which
    pairs are chosen that are not known before."""
    inputs: str
    """Digest of all that pairs are made from."""

    @classmethod
    def of(cls, spec: DatasetSpec, snapshot: str, comparison: Comparison) -> "Partitions":
        store, settings, most = comparison.store, comparison.settings, comparison.partition
        records = store.read_table(spec.id, snapshot, "records", columns=TO_RECONCILE)
        ranges: list[tuple[int, int]] = []
        if most is not None and records.num_rows > most and spec.reconcile.weights == "shipped":
            ranges = partitions(records.num_rows, most)
        inputs = inputs_digest(
            "compare",
            store.digest(spec.id, snapshot, "records"),
            comparison.index.version(),
            settings.digest,
            settings.identifier or "",
        )
        return cls(spec, snapshot, store, records, ranges, inputs)

    def made(self, number: int) -> bool:
        """Whether a partition is compared already."""
        name, inputs = self._table(number)
        return self.store.current(self.spec.id, self.snapshot, name, inputs)

    def make(self, number: int, facing: Facing) -> None:
        """Compares the records of a partition with the index."""
        name, inputs = self._table(number)
        first, last = self.ranges[number]
        pairs = pairs_as_table(facing.pairs(first, last))
        self.store.write_table(self.spec.id, self.snapshot, name, pairs, inputs)
        log.info(
            "Partition %d of %d: records %d to %d have %d candidates.",
            *(number + 1, len(self.ranges), first + 1, last, pairs.num_rows),
        )

    def pairs(self, facing: Facing) -> Pairs:
        """The pairs of all records; what no partition was made for yet is compared now."""
        if not self.ranges:
            return facing.pairs(0, self.records.num_rows)
        numbers = range(len(self.ranges))
        for number in numbers:
            if not self.made(number):
                self.make(number, facing)
        return pairs_of_tables(map(self.table, numbers))

    def table(self, number: int, columns: Sequence[str] | None = None) -> pa.Table:
        """What came of a partition that is made."""
        name, inputs = self._table(number)
        return self.store.read_table(self.spec.id, self.snapshot, name, columns, inputs)

    def remove(self) -> None:
        """Their tables are of no use any more once the register is decided."""
        self.store.remove_tables(self.spec.id, self.snapshot, _NAMED)

    def _table(self, number: int) -> tuple[str, str]:
        """Its name, and the digest of what it is made from."""
        first, last = self.ranges[number]
        return f"{_NAMED}{number:04}", inputs_digest("partition", self.inputs, f"{first}-{last}")


@dataclass(frozen=True, slots=True)
class Compared:
    """A partition that is compared: its `number` from 0, and how many `pairs` came of it."""

    number: int
    pairs: int


def compare_partition(spec: DatasetSpec, snapshot: str, number: int, comparison: Comparison) -> Compared:
    """Compares one partition of a snapshot with the index, unless that was done, and keeps for `reconcile`
    what came of it. There is nothing to do where the register is cut otherwise meanwhile."""
    comparison = comparison.of(spec)
    partitions = Partitions.of(spec, snapshot, comparison)
    if number >= len(partitions.ranges):
        log.info("There is no partition %d: how many records are compared together has changed.", number + 1)
        return Compared(number, 0)
    if not partitions.made(number):
        items = prepare(comparison.index.items(RECONCILED), comparison.settings)
        partitions.make(number, face(partitions.records, items, comparison.settings))
    return Compared(number, partitions.table(number, ["record"]).num_rows)
