"""The partitions of a large register: each is compared with the index by itself, by whoever is free."""

import logging
from dataclasses import dataclass, replace

from heritage.model.digest import inputs_digest
from heritage.model.tables import RECONCILED, TO_RECONCILE
from heritage.ports.files import ItemIndex, SnapshotStore
from heritage.reconcile import Facing, Settings, face, prepare
from heritage.reconcile.features import Pairs
from heritage.reconcile.partitions import pairs_as_table, pairs_of_tables, partitions
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec

log = logging.getLogger(__name__)


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

    def make(self, number: int, facing: Facing) -> int:
        """Compares the records of a partition with the index, unless that was done; gives how many pairs
        there are."""
        name, inputs, (first, last) = self._table(number, facing)
        if not self.store.current(self.spec.id, self.snapshot, name, inputs):
            pairs = pairs_as_table(facing.pairs(first, last))
            self.store.write_table(self.spec.id, self.snapshot, name, pairs, inputs)
        pairs = self.store.read_table(self.spec.id, self.snapshot, name, ["record"])
        log.info(
            "Partition %d of %d: records %d to %d have %d candidates.",
            *(number + 1, len(self.ranges(facing.records.rows)), first + 1, last, pairs.num_rows),
        )
        return pairs.num_rows

    def pairs(self, facing: Facing) -> Pairs:
        """The pairs of all records; what no partition was made for yet is compared now."""
        numbers = range(len(self.ranges(facing.records.rows)))
        if not numbers:
            return facing.pairs(0, facing.records.rows)
        for number in numbers:
            self.make(number, facing)
        named = (self._table(number, facing) for number in numbers)
        return pairs_of_tables(
            self.store.read_table(self.spec.id, self.snapshot, name, inputs=inputs)
            for name, inputs, _ in named
        )

    def remove(self, records: int) -> None:
        """Their tables are of no use any more once the register is decided."""
        for number in range(len(self.ranges(records))):
            self.store.remove_table(self.spec.id, self.snapshot, _named(number))

    def _table(self, number: int, facing: Facing) -> tuple[str, str, tuple[int, int]]:
        first, last = self.ranges(facing.records.rows)[number]
        return _named(number), inputs_digest("partition", self.inputs, f"{first}-{last}"), (first, last)


def _named(number: int) -> str:
    return f"pairs_{number:04}"


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
    """Compares one partition of a snapshot with the index, and keeps what came of it for `reconcile`."""
    spec = loaded.spec
    settings = replace(settings, identifier=spec.item.identifier)
    partitions = Partitions.of(loaded, snapshot, store=store, index=index, settings=settings, most=partition)
    records = store.read_table(spec.id, snapshot, "records", columns=TO_RECONCILE)
    facing = face(records, prepare(index.items(RECONCILED), settings), settings)
    return Compared(number, partitions.make(number, facing))
