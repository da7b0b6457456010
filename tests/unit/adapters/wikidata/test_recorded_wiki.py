"""What a real Wikibase answered to the questions that bring an index up to date."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from heritage.adapters.clock import SystemClock
from heritage.adapters.harvest import HttpSettings
from heritage.adapters.harvest.session import Session
from heritage.adapters.wikidata.changes import ChangesPull
from heritage.adapters.wikidata.parts import ItemFile, Parts
from heritage.errors import SourceChanged
from heritage.spec.index_rules import Scope
from publishers.service import Asked, Reply, Service, json_reply, serving

pytestmark = pytest.mark.shared_data
SCOPE = Scope(("Q100000001",), (), (), ())
AT = datetime(2026, 11, 21, tzinfo=UTC)


@dataclass
class Recorded(Service):
    """Answers to the letter, in this order."""

    bodies: list[Any] = field(default_factory=list)

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        return json_reply(self.bodies.pop(0))


@contextmanager
def pulled(folder: Path, bodies: list[Any], old: list[str]) -> Iterator[tuple[ChangesPull, Parts]]:
    before = Parts(str(folder), "old")
    with before.writing("old") as add:
        for qid in old:
            add({"qid": qid, "context": False})
    parts = Parts(str(folder), "new")
    http = HttpSettings("tests", folder / "scratch", pause_s=0, attempts=1)
    with serving(Recorded([], bodies=bodies)) as wiki:

        def opened(name: str) -> Session:
            return Session("wikidata_index", folder / name, http, SystemClock())

        yield ChangesPull(f"{wiki.url}/w/api.php", before.file("old"), SCOPE, parts, opened), parts


def rows(files: list[ItemFile]) -> dict[str, Any]:
    return {row["qid"]: row for file in files for table in file.batches() for row in table.to_pylist()}


@pytest.fixture
def recorded(shared_data: Path) -> Any:
    folder = shared_data / "wikibase-recorded"

    def body(name: str) -> Any:
        return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["body"]

    return body


def changes(*qids: str) -> dict[str, Any]:
    return {"query": {"recentchanges": [{"type": "edit", "ns": 0, "title": qid} for qid in qids]}}


def test_the_list_of_changes_is_read(tmp_path: Path, recorded: Any) -> None:
    listed = recorded("recentchanges")
    titles = {change["title"] for change in listed["query"]["recentchanges"]}
    last = {"query": {"recentchanges": []}}
    items = {title for title in titles if title.startswith("Q")}
    gone = {"entities": {qid: {"id": qid, "missing": ""} for qid in items}}
    with pulled(tmp_path, [listed, last, gone, gone], ["Q565"]) as (pull, parts):
        pull.run(AT, AT)
    assert set(parts.note("changed")) == items
    assert parts.note("gone") == (["Q565"] if "Q565" in items else [])


def test_a_redirect_gives_way_to_where_it_leads(tmp_path: Path, recorded: Any) -> None:
    redirect = recorded("wbgetentities-redirect")
    with pulled(tmp_path, [changes("Q100000009"), redirect], ["Q100000009"]) as (pull, parts):
        pull.run(AT, AT)
    assert parts.note("gone") == ["Q100000009"]
    assert rows(parts.files())["Q100000010"]["labels"][0]["lang"] == "en"


def test_a_deleted_item_is_gone_and_another_is_read(tmp_path: Path, recorded: Any) -> None:
    mixed = recorded("wbgetentities-mixed-missing")
    known = {"entities": {"Q100000001": {"id": "Q100000001", "missing": ""}}}
    asked = [changes("Q99999999", "Q100000003"), mixed, mixed, known, mixed, known]
    with pulled(tmp_path, asked, ["Q99999999"]) as (pull, parts):
        pull.run(AT, AT)
    assert parts.note("gone") == ["Q99999999"]
    museum = rows(parts.files())["Q100000003"]
    assert (museum["context"], museum["revision"]) == (False, 90)
    assert {label["lang"] for label in museum["labels"]} == {"en", "de", "fr", "ar", "zh-hant", "mul"}


def test_an_error_with_status_200_is_told(tmp_path: Path, recorded: Any) -> None:
    answers = [recorded("error-toomanyvalues")]
    with (
        pulled(tmp_path, answers, ["Q1"]) as (pull, _),
        pytest.raises(SourceChanged, match="the wiki says toomanyvalues"),
    ):
        pull.run(AT, AT)
