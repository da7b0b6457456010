"""Decides how exactly each record may be published: the part of flagging that looks at every register."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.disclosure.alike import CLASSES, Rulings, all_rulings
from heritage.disclosure.areas import area_degrees
from heritage.disclosure.beside import exposing
from heritage.disclosure.decide import SECRET, Ruling, Subject, decide
from heritage.disclosure.names import Positions, names_of
from heritage.disclosure.people import standing
from heritage.disclosure.public import shown_on_wikidata
from heritage.disclosure.rules import DisclosureRules
from heritage.disclosure.subject import COLUMNS, Register, Said
from heritage.model.arrow import Array, pc
from heritage.model.digest import digest_json, inputs_digest
from heritage.model.disclosure import Disclosure, Request
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.model.tables import PROTECTED, RISK
from heritage.model.task import TaskKind
from heritage.ports.files import ItemIndex, SnapshotStore
from heritage.risk.history import Question
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec
from heritage.steps.assess import Assessed
from heritage.steps.claims import Claims, matched

NEEDED = tuple(dict.fromkeys(["dataset", *COLUMNS, "admin_item"]))
"""The columns of RECORDS that are read."""
_TABLE = "protected"
_QUESTIONS = {
    TaskKind.SUPPRESSION: (
        "R12",
        "Its place is public on Wikidata although it should not be. Ask those whom it concerns, and the "
        "wiki's oversighters if they want it out of sight; add nothing there.",
    ),
    TaskKind.SENSITIVE: (
        "R13",
        "It is withheld, for what it is cannot be decided. What is it, and may it be shown?",
    ),
}


@dataclass(frozen=True, slots=True)
class Disclosed:
    """The rulings, and as `columns` those of RISK that say how each record may be published, both aligned
    with the records. `asked` are questions for people by record id; `issues` tell rules that matched nothing
    or everything."""

    rulings: Rulings
    columns: Mapping[str, Array]
    asked: Sequence[tuple[str, Question]]
    issues: tuple[Issue, ...]


def disclosure_inputs(
    loaded: LoadedSpec,
    snapshot: str,
    *,
    store: SnapshotStore,
    rules: DisclosureRules,
    requests: Sequence[Request],
) -> str:
    """A digest of all that rulings on this dataset rest on beside its own records and evidence: the rules,
    what people asked for, what other registers protect, and which items both are."""
    others: list[str] = []
    for dataset, good in _others(loaded.spec, store):
        digest = store.digest(dataset, good, _TABLE)
        if digest != _NOTHING:
            others += [digest, _reconciled(dataset, good, store)]
    if others:
        others.append(_reconciled(loaded.spec.id, snapshot, store))
    return inputs_digest("disclose", rules.digest, *(request.hash for request in requests), *others)


def disclose(
    loaded: LoadedSpec,
    snapshot: str,
    records: pa.Table,
    assessed: Assessed,
    *,
    store: SnapshotStore,
    rules: DisclosureRules,
    requests: Sequence[Request],
    index: ItemIndex | None,
    decided_on: date,
    today: date,
) -> Disclosed:
    """The rulings on the records of a snapshot (columns NEEDED), in their order.

    `assessed` is what their evidence says, in the same order; `index` tells whose place is on Wikidata
    already. Writes `protected` (schema PROTECTED), by which other registers see what they must not reveal.
    The review period runs from `decided_on`.
    """
    spec = loaded.spec
    folder = loaded.folder.parent.name
    territory = folder if len(folder) == 2 else None  # folders of the world's lists are no country
    rulings = all_rulings(
        records,
        Register(spec.item.identifier, spec.item.country, territory),
        rules,
        decided_on,
        said=[Said.of(p.assessment.level, p.evidence, rules, today) for p in assessed.patterns],
        said_of=assessed.codes,
        people=standing(requests),
    )
    public = _public(spec, records, rulings, rules, index)
    rulings = rulings.changed(
        public, lambda subject, _, __: decide(replace(subject, public=True), rules, decided_on)
    )
    protected = _protected(spec, records, rulings, rules)
    store.write_table(spec.id, snapshot, _TABLE, protected, _content(protected))
    if spec.item.identifier not in rules.published_lists:
        everywhere = pa.concat_tables([protected, *_read(_others(spec, store), store)])
        beside = exposing(records, rulings.classes, spec.item.identifier, everywhere, rules.beside)
        beside = np.maximum(beside, _on_one_item(spec, snapshot, records, rulings, store))
        rulings = rulings.changed(beside, _raised)
    return Disclosed(
        rulings,
        _columns(rulings, records, rules),
        _asked(records, rulings),
        tuple(_issues(spec, records, rulings, rules)),
    )


def _raised(subject: Subject, ruling: Ruling, number: int) -> Ruling:
    """Beside what is protected by the class of that number."""
    return ruling.beside(subject.people.loosened("R10", CLASSES[number]))


def _on_one_item(
    spec: DatasetSpec, snapshot: str, records: pa.Table, rulings: Rulings, store: SnapshotStore
) -> Positions:
    """For each record the number of the class of what another register protects and was matched with the same
    item, if that is stricter than its own; otherwise 0."""
    numbers = np.zeros(records.num_rows, dtype=np.int64)
    items = matched(store, spec.id, snapshot)
    protected = Claims.read(store, spec.id).by_item if items else {}
    if protected:
        ids = map(str, records["record_id"].to_pylist())
        on = (protected.get(items.get(one, ""), Disclosure.S0) for one in ids)
        numbers = np.array([CLASSES.index(one) for one in on], dtype=np.int64)
    return np.where(numbers > rulings.classes, numbers, 0)


def _reconciled(dataset: str, snapshot: str, store: SnapshotStore) -> str:
    try:
        return store.digest(dataset, snapshot, "matches")
    except FileNotFoundError:
        return ""


def _public(
    spec: DatasetSpec,
    records: pa.Table,
    rulings: Rulings,
    rules: DisclosureRules,
    index: ItemIndex | None,
) -> Positions:
    """1 for each record that is kept back for those who asked or for what it is, although its place is on
    Wikidata. The index is read when there is one to look for, for that is rare."""
    marks = np.zeros(records.num_rows, dtype=np.int64)
    kept = np.flatnonzero(rulings.where(lambda ruling: not SECRET.isdisjoint(ruling.rules)))
    if index is None or spec.item.identifier is None or not len(kept):
        return marks
    items, wanted = index.items(["identifiers", "points"]), records.take(kept)
    marks[kept] = shown_on_wikidata(wanted, items, spec.item.identifier, rules.beside.radius_m)
    return marks


def _others(spec: DatasetSpec, store: SnapshotStore) -> Iterator[tuple[str, str]]:
    """The other datasets that have flagged a good snapshot."""
    for dataset in store.datasets():
        good = store.last_good(dataset)
        if dataset != spec.id and good is not None:
            try:
                store.digest(dataset, good, _TABLE)
            except FileNotFoundError:
                continue
            yield dataset, good


def _read(snapshots: Iterator[tuple[str, str]], store: SnapshotStore) -> Iterator[pa.Table]:
    for dataset, snapshot in snapshots:
        yield store.read_table(dataset, snapshot, _TABLE).cast(PROTECTED)


def _protected(spec: DatasetSpec, records: pa.Table, rulings: Rulings, rules: DisclosureRules) -> pa.Table:
    by_own = rulings.column(lambda ruling: ruling.by(rules.beside.rules).value, pa.string())
    kept = pc.not_equal(by_own, Disclosure.S0.value)
    found = records.filter(kept)
    made = {name: found[name] for name in ("record_id", "municipality", "lat", "lon", "precision_m")} | {
        "dataset": pa.repeat(spec.id, found.num_rows),
        "property": pa.repeat(pa.scalar(spec.item.identifier, pa.string()), found.num_rows),
        "disclosure": by_own.filter(kept),
        "names": names_of(found).lists(found.num_rows),
    }
    return pa.table([made[name] for name in PROTECTED.names], schema=PROTECTED)


def _content(protected: pa.Table) -> str:
    return digest_json(protected.to_pydict())[:16]


_NOTHING = _content(PROTECTED.empty_table())
"""A register that protects nothing touches no other one."""


def _columns(rulings: Rulings, records: pa.Table, rules: DisclosureRules) -> dict[str, Array]:
    made: dict[str, Callable[[Ruling], Any]] = {
        "disclosure": lambda ruling: ruling.disclosure.value,
        "disclosure_rules": lambda ruling: list(ruling.rules),
        "disclosure_reason": lambda ruling: ruling.reason,
        "review_by": lambda ruling: ruling.review_by,
        "disclosure_basis": lambda _: rules.digest,
    }
    columns = {name: rulings.column(value, RISK.field(name).type) for name, value in made.items()}
    return columns | {"area_degrees": area_degrees(records)}


def _asked(records: pa.Table, rulings: Rulings) -> list[tuple[str, Question]]:
    return [
        (str(record_id), (kind, question))
        for kind, (rule, question) in _QUESTIONS.items()
        for record_id in records["record_id"].filter(pa.array(rulings.hit_by(rule))).to_pylist()
    ]


def _issues(
    spec: DatasetSpec, records: pa.Table, rulings: Rulings, rules: DisclosureRules
) -> Iterator[Issue]:
    """Rules that have something to look at and match none of the records, or match all of them."""
    count = records.num_rows
    if not count:
        return
    asked = {rule for ruling in rulings.distinct for rule in ruling.rules}
    for rule in sorted(rule for rule in asked if count > 1 and rulings.hit_by(rule).all()):
        hint = f"{rule} matches all {count} records. {IssueCode.DISCLOSURE_RULE_ALL.remedy}"
        yield Issue(IssueCode.DISCLOSURE_RULE_ALL, Severity.NOTE, spec.id, field=rule, hint=hint)
    for rule in _looking(spec, records, rules):
        if rule not in asked:
            hint = f"{rule} matches none of {count} records. {IssueCode.DISCLOSURE_RULE_NONE.remedy}"
            yield Issue(IssueCode.DISCLOSURE_RULE_NONE, Severity.NOTE, spec.id, field=rule, hint=hint)


def _looking(spec: DatasetSpec, records: pa.Table, rules: DisclosureRules) -> Iterator[str]:
    """The rules that a register of this kind should have something for."""
    if spec.record.restriction is not None and not pc.all(records["restriction"].is_null()).as_py():
        yield "R1"
    if "grid" in rules.source_precision.methods and spec.record.point and spec.record.point.grid:
        yield "R3"
    if spec.kind == "site":
        yield "R4"
