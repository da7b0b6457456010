"""What leaves of settled reviews, and why the rest stays."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from heritage.adapters.files import FileStore
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.disclosure.rules import Reporters
from heritage.errors import DecisionStale
from heritage.licence.gate import Facts
from heritage.licence.leaving import Leaves
from heritage.licence.permission import Target
from heritage.model.review import Annotation, AnnotationKind, Outcome, ReviewKind, Verdict
from heritage.model.tables import ITEMS, MATCHES, PROTECTED, RECORDS, RISK
from heritage.ports.review_exports import Handed, Settled, ToldRecord
from heritage.spec.dataset import DatasetSpec
from heritage.steps.review_asked import asked_on, item_marks, record_marks
from heritage.steps.review_export import ReviewsExported, export_reviews
from heritage.steps.review_found import Asked
from heritage.steps.review_fresh import Freshness
from register_examples import ROOT, fetched, pulled
from settled_examples import AT, SAID, settled

TODAY = date(2026, 11, 22)
BASIS = "rules"
CHURCHES = "xx_churches"
SPEC = DatasetSpec.model_validate(
    {
        "id": CHURCHES,
        "title": "Churches",
        "publisher": {"name": "A register"},
        "kind": "monument",
        "maintainers": ["ada"],
        "sample": "synthetic",
        "licence": {"id": "CC0-1.0", "evidence": "https://reg.example/licence"},
        "harvest": {"protocol": "csv", "url": "https://reg.example/list.csv"},
        "record": {"id": "id", "name": {"en": "name"}},
        "item": {"identifier": "P1216", "country": "Q145"},
        "checks": {"rows": [0, 1000]},
    }
)
LICENCES = YamlVocabularies(ROOT / "datasets/_vocabularies").licences()
TAG = SAID["tag"]


class Items:
    """An index with a few items."""

    def __init__(self, *qids: str) -> None:
        rows = [{"qid": qid, "labels": [], "context": False} for qid in qids or ("Q1", "Q5", "Q151356")]
        self.table = pa.Table.from_pylist(rows, schema=ITEMS)

    def version(self) -> str:
        return "few"

    def as_of(self) -> datetime:
        return AT

    def items(self, columns: Sequence[str] | None = None) -> pa.Table:
        return self.table.select(list(columns)) if columns else self.table


class Nothing(Items):
    """An index that nobody has made yet."""

    def items(self, columns: Sequence[str] | None = None) -> pa.Table:
        raise FileNotFoundError(columns)


class Shelf:
    """Records with rulings in a store of their own, and what left of them."""

    def __init__(self, folder: Path, *rows: dict[str, Any], dataset: str = CHURCHES) -> None:
        self.store, self.told = FileStore(str(folder)), list[ToldRecord]()
        self.items = Items()
        self.add(dataset, *rows)

    def add(self, dataset: str, *rows: dict[str, Any]) -> None:
        spec = SPEC.model_copy(update={"id": dataset})
        content = pulled(fetched("list.csv", repr(rows).encode(), "https://reg.example/list.csv"))
        snapshot = self.store.capture(spec, content, AT)[0].snapshot
        self.store.mark_good(dataset, snapshot, AT)
        records = [_record(dataset, row) for row in rows]
        rulings = [_ruling(row) for row in rows]
        matches = [
            {"record_id": row["id"], "decision": "match", "qid": row["item"], "reason": ""}
            for row in rows
            if row.get("item")
        ]
        for name, content_of, schema in (
            ("records", records, RECORDS),
            ("risk", rulings, RISK),
            ("matches", matches, MATCHES),
        ):
            table = pa.Table.from_pylist(content_of, schema=schema)
            self.store.write_table(dataset, snapshot, name, table, name)

    def export(
        self,
        *ones: Settled,
        licence: str = "CC0-1.0",
        target: Target = Target.EUROPEANA,
        basis: str = BASIS,
        ask_today: bool = True,
        **asked: Any,
    ) -> ReviewsExported:
        if ask_today:
            ones = tuple(self.asked_today(one) for one in ones)
        spec = SPEC.model_copy(update={"licence": SPEC.licence.model_copy(update={"id": licence})})
        facts = Facts(CHURCHES, licence, "https://reg.example/licence", "A register", "de")
        return export_reviews(
            ones,
            spec_of={CHURCHES: spec, "xx_other": SPEC.model_copy(update={"id": "xx_other"})}.get,
            store=self.store,
            fresh=Freshness(self.items),
            leaves=Leaves(target, LICENCES, (), TODAY, lambda source: replace(facts, dataset=source)),
            basis=basis,
            asked=Asked(Reporters(schemes=("community_report",), delay_days=30), TODAY, **asked),
            write=self._write,
        )

    def asked_today(self, one: Settled) -> Settled:
        """The same, asked on what the register and the index say now."""
        snapshot = self.store.last_good(one.task.dataset)
        records = self.store.read_table(one.task.dataset, snapshot, "records") if snapshot else None
        marks = record_marks(records, [one.task.record_id]) if records else {}
        mark = marks.get(one.task.record_id, "")
        content = asked_on(mark, item_marks(self.items.items(), one.task.choices), one.task.choices)
        return replace(one, task=replace(one.task, content_hash=content))

    def _write(self, records: Iterable[ToldRecord]) -> Handed:
        self.told = list(records)
        return Handed(len(self.told), sum(len(one.annotations) for one in self.told), Counter())


def _record(dataset: str, row: dict[str, Any]) -> dict[str, Any]:
    given = {
        "name": "St. Mary",
        "lang": "en",
        "url": f"https://reg.example/{row['id']}",
        "lat": 52.5,
        "lon": 13.4,
    }
    own = {key: value for key, value in row.items() if key in RECORDS.names}
    names = [{"lang": "en", "text": "St. Mary"}]
    about = {"dataset": dataset, "record_id": row["id"], "kind": "monument", "names": names}
    return about | given | {"precision_m": 1.0} | own


def _ruling(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "record_id": row["id"],
        "level": "unknown",
        "explanation": "",
        "disclosure": row.get("disclosure", "S0"),
        "disclosure_rules": row.get("rules", []),
        "disclosure_reason": "",
        "disclosure_basis": BASIS,
    }


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path, {"id": "1", "item": "Q151356"}, {"id": "2"})


def test_what_people_agree_on_leaves_record_by_record(shelf: Shelf) -> None:
    ones = [settled(said, task_id=f"t{i}") for i, said in enumerate(SAID.values())]
    result = shelf.export(*ones, settled(TAG, record_id="2"))
    assert result == ReviewsExported(2, 6, {})
    first, second = shelf.told
    assert first.targets == ("https://reg.example/1", "http://www.wikidata.org/entity/Q151356")
    assert (first.item, second.item, first.rights) == (
        "Q151356", "", "http://creativecommons.org/publicdomain/zero/1.0/",
    )  # fmt: skip
    assert [one.annotation for one in first.annotations] == list(SAID.values())
    assert (first.annotations[0].up, first.annotations[0].generator) == (3, "labels")


@pytest.mark.parametrize("disclosure", ["S1", "S2", "S3", "S4", "S5", "made up"])
def test_of_a_place_that_is_not_told_exactly_nothing_leaves(tmp_path: Path, disclosure: str) -> None:
    """Not by its item on Wikidata either."""
    shelf = Shelf(tmp_path, {"id": "1", "item": "Q151356", "disclosure": disclosure})
    assert shelf.export(settled(TAG), settled(item="Q1", task_id="t2")).annotations == 0
    assert shelf.told == []


def test_what_people_should_not_find_on_a_wiki_is_not_led_to(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, {"id": "1", "item": "Q151356", "rules": ["R5", "R12"]})
    assert shelf.export(settled(TAG)).annotations == 0


def test_an_item_that_another_register_protects_is_not_told_of(tmp_path: Path) -> None:
    """Even if it is people who found out just now that it is this one."""

    shelf = Shelf(tmp_path, {"id": "1"})
    assert shelf.export(settled(item="Q5")).annotations == 1
    shelf.add("xx_other", {"id": "cave", "item": "Q5", "disclosure": "S4", "rules": ["R5"]})
    kept = {"dataset": "xx_other", "record_id": "cave", "names": [], "disclosure": "S4"}
    snapshot = shelf.store.last_good("xx_other")
    assert snapshot
    shelf.store.write_table(
        "xx_other", snapshot, "protected", pa.Table.from_pylist([kept], schema=PROTECTED), "p"
    )
    assert shelf.export(settled(item="Q5")).annotations == 0


@pytest.mark.parametrize(
    ("licence", "target", "leaves"),
    [
        ("CC-BY-4.0", Target.EUROPEANA, False),
        ("CC-BY-4.0", Target.EXPORT, True),
        ("CC-BY-NC-4.0", Target.EXPORT, False),
        ("", Target.EXPORT, False),
        ("CC0-1.0", Target.EUROPEANA, True),
    ],
)
def test_the_licence_gate_decides_for_each_target(
    shelf: Shelf, licence: str, target: Target, leaves: bool
) -> None:
    result = shelf.export(settled(TAG), licence=licence, target=target)
    assert bool(shelf.told) is leaves
    if leaves:
        assert shelf.told[0].credit == ("A register (CC-BY-4.0)" if licence == "CC-BY-4.0" else "")
    else:
        [(why, count)] = result.kept_back.items()
        assert count == 1
        assert "opens it" in why


def test_in_a_war_what_people_wrote_stays_and_the_rest_waits_and_names_no_hour(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, {"id": "1", "rules": ["R14"]})
    wrote = settled(TAG, task_id="t1", proposed_by="heron-17")
    recent = settled(SAID["term"], task_id="t2", at=datetime.combine(TODAY, AT.timetz()) - timedelta(days=29))
    old = settled(SAID["term"], task_id="t3", proposed_by="heron-17")
    result = shelf.export(wrote, recent, old, creators=True)
    [only] = shelf.told[0].annotations
    assert (only.task_id, only.created, only.creator) == ("t3", None, "")
    assert set(result.kept_back) == {
        "its words could tell who was there",
        "it waits 30 days, to protect those who were there",
    }


def test_what_could_help_a_thief_stays(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, {"id": "1", "rules": ["R11"]})
    result = shelf.export(
        settled(TAG, task_id="t1", proposed_by="heron-17"),
        settled(SAID["translation"], task_id="t2"),
        settled(SAID["term"], task_id="t3", proposed_by="heron-17"),
    )
    assert result.kept_back == {"what people write of the place could help a thief": 1}
    assert [one.task_id for one in shelf.told[0].annotations] == ["t2", "t3"]


@pytest.mark.parametrize("text", ["ask ada@reg.example", "+49 30 1234567"])
def test_addresses_and_numbers_of_people_stay(shelf: Shelf, text: str) -> None:
    result = shelf.export(settled(Annotation(AnnotationKind.TAG, text=text)))
    assert result.kept_back == {"its words hold an e-mail address or a telephone number": 1}


def test_pseudonyms_leave_only_when_they_are_asked_for(shelf: Shelf) -> None:
    shelf.export(settled(TAG, proposed_by="heron-17"))
    assert shelf.told[0].annotations[0].creator == ""
    shelf.export(settled(TAG, proposed_by="heron-17"), creators=True)
    assert shelf.told[0].annotations[0].creator == "heron-17"


def test_what_people_agree_is_wrong_leaves_only_when_it_is_asked_for(shelf: Shelf) -> None:
    wrong = settled(TAG, rejected=True)
    assert shelf.export(wrong).kept_back == {"people agree that it is wrong": 1}
    assert shelf.export(wrong, rejected=True).annotations == 1
    assert shelf.told[0].annotations[0].rejected


def test_a_point_of_people_tells_no_more_than_the_register_lets_tell(tmp_path: Path) -> None:
    """R3: never finer than the source, and no join that refines it."""
    shelf = Shelf(tmp_path, {"id": "1", "precision_m": 1000.0}, {"id": "2", "precision_m": None, "lat": None})
    shelf.export(settled(SAID["point"]), settled(SAID["point"], record_id="2"))
    coarse, fine = (one.annotations[0].annotation for one in shelf.told)
    assert coarse
    assert fine
    assert (coarse.lat, coarse.lon) == (52.519, 13.402)
    assert (fine.lat, fine.lon) == (52.518898, 13.401797)


def test_what_is_no_annotation_is_counted_by_reason(shelf: Shelf) -> None:
    ones = [
        settled(TAG, task_id="a", kind=ReviewKind.DANGER),
        settled(TAG, task_id="b", kind=ReviewKind.TERM),
        replace(settled(TAG, task_id="c"), outcome=Outcome(Verdict.EXPERT, "right", 0.5, 5)),
        settled(TAG, task_id="d", gold="right"),
        settled(TAG, task_id="e", experts_only=True),
        settled(item="none", task_id="f"),
        settled(Annotation(AnnotationKind.TERM, item="Q9900001"), task_id="g"),
        settled(None, task_id="h"),
    ]
    result = shelf.export(*ones)
    assert (result.annotations, sum(result.kept_back.values()), len(result.kept_back)) == (0, 8, 8)


def test_registers_and_records_that_are_gone_are_counted(shelf: Shelf) -> None:
    ones = [settled(TAG, dataset="aa_gone"), settled(TAG, record_id="9"), settled(TAG, dataset="xx_other")]
    assert shelf.export(*ones).kept_back == {
        "its register is not described here any more, or nothing good was pulled of it": 2,
        "its record is not in the register any more": 1,
    }


@pytest.mark.parametrize(
    ("url", "targets"),
    [
        ("javascript:alert(1)", ("http://www.wikidata.org/entity/Q151356",)),
        ("https://user:secret@reg.example/1", ("http://www.wikidata.org/entity/Q151356",)),
        (
            "https://www.europeana.eu/en/item/9200/BIB_1",
            (
                "http://data.europeana.eu/item/9200/BIB_1",
                "https://www.europeana.eu/en/item/9200/BIB_1",
                "http://www.wikidata.org/entity/Q151356",
            ),
        ),
    ],
)
def test_only_addresses_that_lead_there_stand_for_a_record(
    tmp_path: Path, url: str, targets: tuple[str, ...]
) -> None:
    shelf = Shelf(tmp_path, {"id": "1", "item": "Q151356", "url": url})
    shelf.export(settled(TAG))
    assert shelf.told[0].targets == targets


def test_without_any_address_nothing_can_be_said_and_no_item_is_linked_with_itself(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, {"id": "1", "url": None}, {"id": "2", "url": None})
    result = shelf.export(settled(TAG), settled(item="Q5", record_id="2"))
    assert shelf.told == []
    assert sum(result.kept_back.values()) == 2


def test_rulings_by_rules_of_yesterday_let_nothing_out(shelf: Shelf) -> None:
    with pytest.raises(DecisionStale, match="flag it again"):
        shelf.export(settled(TAG), basis="rules of today")


def test_another_order_is_refused(shelf: Shelf) -> None:
    with pytest.raises(ValueError, match="by dataset, record and task"):
        shelf.export(settled(TAG, record_id="2"), settled(TAG))


def test_more_records_than_are_looked_at_together_come_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("heritage.steps.review_export._AT_ONCE", 2)
    shelf = Shelf(tmp_path, *({"id": str(i)} for i in range(5)))
    shelf.export(
        *(
            settled(said, record_id=str(i), task_id=t)
            for i in range(5)
            for t, said in (("a", TAG), ("b", TAG))
        )
    )
    assert [(one.record_id, len(one.annotations)) for one in shelf.told] == [(str(i), 2) for i in range(5)]


def test_the_time_of_an_answer_is_kept_as_it_was(shelf: Shelf) -> None:
    shelf.export(settled(TAG))
    assert shelf.told[0].annotations[0].created == datetime(2026, 10, 1, 12, 30, tzinfo=UTC)


def test_what_was_asked_on_other_data_stays(shelf: Shelf) -> None:
    """By a rule of the record or of its item, by a person, and on which item it is; also without an index."""
    shelf.items = Items("Q5", "Q151356")
    of_person = settled(TAG, task_id="b", proposed_by="R-x")
    ones = [settled(TAG, task_id="a"), of_person, settled(item="Q5", task_id="c")]
    known = [shelf.asked_today(one) for one in ones]
    records = shelf.store.read_table(CHURCHES, str(shelf.store.last_good(CHURCHES)), "records")
    items = item_marks(shelf.items.items(), ["Q151356"])
    of_item = asked_on(record_marks(records, ["1"])["1"], items, ["Q151356"])
    known.append(replace(known[0], task=replace(known[0].task, task_id="d", content_hash=of_item)))
    assert shelf.export(*known, ask_today=False).annotations == 4
    stale = "the record, or its item, has changed since people were asked"
    old = [replace(one, task=replace(one.task, content_hash="of yesterday")) for one in known]
    assert shelf.export(*old, ask_today=False).kept_back == {stale: 4}
    shelf.items = Items("Q64")  # the others were merged or deleted
    assert shelf.export(*known, ask_today=False).kept_back == {stale: 2}
    assert [one.task_id for one in shelf.told[0].annotations] == ["a", "b"]
    shelf.items = Nothing()
    assert shelf.export(*known, ask_today=False).kept_back == {stale: 2}
