"""Gathers what others say of a dataset's records: at-risk registers, Wikidata, and layers of danger."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pyarrow as pa

from heritage.errors import StoreDamaged
from heritage.model.arrow import Array, pc, with_columns
from heritage.model.digest import digest_json
from heritage.model.evidence import Evidence, Status
from heritage.model.tables import EVIDENCE
from heritage.ports.files import ItemIndex, SnapshotStore
from heritage.ports.vocabularies import Vocabularies
from heritage.risk.ledger import Pull, Row, carry
from heritage.risk.reading import read_value
from heritage.risk.rows import evidence_table, with_ids
from heritage.spec.loader import LoadedLayer, LoadedSpec
from heritage.steps.claims import matched
from heritage.steps.overlay import expose
from heritage.steps.own_evidence import from_register

_log = logging.getLogger(__name__)
CONSERVATION = "wikidata_conservation"
"""The scheme of states of conservation on Wikidata."""
WIKIDATA = "wikidata"


@dataclass(frozen=True, slots=True)
class Others:
    """Who else may speak of a dataset's records; nobody by default."""

    registers: Sequence[LoadedSpec] = field(default=())
    layers: Sequence[LoadedLayer] = field(default=())
    index: ItemIndex | None = None

    def of(self, loaded: LoadedSpec) -> "Others":
        """Those of them that can say anything of this dataset."""
        identifier, country = loaded.spec.item.identifier, loaded.spec.item.country
        registers = tuple(
            one
            for one in self.registers
            if any(subject.property in ("item", identifier) for subject in one.spec.subjects)
        )
        layers = tuple(
            one
            for one in self.layers
            if not one.spec.layer.countries or country is None or country in one.spec.layer.countries
        )
        return Others(registers, layers, self.index)

    def versions(self, store: SnapshotStore) -> dict[str, str]:
        """What each of them says now, by its id: the digest of its last good evidence or areas. Who has none
        yet is left out."""
        found = {}
        for loaded, name in (
            *((one, "evidence") for one in self.registers),
            *((one, "features") for one in self.layers),
        ):
            good = store.last_good(loaded.spec.id)
            if good is None:
                continue
            try:
                made = store.digest(loaded.spec.id, good, name)
                seen = store.last_seen(loaded.spec.id, good).date().isoformat()
                found[loaded.spec.id] = digest_json([good, made, seen, loaded.spec.digest()])[:16]
            except FileNotFoundError:
                continue
        index = self.index_version()
        return found | ({WIKIDATA: index} if index else {})

    def index_version(self) -> str | None:
        """None while there is no index."""
        try:
            return self.index.version() if self.index else None
        except StoreDamaged:
            return None


def items_of(
    loaded: LoadedSpec, snapshot: str, ids: Array, index: ItemIndex, store: SnapshotStore
) -> dict[str, str]:
    """Record id to the item that carries its identifier, or that it was matched with."""
    found = matched(store, loaded.spec.id, snapshot)
    identifier = loaded.spec.item.identifier
    if identifier:
        items = index.items(["qid", "identifiers"])
        listed = items["identifiers"].combine_chunks()
        pairs, holders = pc.list_flatten(listed), pc.list_parent_indices(listed)
        ours = pc.and_(
            pc.equal(pc.struct_field(pairs, "property"), identifier),
            pc.is_in(pc.struct_field(pairs, "value"), value_set=ids),
        )
        values = pc.struct_field(pairs, "value").filter(ours).to_pylist()
        found |= dict(zip(values, items["qid"].take(holders.filter(ours)).to_pylist(), strict=True))
    return found


def from_registers(
    loaded: LoadedSpec, ids: Array, items: Mapping[str, str], others: Others, store: SnapshotStore
) -> Iterator[pa.Table]:
    """What at-risk registers say of the records, with what they ended, under the records' own ids."""
    records: dict[str, list[str]] = {}
    for record, qid in items.items():
        records.setdefault(qid, []).append(record)
    for register in others.registers:
        good = store.last_good(register.spec.id)
        if good is None:
            continue
        try:
            table = store.read_table(register.spec.id, good, "evidence", EVIDENCE.names).cast(EVIDENCE)
        except FileNotFoundError:
            _log.info("%s is not flagged yet: it says nothing here.", register.spec.title)
            continue
        own = pc.equal(table["property"], loaded.spec.item.identifier or "")
        direct = table.filter(pc.and_(own, pc.is_in(table["record_id"], value_set=ids)))
        by_item = table.filter(pc.equal(table["property"], "item")).to_pylist()
        spread = [
            row | {"record_id": record} for row in by_item for record in records.get(row["record_id"], ())
        ]
        both = pa.concat_tables([direct, with_ids(pa.Table.from_pylist(spread, schema=EVIDENCE))])
        nobody = pa.nulls(both.num_rows, pa.string())
        _log.info("%s says %d things of the records.", register.spec.title, both.num_rows)
        _tell_unmet(loaded, register, table.filter(own), ids)
        yield with_columns(both, {"property": nobody})


def _tell_unmet(loaded: LoadedSpec, register: LoadedSpec, said: pa.Table, ids: Array) -> None:
    """Tells how many of the places that the register names by our identifier are no records of ours. That is
    usual of some, and a mistake of all."""
    live = pc.equal(said["status"], Status.LIVE.value)
    places = pc.unique(said.filter(live)["record_id"].combine_chunks())
    unmet = len(places) - int(pc.sum(pc.is_in(places, value_set=ids)).as_py() or 0)
    if not unmet:
        return
    told = f"{unmet} of the {len(places)} places that %s names by %s are no records of %s%s"
    names = register.spec.title, loaded.spec.item.identifier, loaded.spec.title
    if unmet < len(places):
        _log.info(told, *names, ".")
    else:
        why = ": are its ids written in another way, or is a cell to be split? See `subjects` of "
        _log.warning(told, *names, f"{why}{register.spec.id}.")


@dataclass(frozen=True, slots=True)
class WikidataSays:
    """States of conservation of the records' items; `unknown` are items of values that the scheme lacks,
    with the number of records."""

    table: pa.Table
    unknown: Mapping[str, int]


def from_wikidata(
    items: Mapping[str, str], before: pa.Table | None, index: ItemIndex, vocabularies: Vocabularies
) -> WikidataSays:
    """What items say of the state of the records, beside what they said before.

    The scheme says how a statement with a source and one without are to be believed. A statement that was
    taken off an item is closed; of an item that the index does not have nothing can be said.
    """
    scheme, version = vocabularies.scheme(CONSERVATION), index.version()
    day = date.fromisoformat(version[: len("2026-01-01")])
    told = index.items(["qid", "conservation"])
    told = told.filter(pc.greater(pc.fill_null(pc.list_value_length(told["conservation"]), 0), 0))
    states = dict(zip(told["qid"].to_pylist(), told["conservation"].to_pylist(), strict=True))
    evidence: list[Evidence] = []
    unknown: dict[str, int] = {}
    unread: set[Row] = set()
    for record, qid in items.items():
        for state in states.get(qid) or ():
            observed = date.fromisoformat(state["observed"]) if state["observed"] else day
            reading = read_value(
                scheme,
                state["value"],
                record_id=record,
                observed=observed,
                url=f"https://www.wikidata.org/wiki/{qid}#P5816",
                certainty="referenced" if state["referenced"] else "unreferenced",
            )
            if reading and not reading.known:
                unknown[state["value"]] = unknown.get(state["value"], 0) + 1
                unread.add((record, scheme.id))
            elif reading and reading.evidence and observed <= day:
                said = replace(reading.evidence, register=WIKIDATA, snapshot=version, retrieved=day)
                evidence.append(said)
    table = with_ids(evidence_table(evidence))
    known = {(record, scheme.id) for record in items} - unread
    pull = Pull(version, {scheme.id}, closes=False, unread=unread, taken_back=known)
    return WikidataSays(carry(table, from_register(before, WIKIDATA), pull), unknown)


def from_layers(
    loaded: LoadedSpec,
    snapshot: str,
    before: pa.Table | None,
    others: Others,
    vocabularies: Vocabularies,
    store: SnapshotStore,
) -> Iterator[pa.Table]:
    """The exposure of the records to each layer, and what has expired of it: that is how a level gets stale.

    What a layer does not say any more although it would still count was corrected, and is forgotten.
    """
    for layer in others.layers:
        good = store.last_good(layer.spec.id)
        if good is None:
            continue
        now = expose(loaded, snapshot, layer, store=store, vocabularies=vocabularies).cast(EVIDENCE)
        yield now
        earlier = from_register(before, layer.spec.id)
        if earlier is not None:
            seen = pa.scalar(store.last_seen(layer.spec.id, good).date())
            again = pc.is_in(earlier["evidence_id"], value_set=now["evidence_id"].combine_chunks())
            yield earlier.filter(pc.and_not(pc.less_equal(earlier["valid_until"], seen), again))
