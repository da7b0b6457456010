"""`heritage media` on an installation with a register that has images, and a wiki with files."""

import re
from datetime import UTC, datetime

import pytest
import yaml
from typer.testing import CliRunner

from heritage.adapters.database.decisions import SqlDecisionStore
from heritage.adapters.database.engine import connect
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.cli import app
from heritage.governance.decide import decide
from heritage.model.governance import Criteria, Proposal, Ranked, Rehearsal, Scope, Vote
from heritage.wiring.settings import Settings
from heritage.wiring.stores import media_journal
from heritage.wiring.terms import governance_settings
from installation import settings_in
from media_examples import Shelf, described, jpeg, record, source
from register_examples import VOCABULARIES
from wikibase_sandbox.testing import BOT, running

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
SEATS = ("Ada", "Bo", "Chidi", "Dana", "Eun")
PROPERTIES = {
    **dict.fromkeys(["P180", "P170", "P6216", "P275", "P7482", "P137", "P195"], "wikibase-item"),
    "P571": "time",
    "P973": "url",
    "P2699": "url",
    "P2093": "string",
}
ITEMS = ("Q1", "Q2", "Q700", "Q701", "Q702", "Q20007257", "Q50423863", "Q74228490")


class Installation:
    def __init__(self, folder, sandbox, base):
        self.folder, self.sandbox = folder, sandbox
        shelf = Shelf(folder, described(base), YamlVocabularies(VOCABULARIES).disclosure().digest)
        rows = [record("1", "Tower 1", "1.jpg"), record("2", "Tower 2", "2.jpg")]
        shelf.keep([*rows, record("3", "Tower 3", "3.jpg", rights="CC-BY-NC-4.0")])
        at = folder / "datasets" / "xx" / "xx_towers"
        at.mkdir(parents=True)
        content = shelf.loaded.spec.model_dump(mode="json", by_alias=True, exclude_unset=True)
        (at / "xx_towers.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
        (folder / "datasets" / "_vocabularies").symlink_to(VOCABULARIES)
        (folder / "password").write_text(BOT.password)
        self.env = settings_in(
            folder, datasets=str(folder / "datasets"), pilot_edits="1", user="ada", commons_target="sandbox"
        ) | {
            "HERITAGE_COMMONS_API": sandbox.api_url,
            "HERITAGE_COMMONS_USER": f"{BOT.name}@media",
            "HERITAGE_COMMONS_PASSWORD_FILE": str(folder / "password"),
        }

    def run(self, *arguments):
        return CliRunner(env={"COLUMNS": "200", **self.env}).invoke(app, ["media", *arguments])

    def rule(self, monkeypatch, kind="names", answer="for", number=1):
        """The body decides on something of the register."""
        for name, value in self.env.items():
            monkeypatch.setenv(name, value)
        store = SqlDecisionStore(connect(self.env["HERITAGE_DATABASE_URL"]))
        rehearsal, criteria = Rehearsal(1, 0, 1, 0, 0, 0, 0, 0.1), Criteria(0, 0, 0, 0)
        about = (f"p{number}", "xx_towers", "s1", "t", kind, Scope.ALL, "c", "e")
        proposal = Proposal(*about, rehearsal, (), criteria, 1.0)
        store.open_round(f"r{number}", [Ranked(proposal, 1, 0.5, {}, 0.9, "robust in")], SEATS, NOW, NOW)
        for member in SEATS:
            store.cast(f"r{number}", Vote(member, f"p{number}", answer, NOW, "because"))
        terms = governance_settings(Settings())
        [line] = store.close_round(f"r{number}", lambda r, votes, last: decide(r, votes, terms, NOW, last))
        assert line.result.value == ("approved" if answer == "for" else "refused")


@pytest.fixture
def installation(tmp_path):
    with (
        running(tmp_path / "wiki.sqlite") as sandbox,
        source({f"{n}.jpg": jpeg(n) for n in (1, 2, 3)}) as served,
    ):
        properties = [
            {"id": key, "datatype": kind, "labels": {"en": key}} for key, kind in PROPERTIES.items()
        ]
        sandbox.seed(entities=properties + [{"id": key, "labels": {"en": key}} for key in ITEMS])
        yield Installation(tmp_path, sandbox, served.base)


def test_images_go_after_a_decision_a_pilot_and_a_release(installation, monkeypatch):
    seen = installation.run("plan", "xx_towers")
    assert seen.exit_code == 0, seen.stderr
    assert "2 images of Towers" in seen.stdout
    assert "Tower 1 - Tower Office - 1 (about Q1, CC-BY-4.0)" in seen.stdout
    assert "stays: 1" in seen.stdout

    looked = installation.run("upload", "xx_towers")
    assert looked.exit_code == 0, looked.stderr
    assert "2 images would be sent" in looked.stdout
    assert installation.sandbox.requests()["writes"] == 0

    refused = installation.run("upload", "xx_towers", "--live")
    assert refused.exit_code == 1
    assert "approved nothing of xx_towers" in refused.stderr
    assert installation.sandbox.requests()["writes"] == 0

    installation.rule(monkeypatch)
    first = installation.run("upload", "xx_towers", "--live")
    assert first.exit_code == 0, first.stderr
    assert "1 images on the wiki" in first.stdout
    batch = re.search(r"order (\w+) release", first.stdout)[1]

    assert installation.run("order", batch, "pause", "--reason", "wait").exit_code == 0
    held = installation.run("upload", "xx_towers", "--live")
    assert held.exit_code == 0, held.stderr
    assert "1 images on the wiki" in held.stdout
    assert "pause by ada" in held.stdout
    assert installation.run("order", batch, "resume", "--reason", "on").exit_code == 0
    assert installation.run("order", batch, "release", "--reason", "looked at it").exit_code == 0
    assert "2 images on the wiki" in installation.run("upload", "xx_towers", "--live").stdout
    assert media_journal(Settings()).on_wiki(Settings().commons_target, "xx_towers") == {
        "1": "Tower 1 - Tower Office - 1.jpg",
        "2": "Tower 2 - Tower Office - 2.jpg",
    }


def test_images_that_the_body_refused_do_not_go_whatever_else_it_approved(installation, monkeypatch):
    installation.rule(monkeypatch)
    installation.rule(monkeypatch, "images", "against", 2)
    refused = installation.run("upload", "xx_towers", "--live")
    assert refused.exit_code == 1
    assert "refused the images of xx_towers" in refused.stderr
    assert installation.sandbox.requests()["writes"] == 0
    seen = installation.run("plan", "xx_towers")
    assert "stays: 2 (the governance body has not approved it)" in seen.stdout


def test_without_an_account_an_upload_says_what_to_set(installation):
    for name in ("HERITAGE_COMMONS_API", "HERITAGE_COMMONS_TARGET"):
        del installation.env[name]
    result = installation.run("upload", "xx_towers")
    assert result.exit_code == 1
    assert "HERITAGE_COMMONS_TARGET=commons" in result.stderr
