"""Decides how exactly each record may be published: the part of flagging that looks at every register."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pyarrow as pa

from heritage.disclosure.areas import area_degrees
from heritage.disclosure.beside import exposing, metres
from heritage.disclosure.decide import Ruling, Subject, decide
from heritage.disclosure.people import NOBODY, Standing, standing
from heritage.disclosure.rules import DisclosureRules
from heritage.disclosure.subject import COLUMNS, Register, read_subject
from heritage.model.arrow import Array, pc
from heritage.model.digest import digest_json, inputs_digest
from heritage.model.disclosure import Disclosure, Request
from heritage.model.evidence import Evidence, Level
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.model.tables import PROTECTED, RISK, TASKS
from heritage.model.task import TaskKind
from heritage.ports.files import ItemIndex, SnapshotStore
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec

NEEDED = tuple(dict.fromkeys(["dataset", *COLUMNS, "admin_item"]))
"""The columns of RECORDS that are read."""
COLUMNS_OF_RISK = tuple(
    name for name in RISK.names if name.startswith("disclosure") or name in ("review_by", "area_degrees")
)
_TABLE = "protected"
_SUPPRESS = {"R2", "R5", "R6"}
_QUESTIONS = {
    TaskKind.SUPPRESSION: "Its place is public on Wikidata although it should not be. Ask those whom it "
    "concerns, and the wiki's oversighters if they want it out of sight; add nothing there.",
    TaskKind.SENSITIVE: "It is withheld, for what it is cannot be decided. What is it, and may it be shown?",
}


@dataclass(frozen=True, slots=True)
class Disclosed:
    """Aligned with the records: `columns` are those of RISK that say how each may be published. `tasks` has
    the schema TASKS; `issues` tell rules that matched nothing or everything."""

    rulings: tuple[Ruling, ...]
    columns: Mapping[str, Array]
    tasks: pa.Table
    issues: tuple[Issue, ...]


def disclosure_inputs(
    loaded: LoadedSpec, *, store: SnapshotStore, rules: DisclosureRules, requests: Sequence[Request]
) -> str:
    """A digest of all that rulings on this dataset rest on beside its own records and evidence: the rules,
    what people asked for, and what other registers protect."""
    others = [store.digest(dataset, good, _TABLE) for dataset, good in _others(loaded.spec, store)]
    others = [digest for digest in others if digest != _NOTHING]
    return inputs_digest("disclose", rules.digest, *(request.hash for request in requests), *others)


def disclose(
    loaded: LoadedSpec,
    snapshot: str,
    records: pa.Table,
    *,
    levels: Mapping[str, Level],
    evidence: Mapping[str, Sequence[Evidence]],
    store: SnapshotStore,
    rules: DisclosureRules,
    requests: Sequence[Request],
    index: ItemIndex | None,
    decided_on: date,
    today: date,
) -> Disclosed:
    """The rulings on the records of a snapshot (columns NEEDED), in their order.

    `levels` and `evidence`, ended items included, are by record id, for records that have any; `index` tells
    whose place is on Wikidata already. Writes `protected` (schema PROTECTED), by which other registers see
    what they must not reveal. The review period runs from `decided_on`.
    """
    spec = loaded.spec
    rows = records.select(list(NEEDED)).to_pylist()
    people = standing(requests)
    subjects = _Subjects(loaded, rules, today, people)
    decided: dict[Subject, Ruling] = {}
    rulings = []
    public = _OnWikidata(spec, index, rules)
    for row in rows:
        record_id = row["record_id"]
        subject = subjects.of(row, levels.get(record_id, Level.UNKNOWN), evidence.get(record_id, ()))
        if subject not in decided:
            decided[subject] = decide(subject, rules, decided_on)
        ruling = decided[subject]
        if _SUPPRESS.intersection(ruling.rules) and public.shows(row):
            ruling = decide(replace(subject, public=True), rules, decided_on)
        rulings.append(ruling)
    protected = _protected(spec, rows, rulings, rules)
    store.write_table(spec.id, snapshot, _TABLE, protected, _content(protected))
    if spec.item.identifier not in rules.published_lists:
        everywhere = pa.concat_tables([protected, *_read(_others(spec, store), store)])
        own = [ruling.disclosure for ruling in rulings]
        for i, disclosure in exposing(records, own, spec.item.identifier, everywhere, rules.beside).items():
            loosened = people.get(rows[i]["record_id"], NOBODY).loosened("R10", disclosure)
            rulings[i] = rulings[i].beside(loosened)
    return Disclosed(
        tuple(rulings),
        _columns(rulings, records, rules),
        _tasks(rows, rulings, today),
        tuple(_issues(spec, records, rulings, rules)),
    )


@dataclass(frozen=True, slots=True)
class _Subjects:
    loaded: LoadedSpec
    rules: DisclosureRules
    today: date
    people: Mapping[str, Standing]

    def of(self, row: Mapping[str, Any], level: Level, evidence: Sequence[Evidence]) -> Subject:
        spec = self.loaded.spec
        folder = self.loaded.folder.parent.name
        territory = folder if len(folder) == 2 else None  # folders of the world's lists are no country
        return read_subject(
            row,
            Register(spec.item.identifier, spec.item.country, territory),
            self.rules,
            self.today,
            level=level,
            evidence=evidence,
            people=self.people.get(row["record_id"], NOBODY),
        )


class _OnWikidata:
    """Whether the item with a record's id shows the record's own place. Read when first asked, for that is
    rare; nothing is asked of the wiki itself, where a query would tell what we look for."""

    def __init__(self, spec: DatasetSpec, index: ItemIndex | None, rules: DisclosureRules) -> None:
        self._identifier, self._index, self._radius = spec.item.identifier, index, rules.beside.radius_m
        self._points: dict[str, list[dict[str, float]]] | None = None

    def shows(self, row: Mapping[str, Any]) -> bool:
        if self._index is None or self._identifier is None or row["lat"] is None or row["lon"] is None:
            return False
        if self._points is None:
            self._points = self._read(self._index, self._identifier)
        allowed = self._radius + (row["precision_m"] or 0.0)
        return any(
            metres(row["lat"], row["lon"], point["lat"], point["lon"]) <= allowed
            for point in self._points.get(row["record_id"], ())
        )

    @staticmethod
    def _read(index: ItemIndex, identifier: str) -> dict[str, list[dict[str, float]]]:
        try:
            items = index.items(["identifiers", "points"])
        except FileNotFoundError:
            return {}
        return {
            one["value"]: item["points"] or []
            for item in items.to_pylist()
            for one in item["identifiers"] or ()
            if one["property"] == identifier
        }


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


def _protected(
    spec: DatasetSpec, rows: Sequence[dict[str, Any]], rulings: Sequence[Ruling], rules: DisclosureRules
) -> pa.Table:
    found = []
    for row, ruling in zip(rows, rulings, strict=True):
        disclosure = ruling.by(rules.beside.rules)
        if disclosure is not Disclosure.S0:
            names = [row["name"], *(name["text"] for name in row["names"] or ())]
            found.append(
                {name: row[name] for name in ("record_id", "municipality", "lat", "lon", "precision_m")}
                | {"dataset": spec.id, "property": spec.item.identifier, "disclosure": disclosure.value}
                | {"names": list(dict.fromkeys(name for name in names if name))}
            )
    return pa.Table.from_pylist(found, schema=PROTECTED)


def _content(protected: pa.Table) -> str:
    return digest_json(protected.to_pylist())[:16]


_NOTHING = _content(PROTECTED.empty_table())
"""A register that protects nothing touches no other one."""


def _columns(rulings: Sequence[Ruling], records: pa.Table, rules: DisclosureRules) -> dict[str, Array]:
    made: dict[str, Any] = {
        "disclosure": [ruling.disclosure.value for ruling in rulings],
        "disclosure_rules": [list(ruling.rules) for ruling in rulings],
        "disclosure_reason": [ruling.reason for ruling in rulings],
        "review_by": [ruling.review_by for ruling in rulings],
        "disclosure_basis": [rules.digest] * len(rulings),
    }
    columns = {name: pa.array(values, RISK.field(name).type) for name, values in made.items()}
    return columns | {"area_degrees": area_degrees(records)}


def _tasks(rows: Sequence[dict[str, Any]], rulings: Sequence[Ruling], today: date) -> pa.Table:
    tasks = []
    for row, ruling in zip(rows, rulings, strict=True):
        for kind, rule in ((TaskKind.SUPPRESSION, "R12"), (TaskKind.SENSITIVE, "R13")):
            if rule in ruling.rules:
                key = digest_json([row["dataset"], row["record_id"], kind])[:16]
                about = {"task_id": key, "record_id": row["record_id"], "kind": kind.value}
                tasks.append(about | {"question": _QUESTIONS[kind], "since": today})
    return pa.Table.from_pylist(tasks, schema=TASKS)


def _issues(
    spec: DatasetSpec, records: pa.Table, rulings: Sequence[Ruling], rules: DisclosureRules
) -> Iterator[Issue]:
    """Rules that have something to look at and match none of the records, or match all of them."""
    if not rulings:
        return
    matched = Counter(rule for ruling in rulings for rule in ruling.rules)
    for rule in sorted(rule for rule, number in matched.items() if number == len(rulings) > 1):
        hint = f"{rule} matches all {len(rulings)} records. {IssueCode.DISCLOSURE_RULE_ALL.remedy}"
        yield Issue(IssueCode.DISCLOSURE_RULE_ALL, Severity.NOTE, spec.id, field=rule, hint=hint)
    idle = [rule for rule in _looking(spec, records, rules) if not matched[rule]]
    for rule in idle:
        hint = f"{rule} matches none of {len(rulings)} records. {IssueCode.DISCLOSURE_RULE_NONE.remedy}"
        yield Issue(IssueCode.DISCLOSURE_RULE_NONE, Severity.NOTE, spec.id, field=rule, hint=hint)


def _looking(spec: DatasetSpec, records: pa.Table, rules: DisclosureRules) -> Iterator[str]:
    """The rules that a register of this kind should have something for."""
    if spec.record.restriction is not None and not pc.all(records["restriction"].is_null()).as_py():
        yield "R1"
    if "grid" in rules.source_precision.methods and spec.record.point and spec.record.point.grid:
        yield "R3"
    if spec.kind == "site":
        yield "R4"
