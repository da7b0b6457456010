"""The index from a query service: the same as from a dump, whatever the service does meanwhile."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wikidata_examples import CONTEXT, ENTITIES, IN_SCOPE, SCOPE, rules

from heritage.adapters.clock import SystemClock
from heritage.adapters.harvest import HttpSettings
from heritage.adapters.harvest.session import Session
from heritage.adapters.wikidata.dump import build_index
from heritage.adapters.wikidata.index import FileItemIndex, State, write_index
from heritage.adapters.wikidata.parts import Parts
from heritage.adapters.wikidata.polite import REMEDY
from heritage.adapters.wikidata.query_service import QueryServicePull
from heritage.errors import SourceChanged, SourceUnavailable
from publishers.service import serving
from publishers.wikidata import QueryService

DAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LISTS = "SELECT DISTINCT ?item"
FACTS = "SELECT ?item ?what"
Opens = Callable[..., Session]


class Killed(BaseException):
    """The process is gone."""


class Mortal(Session):
    """A session that is killed before so many more questions."""

    left = 1_000

    def _answer(self, *given: Any) -> Any:
        Mortal.left -= 1
        if Mortal.left < 0:
            raise Killed
        return super()._answer(*given)


@pytest.fixture(scope="module")
def answers() -> QueryService:
    """What has been answered once is known to all tests: rdflib takes its time."""
    return QueryService(ENTITIES)


@pytest.fixture
def service(answers: QueryService) -> Iterator[QueryService]:
    with serving(replace(answers, faults={}, always={}, asked=[], over=Event())) as one:
        yield one
        one.over.set()


class Pull:
    """Pulls into a folder; every attempt goes on with what is there."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, f"{url}/sparql"
        self.parts = Parts(str(folder / "data"), "a-pull")

    def run(self, limits: dict[str, int] | None = None, **http: Any) -> None:
        told = {"pause_s": 0, "attempts": 2, "wait_s": 0, **http}
        self.parts.begin(NOW, timedelta(days=1))
        QueryServicePull(
            self.url, SCOPE, rules(**(limits or {})), self.parts, lambda name: self._session(name, told)
        ).run()

    def _session(self, name: str, told: dict[str, Any]) -> Session:
        given = HttpSettings("HeritageGuard/1 (me@example.org)", self.folder / "scratch", **told)
        return Mortal("wikidata_index", self.folder / "pages" / name, given, SystemClock(), remedy=REMEDY)

    def index(self) -> FileItemIndex:
        write_index(self.parts.files(), str(self.folder / "data"), DAY, State(NOW, NOW))
        return FileItemIndex(str(self.folder / "data"))


@pytest.fixture
def pull(tmp_path: Path, service: QueryService) -> Pull:
    Mortal.left = 1_000
    return Pull(tmp_path, service.url)


@pytest.fixture(scope="module")
def expected(answers: QueryService) -> str:
    """The version of an index that came without trouble."""
    Mortal.left = 1_000
    with TemporaryDirectory() as folder, serving(answers) as one:
        whole = Pull(Path(folder), one.url)
        whole.run()
        return whole.index().version()


def test_it_is_the_same_as_from_a_dump(pull: Pull, tmp_path: Path) -> None:
    pull.run()
    rows = {row["qid"]: row for row in pull.index().items().to_pylist()}
    assert [qid for qid, row in rows.items() if not row["context"]] == IN_SCOPE
    assert [qid for qid, row in rows.items() if row["context"]] == CONTEXT
    (tmp_path / "dump.jsonl").write_text("\n".join(map(json.dumps, ENTITIES)), encoding="utf-8")
    build_index(str(tmp_path / "dump.jsonl"), str(tmp_path / "other"), DAY, scope=SCOPE)
    dumped = {row["qid"]: row for row in FileItemIndex(str(tmp_path / "other")).items().to_pylist()}
    assert dumped.keys() - rows.keys() == {"Q47"}  # of a country that the service was not asked for
    for qid, row in rows.items():
        assert unordered(row) == unordered(dumped[qid])
    assert rows["Q42"]["superclasses"] == ["Q811979", "Q24398318"]  # and not the class itself, by the circle
    assert rows["Q42"]["admin_chain"] == ["Q20", "Q230"]
    assert (
        rows["Q42"]["inception"]
        == ["-0499", "1850-05-12", "1890~", "16XX"][:1] + rows["Q42"]["inception"][1:]
    )
    assert set(rows["Q42"]["inception"]) == {"-0499", "1850-05-12", "1890~", "16XX"}
    assert {state["value"]: state for state in rows["Q42"]["conservation"]} == {
        "Q6": {"value": "Q6", "referenced": False, "observed": "2024-05-01"},
        "Q55555088": {"value": "Q55555088", "referenced": True, "observed": "2025-03-04"},
    }


def unordered(row: dict[str, Any]) -> dict[str, Any]:
    kept = ("superclasses", "admin_chain")
    return {k: sorted(map(str, v)) if isinstance(v, list) and k not in kept else v for k, v in row.items()}


def test_every_question_says_who_asks_and_the_service_of_when_it_is(
    pull: Pull, service: QueryService
) -> None:
    pull.run()
    assert {asked.headers["User-Agent"] for asked in service.asked} == {"HeritageGuard/1 (me@example.org)"}
    assert pull.parts.note("as_of") == "2026-11-20T03:00:00+00:00"
    before = len(service.asked)
    pull.run()  # all is there
    assert len(service.asked) == before


@pytest.mark.parametrize("limits", [{"most_items": 3}, {"classes_together": 1}, {"items_together": 5}])
def test_slices_change_nothing(pull: Pull, expected: str, limits: dict[str, int]) -> None:
    pull.run(limits)
    assert pull.index().version() == expected


def test_what_takes_too_long_is_split_and_not_asked_for_whole_again(
    pull: Pull, service: QueryService, expected: str
) -> None:
    too_long = {"500": lambda query: "VALUES ?class" in query and query.count("wd:Q") > 3}
    service.always = too_long
    pull.run()
    assert pull.index().version() == expected
    slow = sum(too_long["500"](asked.query["query"]) for asked in service.asked)
    pull.parts.write_note("asked", [])
    pull.run()
    assert sum(too_long["500"](asked.query["query"]) for asked in service.asked) == slow


def test_a_service_that_cuts_its_answers_is_asked_for_less(
    pull: Pull, service: QueryService, expected: str
) -> None:
    service.most = 40
    pull.run()
    assert pull.index().version() == expected


@pytest.mark.parametrize("fault", ["html", "cut", "500", "error", "short"])
def test_what_goes_wrong_once_is_asked_again(
    pull: Pull, service: QueryService, expected: str, fault: str
) -> None:
    if fault == "html":  # no error of a moment: whoever answers is no query service
        service.faults = {5: fault}
        with pytest.raises(SourceChanged, match=r"wikidata_index: .*the answer is not JSON"):
            pull.run()
    service.faults = {} if fault == "html" else dict.fromkeys(range(2, 60, 3), fault)
    pull.run()
    assert pull.index().version() == expected


@pytest.mark.parametrize(
    ("fault", "error", "says"),
    [
        ("html", SourceChanged, "the answer is not JSON"),
        ("cut", SourceUnavailable, "could not be fetched in 2 attempts: the file was cut short"),
        ("500", SourceUnavailable, "the server answered 500"),
        ("error", SourceUnavailable, "ran out of time, or its answer breaks off"),
        ("short", SourceUnavailable, "the service counts 1 rows and sent 0"),
        ("endless", SourceChanged, "larger than 200000 bytes"),
    ],
)
def test_a_slice_that_stays_bad_is_refused_and_the_rest_is_kept(
    pull: Pull, service: QueryService, expected: str, fault: str, error: type[Exception], says: str
) -> None:
    service.always = {fault: lambda query: LISTS in query and "MINUS" in query}
    with pytest.raises(error, match=says):
        pull.run({"classes_together": 100}, largest_bytes=200_000)
    there = {file.path for file in pull.parts.files()}
    assert len(there) == 3  # the slices before it
    asked = len(service.asked)
    service.always = {}
    pull.run({"classes_together": 100})
    assert not any("P380 ?any" in one.query["query"] for one in service.asked[asked:])
    assert pull.index().version() == expected


def test_a_service_that_is_down_is_not_asked_for_halves(pull: Pull, service: QueryService) -> None:
    service.always = {"500": lambda query: "dateModified" not in query and "P279 ?above" not in query}
    with pytest.raises(SourceUnavailable, match="500"):
        pull.run()
    assert sum("SELECT (1 AS" in asked.query["query"] for asked in service.asked) == 2  # one attempt, and one
    assert pull.parts.files() == []


def test_who_asks_to_wait_is_left_alone(pull: Pull, service: QueryService) -> None:
    service.faults = {6: "429"}
    with pytest.raises(SourceUnavailable, match="asks us to wait 17 minutes") as told:
        pull.run()
    assert told.value.retry_after == 1000
    assert len(service.asked) == 6


def test_a_service_that_hangs_is_told(pull: Pull, service: QueryService) -> None:
    service.always = {"hang": lambda _: True}
    with pytest.raises(SourceUnavailable, match=r"no answer within 0.2 s"):
        pull.run(silence_s=0.2, attempts=1)


def test_a_service_that_does_not_say_of_when_it_is_makes_no_index(tmp_path: Path) -> None:
    message = "does not say of when its data are"
    with serving(QueryService(ENTITIES, dated=None)) as one, pytest.raises(SourceChanged, match=message):
        Pull(tmp_path, one.url).run()


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=4))
def test_killed_anywhere_and_gone_on_with_it_is_the_same(
    answers: QueryService, expected: str, deaths: list[int]
) -> None:
    with TemporaryDirectory() as folder, serving(replace(answers, asked=[])) as one:
        pull = Pull(Path(folder), one.url)
        for lives in deaths:
            Mortal.left = lives
            try:
                pull.run()
            except Killed:
                continue
        Mortal.left = 1_000
        pull.run()
        assert pull.index().version() == expected


def test_an_old_pull_is_begun_again(pull: Pull, service: QueryService) -> None:
    pull.run()
    assert pull.parts.begin(NOW + timedelta(hours=3), timedelta(days=1)) == NOW
    assert pull.parts.files()
    later = NOW + timedelta(days=2)
    assert pull.parts.begin(later, timedelta(days=1)) == later
    assert pull.parts.files() == []
