"""Publishes the good snapshot of a register as open data, as far as disclosure and licence let it leave."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from heritage.disclosure.gate import for_wiki
from heritage.errors import HeritageError
from heritage.licence.leaving import KeptBack, Leaves, let_out
from heritage.model.arrow import pc
from heritage.model.disclosure import Disclosure
from heritage.ports.files import SnapshotStore
from heritage.ports.publishing import PUBLISHED, Publisher, Release
from heritage.spec.loader import LoadedSpec
from heritage.steps.catalogue import entry
from heritage.steps.claims import Claims, matched
from heritage.steps.rulings import raised, rulings_in_force

log = logging.getLogger(__name__)

_OURS = ("item", "disclosure", "withheld")
_CLASSES = pa.array([member.value for member in Disclosure])


@dataclass(frozen=True, slots=True)
class Published:
    """`version` is the newest that stands, None where nothing may leave; `new` when it was made now.
    `withdrawn` are earlier versions that told more than may be told today."""

    dataset: str
    version: str | None
    new: bool
    records: int
    withdrawn: int
    kept_back: tuple[KeptBack, ...] = ()


def publish(
    loaded: LoadedSpec, *, store: SnapshotStore, leaves: Leaves, basis: str, publisher: Publisher
) -> Published:
    """Publishes what may be told today, and withdraws versions that told more; safe to repeat.

    What other registers protect on the item of a record is kept back here, too. Raises DecisionStale when
    rulings on disclosure were made by other rules than those of `basis`, HeritageError before there is a
    good snapshot.
    """
    spec = loaded.spec
    snapshot = store.last_good(spec.id)
    if snapshot is None:
        raise HeritageError(f"{spec.id}: there is no good snapshot to publish yet; run its DAG first")
    items = matched(store, spec.id, snapshot)
    columns = [name for name in PUBLISHED.names if name not in _OURS]
    records = store.read_table(spec.id, snapshot, "records", columns)
    risk = rulings_in_force(store, spec.id, snapshot, basis)
    stricter = Claims.read(store, spec.id).stricter(items)
    free = let_out(for_wiki(records, raised(risk, stricter)), spec.id, leaves)
    told = _with_items(free.records, items)
    withdrawn = _too_telling(records["record_id"], told, spec.id, publisher)
    version, new = None, False
    if told.num_rows:
        credit = f"{free.credit.text} ({free.credit.licence})" if free.credit else ""
        version, new = publisher.publish(Release(entry(loaded, store), told, credit))
    else:
        withdrawn = publisher.versions(spec.id)
    publisher.withdraw(spec.id, [one for one in withdrawn if one != version])
    log.info(
        "%s: %d of %d records are published as version %s; %d earlier versions were withdrawn.",
        *(spec.id, told.num_rows, records.num_rows, version or "none", len(withdrawn)),
    )
    return Published(spec.id, version, new, told.num_rows, len(withdrawn), free.kept_back)


def _with_items(told: pa.Table, items: Mapping[str, str]) -> pa.Table:
    """The table as it is published. Only of a record that is told exactly the item is said: it leads to the
    place."""
    exact = pc.equal(told["disclosure"], Disclosure.S0.value)
    found = pc.index_in(told["record_id"], value_set=pa.array(list(items), pa.string()))
    known: Any = pc.take(pa.array(list(items.values()), pa.string()), found)
    with_item = told.append_column("item", pc.if_else(exact, known, pa.scalar(None, pa.string())))
    return with_item.select(PUBLISHED.names).cast(PUBLISHED)


def _too_telling(register: Any, told: pa.Table, dataset: str, publisher: Publisher) -> list[str]:
    """The published versions that tell a record of today's register more exactly than it is told now."""
    now = _ranks(register, told)
    known = register.combine_chunks()
    withdrawn = []
    for version in publisher.versions(dataset):
        then = publisher.told(dataset, version)
        place = pc.index_in(then["record_id"], value_set=known)
        today = pc.take(now, place)  # null for a record that is not in the register any more
        before = pc.index_in(then["disclosure"], value_set=_CLASSES)
        if pc.any(pc.greater(today, before)).as_py():
            withdrawn.append(version)
    return withdrawn


def _ranks(register: Any, told: pa.Table) -> Any:
    """How strictly each record of the register is told now; strictest where it is not."""
    place = pc.index_in(register, value_set=told["record_id"].combine_chunks())
    ranks = pc.take(pc.index_in(told["disclosure"], value_set=_CLASSES), place)
    return pc.fill_null(ranks, len(_CLASSES)).combine_chunks()
