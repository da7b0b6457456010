"""What people ask for holds at once and everywhere; telling more takes the governance body."""

import json
import logging
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from heritage.cli import app
from heritage.disclosure.gate import publishable
from heritage.errors import DecisionStale, GovernanceError, SpecError
from heritage.governance.ballot import Answer as Vote
from heritage.model.approval import Answer
from heritage.model.digest import digest_json
from heritage.model.disclosure import By, Disclosure
from heritage.steps.plan_upload import refuse_more_than_told
from heritage.steps.refresh_index import Way
from heritage.wiring.governance import cast_vote, close_round, latest_report
from heritage.wiring.item_index import refresh_index
from heritage.wiring.pipeline import Run, load_dataset, run_step
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store, request_store, snapshot_store
from heritage.wiring.withhold import consent, propose_relaxing, relax, withhold
from installation import settings_in
from register_examples import VOCABULARIES

DATASET = "sy_graves"
STEPS = ("harvest", "map", "check", "approve", "flag")
YAML = """
id: sy_graves
title: Burial places
publisher: {name: A register}
kind: site
maintainers: [ada]
sample: synthetic
licence: {id: CC0-1.0, evidence: "https://reg.example/licence"}
harvest: {protocol: csv, url: "https://reg.example/list.csv"}
record:
  id: id
  name: {en: name}
  point: {x: lon, y: lat}
  type: type
  restriction: RESTRICT
  municipality: county
item:
  identifier: P1216
  country: Q858
  register_item: Q500
  admin: {Homs: Q1626}
"""
CHECKS = "checks: {rows: [1, 100]}\n"
YAML += CHECKS
SECRET = "zzsecretletter"
YES = Answer(True, "Ada", "tests")
AMERICAN = -97.512345  # degrees


def rows(restrict: str = "N", west: float = 37.512345) -> list[dict[str, Any]]:
    """Ten sites over a county more than a tenth of a degree wide; the first has no type."""
    return [
        {
            "id": f"g{n}",
            "name": f"Site {n}",
            "lon": f"{west + n / 20:.6f}",
            "lat": f"{34.212345 + n / 20:.6f}",
            "type": "" if n == 0 else "tomb",
            "RESTRICT": restrict if n == 1 else "N",
            "county": "Homs",
        }
        for n in range(10)
    ]


class House:
    def __init__(self, folder: Path, country: str = "Q858", *, flagged: str = "") -> None:
        given = {k.removeprefix("HERITAGE_").lower(): v for k, v in settings_in(folder).items()}
        self.source, self.told, self.snapshot = folder / "list.csv", dict[str, Any](), flagged
        self.settings = Settings(**given | {"datasets": str(folder / "datasets")})
        if flagged:
            return  # a copy of a house that is flagged already
        place = folder / "datasets" / "sy" / DATASET
        place.mkdir(parents=True)
        (folder / "datasets" / "_vocabularies").symlink_to(VOCABULARIES)
        (place / f"{DATASET}.yaml").write_text(YAML.replace("Q858", country))
        (folder / "items.jsonl").write_text('{"id": "Q1", "type": "item", "labels": {}}\n')
        refresh_index(self.settings, Way.DUMP, str(folder / "items.jsonl"))

    def run(self, content: list[dict[str, Any]], *steps: str) -> "House":
        lines = [",".join(content[0]), *(",".join(map(str, row.values())) for row in content)]
        self.source.write_text("\n".join(lines))
        snapshot = None
        for step in steps or STEPS:
            run = Run(load_dataset(DATASET, self.settings), self.settings, source=self.source, answer=YES)
            self.told[step] = run_step(step, run, snapshot)
            snapshot = self.told[step]["snapshot"]
        self.snapshot = str(snapshot)
        return self

    def ruling(self, record_id: str) -> dict[str, Any]:
        risk = snapshot_store(self.settings).read_table(DATASET, self.snapshot, "risk")
        return next(row for row in risk.to_pylist() if row["record_id"] == record_id)

    def left(self) -> list[dict[str, Any]]:
        store = snapshot_store(self.settings)
        tables = [store.read_table(DATASET, self.snapshot, name) for name in ("records", "risk")]
        return publishable(*tables).to_pylist()

    def decide(self, round_id: str, *answers: str) -> int:
        decisions = decision_store(self.settings)
        opened = decisions.round(round_id)
        assert opened is not None
        for member, answer in zip(opened.seats, answers, strict=True):
            for ranked in opened.proposals:
                cast_vote(self.settings, round_id, member, ranked.proposal.proposal_id, answer, "")
        [decision] = close_round(self.settings, round_id)
        return decision.number


@pytest.fixture(scope="module")
def flagged(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Made once; `house` is a copy of it."""
    return House(tmp_path_factory.mktemp("flagged")).run(rows())


@pytest.fixture
def house(tmp_path: Path, flagged: House) -> House:
    shutil.copytree(flagged.source.parent, tmp_path, dirs_exist_ok=True, symlinks=True)
    return House(tmp_path, flagged=flagged.snapshot)


def test_case_10_a_restricted_row_leaves_no_place_in_payload_logs_and_xcoms(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        house = House(tmp_path, country="Q30")
        house.run(rows("Y", AMERICAN), *STEPS, "reconcile", "propose")
    ruling = house.ruling("g1")
    assert (ruling["disclosure"], ruling["disclosure_rules"][0]) == ("S4", "R1")
    assert ruling["review_by"] is not None
    edits = snapshot_store(house.settings).read_table(DATASET, house.snapshot, "edits").to_pylist()
    edit = next(row for row in edits if row["record_id"] == "g1")
    payload = json.loads(edit["content"])
    assert {s["property"] for s in payload["statements"]} == {"P1216", "P17", "P131"}
    assert "Q1626" in edit["content"], "the county, which is larger than any cell"
    assert "coordinates" in edit["withheld"], "words in the place of what is kept back"
    everything = caplog.text + json.dumps(house.told) + "".join(capfd.readouterr())
    assert not [one for one in ("97.46", "34.26", "97,46") if one in everything + edit["content"]]


def test_case_13_nobody_relaxes_alone_and_not_without_consent(house: House) -> None:
    ruling = house.ruling("g0")
    assert (ruling["disclosure"], set(ruling["disclosure_rules"])) == ("S4", {"R9", "R13"})
    settings = house.settings
    with pytest.raises(GovernanceError, match="Nobody tells more of a protected place alone"):
        relax(settings, DATASET, "g0", Disclosure.S2, "", None, "Steward")
    with pytest.raises(GovernanceError, match="does not stand"):
        relax(settings, DATASET, "g0", Disclosure.S2, "", 7, "Steward")
    withhold(settings, DATASET, "g0", Disclosure.S5, By.COMMUNITY, SECRET, "Steward")
    with pytest.raises(GovernanceError, match="No vote stands in for it"):
        propose_relaxing(settings, DATASET, "g0", Disclosure.S2, "", "Steward")
    refused = propose_relaxing(settings, DATASET, "g0", Disclosure.S2, "consent 12/2026", "Steward")
    assert "g0" not in repr(refused.proposals[0].proposal.title + str(refused.proposals[0].proposal.reasons))
    number = house.decide(refused.round_id, *[Vote.FOR] * 3, *[Vote.AGAINST] * 2)
    with pytest.raises(GovernanceError, match="does not stand"):
        relax(settings, DATASET, "g0", Disclosure.S2, "consent 12/2026", number, "Steward")


def test_nobody_finds_the_record_by_trying_all_ids(house: House) -> None:
    [ranked] = propose_relaxing(house.settings, DATASET, "g0", Disclosure.S2, "", "Steward").proposals
    rules = house.ruling("g0")["disclosure_rules"]
    for held in (sorted(rules), rules):
        guess = digest_json([DATASET, "g0", Disclosure.S2, held, ""])
        assert guess != ranked.proposal.content_hash
        assert guess[:12] not in ranked.proposal.proposal_id


def test_two_thirds_and_consent_open_just_what_was_decided_on(house: House) -> None:
    settings = house.settings
    withhold(settings, DATASET, "g0", Disclosure.S5, By.OWNER, SECRET, "Steward")
    opened = propose_relaxing(settings, DATASET, "g0", Disclosure.S3, "letter 4", "Steward")
    number = house.decide(opened.round_id, *[Vote.FOR] * 4, Vote.AGAINST)
    for record_id, disclosure, letter in (
        ("g1", "S3", "letter 4"),
        ("g0", "S1", "letter 4"),
        ("g0", "S3", "x"),
    ):
        with pytest.raises(GovernanceError, match=r"about another|another record"):
            relax(settings, DATASET, record_id, Disclosure(disclosure), letter, number, "Steward")
    assert house.ruling("g0")["disclosure"] == "S5"
    relax(settings, DATASET, "g0", Disclosure.S3, "letter 4", number, "Steward")
    house.run(rows())
    assert house.ruling("g0")["disclosure"] == "S3"
    withhold(settings, DATASET, "g0", Disclosure.S5, By.OWNER, "another letter", "Steward")
    assert house.ruling("g0")["disclosure"] == "S5", "whoever asks anew takes back what was relaxed"


def test_a_request_holds_at_once_at_every_reader_and_for_every_edit(house: House) -> None:
    before = {row["record_id"] for row in house.left()}
    store = snapshot_store(house.settings)
    digest = store.digest(DATASET, house.snapshot, "risk")
    withhold(house.settings, DATASET, "g3", Disclosure.S5, By.AUTHORITY, SECRET, "Steward")
    assert before - {row["record_id"] for row in house.left()} == {"g3"}
    assert house.ruling("g3")["disclosure_rules"][0] == "R2"
    assert store.digest(DATASET, house.snapshot, "risk") != digest
    figures = store.read_table(DATASET, house.snapshot, "risk", ["disclosure"])["disclosure"].to_pylist()
    assert figures.count("S5") == 1


def test_an_approved_edit_of_a_record_that_somebody_asks_to_withhold_is_refused(tmp_path: Path) -> None:
    house = House(tmp_path, country="Q30").run(rows(west=AMERICAN), *STEPS, "reconcile", "propose")
    store = snapshot_store(house.settings)
    edits = store.read_table(DATASET, house.snapshot, "edits")
    basis = house.ruling("g3")["disclosure_basis"]
    refuse_more_than_told(DATASET, edits, store, basis)
    with pytest.raises(DecisionStale, match="rules of disclosure have changed"):
        refuse_more_than_told(DATASET, edits, store, "stricter rules")
    withhold(house.settings, DATASET, "g3", Disclosure.S5, By.OWNER, SECRET, "Steward")
    with pytest.raises(DecisionStale, match="Disclosure has changed") as refusal:
        refuse_more_than_told(DATASET, edits, store, basis)
    assert "g3" not in str(refusal.value)


def test_a_report_that_may_tell_more_than_was_asked_since_is_not_shown(house: House) -> None:
    def write(day: str) -> Path:
        folder = house.settings.reports_folder / f"{day}T060000Z"
        folder.mkdir(parents=True)
        (folder / "ranking.json").touch()
        return folder

    assert latest_report(house.settings) is None
    before = write("2026-11-01")
    assert latest_report(house.settings) == before
    withhold(house.settings, DATASET, "g3", Disclosure.S5, By.OWNER, SECRET, "Steward")
    assert latest_report(house.settings) is None
    anew = write("2126-11-01")
    assert latest_report(house.settings) == anew


def test_a_later_request_never_loosens_an_earlier_one(house: House) -> None:
    for disclosure in (Disclosure.S5, Disclosure.S1):
        withhold(house.settings, DATASET, "g3", disclosure, By.OWNER, SECRET, "Steward")
    assert house.ruling("g3")["disclosure"] == "S5"


def test_just_the_same_twice_is_told_and_not_entered_again(house: House) -> None:
    def ask(disclosure: Disclosure) -> None:
        withhold(house.settings, DATASET, "g3", disclosure, By.OWNER, SECRET, "Steward")

    ask(Disclosure.S4)
    with pytest.raises(GovernanceError, match=r"entered already, in line 1 of the requests\.") as refused:
        ask(Disclosure.S4)
    assert SECRET not in str(refused.value)
    ask(Disclosure.S5)
    ask(Disclosure.S4)  # others have asked meanwhile
    assert len(request_store(house.settings).requests(DATASET)) == 3


def test_a_request_about_an_entry_of_an_at_risk_register_is_refused_for_it_would_protect_nothing(
    house: House,
) -> None:
    folder = Path(house.settings.datasets) / "sy" / "sy_at_risk"
    folder.mkdir()
    described = YAML.replace(DATASET, "sy_at_risk").replace("kind: site", "kind: at_risk")
    listing = "risk: [{scheme: eamena_condition, field: state}]\nsubjects: [{property: P1216, id: of}]\n"
    (folder / "sy_at_risk.yaml").write_text(described[: described.index("item:")] + listing + CHECKS)
    with pytest.raises(SpecError, match=r"other registers' records \(P1216\)"):
        withhold(house.settings, "sy_at_risk", "g3", Disclosure.S5, By.OWNER, SECRET, "Steward")
    assert request_store(house.settings).requests("sy_at_risk") == []


def test_the_request_itself_stands_in_no_table_log_or_answer(
    house: House, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, "sqlalchemy.engine"):
        withhold(house.settings, DATASET, "g3", Disclosure.S5, By.COMMUNITY, SECRET, "Steward")
        house.run(rows())
    told = caplog.text + "".join(capfd.readouterr()) + json.dumps(house.told) + str(house.ruling("g3"))
    assert not [word for word in (SECRET, "community", "Steward") if word in told]
    [line] = request_store(house.settings).requests(DATASET)
    assert (line.evidence, line.by, line.entered_by) == (SECRET, By.COMMUNITY, "Steward")


@pytest.mark.parametrize(
    ("entering", "told"),
    [
        (lambda s: withhold(s, DATASET, "g3", Disclosure.S0, By.OWNER, SECRET, "x"), "S0 withholds nothing"),
        (lambda s: withhold(s, DATASET, "g3", Disclosure.S4, By.OWNER, " ", "x"), "where the letter"),
        (lambda s: consent(s, DATASET, "g3", By.AUTHORITY, SECRET, "x"), "cannot consent for the community"),
    ],
)
def test_what_cannot_be_entered_is_told_in_a_sentence(house: House, entering: Any, told: str) -> None:
    with pytest.raises(GovernanceError, match=told):
        entering(house.settings)
    assert request_store(house.settings).requests(DATASET) == []


def test_the_commands(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in house.settings.model_dump().items():
        if value not in (None, ""):
            monkeypatch.setenv(f"HERITAGE_{name.upper()}", str(value))
    runner = CliRunner()
    place = [DATASET, "g3"]
    done = runner.invoke(app, ["withhold", *place, "--class", "S5", "--by", "owner", "--evidence", SECRET])
    assert (done.exit_code, house.ruling("g3")["disclosure"]) == (0, "S5")
    assert not [word for word in ("g3", "owner asks", SECRET) if word in done.output]
    alone = runner.invoke(app, ["relax", *place, "--class", "S1", "--consent", "letter"])
    assert alone.exit_code == 1
    assert "Nobody tells more of a protected place alone" in " ".join(alone.output.split())
    brought = runner.invoke(app, ["relax", *place, "--class", "S1", "--consent", "letter", "--propose"])
    assert brought.exit_code == 0
    assert len(decision_store(house.settings).open_rounds()) == 1
    both = ["--class", "S1", "--consent", "letter", "--propose", "--decision", "1"]
    assert "give one of them" in " ".join(runner.invoke(app, ["relax", *place, *both]).output.split())
    agreed = runner.invoke(app, ["consent", *place, "--by", "community", "--evidence", "letter"])
    assert agreed.exit_code == 0
    nothing = runner.invoke(
        app, ["withhold", DATASET, "nowhere", "--class", "S5", "--by", "owner", "--evidence", "x"]
    )
    assert nothing.exit_code == 1
    assert "Traceback" not in nothing.output
