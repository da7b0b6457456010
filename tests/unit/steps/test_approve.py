"""What a person answers to a snapshot that a check asks about, and how long the answer holds."""

import pytest

from heritage.adapters.vocabularies import YamlVocabularies
from heritage.errors import SnapshotStopped
from heritage.model.approval import Answer
from heritage.steps.approve import approve, question
from heritage.steps.check import check
from register_examples import (
    VOCABULARIES,
    StoppedClock,
    Way,
    csv_bytes,
    good_rows,
    loaded,
    publisher,
    suites,
    thresholds,
    world,
)

DOUBT = "No page confirms the columns."
ADA = Answer(True, "Ada", "CLI")


@pytest.fixture
def server():
    with publisher() as state:
        state.body = csv_bytes(good_rows())
        yield state


@pytest.fixture
def way(tmp_path):
    return Way.over_http(tmp_path)


@pytest.fixture
def describe(tmp_path, server):
    return lambda **changes: loaded(
        tmp_path, **{"unverified": DOUBT, **changes, "harvest": {"url": f"{server.url}/list.csv"}}
    )


def checked(way, spec, **given):
    """A snapshot that was harvested, mapped and checked, and the counts of the check."""
    snapshot = way.harvest(spec)
    way.map(spec, snapshot)
    return snapshot, checked_again(way, spec, snapshot, **given)


def checked_again(way, spec, snapshot, **given):
    return check(
        spec,
        snapshot,
        store=way.store,
        checker=suites(),
        clock=StoppedClock(),
        thresholds=thresholds(),
        vocabularies=YamlVocabularies(VOCABULARIES),
        world=world(),
        **given,
    )


def answered(way, spec, snapshot, answer):
    return approve(spec, snapshot, answer, store=way.store, clock=StoppedClock())


def report(way, snapshot):
    return way.store.read_json("se_demo", snapshot, "checks")


def test_an_unverified_source_waits_for_a_person(way, describe):
    spec = describe()
    snapshot, counts = checked(way, spec)
    assert (counts.severity, counts.waits) == ("ask", True)
    assert way.store.last_good("se_demo") is None
    asked = question(spec, snapshot, store=way.store)
    assert (asked.title, asked.records, asked.rejected, asked.last_good) == ("Demo register", 40, 0, None)
    (finding,) = asked.findings
    assert finding.startswith("se_demo: Nobody could confirm from public material")
    assert DOUBT in finding


def test_of_a_bundled_sample_nobody_is_asked_whether_its_publisher_can_be_trusted(way, describe):
    spec = describe()
    snapshot, counts = checked(way, spec, bundled=True)
    assert (counts.severity, counts.waits) == ("note", False)
    assert any(DOUBT in issue["message"] for issue in report(way, snapshot)["issues"])
    asked = checked_again(way, spec, snapshot)
    assert (asked.severity, asked.waits) == ("ask", True), "an installation that asks publishers decides anew"


def test_an_approval_is_written_down_with_who_and_when_and_where(way, describe):
    spec = describe()
    snapshot, _ = checked(way, spec)
    given = answered(way, spec, snapshot, ADA)
    assert (given.by, given.via) == ("Ada", "CLI")
    assert report(way, snapshot)["approved"] == {"by": "Ada", "via": "CLI", "at": "2026-11-21T12:00:00+00:00"}
    assert way.store.last_good("se_demo") == snapshot
    assert question(spec, snapshot, store=way.store) is None
    assert answered(way, spec, snapshot, None).by == "Ada", "asked once is enough"


def test_a_source_that_was_approved_once_is_trusted_until_it_is_another(way, describe, server):
    spec = describe()
    snapshot, _ = checked(way, spec)
    answered(way, spec, snapshot, ADA)
    for count in (41, 42):
        server.body = csv_bytes(good_rows(count))
        snapshot, counts = checked(way, spec)
        assert not counts.waits
        assert way.store.last_good("se_demo") == snapshot
    server.body = csv_bytes(good_rows(43))
    _, counts = checked(way, describe(unverified="Nobody knows the publisher either."))
    assert counts.waits
    assert way.store.last_good("se_demo") == snapshot


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "is not used until an engineer approves it (the same run with --approve)"),
        (Answer(False, "Ada", "Airflow"), "is not used: Ada refused it"),
        (Answer(False, None, "Airflow"), "is not used: nobody approved it in time"),
    ],
)
def test_without_a_yes_the_last_good_snapshot_stays(way, describe, server, answer, says):
    good = way.run(describe(unverified=""))
    server.body = csv_bytes(good_rows()[:30])
    spec = describe(unverified="")
    snapshot, _ = checked(way, spec)
    with pytest.raises(SnapshotStopped) as raised:
        answered(way, spec, snapshot, answer)
    assert f"{says}; {good} stays the last good one. 1) se_demo: Records of the last good" in str(
        raised.value
    )
    assert way.store.last_good("se_demo") == good
    assert report(way, snapshot).get("approved") is None
    assert bool(report(way, snapshot).get("refused")) is (answer is not None)
    assert answered(way, spec, snapshot, ADA).by == "Ada", "a person may think again"
    assert way.store.last_good("se_demo") == snapshot


def test_where_nothing_asks_nothing_is_written(way, describe):
    spec = describe(unverified="")
    snapshot, counts = checked(way, spec)
    before = report(way, snapshot)
    assert not counts.waits
    assert question(spec, snapshot, store=way.store) is None
    given = answered(way, spec, snapshot, Answer(False, "Ada", "Airflow"))
    assert (given.by, given.via) == (None, None)
    assert report(way, snapshot) == before


def test_a_looser_expectation_is_told_before_the_publisher_is_asked(tmp_path, server, monkeypatch):
    from heritage.errors import SpecError
    from heritage.wiring.pipeline import Run, run_step
    from heritage.wiring.settings import Settings

    names = {"column": "name", "mostly": 0.1}
    own = {"type": "expect_column_values_to_not_be_null", "kwargs": names, "severity": "ask", "why": "x"}
    spec = loaded(tmp_path, harvest={"url": f"{server.url}/list.csv"}, checks={"expectations": [own]})
    with pytest.raises(SpecError, match=r"se_demo\.yaml: checks\.expectations\[0\]: mostly may be looser"):
        run_step("harvest", Run(spec, Settings(data_url=str(tmp_path / "data"), contact="x")), None)
    assert server.asked == []
