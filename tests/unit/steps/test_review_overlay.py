"""What people settled comes back to the matches, without names and as long as it fits the data."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage.adapters.database.engine import connect, upgrade
from heritage.adapters.database.reviews import SqlReviewStore
from heritage.adapters.files import FileStore
from heritage.adapters.reconcile_settings import load_settings
from heritage.adapters.wikidata.dump import build_index
from heritage.adapters.wikidata.index import FileItemIndex
from heritage.model.review import Outcome, ReviewKind, ReviewTask, Verdict
from heritage.model.tables import MATCHES, RECORDS, TO_RECONCILE
from heritage.ports.reviews import Kept
from heritage.spec.loader import LoadedSpec, load_spec
from heritage.steps.partitions import Comparison
from heritage.steps.reconcile import Judgement, Reconciled, reconcile
from heritage.steps.review_asked import ITEM_COLUMNS, asked_on, item_marks, record_marks, task_id
from heritage.steps.review_overlay import Overlay, Tally
from review_examples import NOON, reviews, say, task

DATASETS = Path(__file__).parents[3] / "datasets"
SNAPSHOT = "0123456789abcdef"
DATASET = "world_whc"


class House:
    """A register of three records with one name, and an index of two items with that name."""

    def __init__(self, folder: Path) -> None:
        self.files = FileStore(str(folder))
        spec = load_spec(DATASETS / "_world" / DATASET / f"{DATASET}.yaml")
        assert isinstance(spec, LoadedSpec)
        self.loaded, self.folder = spec, folder
        url = f"sqlite:///{folder}/heritage.sqlite"
        upgrade(url)
        self.store = SqlReviewStore(connect(url))
        self.index_of("Q1", "Q2")
        self.records_named("Palmyra")

    def index_of(self, *qids: str, label: str = "Palmyra") -> None:
        lines = [
            {"type": "item", "id": qid, "labels": {"en": {"language": "en", "value": label}}, "claims": {}}
            for qid in qids
        ]
        dump = self.folder / "dump.jsonl"
        dump.write_text("\n".join(map(json.dumps, lines)))
        build_index(str(dump), str(self.folder), date(2026, 11, 21))
        self.index = FileItemIndex(str(self.folder))

    def records_named(self, name: str, *ids: str) -> None:
        base = dict.fromkeys(RECORDS.names) | {"dataset": DATASET, "kind": "site", "name": name, "lang": "en"}
        rows = [base | {"record_id": one} for one in ids or ("a", "b", "c")]
        self.files.write_table(DATASET, SNAPSHOT, "records", pa.Table.from_pylist(rows, schema=RECORDS), name)

    def ask(self, record_id: str, *choices: str) -> ReviewTask:
        records = self.files.read_table(DATASET, SNAPSHOT, "records", columns=TO_RECONCILE)
        marks = record_marks(records, [record_id])
        items = item_marks(self.index.items(ITEM_COLUMNS), choices)
        content = asked_on(marks[record_id], items, choices)
        asked: tuple[Any, ...] = ("same", ReviewKind.MATCH, DATASET, record_id, choices, "", content)
        made = ReviewTask(task_id(*asked), *asked[:5], "", "", content, NOON)
        self.store.add([made])
        return made

    def agree(self, record_id: str, choice: str) -> ReviewTask:
        """Three people say so."""
        asked = self.ask(record_id, "Q1", "Q2", "none")
        for user in ("Ada", "Bo", "Chi"):
            assert say(reviews(self.store), user, asked, choice).kept
        return asked

    def reconcile(self) -> tuple[Reconciled, dict[str, tuple[str, str | None, str]]]:
        counts = reconcile(
            self.loaded.spec,
            SNAPSHOT,
            Comparison(self.files, self.index, load_settings(DATASETS / "_vocabularies" / "reconcile")),
            Judgement(14, datetime(2026, 11, 22, tzinfo=UTC), self.store),
        )
        rows = self.files.read_table(DATASET, SNAPSHOT, "matches").to_pylist()
        return counts, {row["record_id"]: (row["decision"], row["qid"], row["reason"]) for row in rows}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_what_people_say_is_the_decision_and_a_rerun_is_free(house, monkeypatch):
    assert house.reconcile()[0] == Reconciled(match=0, review=3, new=0)
    match, none = house.agree("a", "Q1"), house.agree("b", "none")
    counts, found = house.reconcile()
    assert counts == Reconciled(match=1, review=1, new=1, by_people=2)
    assert found["a"] == ("match", "Q1", "3 of 3 reviewers say that it is Q1.")
    assert found["b"] == ("new", None, "3 of 3 reviewers say that it is none of its candidates.")
    assert found["c"][0] == "review"
    assert house.store.task(match.task_id).used
    assert house.store.task(none.task_id).used
    with monkeypatch.context() as patch:
        patch.setattr(FileStore, "table_in_parts", lambda *_: pytest.fail("written again"))
        assert house.reconcile()[0] == counts


def test_an_item_that_people_gave_to_a_record_is_no_others(house):
    house.agree("a", "Q1")
    house.agree("b", "Q1")
    counts, found = house.reconcile()
    assert counts == Reconciled(match=0, review=3, new=0)
    assert found["a"][2] == "People say of more than one record that it is Q1."


ITEMS = st.sampled_from(["Q1", "Q2", "Q3"])
MACHINE = st.one_of(st.tuples(st.just("match"), ITEMS), st.sampled_from([("review", None), ("new", None)]))


@given(st.lists(MACHINE, max_size=6), st.dictionaries(st.integers(0, 5), ITEMS | st.just("none"), max_size=4))
def test_people_are_heard_and_no_item_is_given_twice_by_them_and_a_machine(machine, people):
    candidates = [{"qid": "Q1"}, {"qid": "Q2"}, {"qid": "Q3"}]
    rows = [
        {"record_id": str(n), "decision": decision, "qid": qid, "reason": "so", "candidates": candidates}
        for n, (decision, qid) in enumerate(machine)
    ]
    choices = ("Q1", "Q2", "Q3", "none")
    settled = {
        str(n): Kept(task(n, choices=choices), Outcome(Verdict.ACCEPTED, choice, 0.94, 3))
        for n, choice in people.items()
    }
    overlay = Overlay(settled, {one.task.task_id: Tally(3, 1, 0) for one in settled.values()})
    before = pa.Table.from_pylist(rows, schema=MATCHES)
    after = overlay.lay(before)
    assert after.schema == MATCHES
    given_away = [choice for choice in people.values() if choice != "none"]
    for old, new in zip(before.to_pylist(), after.to_pylist(), strict=True):
        said = people.get(int(new["record_id"]))
        if said is None and old["qid"] not in given_away:
            assert new == old
        elif said is None:
            assert (new["decision"], new["qid"]) == ("review", None)
        elif said == "none":
            assert (new["decision"], new["qid"]) == ("new", None)
        elif given_away.count(said) > 1:
            assert (new["decision"], new["qid"]) == ("review", None)
        else:
            assert (new["decision"], new["qid"]) == ("match", said)
            assert new["reason"] == f"3 of 4 reviewers say that it is {said}."


@pytest.mark.parametrize("changed", ["record", "merged", "renamed"])
def test_what_was_said_of_other_data_is_stale(house, changed):
    asked = house.agree("a", "Q1")
    if changed == "record":
        house.records_named("Palmyra, the oasis")
    elif changed == "merged":
        house.index_of("Q2")
    else:
        house.index_of("Q1", "Q2", label="Tadmor")
    counts, found = house.reconcile()
    assert counts.by_people == 0
    assert "reviewers" not in found["a"][2]
    assert house.store.task(asked.task_id).outcome.verdict is Verdict.STALE


def test_none_of_these_holds_only_for_the_candidates_that_were_seen(house):
    house.agree("a", "none")
    house.index_of("Q1", "Q2", "Q3")
    counts, found = house.reconcile()
    assert found["a"][0] == "review"
    assert counts.by_people == 0
