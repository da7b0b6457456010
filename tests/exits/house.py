"""A register of places of every class, full of words and figures that give them away, and what may leave."""

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.adapters.files import FileStore
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.adapters.wikidata.index_reader import IndexReader
from heritage.disclosure.grid import snap
from heritage.licence.gate import Facts
from heritage.licence.leaving import Leaves
from heritage.licence.permission import Target
from heritage.model.disclosure import Disclosure
from heritage.model.edit import EditState
from heritage.model.evidence import NEARBY, Axis, Evidence, Relation
from heritage.model.governance import Criteria, Gate, Proposal, Ranked, Rehearsal, Scope
from heritage.model.tables import (
    CHANGES,
    HISTORY,
    ITEMS,
    MATCHES,
    PROTECTED,
    RECORDS,
    REJECTED,
    RISK,
    TASKS,
    TERMS,
)
from heritage.ports.decisions import Batch, JournalEntry
from heritage.ports.orders import UndoState
from heritage.risk.rows import evidence_table
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec
from register_examples import fetched, pulled

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DATASET = "xx_secrets"
ROOT = Path(__file__).resolve().parents[2]
LOADED = LoadedSpec(
    DatasetSpec.model_validate(
        {
            "id": DATASET,
            "title": "Places to keep",
            "publisher": {"name": "A register"},
            "kind": "site",
            "maintainers": ["ada"],
            "sample": "synthetic",
            "licence": {"id": "CC0-1.0", "evidence": "https://reg.example/licence"},
            "harvest": {"protocol": "csv", "url": "https://reg.example/list.csv"},
            "record": {"id": "id", "name": {"en": "name"}},
            "item": {"identifier": "P1216", "country": "Q145", "register_item": "Q500"},
            "checks": {"rows": [0, 1000]},
        }
    ),
    Path("xx/xx_secrets/xx_secrets.yaml"),
)


class Clock:
    def now(self) -> datetime:
        return AT


class NoItems:
    """An index of a wiki that has nothing of ours."""

    def version(self) -> str:
        return "empty"

    def items(self, columns: Any = None) -> pa.Table:
        empty = ITEMS.empty_table()
        return empty.select(list(columns)) if columns else empty


@dataclass(frozen=True)
class Elsewhere:
    """An index in which an item carries the number of each place and lies half a degree from it."""

    places: list["Place"]

    def version(self) -> str:
        return "elsewhere"

    def items(self, columns: Any = None) -> pa.Table:
        rows = [
            {
                "qid": f"Q88000{one.number}",
                "identifiers": [{"property": "P1216", "value": one.record_id}],
                "points": [{"lat": one.lat + 0.5, "lon": one.lon + 0.5, "precision_m": 1.0}],
            }
            for one in self.places
        ]
        table = pa.Table.from_pylist(rows, schema=ITEMS)
        return table.select(list(columns)) if columns else table


class NoJournal:
    """Nothing was ever uploaded."""

    def delivered(self, target: str, dataset: str) -> list[Any]:
        return []


class NoBatches:
    """Nothing was ever taken up."""

    def batches(self) -> list[Any]:
        return []


@dataclass(frozen=True)
class Made:
    """A journal that knows an item of every record."""

    house: "House"

    def delivered(self, target: str, dataset: str) -> list[Any]:
        return [
            SimpleNamespace(record_id=one.record_id, qid=f"Q66000{one.number}") for one in self.house.places
        ]


@dataclass(frozen=True)
class Place:
    """One record. Places lie two degrees apart, so that a figure in a text belongs to one of them."""

    number: int
    disclosure: str
    lat: float
    lon: float
    rules: tuple[str, ...] = ()
    notation: str = "{lat}, {lon}"
    """How a name tells where it is."""

    @property
    def record_id(self) -> str:
        return f"zzid{self.number}zz"

    def word(self, what: str) -> str:
        """A word that stands in one field of this record and nowhere else."""
        return f"zz{what}{self.number}zz"


NOTATIONS = (
    "{lat}, {lon}",
    "{lat:.1f}/{lon:.1f}",
    "lat={lat:.2f}&lon={lon:.2f}",
    "geo:{lat:.2f},{lon:.2f}",
    "{lat:.0f}°07'12\"N",
    "{lat:.0f} 07 12 N, {lon:.0f} 21 45 E",
    "N{lat:.0f} 07.123 E{lon:.0f} 21.456",
    "47T 0654321 6412345",
    "E 654321 N 6412345",
    "47TQE1234567890",
    "SE 214 291",
    "8P5WQ82F+VX",
    "///filled.count.soap",
    "300 m N of the church",
    "200 m vom Dorf",
    "behind the chapel",
    "at 1234 Elm Street",
)
"""Ways in which registers write in a name where a place is."""


def place(
    number: int,
    disclosure: str,
    lat: float,
    lon: float,
    rules: tuple[str, ...] = (),
    notation: str = NOTATIONS[0],
) -> Place:
    """`lat` and `lon` are where in its own square of a degree it lies, 0 to 1."""
    lat, lon = round(40 + 2 * number + lat, 6), round(100 + 2 * number + lon, 6)
    return Place(number, disclosure, lat, lon, rules, notation)


@dataclass
class House:
    """A snapshot after the step `flag`, in a store of its own; evidence comes from a register that nobody
    describes."""

    folder: Path
    places: list[Place]
    licence: str = "CC0-1.0"
    evidence_licence: str = "CC0-1.0"
    image_licence: str = "CC0-1.0"
    store: FileStore = field(init=False)
    snapshot: str = field(init=False)

    def __post_init__(self) -> None:
        self.store = FileStore(str(self.folder / "data"))
        content = json.dumps([repr(one) for one in self.places]).encode()
        file = fetched("list.csv", content, "https://reg.example/list.csv")
        self.snapshot = self.store.capture(LOADED.spec, pulled(file), AT)[0].snapshot
        self.store.mark_good(DATASET, self.snapshot, AT)
        empty = {"rejected": REJECTED, "changes": CHANGES, "terms": TERMS}
        tables = {name: schema.empty_table() for name, schema in empty.items()} | {
            "records": pa.Table.from_pylist(
                [_record(one, self.image_licence) for one in self.places], schema=RECORDS
            ),
            "risk": pa.Table.from_pylist([_ruling(one) for one in self.places], schema=RISK),
            "matches": pa.Table.from_pylist([_match(one) for one in self.places], schema=MATCHES),
            "history": pa.Table.from_pylist([_change(one) for one in self.places], schema=HISTORY),
            "tasks": pa.Table.from_pylist([_task(one) for one in self.places], schema=TASKS),
            "evidence": evidence_table(
                [said for one in self.places for said in _evidence(one, self.evidence_licence)]
            ),
        }
        for name, table in tables.items():
            self.store.write_table(DATASET, self.snapshot, name, table, f"{name}-1")
        self.store.write_json(DATASET, self.snapshot, "notes", {"counts": {}, "examples": {}, "left_out": {}})

    def protected_elsewhere(self, qid: str, disclosure: str) -> None:
        """Another register's good snapshot matches a record with the item, and its rules protect it."""
        spec = LOADED.spec.model_copy(update={"id": "xx_caves"})
        file = fetched("caves.csv", b"c1", "https://caves.example/caves.csv")
        snapshot = self.store.capture(spec, pulled(file), AT)[0].snapshot
        self.store.mark_good(spec.id, snapshot, AT)
        ruling = {"record_id": "c1", "level": "unknown", "explanation": "", "disclosure": disclosure}
        ruling |= {"disclosure_rules": ["R5"], "disclosure_reason": ""}
        kept = {"dataset": spec.id, "record_id": "c1", "names": [], "disclosure": disclosure}
        match = {"record_id": "c1", "decision": "match", "qid": qid, "reason": ""}
        rows = {"risk": (ruling, RISK), "protected": (kept, PROTECTED), "matches": (match, MATCHES)}
        for name, (row, schema) in rows.items():
            table = pa.Table.from_pylist([row], schema=schema)
            self.store.write_table(spec.id, snapshot, name, table, f"{name}-1")

    def table(self, name: str) -> pa.Table:
        return self.store.read_table(DATASET, self.snapshot, name)

    @property
    def leaves(self) -> Leaves:
        """What may leave of it as an export of our own."""
        facts = Facts(DATASET, self.licence, "https://reg.example/licence", "A register", "de")
        licences = YamlVocabularies(ROOT / "datasets/_vocabularies").licences()
        return Leaves(Target.EXPORT, licences, (), AT.date(), {DATASET: facts}.get)

    @property
    def reader(self) -> IndexReader:
        return IndexReader(NoItems())

    @property
    def reader_of_others(self) -> IndexReader:
        """What stands on a wiki where people say otherwise."""
        return IndexReader(Elsewhere(self.places))

    def proposal(self) -> Ranked:
        digest = self.store.digest(DATASET, self.snapshot, "edits")
        proposal = Proposal(
            f"{DATASET}-new_items-all", DATASET, self.snapshot, "Places to keep", "new_items", Scope.ALL,
            "c" * 64, digest, Rehearsal(3, 1, 4, 4, 1, 0, 0, 0.5), (Gate("licence", True, "ALLOW"),),
            Criteria(0.5, 0.4, 0.3, 0.9), 0.2,
        )  # fmt: skip
        parts = {"urgency": 0.15, "relevance": 0.1, "equity": 0.09, "readiness": 0.135}
        return Ranked(proposal, 1, 0.475, parts, 0.97, "robust in")


@dataclass(frozen=True)
class Uploaded:
    """A journal of one batch, all of it skipped because the items say otherwise."""

    house: House

    def batches(self) -> list[Batch]:
        return [Batch("b", "sandbox", (1,), AT)]

    def counts(self, batch_id: str) -> dict[EditState, int]:
        return dict.fromkeys(EditState, 0)

    def dataset(self, batch_id: str) -> str:
        return DATASET

    def reasons(self, batch_id: str) -> dict[str, int]:
        return {entry.reason: 1 for entry in self.page(batch_id, None, 0, 0)}

    def page(self, batch_id: str, state: EditState | None, first: int, most: int) -> list[JournalEntry]:
        return [
            JournalEntry(
                f"e{one.number}", "b", DATASET, one.record_id, "Q1", EditState.SKIPPED,
                f"conflict: P625: the item says 1.0, 2.0, the register {one.lat:.5f}, {one.lon:.5f}",
                "{}", None, None, 1,
            )
            for one in self.house.places
        ]  # fmt: skip


class NothingUndone:
    """Nothing was ever taken back."""

    def of(self, target: str, edit_ids: Sequence[str]) -> list[Any]:
        return []

    def reasons(self, batch_id: str, states: Collection[UndoState]) -> dict[str, int]:
        return {}


def _record(one: Place, licence: str) -> dict[str, Any]:
    where = f"{one.lat}, {one.lon}"
    return {
        "dataset": DATASET,
        "record_id": one.record_id,
        "kind": "site",
        "name": one.word("name"),
        "lang": "en",
        "names": [
            {"lang": "en", "text": one.word("name")},
            {"lang": "de", "text": f"{one.word('told')} {one.notation.format(**vars(one))}"},
            {"lang": "fr", "text": f"{one.word('quarter')} in {one.word('town')}"},
        ],
        "type": f"{one.word('type')}, {one.word('address')} 17 Lane",
        "class_item": "Q839954",
        "municipality": one.word("town"),
        "admin_item": f"Q77000{one.number}",
        "country": "Q145",
        "address": f"{one.word('address')} 17 Lane",
        "lat": one.lat,
        "lon": one.lon,
        "precision_m": 1.0,
        "place_method": "given",
        "url": f"https://reg.example/{one.word('url')}",
        "image": {"file": f"{one.word('image')}.jpg", "licence": licence, "author": None},
        "links": [f"https://map.example/{one.word('link')}"],
        "restriction": one.word("restricted"),
        "file": "list.csv",
        "row": one.number + 1,
        "source_row": json.dumps({"owner": one.word("owner"), "x": where}),
    }


def _ruling(one: Place) -> dict[str, Any]:
    return {
        "record_id": one.record_id,
        "level": "critical",
        "confidence": "high",
        "support": 0.9,
        "explanation": f"Critical: {one.word('said')} at {one.lat}, {one.lon} (A survey).",
        "next_expiry": date(2027, 11, 21),
        "disclosure": one.disclosure,
        "disclosure_rules": list(one.rules),
        "disclosure_reason": one.word("reason"),
        "review_by": date(2028, 11, 21),
        "disclosure_basis": "rules",
    }


def _match(one: Place) -> dict[str, Any]:
    return {"record_id": one.record_id, "decision": "new", "reason": f"{one.word('match')} {one.lat}"}


def _change(one: Place) -> dict[str, Any]:
    said = f"{one.word('beside')} as all of {one.word('town')}"
    change = {"before": None, "after": "critical", "explanation": said}
    return {"record_id": one.record_id, "day": AT.date()} | change


def _task(one: Place) -> dict[str, Any]:
    question = f"Is {one.word('said')} lost? (Vulnerable: {NEARBY}{one.word('area')})"
    about = {"task_id": f"t{one.number}", "record_id": one.record_id, "kind": "recheck"}
    return about | {"question": question, "since": AT.date()}


def _evidence(one: Place, licence: str) -> Iterator[Evidence]:
    reported = Evidence(
        record_id=one.record_id,
        axis=Axis.THREAT,
        scheme="community_report",
        raw_value=f"{one.word('said')} at {one.lat}, {one.lon}",
        level=3,
        reliability="C",
        credibility=3,
        cap=2,
        observed=date(2026, 11, 1),
        valid_until=date(2027, 11, 1),
        source="A survey",
        register="xx_survey",
        licence=licence,
        url=f"https://reg.example/{one.word('url')}",
        independence_group=one.word("reporter"),
        assessor=one.word("reporter"),
        distance_m=123.25,
    )
    yield reported
    yield replace(reported, axis=Axis.EXPOSURE, relation=Relation.WITHIN, raw_value=one.word("area"))


@dataclass(frozen=True)
class Leak:
    """What an exit told of a place although it may not."""

    exit: str
    disclosure: str
    what: str


_NUMBER = re.compile(r"\d+\.\d{2,}")
_HIDDEN_WORDS = ("address", "url", "image", "link", "restricted", "told", "type")
"""Below S0; the name in German and the type tell the place in words."""
_NEVER = ("owner", "raw")


def leaks(exit: str, text: str, places: list[Place], *, wiki: bool = False) -> list[Leak]:
    """Everything in what left through an exit that the class of a place does not allow. `wiki`: no centre of
    a cell of S2 or S3 may stand there either."""
    found: list[Leak] = []
    numbers = [(float(one), 0.5 * 10.0 ** -len(one.partition(".")[2])) for one in _NUMBER.findall(text)]
    for one in places:

        def tell(what: str, of: Place = one) -> None:
            found.append(Leak(exit, of.disclosure, what))

        banned = [*_NEVER, *(_HIDDEN_WORDS if one.disclosure != "S0" else ())]
        if one.disclosure in ("S2", "S3", "S4"):
            banned += ["town", "beside", "quarter"]  # nobody knows how large it is
        banned += ["area"] if one.disclosure != "S0" else []  # areas can be laid over each other
        if {"R11", "R14"} & set(one.rules):
            banned += ["said", "area", "beside"]
        banned += ["said"] if one.disclosure != "S0" else []
        banned += ["reporter"]
        banned += ["match"] if one.disclosure != "S0" or "R12" in one.rules else []  # how far from an item
        for what in banned:
            if one.word(what) in text:
                tell(what)
        if one.disclosure == "S5" and any(one.word(w) in text for w in ("id", "name", "reason", "town")):
            tell("that it exists")
        if one.disclosure == "S5" and f"Q77000{one.number}" in text:
            tell("the region that it alone lies in")
        allowed = _allowed(one, wiki)
        for value, axis in ((one.lat, 0), (one.lon, 1)):
            for number, rounded in numbers:
                near = abs(number - value) < 0.2 and one.disclosure != "S0"
                if near and (allowed is None or abs(number - allowed[axis]) > rounded + 1e-9):
                    tell(f"{'latitude' if axis == 0 else 'longitude'} {number} for {value}")
    return found


def _allowed(one: Place, wiki: bool) -> tuple[float, float] | None:
    disclosure = Disclosure(one.disclosure)
    if disclosure.cell_degrees is None or (wiki and disclosure is not Disclosure.S1):
        return None
    lat, lon = snap(np.array([one.lat]), np.array([one.lon]), disclosure)
    return float(lat[0]), float(lon[0])
