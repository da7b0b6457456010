"""An index that is brought up to date is the one that would be made anew."""

import json
import shutil
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wikidata_examples import ENTITIES, SCOPE, item, linked, statement

from heritage.adapters.clock import SystemClock
from heritage.adapters.harvest import HttpSettings
from heritage.adapters.harvest.session import Session
from heritage.adapters.wikidata.changes import ChangesPull
from heritage.adapters.wikidata.dump import build_index
from heritage.adapters.wikidata.index import FileItemIndex, State, write_index
from heritage.adapters.wikidata.parts import Parts
from heritage.errors import SourceChanged, SourceUnavailable
from publishers.service import serving
from publishers.wikibase import Wikibase
from wikibase_sandbox.testing import running

BEFORE, DAY = date(2026, 11, 20), date(2026, 11, 21)
SINCE, UNTIL = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)


def now() -> tuple[dict[str, Any], list[str]]:
    """The wiki of today, and what was changed since the index was made."""
    wiki: dict[str, Any] = {one["id"]: deepcopy(one) for one in ENTITIES if one["type"] == "item"}
    del wiki["Q51"]
    wiki["Q42"]["labels"]["fr"] = {"language": "fr", "value": "église du Sauveur"}
    wiki["Q49"] = "Q42"  # merged
    del wiki["Q50"]
    wiki["Q60"] = item("Q60", "open-air museum", linked(P31="Q61", P17="Q230", P131="Q62"))
    wiki["Q61"] = item("Q61", "open-air museum type", linked(P279="Q63"))
    wiki["Q62"] = item("Q62", "a new town", linked(P131="Q64"))
    wiki["Q63"] = item("Q63", "specialised museum", linked(P279="Q33506"))
    wiki["Q64"] = item("Q64", "a new district", linked(P131="Q230"))
    wiki["Q48"]["labels"]["en"]["value"] = "another person"
    wiki["Q45"]["claims"] = linked(P31="Q10", P17="Q230")  # it lost its protection
    wiki["Q44"]["claims"]["P380"] = [statement("P380", "PA7", datatype="external-id")]
    wiki["Q21"]["labels"]["ka"] = {"language": "ka", "value": "მცხეთა"}  # an area
    return wiki, ["Q42", "Q49", "Q50", "Q60", "Q61", "Q48", "Q45", "Q44", "Q21", "Q42"]


class Update:
    """Brings the index of ENTITIES up to date."""

    def __init__(self, folder: Path, api: str, before: Path) -> None:
        self.data, self.folder, self.api = str(folder / "data"), folder, api
        self.waits: list[float] = []
        shutil.copytree(before, self.data)
        self.old = FileItemIndex(self.data).file()
        self.parts = Parts(self.data, "update")

    def run(self, session: type[Session] = Session) -> str:
        def opened(name: str) -> Session:
            http = HttpSettings("tests", self.folder / "scratch", pause_s=0)
            return session(
                "wikidata_index", self.folder / "pages" / name, http, SystemClock(), None, self.waits.append
            )

        self.parts.begin(UNTIL, timedelta(days=1))
        ChangesPull(self.api, self.old, SCOPE, self.parts, opened).run(SINCE, UNTIL)
        old = type(self.old)(self.old.fs, self.old.path, frozenset(self.parts.note("gone")))
        write_index([old, *self.parts.files()], self.data, DAY, State(UNTIL, SINCE, SCOPE.digest()))
        return FileItemIndex(self.data).version()


@pytest.fixture
def wiki() -> Iterator[Wikibase]:
    entities, changed = now()
    rows = [{"title": qid, "timestamp": f"2026-11-20T10:00:{n:02}Z"} for n, qid in enumerate(changed)]
    rows[2] |= {"type": "log", "logtype": "delete"}
    rows += [{"title": "Talk:Q42", "timestamp": "2026-11-20T11:00:00Z"}]
    with serving(Wikibase(rows, entities=entities)) as one:
        yield one


def built(folder: str, entities: list[dict[str, Any]], day: date) -> str:
    """The version of the index of these entities."""
    with TemporaryDirectory() as beside:
        dump = Path(beside) / "dump.jsonl"
        dump.write_text("\n".join(map(json.dumps, entities)), encoding="utf-8")
        return build_index(str(dump), folder, day, scope=SCOPE).version


@pytest.fixture(scope="module")
def before() -> Iterator[Path]:
    """The data folder with the index of ENTITIES."""
    with TemporaryDirectory() as folder:
        built(folder, ENTITIES, BEFORE)
        yield Path(folder)


@pytest.fixture
def update(tmp_path: Path, wiki: Wikibase, before: Path) -> Update:
    return Update(tmp_path, f"{wiki.url}/w/api.php", before)


@pytest.fixture(scope="module")
def expected() -> str:
    """The version of an index that is made of the wiki of today."""
    with TemporaryDirectory() as folder:
        return built(folder, [one for one in now()[0].values() if isinstance(one, dict)], DAY)


def test_edits_redirects_deletions_and_new_items_are_followed(
    update: Update, wiki: Wikibase, expected: str
) -> None:
    assert update.run() == expected
    index = FileItemIndex(update.data)
    rows = {row["qid"]: row for row in index.items().to_pylist()}
    assert {"Q49", "Q50", "Q45", "Q48"}.isdisjoint(rows)
    assert rows["Q60"]["superclasses"] == ["Q63", "Q33506", "Q811979", "Q16970", "Q24398318"]
    assert rows["Q60"]["admin_chain"] == ["Q64", "Q230"]
    assert (rows["Q60"]["context"], rows["Q61"]["context"], rows["Q62"]["context"]) == (False, True, True)
    assert {"lang": "ka", "text": "მცხეთა"} in rows["Q21"]["labels"]
    assert index.as_of() == UNTIL
    assert {asked.query.get("maxlag") for asked in wiki.asked} == {"5"}
    assert max(len(asked.query.get("ids", "").split("|")) for asked in wiki.asked) <= 50


@pytest.mark.parametrize(
    ("about", "asked"),
    [
        ({"comment": "/* wbsetlabel-add:1|en */ a star"}, False),
        ({"comment": "/* wbsetdescription-remove:1|de */ Stern"}, False),
        ({"comment": "/* wbeditentity-update-languages-short:0||nl, de */ bot"}, False),
        ({"comment": "/* wbsetsitelink-add:1|kawiki */ x"}, False),
        ({"comment": "/* wbcreateclaim-create:1| */ [[Property:P528]]: HD 1"}, False),
        ({"comment": "/* wbsetreference-add:2| */ [[Property:P577]]: 1990"}, False),
        ({"comment": "/* wbcreateclaim-create:1| */ [[Property:P31]]: [[Q16970]]"}, True),
        ({"comment": "/* wbsetclaim-update:2||1 */ [[Property:P380]]: PA8"}, True),
        ({"comment": "/* wbremoveclaims-remove:2| */ [[Property:P528]]: 1, [[Property:P31]]: [[Q5]]"}, True),
        ({"comment": "/* wbremoveclaims-remove:9| */ [[Property:P528]]: 1, [[Propert..."}, True),
        ({"comment": "/* wbsetclaim-create:2||1 */ [[Eigenschaft:P528]]: 1"}, True),
        ({"comment": "/* wbeditentity-update-languages-and-other-short:0||nl */"}, True),
        ({"comment": "/* wbeditentity-update:0| */"}, True),
        ({"comment": "/* undo:0||7|Somebody */"}, True),
        ({"comment": "/* wbmergeitems-from:0||Q8 */"}, True),
        ({"comment": "not by Wikibase"}, True),
        ({"commenthidden": ""}, True),
        ({"type": "new", "comment": "/* wbsetlabel-add:1|en */"}, True),
        ({"type": "log", "comment": ""}, True),
    ],
)
def test_of_items_elsewhere_only_those_are_read_whose_statements_may_have_changed(
    update: Update, wiki: Wikibase, expected: str, about: dict[str, str], asked: bool
) -> None:
    wiki.entities["Q70"] = item("Q70", "a star", linked(P31="Q523"))
    wiki.rows += [{"title": "Q70", "timestamp": "2026-11-20T12:00:00Z", **about}]
    wiki.rows += [{"title": "Q42", "timestamp": "2026-11-20T12:00:00Z", **about}]  # it is in the index
    assert update.run() == expected
    read = {qid for one in wiki.asked for qid in one.query.get("ids", "").split("|")}
    assert ("Q70" in read, "Q42" in read) == (asked, True)


def test_of_items_elsewhere_only_statements_are_read_until_they_belong(
    update: Update, wiki: Wikibase, expected: str
) -> None:
    assert update.run() == expected
    whole = {
        qid for one in wiki.asked if "props" not in one.query for qid in one.query.get("ids", "").split("|")
    }
    assert "Q60" in whole
    assert "Q48" not in whole  # a person


def test_a_class_that_moved_brings_in_items_that_are_new(update: Update, wiki: Wikibase) -> None:
    wiki.entities["Q811979"] = item("Q811979", "structure", linked(P279="Q33506"))
    wiki.entities["Q71"] = item("Q71", "a structure", linked(P31="Q811979"))
    wiki.rows += [{"title": qid, "timestamp": "2026-11-20T12:00:00Z"} for qid in ("Q811979", "Q71")]
    update.run()
    rows = {row["qid"]: row for row in FileItemIndex(update.data).items(["qid", "context"]).to_pylist()}
    assert rows["Q71"]["context"] is False


def test_what_has_come_is_not_asked_for_again(update: Update, wiki: Wikibase, expected: str) -> None:
    update.run()
    asked = len(wiki.asked)
    assert update.run() == expected
    assert len(wiki.asked) == asked


@pytest.mark.parametrize("fault", ["cut", "broken", "429", "503", "maxlag"])
def test_what_goes_wrong_once_is_asked_again(
    update: Update, wiki: Wikibase, expected: str, fault: str
) -> None:
    wiki.faults = dict.fromkeys(range(1, 60, 2), fault)
    assert update.run() == expected
    if fault in ("429", "503", "maxlag"):  # as long as the wiki asks for
        assert set(update.waits) == {5.0 if fault == "maxlag" else 3.0}


@pytest.mark.parametrize(
    ("fault", "error", "says"),
    [
        ("html", SourceChanged, "the answer is not JSON"),
        ("error", SourceChanged, "the wiki says no-such-entity"),
        ("broken", SourceUnavailable, "the answer breaks off"),
        ("maxlag", SourceUnavailable, "could not be fetched in 4 attempts: the wiki says maxlag"),
    ],
)
@pytest.mark.parametrize("first", [1, 6])
def test_what_stays_bad_leaves_the_old_index(
    update: Update, wiki: Wikibase, expected: str, fault: str, error: type[Exception], says: str, first: int
) -> None:
    before = FileItemIndex(update.data).version()
    wiki.faults = dict.fromkeys(range(first, 60), fault)
    with pytest.raises(error, match=says):
        update.run()
    assert FileItemIndex(update.data).version() == before
    wiki.faults = {}
    assert update.run() == expected


class Killed(BaseException):
    """The process is gone."""


class Mortal(Session):
    """A session that is killed before so many more questions."""

    left = 0

    def _answer(self, *given: Any) -> Any:
        Mortal.left -= 1
        if Mortal.left < 0:
            raise Killed
        return super()._answer(*given)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=4))
def test_killed_anywhere_and_gone_on_with_it_is_the_same(
    expected: str, before: Path, deaths: list[int]
) -> None:
    entities, changed = now()
    rows = [{"title": qid, "timestamp": "2026-11-20T10:00:00Z"} for qid in changed]
    with TemporaryDirectory() as folder, serving(Wikibase(rows, entities=entities)) as wiki:
        update = Update(Path(folder), f"{wiki.url}/w/api.php", before)
        for lives in deaths:
            Mortal.left = lives
            try:
                update.run(Mortal)
            except Killed:
                continue
        assert update.run() == expected


def test_a_wiki_that_runs_in_circles_is_told(update: Update, wiki: Wikibase) -> None:
    wiki.most = 0
    with pytest.raises(SourceChanged, match="the list of changes goes round in a circle"):
        update.run()


def test_a_wikibase_tells_what_changed(tmp_path: Path, before: Path) -> None:
    with running(tmp_path / "wiki.sqlite") as sandbox:
        update = Update(tmp_path, sandbox.api_url, before)
        sandbox.seed(entities=[{"id": "P31", "datatype": "wikibase-item"}])
        sandbox.seed(
            entities=[{"id": one["id"], "labels": {"en": "x"}} for one in ENTITIES if one["id"] == "Q16970"]
        )
        claim = {
            "mainsnak": statement("P31", {"entity-type": "item", "id": "Q16970"})["mainsnak"],
            "type": "statement",
        }
        claim["mainsnak"]["datavalue"]["type"] = "wikibase-entityid"
        data = {"labels": {"en": {"language": "en", "value": "A church of today"}}, "claims": [claim]}
        made = httpx.post(
            sandbox.api_url,
            data={
                "action": "wbeditentity",
                "new": "item",
                "data": json.dumps(data),
                "token": "+\\",
                "format": "json",
            },
        ).json()
        ChangesPull(
            sandbox.api_url,
            update.old,
            SCOPE,
            update.parts,
            lambda name: Session(
                "wikidata_index", tmp_path / name, HttpSettings("tests", tmp_path, pause_s=0), SystemClock()
            ),
        ).run(datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1))
        rows = [row for file in update.parts.files() for table in file.batches() for row in table.to_pylist()]
    [new] = [row for row in rows if row["qid"] == made["entity"]["id"]]
    assert (new["labels"], new["classes"], new["context"]) == (
        [{"lang": "en", "text": "A church of today"}],
        ["Q16970"],
        False,
    )
