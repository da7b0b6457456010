"""All DAGs one after the other, as on a good day: registers, index, proposals, a vote, an upload."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest
import shapely
from dag_house import House, Ran, answer, webhook

from heritage.model.arrow import pc
from heritage.model.edit import EditState
from heritage.spec.loader import load_specs
from heritage.wiring.conduct import close, confirmation
from heritage.wiring.settings import Settings
from heritage.wiring.stores import action_log, decision_store, journal, snapshot_store
from installation import DATASETS, IN_DEMO, TERMS, connection, edits_made, fill, mirror, settings_in, vote
from layer_examples import alerts, layer, run
from terms_examples import EVER
from wikibase_sandbox.testing import Sandbox, running

LOADED = {one.spec.id: one for one in load_specs(DATASETS)[0]}
SPECS = {dataset: LOADED[dataset].spec for dataset in IN_DEMO}
UNDECIDED = "dk_fortidsminder"
"""A register that nobody runs and nothing is approved of."""
STEPS = ["harvest", "map", "check", "approve", "flag", "reconcile", "propose"]
MINSK = shapely.box(27.3, 53.8, 27.8, 54.0)
TABLES = ["records", "rejected", "changes", "risk", "matches", "edits"]


@dataclass(frozen=True)
class Day:
    """What the DAGs did, each once in this order, and two of them once more."""

    index: Ran
    datasets: dict[str, Ran]
    tables: dict[str, int]
    again: Ran
    tables_again: dict[str, int]
    governance: Ran
    votes: int
    asked: str
    told: list[str]
    uploads: Ran
    edits: int
    uploads_again: Ran
    governance_again: Ran
    sandbox: Sandbox


@pytest.fixture(scope="module")
def day(house: House) -> Iterator[Day]:
    with mirror() as registers, running(house.folder / "wiki.sqlite") as sandbox:
        fill(sandbox)
        house.set(**settings_in(house.folder, mirror=registers, datasets=str(described(house.folder))))
        house.set(AIRFLOW_CONN_HERITAGE_WIKI=connection(sandbox.api_url), HERITAGE_PARTITION_RECORDS="100")
        run(layer(house.folder / "datasets" / "_layers"), snapshot_store(Settings()), alerts((MINSK, {})))
        index = house.run("wikidata_index")
        datasets = {dataset: house.run(dataset) for dataset in SPECS}
        tables = written(house.folder)
        again = house.run("by_heritage")
        tables_again = written(house.folder)
        house.set(HERITAGE_GOVERNANCE=str(terms_with_a_secretary(house.folder)))
        house.set(HERITAGE_GOVERNANCE_CONNS="tell, mail", HERITAGE_GOVERNANCE_MAIL="body@heritage.example")
        members = Members()
        members.start()
        with webhook() as chat:
            house.set(AIRFLOW_CONN_TELL=json.dumps({"conn_type": "http", "host": chat.url}))
            governance = house.run("governance")
        members.join()
        told = [content["text"] for _, _, content in chat.took]
        uploads = house.run("uploads")
        edits = len(sandbox.edits())
        yield Day(
            *(index, datasets, tables, again, tables_again),
            *(governance, members.votes, members.asked, told, uploads, edits),
            *(house.run("uploads"), house.run("governance"), sandbox),
        )


def described(folder: Path) -> Path:
    """A folder with the descriptions of the day alone: before each run Airflow writes all DAGs that there are
    into its database. That it loads those of every register is tested beside this."""
    datasets = folder / "datasets"
    for dataset in (*SPECS, UNDECIDED):
        here = datasets / LOADED[dataset].folder.relative_to(DATASETS)
        here.parent.mkdir(parents=True, exist_ok=True)
        here.symlink_to(LOADED[dataset].folder)
    (datasets / "_vocabularies").symlink_to(DATASETS / "_vocabularies")
    return datasets


class Members(threading.Thread):
    """The governance body: votes as soon as there is a round, while Airflow waits for it; then its secretary
    confirms the round in the required actions."""

    votes = 0
    asked = ""

    def __init__(self) -> None:
        super().__init__(daemon=True)

    def run(self) -> None:
        pause = threading.Event()
        while not self.votes:
            pause.wait(0.2)
            self.votes = vote(Settings())
        while not self.asked:
            pause.wait(0.2)
            self.asked = answer("governance", "confirm", "Sol", "Confirm", reason="") or ""


def terms_with_a_secretary(folder: Path) -> Path:
    """Those of the tests, in a file of their own."""
    terms = folder / "terms.yaml"
    terms.write_text(json.dumps(TERMS | {"roles": {"secretary": [{"user": "Sol", **EVER}]}}))
    return terms


def written(folder: Path) -> dict[str, int]:
    """Every table of every dataset with the moment of its writing."""
    return {str(path): path.stat().st_mtime_ns for path in (folder / "data").glob("*/*/*.parquet")}


def table(dataset: str, day: Day, name: str) -> pa.Table:
    return snapshot_store(Settings()).read_table(
        dataset, day.datasets[dataset].xcoms["map"]["snapshot"], name
    )


def test_the_index_is_made_from_the_dump(day: Day) -> None:
    steps = dict.fromkeys(("plan", "pull", "build"), "success")
    assert (day.index.state, day.index.states) == ("success", steps)
    lines = (DATASETS / "_demo" / "items.jsonl").read_text(encoding="utf-8").splitlines()
    assert day.index.xcoms["build"]["items"] == len(lines)
    assert day.index.xcoms["build"]["broken"] == 0


@pytest.mark.parametrize("dataset", SPECS)
def test_a_dataset_goes_from_the_register_to_proposed_edits(day: Day, dataset: str) -> None:
    ran = day.datasets[dataset]
    assert ran.state == "success"
    rows = table(dataset, day, "records").num_rows
    apart = [f"compare[{number}]" for number in range(-(-rows // 100) if rows > 100 else 0)]
    assert ran.states == dict.fromkeys([*STEPS, "layers", "overlay[0]", "partitions", *apart], "success") | (
        {} if apart else {"compare": "skipped"}
    )
    assert {tries for step, tries in ran.tries.items() if ran.states[step] != "skipped"} == {1}
    told = ran.xcoms
    assert len({told[step]["snapshot"] for step in STEPS}) == 1
    assert snapshot_store(Settings()).last_good(dataset) == told["check"]["snapshot"]
    rows = {name: table(dataset, day, name).num_rows for name in TABLES}
    assert 0 < rows["records"] <= SPECS[dataset].checks.rows[1]
    assert (rows["records"], rows["rejected"]) == (told["map"]["records"], told["map"]["rejected"])
    assert rows["changes"] == told["map"]["changes"]["added"] == rows["records"]
    assert rows["risk"] == sum(told["flag"]["by_level"].values()) == rows["records"]
    decided = told["reconcile"]["match"] + told["reconcile"]["review"] + told["reconcile"]["new"]
    assert decided == rows["records"]
    assert len(set(table(dataset, day, "matches")["record_id"].to_pylist())) == rows["records"]
    assert (
        0 < rows["edits"] == told["propose"]["edits"] <= told["reconcile"]["match"] + told["reconcile"]["new"]
    )


@pytest.mark.parametrize("dataset", SPECS)
def test_xcoms_are_small_and_carry_the_snapshot_and_counts_only(day: Day, dataset: str) -> None:
    for step, value in day.datasets[dataset].xcoms.items():
        assert len(json.dumps(value)) < 1000, step
        if step in ("layers", "partitions"):
            assert {tuple(one) for one in value} <= {("snapshot", "layer"), ("snapshot", "number")}
            continue
        texts = [
            text
            for key, text in value.items()
            if isinstance(text, str) and key not in ("snapshot", "severity")
        ]
        assert texts == [], step
        nested = [inner for inner in value.values() if not isinstance(inner, str | int | float | None | dict)]
        assert nested == [], step


def test_each_dataset_announces_its_edits(day: Day) -> None:
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        told = session.execute(
            select(AssetModel.uri, AssetEvent.source_dag_id, AssetEvent.source_task_id).join(AssetEvent.asset)
        ).all()
    assert {(f"heritage://datasets/{dataset}", dataset, "propose") for dataset in SPECS} <= {
        tuple(one) for one in told
    }
    assert ("heritage://decisions/", "governance", "close_round") in [tuple(one) for one in told]


def test_a_layer_is_laid_over_a_large_register_before_it_is_flagged(day: Day) -> None:
    exposed, said = (table("by_heritage", day, name) for name in ("overlay_world_demo", "evidence"))
    assert 0 < exposed.num_rows == said.filter(pc.equal(said["register"], "world_demo")).num_rows
    assert day.again.states["overlay"] == "skipped", "the layer says nothing new"


def test_an_unchanged_register_is_free(day: Day) -> None:
    assert day.again.state == "success"
    first = day.datasets["by_heritage"].xcoms
    assert day.again.xcoms["harvest"] == first["harvest"] | {"new": False}
    assert day.again.xcoms["propose"] == first["propose"]
    assert day.tables_again == day.tables


def test_the_body_decides_while_the_dag_waits(day: Day, house: House) -> None:
    ran = day.governance
    assert (ran.state, set(ran.states.values())) == ("success", {"success"})
    assert set(ran.states) == {"rank", "open_round", "tell", "vote", "confirm", "close_round", "tell_result"}
    settled = ran.xcoms["close_round"]
    assert len(settled) == ran.xcoms["rank"]["ranked"] > 0
    assert set(settled.values()) == {"approved"}
    assert day.votes == 5 * len(settled)
    log = decision_store(Settings()).log()
    assert {line.proposal_id: line.result.value for line in log} == settled
    assert {line.round_id for line in log} == {ran.xcoms["open_round"]} == {ran.xcoms["vote"]}
    assert ran.xcoms["confirm"] == {"round_id": ran.xcoms["vote"], "by": "Sol", "returned": ""}
    folder = Path(ran.xcoms["rank"]["folder"])
    assert folder.parent == house.folder / "reports"
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert [spec.title for spec in SPECS.values() if spec.title not in report] == []


def test_the_secretary_reads_in_words_what_the_round_comes_to(day: Day) -> None:
    settled = day.governance.xcoms["close_round"]
    assert (
        f"5 of 5 members took part. By the terms of reference it comes to {len(settled)} approved"
        in day.asked
    )
    assert day.asked.count(": approved. ") == len(settled)
    assert "Nothing is decided before you answer" in day.asked
    assert "Without an answer within 3 days it counts as confirmed." in day.asked


def test_members_are_told_once_and_a_way_that_is_missing_stops_nothing(day: Day) -> None:
    round_id = day.governance.xcoms["vote"]
    opened, closed = day.told
    assert f"A round of votes ({round_id}) is open. Please answer on the page Priorities by" in opened
    assert f"({round_id}) is closed: {len(day.governance.xcoms['close_round'])} approved, 0 refused" in closed
    assert [spec.title for spec in SPECS.values() if spec.title in opened + closed] == []
    kept = [entry.detail for entry in action_log(Settings()).about(round_id) if entry.action == "tell"]
    missing = "not told, there is no Airflow connection 'mail', which HERITAGE_GOVERNANCE_CONNS names"
    assert kept == [
        "opened by tell",
        f"opened by mail: {missing}",
        "closed by tell",
        f"closed by mail: {missing}",
    ]


def test_a_round_that_is_closed_is_neither_asked_about_nor_closed_again(day: Day) -> None:
    round_id = day.governance.xcoms["vote"]
    assert confirmation(Settings(), round_id) is None
    before = decision_store(Settings()).log()
    assert close(Settings(), round_id, "Sol", returned="too late") == before
    assert decision_store(Settings()).log() == before


def test_what_was_approved_is_on_the_wiki_once(day: Day) -> None:
    ran = day.uploads
    batches = ran.xcoms["plan"]
    tasks = ["plan", *(f"{task}[{n}]" for task in ("upload", "verify") for n in range(len(batches)))]
    nobody_ordered = dict.fromkeys(("ordered", "undo", "publish"), "skipped")
    assert (ran.state, ran.states) == ("success", dict.fromkeys(tasks, "success") | nobody_ordered)
    entries = [entry for batch in batches for entry in journal(Settings()).entries(batch["batch_id"])]
    confirmed = [entry for entry in entries if entry.state is EditState.CONFIRMED]
    assert len(confirmed) == len(entries) > 0
    made = edits_made(day.sandbox)
    assert made == dict.fromkeys([entry.edit_id for entry in entries], 1)
    assert day.edits == len(entries)
    for n in range(len(batches)):
        uploaded, verified = ran.xcoms[f"upload[{n}]"], ran.xcoms[f"verify[{n}]"]
        assert uploaded["confirmed"] == uploaded["sent_now"] == verified["present"]
        assert (verified["reverted"], verified["deleted"]) == (0, 0)
    one = confirmed[0]
    assert SPECS[one.dataset].item.identifier in day.sandbox.entity(str(one.qid))["claims"]


def test_nothing_left_to_upload_is_skipped(day: Day) -> None:
    assert day.uploads_again.state == "success"
    assert set(day.uploads_again.states.values()) == {"skipped"}
    assert len(day.sandbox.edits()) == day.edits


def test_nothing_to_decide_is_skipped(day: Day) -> None:
    ran = day.governance_again
    assert ran.state == "success"
    later = ("open_round", "tell", "vote", "confirm", "close_round", "tell_result")
    assert ran.states == {"rank": "success"} | dict.fromkeys(later, "skipped")
    assert ran.xcoms["rank"]["ranked"] == 0
