"""Which images may go to Commons, what each would say there, and what people order about them."""

import json

import pytest

from heritage.adapters.database.decisions import SqlDecisionStore
from heritage.adapters.database.engine import connect
from heritage.errors import DecisionStale, OrderRefused, SpecError
from heritage.governance.decide import decide
from heritage.governance.settings import GovernanceSettings
from heritage.model.edit import EditState
from heritage.model.governance import Criteria, Proposal, Ranked, Rehearsal, Scope, Vote
from heritage.model.upload import Action
from heritage.ports.media import MediaEntry
from heritage.spec.dataset import DatasetSpec
from heritage.spec.yaml_model import read_model
from heritage.steps.media import from_json
from heritage.steps.media_decided import ImagesDecided, images_decided
from heritage.steps.media_orders import why_held
from media_examples import AT, Shelf, described, record
from register_examples import VOCABULARIES, StoppedClock

BASE = "https://images.example"


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path, described(BASE))


def rows(batch):
    return {row["record_id"]: row for row in batch.files.to_pylist()}


def test_what_stays_is_counted_by_its_reason(shelf):
    shelf.keep(
        [
            record("1", "Free", "1.jpg"),
            record("2", "Not free", "2.jpg", rights="CC-BY-NC-4.0"),
            record("3", "Nobody's", "3.jpg", rights=None),
            record("4", "Without a tag", "4.jpg", rights="CC-PDM-1.0"),
            record("5", "Withheld", "5.jpg"),
            record("6", "Somebody in danger", "6.jpg"),
            record("7", "New", "7.jpg"),
            record("8", "No image", None),
        ],
        classes={"5": "S5"},
        rules={"6": ["R14"]},
        items={number: f"Q{number}" for number in "1234568"},
    )
    batch = shelf.plan()
    assert list(rows(batch)) == ["1"]
    assert sum(batch.kept_back.values()) == 6
    assert batch.kept_back["disclosure keeps it back"] == 2
    assert batch.kept_back["the record has no item yet"] == 1
    assert batch.kept_back["no tag on Commons is known for the licence CC-PDM-1.0"] == 1


@pytest.mark.parametrize("disclosure", ["S1", "S2", "S3", "S4"])
def test_a_place_that_is_not_told_exactly_is_not_told_around_the_file(shelf, disclosure):
    shelf.keep([record("1", "Barrow", "secret-lane-5.jpg")], classes={"1": disclosure})
    row = rows(shelf.plan())["1"]
    assert row["strip"]
    said = json.dumps([row["title"], row["content"]])
    for telling in ("secret-lane", "images.example", "towers.example/entry", "2020-05-04"):
        assert telling not in said
    assert row["source"] == f"{BASE}/full/secret-lane-5.jpg"  # for fetching alone


def test_a_name_that_tells_the_place_is_not_told(shelf):
    shelf.keep([record("1", "Barrow 300 m N of the church", "1.jpg")], classes={"1": "S3"})
    row = rows(shelf.plan())["1"]
    assert "church" not in row["title"] + row["content"]
    assert row["title"] == "Towers - Tower Office - 1"


def test_the_id_of_a_batch_changes_with_anything_that_would_be_told(shelf):
    seen = set()
    for name, author, disclosure in (("A", "x", "S0"), ("B", "x", "S0"), ("B", "y", "S0"), ("B", "y", "S2")):
        shelf.keep([record("1", name, "1.jpg", author=author)], classes={"1": disclosure})
        seen.add(shelf.plan().batch_id)
        assert shelf.plan().batch_id in seen
    assert len(seen) == 4


def test_what_is_planned_can_be_read_back(shelf):
    shelf.keep([record("1", "Tower", "1.jpg", author="Nobody Known", taken="189X")])
    content = from_json(rows(shelf.plan())["1"]["content"])
    said = {claim.property: claim for claim in content.claims}
    assert said["P571"].value.precision == 8
    assert content.captions == {"en": "Tower"}
    assert content.text.startswith("{{Information\n")


def test_a_register_without_the_section_sends_nothing(shelf, tmp_path):
    shelf.keep([record("1", "Tower", "1.jpg")])
    content = shelf.loaded.spec.model_dump(mode="json", by_alias=True, exclude_unset=True)
    del content["media"]
    shelf.loaded = type(shelf.loaded)(DatasetSpec.model_validate(content), shelf.loaded.path)
    with pytest.raises(SpecError, match="media"):
        shelf.plan()


def test_the_section_needs_images_in_the_mapping(shelf):
    content = shelf.loaded.spec.model_dump(mode="json", by_alias=True, exclude_unset=True)
    del content["record"]["image"]
    with pytest.raises(ValueError, match=r"record\.image names none"):
        DatasetSpec.model_validate(content)


def test_rulings_by_other_rules_let_nothing_out(shelf):
    shelf.keep([record("1", "Tower", "1.jpg")])
    with pytest.raises(DecisionStale):
        shelf.plan(basis="newer rules")


def test_what_another_register_protects_on_the_item_is_not_told_of_the_file(shelf):
    """R10, as for edits: the same item, and the other register keeps it back."""
    shelf.keep(
        [record("1", "Barrow 300 m N of the church", "secret-lane-5.jpg"), record("2", "Tower", "2.jpg")]
    )
    free = shelf.plan()
    assert not rows(free)["1"]["strip"]
    shelf.protect("Q1", "S4")
    held = rows(shelf.plan())
    assert held["1"]["strip"]
    said = held["1"]["title"] + held["1"]["content"]
    assert not any(word in said for word in ("church", "secret-lane", "towers.example/entry", "2020-05-04"))
    assert held["2"] == rows(free)["2"]
    shelf.protect("Q1", "S5")
    gone = shelf.plan()
    assert list(rows(gone)) == ["2"]
    assert gone.kept_back == {"disclosure keeps it back": 1}


def test_files_speak_of_items_of_one_wiki_only(shelf):
    shelf.keep([record("1", "Tower", "1.jpg"), record("2", "Mill", "2.jpg")], items={"1": "Q1"})
    assert list(rows(shelf.plan(made={"2": "Q2"}))) == ["1", "2"]
    assert list(rows(shelf.plan(items_of="wiki", made={"2": "Q2"}))) == ["1", "2"]
    told = "its item is on wiki, and files on commons speak of items of "
    other = shelf.plan(items_of="wikidata", made={"1": "Q9", "2": "Q2"})
    assert {row["record_id"]: row["qid"] for row in other.files.to_pylist()} == {"1": "Q1"}
    assert other.kept_back == {f"{told}wikidata": 1}
    mapped = shelf.plan(made={"2": "metabase:Q2"})  # no id that a statement can carry
    assert list(rows(mapped)) == ["1"]
    assert mapped.kept_back == {f"{told}wiki": 1}


def test_what_the_body_decided_on_places_at_risk_holds_for_those_alone(shelf):
    shelf.keep([record("1", "Tower", "1.jpg"), record("2", "Mill", "2.jpg")], levels={"2": "watch"})
    for decided, going in (
        (ImagesDecided(at_risk=True, others=True), ["1", "2"]),
        (ImagesDecided(at_risk=True, others=False), ["1"]),
        (ImagesDecided(at_risk=False, others=False), []),
    ):
        batch = shelf.plan(decided=decided)
        assert list(rows(batch)) == going
        assert batch.kept_back.get("the governance body has not approved it", 0) == 2 - len(going)


@pytest.mark.parametrize(
    ("rulings", "decided"),
    [
        ([], None),
        ([("names", "all", "against")], None),
        ([("names", "all", "for")], (True, True)),
        ([("names", "at_risk", "for")], (True, False)),
        ([("names", "at_risk", "for"), ("place", "all", "for")], (True, True)),
        ([("names", "all", "for"), ("images", "all", "against")], (False, False)),
        ([("names", "all", "for"), ("images", "at_risk", "for")], (True, False)),
        ([("images", "all", "for"), ("images", "at_risk", "against")], (False, True)),
        ([("images", "at_risk", "against"), ("images", "all", "for")], (True, True)),
        ([("images", "all", "against"), ("images", "all", "for")], (True, True)),
    ],
)
def test_a_word_of_the_body_on_images_counts_before_what_it_said_of_the_rest(shelf, rulings, decided):
    store = SqlDecisionStore(connect(shelf.database))
    for number, (kind, scope, answer) in enumerate(rulings):
        rule(store, number, kind, Scope(scope), answer)
    found = images_decided("xx_towers", decisions=store, clock=StoppedClock(AT))
    assert (found and (found.at_risk, found.others)) == decided
    assert images_decided("xx_others", decisions=store, clock=StoppedClock(AT)) is None


def rule(store, number, kind, scope, answer):
    seats = ("Ada", "Bo", "Chidi", "Dana", "Eun")
    rehearsal, criteria = Rehearsal(1, 0, 1, 0, 0, 0, 0, 0.1), Criteria(0, 0, 0, 0)
    about = (f"p{number}", "xx_towers", "s1", "t", kind, scope, "c", "e")
    proposal = Proposal(*about, rehearsal, (), criteria, 1.0)
    store.open_round(f"r{number}", [Ranked(proposal, 1, 0.5, {}, 0.9, "robust in")], seats, AT, AT)
    for member in seats:
        store.cast(f"r{number}", Vote(member, f"p{number}", answer, AT, "because"))
    terms = read_model(VOCABULARIES / "governance.yaml", GovernanceSettings)
    store.close_round(f"r{number}", lambda r, votes, last: decide(r, votes, terms, AT, last))


def test_orders_fit_where_a_batch_of_the_journal_stands(shelf):
    def order(action, reason="because"):
        shelf.order("abc", action, reason, pilot=1)

    def why():
        return why_held("abc", orders=shelf.orders, journal=shelf.journal, pilot=1)

    with pytest.raises(OrderRefused, match="no batch abc in the journal of images"):
        order(Action.PAUSE)
    first, second = planned("abc", 1), planned("abc", 2)
    shelf.journal.plan("commons", [first, second])
    assert why() is None
    with pytest.raises(OrderRefused, match=r"it is pilot\. What can be ordered now: pause or cancel"):
        order(Action.RELEASE)
    placed = shelf.journal.placed(shelf.journal.sending(first, "1.jpg", "a" * 40, AT), "1.jpg", 7)
    shelf.journal.confirmed(placed, 8, AT)
    assert "look at it, then release the rest" in why()
    with pytest.raises(OrderRefused, match="deletion"):
        order(Action.UNDO)
    with pytest.raises(OrderRefused, match="Say why"):
        order(Action.RELEASE, " ")
    order(Action.RELEASE)
    assert why() is None
    order(Action.PAUSE)
    assert "pause by ada" in why()
    order(Action.RESUME)
    assert why() is None
    order(Action.CANCEL)
    assert "cancel by ada" in why()
    with pytest.raises(OrderRefused, match=r"it is cancelled\. What can be ordered now: nothing"):
        order(Action.RESUME)


def planned(batch_id, number):
    return MediaEntry(
        edit_id=f"e{number}",
        batch_id=batch_id,
        dataset="xx_towers",
        record_id=str(number),
        source="https://images.example/1",
        title="Tower",
        sha1=None,
        state=EditState.PLANNED,
        reason="",
        content="{}",
        stash="",
        page=None,
        revision=None,
        sent_at=None,
        attempts=0,
    )
