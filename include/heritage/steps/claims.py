"""Items that are about a place which another register protects: what is added there would tell it (R10)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from heritage.model.arrow import pc
from heritage.model.digest import digest_json
from heritage.model.disclosure import Disclosure
from heritage.model.edit import TextValue
from heritage.ports.files import SnapshotStore
from heritage.statements.live import LiveItem

_ASKED = "R2"
_KNOWN = set(Disclosure)


@dataclass(frozen=True, slots=True)
class Claims:
    """The strictest class by which any register's good snapshot protects what it matched with an item, and
    what stands under an identifier (property and value)."""

    by_item: Mapping[str, Disclosure]
    by_identifier: Mapping[tuple[str, str], Disclosure]

    @classmethod
    def read(cls, store: SnapshotStore, dataset: str) -> "Claims":
        """Of all datasets; of `dataset` itself by identifiers only: its own records may have their items."""
        by_item: dict[str, Disclosure] = {}
        by_identifier: dict[tuple[str, str], Disclosure] = {}
        for other in store.datasets():
            good = store.last_good(other)
            if good is None:
                continue
            classes: dict[str, Disclosure] = {}
            for pid, record_id, disclosure in _protected(store, other, good):
                classes[record_id] = max(disclosure, classes.get(record_id, Disclosure.S0))
                if pid:
                    key = pid, record_id
                    by_identifier[key] = max(disclosure, by_identifier.get(key, Disclosure.S0))
            if other == dataset or not classes:
                continue
            for record_id, qid in matched(store, other, good).items():
                if record_id in classes:
                    by_item[qid] = max(classes[record_id], by_item.get(qid, Disclosure.S0))
        return cls(by_item, by_identifier)

    def digest_of(self, items: Iterable[str]) -> str:
        """Changes with what is known to be protected of these items."""
        return digest_json(sorted((qid, self.by_item[qid]) for qid in set(items) & set(self.by_item)))[:16]

    def stricter(self, items: Mapping[str, str]) -> dict[str, Disclosure]:
        """Of records (id to item) whose item another register protects, how strictly, by record id."""
        return {record_id: self.by_item[qid] for record_id, qid in items.items() if qid in self.by_item}

    def on(self, item: LiveItem, own: tuple[str | None, str]) -> Disclosure:
        """How strictly an item is protected. `own` is the identifier of the record that claims it."""
        said = [self.by_item.get(item.qid, Disclosure.S0)]
        for statement in item.statements:
            if isinstance(statement.value, TextValue) and (statement.property, statement.value.text) != own:
                key = statement.property, statement.value.text
                said.append(self.by_identifier.get(key, Disclosure.S0))
        return max(said)


def matched(store: SnapshotStore, dataset: str, snapshot: str) -> dict[str, str]:
    """Record id to the item that it certainly is; empty before the snapshot was reconciled."""
    try:
        matches = store.read_table(dataset, snapshot, "matches", ["record_id", "decision", "qid"])
    except FileNotFoundError:
        return {}
    matches = matches.filter(pc.equal(matches["decision"], "match"))
    pairs: Any = zip(matches["record_id"].to_pylist(), matches["qid"].to_pylist(), strict=True)
    return dict(pairs)


def _protected(
    store: SnapshotStore, dataset: str, snapshot: str
) -> Iterator[tuple[str | None, str, Disclosure]]:
    """What rules protect, and what somebody asked for since."""
    try:
        kept = store.read_table(dataset, snapshot, "protected", ["property", "record_id", "disclosure"])
        risk = store.read_table(dataset, snapshot, "risk", ["record_id", "disclosure", "disclosure_rules"])
    except FileNotFoundError:
        return
    rules = risk["disclosure_rules"].combine_chunks()
    asked = pc.list_parent_indices(rules).filter(pc.equal(pc.list_flatten(rules), _ASKED))
    for row in (*kept.to_pylist(), *risk.take(asked).to_pylist()):
        if row["disclosure"] in _KNOWN:
            yield row.get("property"), row["record_id"], Disclosure(row["disclosure"])
