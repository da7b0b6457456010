"""What was done with whom, told on a hub with ids of its own: once, kept up to date, never over people."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.adapters.wikibase.wiki import PywikibotWiki
from heritage.cli.app import app
from heritage.errors import SpecError
from heritage.model.edit import EditState
from heritage.model.upload import Action, Order
from heritage.ports.decisions import JournalEntry
from heritage.ports.media import MediaEntry
from heritage.ports.orders import UndoState
from heritage.spec.hub import MEANING, Fact
from heritage.spec.target import load_target
from heritage.steps.upload_limits import UploadLimits
from heritage.wiring.batch_orders import order_batch
from heritage.wiring.hub import Told, publish, words_of
from heritage.wiring.overview import batch_page, batches
from heritage.wiring.schedule import plan_uploads
from heritage.wiring.settings import Settings
from heritage.wiring.stores import journal, media_journal, order_book, undone_edits
from heritage.wiring.undo import audit_batch, undo_batch
from heritage.wiring.wiki_account import WikiAccount
from installation import DATASETS
from wikibase_sandbox.testing import BOT, Sandbox, running

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BATCH, DATASET = "0123456789ab", "de_libraries"
DATATYPES = {
    "item": "wikibase-item",
    "URL": "url",
    "quantity": "quantity",
    "point in time": "time",
    "string": "string",
    "string or external identifier": "external-id",
}
NUMBERS = {fact: f"P{number}" for number, fact in enumerate(Fact, 901)}
ITEMS = {"Q183": "Q21", "Q6938433": "Q22"}  # Germany, CC0
HUB = {
    "id": "own_hub",
    "title": "Own hub",
    "entities": "http://www.wikidata.org/entity/",
    "properties": {"P31": NUMBERS[Fact.INSTANCE_OF]},
    "items": ITEMS,
    "edits_per_minute": 60000,
    "settles_after": 1,
    "hub": {
        "dataset": "Q11",
        "batch": "Q12",
        "properties": {fact.value: pid for fact, pid in NUMBERS.items()},
        "wikis": {"wikidata": {"item": "Q13", "details": "https://groups.example/b/CB/{batch}/"}},
    },
}


class Hub:
    """An installation with a settled batch, and the wiki that is told of it."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder, self.sandbox = folder, sandbox
        self.account = WikiAccount(sandbox.api_url, f"{BOT.name}@heritage", "own_hub", BOT.password)
        self.settings = Settings(
            data_url=str(folder / "data"),
            database_url=f"sqlite:///{folder}/heritage.sqlite",
            datasets=folder / "datasets",
            contact="https://heritage.example",
            wiki_edits_per_minute=60000,
        )

    def describe(self, **changed: Any) -> None:
        text = yaml.safe_dump(HUB | changed)
        (self.folder / "datasets/_vocabularies/targets/own_hub.yaml").write_text(text)

    def rename(self, title: str, publisher: str) -> None:
        path = self.folder / "datasets/de/de_libraries/de_libraries.yaml"
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        told["title"], told["publisher"] = title, {"name": publisher}
        path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")

    def batch(self, *reasons: str, batch_id: str = BATCH, confirmed: int = 3) -> None:
        """A batch on Wikidata: so many edits confirmed, the first a new item; others skipped for reasons."""
        book = journal(self.settings)
        edits = confirmed + len(reasons)
        made = [
            JournalEntry(
                f"{batch_id}{n:04x}", batch_id, DATASET, f"secret place {n}", f"Q{n + 1}" if n else None,
                EditState.PLANNED, "", '{"labels":{"en":"secret name"}}', None, None, 0,
            )
            for n in range(edits)
        ]  # fmt: skip
        book.plan(batch_id, (7, 8), "wikidata", made, NOON)
        waiting = iter(book.pending(batch_id))
        for n in range(confirmed):
            entry = book.sending(next(waiting), made[n].content, NOON)
            book.confirmed(entry, f"Q{n + 1}", 50 + n, NOON + timedelta(days=n))
        for reason in reasons:
            book.skipped(next(waiting), reason, NOON)

    def publish(self, *, live: bool = True) -> Told:
        [told] = publish(self.settings, self.account, live=live)
        return told

    def says(self, qid: str) -> dict[str, Any]:
        """Fact to values of an item, plainly."""
        facts = {pid: fact.value for fact, pid in NUMBERS.items()}
        claims = self.sandbox.entity(qid)["claims"]
        return {facts[pid]: [_plain(claim) for claim in group] for pid, group in claims.items()}

    def item(self, key: str) -> str:
        """The one item that carries our id."""
        found = {
            edit["title"] for edit in self.sandbox.edits() if key in self.says(edit["title"]).get("key", ())
        }
        assert len(found) == 1
        return str(found.pop())

    def as_person(self, qid: str, fact: Fact, amount: str) -> None:
        """Somebody changes a figure."""
        entity = self.sandbox.entity(qid)
        [claim] = entity["claims"][NUMBERS[fact]]
        claim["mainsnak"]["datavalue"]["value"]["amount"] = amount
        del claim["references"]
        access = WikiAccess(
            self.sandbox.api_url, "https://heritage.example", user="Person@x", password="person-password"
        )
        PywikibotWiki(access).add(qid, {"claims": [claim]}, entity["lastrevid"], "I know better")


def _plain(claim: dict[str, Any]) -> Any:
    value = claim["mainsnak"]["datavalue"]["value"]
    if isinstance(value, str):
        return value
    return value.get("id") or value.get("amount") or value.get("time")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    words = tmp_path / "datasets" / "_vocabularies"
    (words / "targets").mkdir(parents=True)
    for path in (DATASETS / "_vocabularies").iterdir():
        if path.name != "targets":
            (words / path.name).symlink_to(path)
    shutil.copytree(DATASETS / "de" / DATASET, tmp_path / "datasets" / "de" / DATASET)
    with running(tmp_path / "wiki.sqlite") as sandbox:
        sandbox.seed(
            entities=[
                *({"id": pid, "datatype": DATATYPES[MEANING[fact][0]], "labels": {"en": fact.value}}
                  for fact, pid in NUMBERS.items()),
                *({"id": f"Q{n}", "labels": {"en": f"Item {n}"}} for n in (11, 12, 13, 21, 22, 31)),
            ]
        )  # fmt: skip
        found = Hub(tmp_path, sandbox)
        found.describe()
        found.rename("Libraries", "Land of Books")
        yield found


def test_a_dataset_and_its_batch_become_an_item_each_with_facts_and_counts_alone(hub: Hub) -> None:
    hub.batch("already there", "already there", "refused, modification-failed: secret name")
    told = hub.publish()
    assert (told.sent, told.waiting, told.left, told.problem) == (2, 0, (), "")
    dataset, batch = hub.item(DATASET), hub.item(BATCH)
    source = yaml.safe_load((DATASETS / "de/de_libraries/de_libraries.yaml").read_text())["harvest"]["url"]
    assert hub.says(dataset) == {
        "instance_of": ["Q11"],
        "key": [DATASET],
        "licence": ["Q22"],
        "country": ["Q21"],
        "source": [source],
    }
    assert hub.says(batch) == {
        "instance_of": ["Q12"],
        "key": [BATCH],
        "part_of": [dataset],
        "wiki": ["Q13"],
        "begun": ["+2026-11-20T00:00:00Z"],
        "ended": ["+2026-11-22T00:00:00Z"],
        "decision": ["7+8"],
        "details": [f"https://groups.example/b/CB/{BATCH}/"],
        "confirmed": ["+3"],
        "skipped": ["+2"],
        "refused": ["+1"],
        "undone": ["+0"],
        "new_items": ["+1"],
    }
    whole = json.dumps([hub.sandbox.entity(dataset), hub.sandbox.entity(batch), hub.sandbox.edits()])
    assert "secret" not in whole
    assert "register of Land of Books, dataset de_libraries" in whole


def test_a_second_run_and_another_database_make_nothing_twice(hub: Hub) -> None:
    hub.batch()
    hub.publish()
    made = len(hub.sandbox.edits())
    assert hub.publish().items == ()
    (hub.folder / "heritage.sqlite").unlink()  # the journal is lost: the items are found by our ids
    hub.batch()
    assert hub.publish().sent == 0
    assert len(hub.sandbox.edits()) == made == 2


def test_the_calendar_and_the_pages_bear_batches_without_a_decision(hub: Hub) -> None:
    hub.batch()
    told = hub.publish()
    calendar = plan_uploads(hub.settings, "own_hub", [])
    assert calendar.plan.placed == ()
    assert {row.dataset for row in batches(hub.settings)} == {DATASET, f"hub/{DATASET}"}
    page = batch_page(hub.settings, told.batch_id, 1, None)
    assert page is not None
    assert [row.statements for row in page.edits] == [13, 5]


def test_without_live_it_is_shown_and_nothing_is_written(hub: Hub) -> None:
    hub.batch()
    told = hub.publish(live=False)
    assert [(item.key, item.qid) for item in told.items] == [(DATASET, None)]
    assert (told.later, told.sent) == (1, 0)
    assert hub.sandbox.requests()["writes"] == 0
    assert {batch.batch_id for batch in journal(hub.settings).batches()} == {BATCH}


@pytest.mark.parametrize("kind", ["lost-response", "lost-request"])
def test_an_answer_that_is_lost_makes_no_second_item(
    hub: Hub, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = UploadLimits(settle=0.1, look_every=0.1)
    monkeypatch.setattr("heritage.wiring.hub.limits_of", lambda *_: quick)
    hub.batch()
    hub.sandbox.fault(kind, times=1, match={"action": "wbeditentity"})
    hub.sandbox.fault(kind, times=1, after=1, match={"action": "wbeditentity"})
    assert hub.publish().sent == 2
    assert hub.item(DATASET) != hub.item(BATCH)
    assert len(hub.sandbox.edits()) == 2


class Died(BaseException):
    """The process is gone: nothing after this runs."""


@pytest.mark.parametrize(
    ("moment", "on_wiki"),
    [
        ("heritage.adapters.wikibase.mapped.MappedWiki.stop_requested", 0),
        ("heritage.adapters.wikibase.mapped.MappedWiki.create", 0),
        ("heritage.adapters.database.journal.SqlJournal.confirmed", 1),
    ],
    ids=["planned", "written down", "made and not confirmed"],
)
def test_killed_at_any_point_the_next_run_makes_nothing_twice(
    hub: Hub, moment: str, on_wiki: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any) -> None:
        raise Died

    quick = UploadLimits(settle=0.1, look_every=0.1)
    monkeypatch.setattr("heritage.wiring.hub.limits_of", lambda *_: quick)
    hub.batch()
    with monkeypatch.context() as dying:
        dying.setattr(moment, die)
        with pytest.raises(Died):
            hub.publish()
    assert len(hub.sandbox.edits()) == on_wiki
    hub.sandbox.fault("search-lag", times=None)  # the search does not know what was made
    hub.batch("conflict: x", batch_id="fedcba987654")  # and more is to be told by now
    assert hub.publish().waiting == 0
    hub.sandbox.clear_faults()
    assert len(hub.sandbox.edits()) == 3
    assert len({hub.item(key) for key in (DATASET, BATCH, "fedcba987654")}) == 3
    assert hub.publish().sent == 0


def test_figures_follow_where_they_are_ours(hub: Hub) -> None:
    hub.batch("conflict: x")
    hub.publish()
    batch = hub.item(BATCH)
    before = hub.sandbox.entity(batch)
    book = journal(hub.settings)
    again = [entry for entry in book.entries(BATCH) if entry.state is EditState.SKIPPED]
    book.plan("ba9876543210", (9,), "wikidata", again, NOON)  # people have decided on it anew
    told = hub.publish()
    assert (told.sent, told.left) == (1, ())
    after = hub.sandbox.entity(batch)
    assert hub.says(batch)["skipped"] == ["+0"]
    assert told.items[0].lines == ("skipped: +0, not +1 any more",)
    audited = audit_batch(hub.settings, hub.account)
    assert (audited.agree, audited.differences, audited.since) == (3, (), ())
    [old], [new] = (one["claims"][NUMBERS[Fact.SKIPPED]] for one in (before, after))
    assert (old["id"], old["references"]) == (new["id"], new["references"])
    for one in (before, after):
        del one["claims"][NUMBERS[Fact.SKIPPED]]
    assert before["claims"] == after["claims"]
    assert hub.publish().sent == 0


def test_a_figure_that_a_person_changed_stays_and_is_listed(hub: Hub) -> None:
    hub.batch("conflict: x")
    hub.publish()
    batch = hub.item(BATCH)
    hub.as_person(batch, Fact.CONFIRMED, "+4")
    hub.as_person(batch, Fact.SKIPPED, "+0")
    book = journal(hub.settings)
    again = [entry for entry in book.entries(BATCH) if entry.state is EditState.SKIPPED]
    book.plan("ba9876543210", (9,), "wikidata", again, NOON)
    told = hub.publish()
    assert told.sent == 0
    named = f"own_hub:{batch} ({BATCH}): somebody has changed or removed what we told of"
    assert told.left == (
        f"{named} confirmed; it stays as it is, we would say +3.",
        f"{named} skipped; it stays as it is, we would say +0.",
    )
    assert (hub.says(batch)["confirmed"], hub.says(batch)["skipped"]) == (["+4"], ["+0"])


def test_a_batch_that_was_taken_back_says_so(hub: Hub) -> None:
    hub.batch()
    hub.publish()
    order_book(hub.settings).give(Order(BATCH, Action.UNDO, "wrong", "Ada", NOON), lambda _: None)
    # it is being taken back: nothing is told before that is through
    assert publish(hub.settings, hub.account, live=True) == []
    notes = undone_edits(hub.settings)
    for entry in journal(hub.settings).entries(BATCH):
        notes.settled(notes.begin("wikidata", entry), UndoState.UNDONE, "", 99, NOON)
    assert hub.publish().sent == 1
    assert hub.says(hub.item(BATCH))["undone"] == ["+3"]


def test_an_undo_gives_figures_back_and_nothing_is_told_after_it(hub: Hub) -> None:
    hub.batch("conflict: x")
    told = hub.publish()
    item = hub.item(BATCH)
    book = journal(hub.settings)
    again = [entry for entry in book.entries(BATCH) if entry.state is EditState.SKIPPED]
    book.plan("ba9876543210", (9,), "wikidata", again, NOON)
    assert hub.publish().sent == 1
    order_batch(hub.settings, "Ada", told.batch_id, Action.UNDO, "not ours to tell")
    done = undo_batch(hub.settings, hub.account, told.batch_id)
    assert (done.undone, done.left, len(done.deletions)) == (1, 1, 1)
    assert hub.says(item)["skipped"] == ["+1"]
    assert hub.publish().left == (
        "Nothing more is told of de_libraries: undo was ordered by Ada: not ours to tell",
    )


def test_images_on_commons_are_told_by_their_number(hub: Hub) -> None:
    wikis = HUB["hub"]["wikis"] | {"commons": {"item": "Q31"}}
    hub.describe(hub=HUB["hub"] | {"wikis": wikis})
    files = media_journal(hub.settings)
    made = [
        MediaEntry(
            f"{n:016x}", "cccccccccccc", DATASET, f"secret place {n}", "https://secret.example/1.jpg", "",
            None, EditState.PLANNED, "", "{}", "", None, None, None, 0,
        )
        for n in range(3)
    ]  # fmt: skip
    files.plan("commons", made)
    first, second, third = files.entries("commons", [entry.edit_id for entry in made])
    for entry in (first, second):
        sent = files.sending(entry, "Secret.jpg", "0" * 40, NOON)
        files.confirmed(files.placed(sent, "Secret.jpg", 7), 8, NOON)
    assert publish(hub.settings, hub.account, live=True) == []  # one waits
    files.skipped(third, "duplicate: File:Secret.jpg", NOON)
    assert hub.publish().sent == 2
    said = hub.says(hub.item("cccccccccccc"))
    assert (said["wiki"], said["confirmed"], said["skipped"]) == (["Q31"], ["+2"], ["+1"])
    assert not {"decision", "details"} & said.keys()
    assert "ecret" not in json.dumps([hub.sandbox.entity(edit["title"]) for edit in hub.sandbox.edits()])


def test_what_the_description_of_the_hub_lacks_is_named_with_its_file(hub: Hub) -> None:
    given = {k: v for k, v in HUB["hub"]["properties"].items() if k not in ("skipped", "source")}
    hub.describe(hub=HUB["hub"] | {"properties": given, "dataset": None} | {"wikis": {}})
    hub.batch()
    with pytest.raises(SpecError) as caught:
        hub.publish()
    said = str(caught.value)
    assert "Add `hub.dataset` to targets/own_hub.yaml" in said
    assert "skipped (quantity, edits that were not sent" in said
    assert "source (URL, where the dataset is published)" in said
    assert "Add to `hub.wikis`" in said
    assert "confirmed" not in said
    assert hub.sandbox.requests()["writes"] == 0


def test_an_item_or_a_property_that_is_missing_keeps_one_dataset_back(hub: Hub) -> None:
    hub.describe(
        items={"Q183": "Q21"}, hub=HUB["hub"] | {"properties": HUB["hub"]["properties"] | {"source": "P99"}}
    )
    hub.batch()
    told = hub.publish()
    assert "Q6938433 has no counterpart: add it to `items` in targets/own_hub.yaml." in told.problem
    assert "own_hub:P99 (P99) is no property of Own hub: have it made there." in told.problem
    assert hub.sandbox.requests()["writes"] == 0


def test_a_fact_without_a_property_is_left_out(hub: Hub) -> None:
    given = HUB["hub"]["properties"] | {"decision": "none", "reference": "none"}
    hub.describe(hub=HUB["hub"] | {"properties": given})
    hub.batch()
    assert hub.publish().sent == 2
    assert "decision" not in hub.says(hub.item(BATCH))
    assert hub.publish().sent == 0


@pytest.mark.parametrize(
    ("title", "publisher"),
    [
        ("x" * 300, "y" * 300),
        ('Bücher\t"|\n\u202egpj.exe\x07 [[Main Page]] <script>', "A\r\nB {{delete}} \u2066"),
        ("de_libraries", " "),
    ],
    ids=["long", "hostile", "named like its id"],
)
def test_hostile_names_are_told_as_plain_text_or_not_at_all(hub: Hub, title: str, publisher: str) -> None:
    hub.rename(title, publisher)
    hub.batch()
    told = hub.publish()
    assert (told.sent, told.skipped, told.problem) == (2, {}, "")
    for key in (DATASET, BATCH):
        entity = hub.sandbox.entity(hub.item(key))
        for term in (entity["labels"]["en"]["value"], entity["descriptions"]["en"]["value"]):
            assert len(term) <= 250
            assert not set(term) & set("\t\n\r\x07\u202e\u2066")
    assert hub.publish().sent == 0


def test_a_merged_item_is_followed_and_a_deleted_one_is_not_made_again(hub: Hub) -> None:
    hub.batch()
    hub.publish()
    dataset, batch = hub.item(DATASET), hub.item(BATCH)
    hub.sandbox.seed(entities=[{"id": dataset, "redirect": "Q31"}])
    hub.batch(batch_id="fedcba987654")
    told = hub.publish()
    assert (told.sent, told.problem) == (2, "")
    assert hub.says(batch)["part_of"] == hub.says(hub.item("fedcba987654"))["part_of"] == ["Q31"]
    assert all(one.startswith("own_hub:Q31 (de_libraries): ") for one in told.left)
    hub.sandbox.seed(entities=[{"id": batch, "deleted": True}])
    told = hub.publish()
    assert told.sent == 0
    assert f"own_hub:{batch} ({BATCH}) was deleted: it is not made again." in told.left


def test_more_than_a_pilot_waits_for_a_person(hub: Hub) -> None:
    hub.settings = hub.settings.model_copy(update={"pilot_edits": 2})
    hub.batch()
    hub.batch(batch_id="fedcba987654")
    told = hub.publish()
    assert (told.sent, told.waiting) == (2, 1)
    assert "Look at them, then release the rest: 1 wait." in told.stands
    assert hub.publish().sent == 0
    order_batch(hub.settings, "Ada", told.batch_id, Action.RELEASE, "looked at them")
    assert hub.publish().sent == 1
    assert hub.item("fedcba987654") != hub.item(BATCH)


def test_two_items_with_our_id_are_left_for_people_to_merge(hub: Hub) -> None:
    claim = {
        "rank": "normal",
        "mainsnak": {
            "snaktype": "value",
            "property": NUMBERS[Fact.KEY],
            "datavalue": {"type": "string", "value": DATASET},
        },
    }
    hub.sandbox.seed(
        entities=[
            {"id": f"Q{n}", "labels": {"en": str(n)}, "claims": {NUMBERS[Fact.KEY]: [claim]}}
            for n in (71, 72)
        ]
    )
    hub.batch()
    told = hub.publish()
    assert told.left == (
        "own_hub:Q71 and own_hub:Q72 both say de_libraries: nothing is told before they are merged.",
    )
    assert hub.sandbox.requests()["writes"] == 0


def test_the_command_shows_what_would_be_told(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.batch()
    (hub.folder / "password").write_text(BOT.password)
    given = {
        "DATA_URL": hub.settings.data_url,
        "DATABASE_URL": hub.settings.database_url,
        "DATASETS": str(hub.settings.datasets),
        "CONTACT": "https://heritage.example",
        "METABASE_API": hub.sandbox.api_url,
        "METABASE_TARGET": "own_hub",
        "METABASE_USER": f"{BOT.name}@heritage",
        "METABASE_PASSWORD_FILE": str(hub.folder / "password"),
    }
    for name, value in given.items():
        monkeypatch.setenv(f"HERITAGE_{name}", value)
    shown = CliRunner().invoke(app, ["metabase", "publish"])
    assert shown.exit_code == 0, shown.output
    assert "de_libraries: 1 to send." in shown.output
    assert "label: Libraries" in shown.output
    assert "country: Q183" in shown.output
    assert "1 batches follow" in shown.output
    monkeypatch.delenv("HERITAGE_METABASE_TARGET")
    monkeypatch.delenv("HERITAGE_METABASE_API")
    assert "HERITAGE_METABASE_TARGET=metabase" in CliRunner().invoke(app, ["metabase", "publish"]).output


def test_what_is_shipped_of_metabase_says_what_is_not_known_yet() -> None:
    target = load_target(DATASETS / "_vocabularies" / "targets", "metabase")
    with pytest.raises(SpecError, match=r"targets/metabase\.yaml") as caught:
        words_of(target)
    assert "key (string or external identifier" in str(caught.value)
    assert "instance_of (" not in str(caught.value)
