"""`heritage reviews export`: from answers in the store to a file that a partner reads."""

import json
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from typer.testing import CliRunner, Result

from heritage.cli.app import app
from heritage.model.review import DONT_KNOW, RIGHT, WRONG, Annotation, AnnotationKind, Answer, Verdict
from heritage.review.settings import ReviewSettings
from heritage.review.verdict import judge
from heritage.steps.review_asked import asked_on, record_marks
from heritage.wiring.settings import Settings
from heritage.wiring.stores import review_store, snapshot_store
from installation import settings_in
from settled_examples import SAID, settled

LIBRARIES = "de_libraries"
CHOICES = {"+": RIGHT, "-": WRONG, "?": DONT_KNOW}
CAMPAIGN = """
id: libraries
title: {en: Libraries in more languages}
purpose: {en: Names for everybody.}
guidelines: {en: Say whether it is right.}
kind: annotation
datasets: [de_libraries]
opens: 2026-01-01
closes: 2027-01-01
goal: 10
"""


@pytest.fixture
def house(decided_installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = Path(shutil.copytree(decided_installation, tmp_path / "house"))
    (folder / "campaigns").mkdir()
    (folder / "campaigns" / "libraries.yaml").write_text(CAMPAIGN)
    for name, value in settings_in(folder, campaigns=str(folder / "campaigns")).items():
        monkeypatch.setenv(name, value)
    return folder


def export(*arguments: Any) -> Result:
    return CliRunner().invoke(app, ["reviews", "export", "--campaign", "libraries", *map(str, arguments)])


def agree_on(*said: Annotation) -> list[str]:
    """Three people find it right, of one library each; gives their ids."""
    return answered([(one, "+++") for one in said])


def answered(said: Sequence[tuple[Annotation, str]]) -> list[str]:
    """What people say one after the other (+ right, - wrong, ? does not know) of annotations, each of another
    library; gives their ids."""
    files, store = snapshot_store(Settings()), review_store(Settings())
    snapshot = files.last_good(LIBRARIES)
    assert snapshot
    rulings = files.read_table(LIBRARIES, snapshot, "risk", ["record_id", "disclosure"]).to_pylist()
    ids = sorted(row["record_id"] for row in rulings if row["disclosure"] == "S0")[: len(said)]
    marks = record_marks(files.read_table(LIBRARIES, snapshot, "records"), ids)
    at = datetime(2026, 10, 1, tzinfo=UTC)
    for name in range(max(len(votes) for _, votes in said)):
        store.join(str(name), f"R-{name}", at)
    for number, (record_id, (one, votes)) in enumerate(zip(ids, said, strict=True)):
        asked = asked_on(marks[record_id], {}, ())
        about = {"dataset": LIBRARIES, "record_id": record_id, "task_id": f"t{number}", "content_hash": asked}
        task = replace(settled(one, **about).task, campaign="libraries")
        store.add([task])
        for name, vote in enumerate(votes):
            answer = Answer(task.task_id, f"R-{name}", CHOICES[vote], at, f"{name} {number}")
            store.answer(answer, lambda all_, by: judge(all_, by, ReviewSettings()), lambda *_: None)
    return ids


def test_what_people_agree_on_becomes_annotations_and_edm(house: Path) -> None:
    ids = agree_on(*SAID.values(), Annotation(AnnotationKind.TAG, text="ada@reg.example"))
    address = "https://guard.example/reviews"
    result = export("--format", "annotations", "--out", house / "a.jsonld", "--address", address)
    assert result.exit_code == 0, result.output
    assert "a.jsonld: 5 annotations of 5 records." in result.output
    assert "1 stay: its words hold an e-mail address or a telephone number" in result.output
    collection = json.loads((house / "a.jsonld").read_text(encoding="utf-8"))
    assert (collection["id"], collection["total"]) == (f"{address}/libraries", 5)
    assert collection["label"] == "Libraries in more languages"
    assert all(one["target"].startswith("http") for one in collection["first"]["items"])
    assert '"creator"' not in (house / "a.jsonld").read_text(encoding="utf-8")
    result = export("--format", "edm", "--out", house / "a.zip", "--address", address)
    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(house / "a.zip") as archive:
        assert sorted(archive.namelist()) == sorted(f"{LIBRARIES}/{one}.xml" for one in ids[:5])
        tree = etree.fromstring(archive.read(archive.namelist()[0]))
    publisher = tree.find(".//{http://www.europeana.eu/schemas/edm/}dataProvider")
    assert publisher is not None
    assert publisher.text
    assert sorted(one.name for one in house.iterdir() if one.name.startswith(".")) == []


def test_of_case_20_only_what_people_agree_on_is_published(house: Path) -> None:
    """Nobody has answered for the expert: what waits for one is not published, however long that takes."""
    votes = ("+", "+++", "-+++", "---", "++--?")
    tags = [Annotation(AnnotationKind.TAG, text=f"tag {one}") for one in votes]
    answered(list(zip(tags, votes, strict=True)))
    store = review_store(Settings())
    states = [kept.outcome.verdict for n in range(len(votes)) if (kept := store.task(f"t{n}"))]
    open_, accepted, expert = Verdict.OPEN, Verdict.ACCEPTED, Verdict.EXPERT
    assert states == [open_, accepted, open_, accepted, expert]
    result = export("--format", "annotations", "--out", house / "a.jsonld")
    assert result.exit_code == 0, result.output
    published = (house / "a.jsonld").read_text(encoding="utf-8")
    assert [one["body"]["value"] for one in json.loads(published)["first"]["items"]] == ["tag +++"]


def test_where_nothing_may_leave_no_file_is_made(house: Path) -> None:
    agree_on(Annotation(AnnotationKind.TAG, text="ada@reg.example"))
    result = export("--format", "annotations", "--out", house / "a.jsonld")
    assert result.exit_code == 0, result.output
    assert "Nothing that people of libraries agree on may leave" in result.output
    assert not list(house.glob("*.jsonld*"))


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--format", "annotations", "--out", "a.zip"], "needs a name that ends with .jsonld, not a.zip"),
        (["--format", "edm", "--out", "a.xml"], "needs a name that ends with .zip, not a.xml"),
        (["--format", "edm", "--out", "nowhere/a.zip"], "there is no folder"),
        (["--format", "edm", "--out", "a.zip", "--target", "export"], "EDM is for Europeana"),
        (["--format", "edm", "--out", "a.zip", "--address", "ftp://x"], "is no address"),
        (["--format", "edm", "--out", "a.zip", "--campaign", "none"], "there is no campaign 'none'"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    here: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], why: str
) -> None:
    campaigns = here / "datasets" / "_campaigns"
    campaigns.mkdir()
    (campaigns / "libraries.yaml").write_text(CAMPAIGN)
    monkeypatch.chdir(here)
    result = export(*arguments)
    assert result.exit_code == 1
    assert why in " ".join(result.output.split())
