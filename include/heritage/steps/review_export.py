"""Hands over to partners what reviews settled, as far as disclosure and licence let it leave."""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

import pyarrow as pa

from heritage.disclosure.gate import for_wiki
from heritage.licence.leaving import KeptBack, Leaves, let_out
from heritage.model.arrow import Array, pc
from heritage.model.disclosure import Disclosure
from heritage.ports.files import SnapshotStore
from heritage.ports.review_exports import ReviewWriter, Settled, ToldAnnotation, ToldRecord
from heritage.spec.dataset import DatasetSpec
from heritage.steps.claims import Claims
from heritage.steps.review_found import Asked, found, linked
from heritage.steps.review_fresh import Freshness
from heritage.steps.review_targets import address, entity, europeana_item
from heritage.steps.rulings import raised, rulings_in_force

SpecOf = Callable[[str], DatasetSpec | None]
"""The description of a register; None for one that there is not."""

log = logging.getLogger(__name__)

_AT_ONCE = 2_000
"""Records that are looked at together."""
_TEXTS, _ITEMS = ("type", "municipality", "inception"), ("class_item", "admin_item", "country")
_PLACE = ("address", "lat", "lon", "precision_m", "url", "links")
_RECORDS = ["record_id", "name", "lang", "names", *_TEXTS, *_ITEMS, *_PLACE]
_WITHHELD = "disclosure keeps back where the place is, and with it what is said of it"
_NOT_HERE = "its register is not described here any more, or nothing good was pulled of it"
_GONE = "its record is not in the register any more"
_STALE = "the record, or its item, has changed since people were asked"
_NO_ADDRESS = (
    "no address stands for the record: the register has no entry of its own for it, and no item is known"
)


@dataclass(frozen=True, slots=True)
class ReviewsExported:
    """What left, and how many annotations did not, by reason."""

    records: int
    annotations: int
    kept_back: Mapping[str, int]


def export_reviews(
    settled: Iterable[Settled],
    *,
    spec_of: SpecOf,
    store: SnapshotStore,
    fresh: Freshness,
    leaves: Leaves,
    basis: str,
    asked: Asked,
    write: ReviewWriter,
) -> ReviewsExported:
    """Writes what people agree on, given in the order of dataset, record and task; memory does not grow with
    their number.

    An annotation leaves only of a record that is told exactly, that no other register protects, and whose
    licence lets it go where `leaves` leads, and if the data that people were asked on are still the same
    (`fresh`). `basis` is the digest of the rules of disclosure in force. Raises
    DecisionStale when the rulings of a register were made by others, ValueError for another order.
    """
    kept: Counter[str] = Counter()
    handed = write(_Export(spec_of, store, fresh, leaves, basis, asked, kept).told(settled))
    kept.update(handed.left_out)
    log.info(
        "Handed over %d annotations of %d records; %d stay: %s.",
        *(handed.annotations, handed.records, kept.total()),
        "; ".join(f"{count} {reason}" for reason, count in kept.most_common()) or "none",
    )
    return ReviewsExported(handed.records, handed.annotations, dict(kept.most_common()))


@dataclass(frozen=True)
class _Export:
    spec_of: SpecOf
    store: SnapshotStore
    fresh: Freshness
    leaves: Leaves
    basis: str
    asked: Asked
    kept: Counter[str]

    def told(self, settled: Iterable[Settled]) -> Iterator[ToldRecord]:
        """The records that may leave with what is said of them; what stays is counted."""
        for dataset, group in groupby(_in_order(settled), key=lambda one: one.task.dataset):
            register = _Register.read(self.spec_of(dataset), self.store, self.basis)
            if register is None:
                self.kept[_NOT_HERE] += sum(1 for _ in group)
                continue
            of_record = groupby(group, key=lambda one: one.task.record_id)
            by_record = ((key, list(ones)) for key, ones in of_record)
            while some := dict(islice(by_record, _AT_ONCE)):
                yield from self._some(register, some)

    def _some(self, register: "_Register", by_record: Mapping[str, list[Settled]]) -> Iterator[ToldRecord]:
        """Of so many records those that may leave, in their order."""
        ids = pa.array(list(by_record), pa.string())
        matched = register.matched(ids)
        records, risk = _of(register.records, ids), _of(register.risk, ids)
        fitting = self.fresh.fitting(
            [one.task for ones in by_record.values() for one in ones], records, matched
        )
        items = matched | _linked(by_record, fitting)
        told = for_wiki(records, raised(risk, register.claims.stricter(items)))
        told = told.filter(pc.equal(told["disclosure"], Disclosure.S0.value))
        free = let_out(told, register.spec.id, self.leaves)
        rows = {row["record_id"]: row for row in free.records.to_pylist()}
        rules = {row["record_id"]: row["disclosure_rules"] or () for row in risk.to_pylist()}
        there, visible = (set(table["record_id"].to_pylist()) for table in (records, told))
        credit = f"{free.credit.text} ({free.credit.licence})" if free.credit else ""
        drawn = _Drawn(register.spec, self.leaves.licences.statement(register.spec.licence.id) or "", credit)
        for record_id, ones in by_record.items():
            row = rows.get(record_id)
            if row is None:
                closed = _why(free.kept_back) if record_id in visible else _WITHHELD
                self.kept[closed if record_id in there else _GONE] += len(ones)
                continue
            targets = _targets(row, items.get(record_id, ""))
            said = []
            for one in ones:
                about: ToldAnnotation | str = _STALE
                if one.task.task_id in fitting:
                    about = found(one, rules[record_id], row["precision_m"], self.asked)
                if not isinstance(about, str) and not _standing_for(targets, about):
                    about = _NO_ADDRESS
                if isinstance(about, str):
                    self.kept[about] += 1
                else:
                    said.append(about)
            if said:
                yield drawn.record(row, targets, items.get(record_id, ""), tuple(said))


@dataclass(frozen=True)
class _Register:
    spec: DatasetSpec
    records: pa.Table
    risk: pa.Table
    matches: pa.Table
    claims: Claims

    @classmethod
    def read(cls, spec: DatasetSpec | None, store: SnapshotStore, basis: str) -> "_Register | None":
        snapshot = store.last_good(spec.id) if spec else None
        if spec is None or snapshot is None:
            return None
        records = store.read_table(spec.id, snapshot, "records", _RECORDS)
        risk = rulings_in_force(store, spec.id, snapshot, basis)
        try:
            matches = store.read_table(spec.id, snapshot, "matches", ["record_id", "decision", "qid"])
        except FileNotFoundError:
            matches = pa.table({name: pa.nulls(0, pa.string()) for name in ("record_id", "decision", "qid")})
        certain = matches.filter(pc.equal(matches["decision"], "match"))
        return cls(spec, records, risk, certain, Claims.read(store, spec.id))

    def matched(self, ids: Array) -> dict[str, str]:
        """Record id to the item that it certainly is."""
        return {row["record_id"]: row["qid"] for row in _of(self.matches, ids).to_pylist() if row["qid"]}


def _linked(by_record: Mapping[str, list[Settled]], fitting: Collection[str]) -> dict[str, str]:
    """Record id to the item that people say it is."""
    said = ((key, one) for key, ones in by_record.items() for one in ones if one.task.task_id in fitting)
    return {key: qid for key, one in said if (qid := linked(one))}


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What all records of a register have in common."""

    spec: DatasetSpec
    rights: str
    credit: str

    def record(
        self,
        row: Mapping[str, Any],
        targets: tuple[str, ...],
        item: str,
        annotations: tuple[ToldAnnotation, ...],
    ) -> ToldRecord:
        names = tuple((name["lang"] or "", name["text"]) for name in row["names"] or () if name["text"])
        return ToldRecord(
            dataset=self.spec.id,
            record_id=row["record_id"],
            targets=targets,
            url=address(row["url"] or ""),
            europeana=targets[0] if targets[0].startswith("http://data.europeana.eu/") else "",
            item=item if entity(item) else "",
            names=names or (((row["lang"] or "", row["name"]),) if row["name"] else ()),
            lang=row["lang"] or "",
            **{name: row[name] or "" for name in _TEXTS},
            **{name: row[name] if entity(row[name] or "") else "" for name in _ITEMS},
            lat=row["lat"],
            lon=row["lon"],
            publisher=self.spec.publisher.name,
            credit=self.credit,
            rights=self.rights,
            annotations=annotations,
        )


def _targets(row: Mapping[str, Any], item: str) -> tuple[str, ...]:
    """What stands for the record, the best first."""
    urls = [row["url"] or "", *(row["links"] or ())]
    found = (europeana_item(urls), address(urls[0]), entity(item))
    return tuple(dict.fromkeys(one for one in found if one))


def _standing_for(targets: tuple[str, ...], about: ToldAnnotation) -> bool:
    """Whether there is an address that it can be about: an item is not linked with itself."""
    return any(one != entity(about.item) for one in targets)


def _of(table: pa.Table, ids: Array) -> pa.Table:
    return table.filter(pc.is_in(table["record_id"], value_set=ids))


def _in_order(settled: Iterable[Settled]) -> Iterator[Settled]:
    last = ("", "", "")
    for one in settled:
        key = one.task.dataset, one.task.record_id, one.task.task_id
        if key < last:
            raise ValueError(f"what is settled comes by dataset, record and task: {key} came after {last}")
        last = key
        yield one


def _why(kept: tuple[KeptBack, ...]) -> str:
    return f"{kept[0].reason} {kept[0].opens}" if kept else _WITHHELD
