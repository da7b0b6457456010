"""The index by the command line: from a query service, then by changes; what the settings lack is told."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from heritage.adapters.wikidata.index import FileItemIndex
from heritage.cli import app
from heritage.errors import StoreDamaged
from heritage.wiring.item_index import plan_refresh, pull_index, write_index
from heritage.wiring.settings import Settings
from publishers.service import serving
from publishers.wikibase import Wikibase
from publishers.wikidata import QueryService
from register_examples import loaded

ROOT = Path(__file__).parents[3]


def item(qid: str, label: str, **claims: str) -> dict[str, object]:
    """An item whose claims are items."""

    def statement(name: str, to: str) -> dict[str, object]:
        snak = {"snaktype": "value", "property": name, "datavalue": {"value": {"id": to}}}
        return {"mainsnak": snak, "rank": "normal"}

    named = {"labels": {"en": {"language": "en", "value": label}}, "descriptions": {}, "aliases": {}}
    said = {name: [statement(name, to)] for name, to in claims.items()}
    return {"type": "item", "id": qid, **named, "claims": said, "sitelinks": {}}


CHURCH = item("Q1", "A church", P31="Q16970", P17="Q34", P131="Q20")
ENTITIES = [CHURCH, item("Q16970", "church building"), item("Q20", "Uppland"), item("Q5", "human")]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    loaded(tmp_path / "datasets")
    shutil.copytree(ROOT / "datasets" / "_vocabularies", tmp_path / "datasets" / "_vocabularies")
    monkeypatch.setenv("HERITAGE_DATA_URL", str(tmp_path / "data"))
    monkeypatch.setenv("HERITAGE_DATASETS", str(tmp_path / "datasets"))
    monkeypatch.setenv("HERITAGE_CONTACT", "me@example.org")
    monkeypatch.setenv("HERITAGE_HTTP_PAUSE_S", "0")
    monkeypatch.setenv("HERITAGE_HTTP_WAIT_S", "0")
    return Settings()


def heritage(*arguments: str) -> str:
    ran = CliRunner().invoke(app, list(arguments))
    return " ".join(ran.output.split())


def test_from_a_service_and_then_by_changes(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(QueryService(ENTITIES, dated=f"{datetime.now(UTC):%Y-%m-%dT00:00:00Z}")) as service:
        monkeypatch.setenv("HERITAGE_WIKIDATA_SPARQL", f"{service.url}/sparql")
        said = heritage("index")
        assert "1 items are indexed, as they were at" in said
        assert {asked.method for asked in service.asked} == {"POST"}
        assert all("(me@example.org)" in asked.headers["User-Agent"] for asked in service.asked)
    index = FileItemIndex(settings.data_url)
    assert index.items(["qid", "context"]).to_pylist() == [
        {"qid": "Q1", "context": False},
        {"qid": "Q20", "context": True},
        {"qid": "Q16970", "context": True},
    ]
    assert not list(Path(settings.data_url).glob("wikidata/pull/*/*"))  # nothing is left over
    renamed = CHURCH | {"labels": {"en": {"language": "en", "value": "A renamed church"}}}
    changes = [{"title": "Q1", "timestamp": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}]
    with serving(Wikibase(changes, entities={"Q1": renamed})) as wiki:
        monkeypatch.setenv("HERITAGE_WIKIDATA_API", f"{wiki.url}/w/api.php")
        planned = plan_refresh(Settings())
        assert planned["way"] == "changes"
        pull_index(Settings(), planned["way"])
        before = index.version()
        asked = len(wiki.asked)
        pull_index(Settings(), planned["way"])  # tried again: all is there
        assert len(wiki.asked) == asked
        made = write_index(Settings(), planned["way"])
    assert made.version == index.version() != before
    [label] = index.items(["labels"])["labels"][0].as_py()
    assert label["text"] == "A renamed church"
    assert index.state().complete < index.as_of()


def test_a_dump_is_filtered_when_that_is_wished(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump = tmp_path / "dump.jsonl"
    dump.write_text("\n".join(map(json.dumps, ENTITIES)), encoding="utf-8")
    assert "4 items of 4 lines are indexed, 0 lines were broken" in heritage("index", str(dump))
    monkeypatch.setenv("HERITAGE_WIKIDATA_FILTER", "true")
    assert "1 items of 4 lines are indexed, 0 lines were broken" in heritage("index", str(dump))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "no dump is named: set HERITAGE_WIKIDATA_DUMP"),
        (["--from", "service"], "set HERITAGE_WIKIDATA_SPARQL: an index by service needs it"),
        (["--from", "changes"], "set HERITAGE_WIKIDATA_API: an index by changes needs it"),
        (["nowhere.json"], "nowhere.json: cannot be opened"),
    ],
)
def test_what_is_missing_is_told(settings: Settings, arguments: list[str], says: str) -> None:
    assert says in heritage("index", *arguments)


def test_nobody_is_asked_without_an_address_to_write_to(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HERITAGE_CONTACT", "")
    monkeypatch.setenv("HERITAGE_WIKIDATA_SPARQL", "http://127.0.0.1:9/sparql")
    assert "set HERITAGE_CONTACT" in heritage("index")


def test_changes_without_an_index_are_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HERITAGE_WIKIDATA_API", "http://127.0.0.1:9/w/api.php")
    assert "there is no index of items in" in heritage("index", "--from", "changes")


def test_an_index_is_not_made_of_half_a_pull(settings: Settings, tmp_path: Path) -> None:
    dump = tmp_path / "dump.jsonl"
    dump.write_text("\n".join(map(json.dumps, ENTITIES)), encoding="utf-8")
    with pytest.raises(StoreDamaged, match="the parts of an index by dump are not there, or not all"):
        write_index(settings, "dump", str(dump))
    pull_index(settings, "dump", str(dump))
    assert write_index(settings, "dump", str(dump)).items == 4
