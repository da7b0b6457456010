"""Every figure of a proposal opens to its records, and is made up of them and of those that are hidden."""

from datetime import date
from itertools import count
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heritage.adapters.database.journal import SqlJournal
from heritage.adapters.files import FileStore
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.model.edit import Content, Kind
from heritage.model.tables import FINDINGS, RISK
from heritage.ports.drill import Drilled
from heritage.steps.drill import Behind, Parts
from heritage.steps.risk_sites import RegisterRisk, read_register
from ranking_examples import (
    BOTH,
    IDENTIFIER,
    VOCABULARIES,
    by_what,
    edit,
    journal_beside,
    ranking,
    snapshot,
    spec,
)

RULES = YamlVocabularies(VOCABULARIES).disclosure()
LEVELS = ["unknown", "watch", "at_risk", "critical"]
_folders = count()


def register(store: FileStore) -> RegisterRisk:
    name = store.last_good("xx_churches") or ""
    return read_register(spec().spec, name, store=store, rules=RULES, today=date(2026, 11, 22))


def rule(store: FileStore, classes: list[str], levels: list[str]) -> None:
    """Rulings on the records 1, 2, …"""
    rows = [
        {
            "record_id": str(n),
            "level": level,
            "explanation": f"Because of {n}.",
            "disclosure": one,
            "disclosure_rules": [],
            "disclosure_reason": "",
        }
        for n, (one, level) in enumerate(zip(classes, levels, strict=True), start=1)
    ]
    table = pa.Table.from_pylist(rows, schema=RISK)
    store.write_table("xx_churches", store.last_good("xx_churches"), "risk", table, "ruled")


def pages(
    behind: Behind,
    key: str,
    store: FileStore,
    known: RegisterRisk | None = None,
    groups: Parts = MappingProxyType({}),
) -> list[Drilled]:
    given = {"store": store, "register": known or register(store), "groups": groups}
    first = behind.drilled(key, 1, **given)
    assert first is not None
    return [first, *filter(None, (behind.drilled(key, n, **given) for n in range(2, first.pages + 1)))]


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> SqlJournal:
    """In which nothing is ever taken up."""
    return journal_beside(FileStore(str(tmp_path_factory.mktemp("journal"))))


one_record = st.tuples(
    st.sampled_from(LEVELS),
    st.sampled_from(["S0", "S0", "S1", "S3", "S5"]),
    st.sampled_from(["match", "review", "new"]),
    st.sampled_from([BOTH, Content(statements=(IDENTIFIER,))]),
    st.lists(st.sampled_from(["P17: France there, Spain here", "P31: a barn there"]), max_size=2),
    st.booleans(),
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(one_record, min_size=1, max_size=6))
def test_a_figure_is_its_rows_and_what_is_hidden(tmp_path: Path, journal, records):
    store = FileStore(str(tmp_path / str(next(_folders))))
    levels = [level for level, *_ in records]
    edits = [
        edit("xx_churches", str(n), content, level, conflicts=conflicts, withheld=["coordinates"] * withheld)
        | ({"qid": None, "kinds": ["new_items"]} if decision == "new" else {})
        for n, (level, _, decision, content, conflicts, withheld) in enumerate(records, start=1)
    ]
    snapshot(store, edits, levels, decisions=[decision for _, _, decision, *_ in records])
    rule(store, [disclosure for _, disclosure, *_ in records], levels)
    known = register(store)
    hidden = sum(disclosure == "S5" for _, disclosure, *_ in records)
    for proposal in by_what(ranking(store, journal=journal)).values():
        behind = Behind.read(proposal, store=store)
        groups = behind.by_group(known, "type")
        found = {figure.key: figure.count for figure in behind.figures(groups)}
        told = proposal.rehearsal
        for key in ("edits", "new_items", "statements", "references", "labels", "conflicts", "withheld"):
            assert found[key] == getattr(told, key)
        for every in ("level/", "group/"):
            assert sum(n for key, n in found.items() if key.startswith(every)) == told.edits
        for key, figure in found.items():
            opened = pages(behind, key, store, known, groups)
            rows = [row for page in opened for row in page.rows]
            assert len({row.record_id for row in rows}) == len(rows) == opened[0].listed
            assert sum(row.count for row in rows) == opened[0].listed_count
            assert opened[0].listed_count + opened[0].hidden_count == figure == opened[0].figure.count
            assert opened[0].hidden <= hidden
            assert not {row.record_id for row in rows} & {
                str(n) for n, (_, disclosure, *_) in enumerate(records, start=1) if disclosure == "S5"
            }


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(str(tmp_path))


def test_fifty_records_a_page_and_no_page_beyond_the_last(store):
    edits = [edit("xx_churches", str(n), BOTH) for n in range(1, 121)]
    snapshot(store, edits, ["unknown"] * 120)
    behind = Behind.read(by_what(ranking(store))["identifiers", "all"], store=store)
    opened = pages(behind, "edits", store)
    assert [(len(one.rows), one.page, one.pages) for one in opened] == [(50, 1, 3), (50, 2, 3), (20, 3, 3)]
    known = register(store)
    for asked, shown in ((0, 1), (-5, 1), (99, 3)):
        page = behind.drilled("edits", asked, store=store, register=known)
        assert page is not None
        assert page.page == shown
    assert behind.drilled("beauty", 1, store=store, register=known) is None


def test_what_may_not_be_told_of_a_record_is_not_told_behind_a_figure(store):
    said = ["P625: 1.2345, 2.3456 there"]
    edits = [edit("xx_churches", str(n), BOTH, "at_risk", conflicts=said) for n in (1, 2, 3)]
    snapshot(store, edits, ["at_risk"] * 3)
    rule(store, ["S0", "S3", "S5"], ["at_risk"] * 3)
    behind = Behind.read(by_what(ranking(store))["identifiers", "all"], store=store)
    [page] = pages(behind, "conflicts", store)
    assert [(row.record_id, row.item, row.why) for row in page.rows] == [
        ("1", "Q1", "P625: 1.2345, 2.3456 there"),
        ("2", None, None),
    ]
    assert (page.hidden, page.hidden_count, page.figure.count) == (1, 1, 3)
    [levels] = pages(behind, "level/at_risk", store)
    assert levels.rows[0].why == "Because of 1."


def test_a_record_that_the_register_has_no_more_or_hides_now_is_counted(store):
    edits = [edit("xx_churches", str(n), BOTH) for n in (1, 2, 3)]
    snapshot(store, edits, ["unknown"] * 3)
    behind = Behind.read(by_what(ranking(store))["identifiers", "all"], store=store)
    snapshot(store, edits[:1], ["unknown"] * 2)  # a newer pull, without the third
    rule(store, ["S0", "S5"], ["unknown"] * 2)
    [page] = pages(behind, "edits", store)
    assert [row.record_id for row in page.rows] == ["1"]
    assert (page.hidden, page.figure.count) == (2, 3)


def test_findings_and_what_a_rehearsal_would_not_send_open_too(store):
    edits = [edit("xx_churches", str(n), BOTH) for n in (1, 2)]
    name = snapshot(store, edits, ["unknown"] * 2)
    rehearsed = pa.table(
        {
            "edit_id": [one["edit_id"] for one in edits],
            "record_id": ["1", "2"],
            "stopped": ["deleted: Q1", ""],
        }
    )
    store.write_table("xx_churches", name, "rehearsal", rehearsed, "rehearsed")
    finding = {"code": "add-statements-with-invalid-format", "severity": "important", "text": "It says 1."}
    rows = [finding | {"record_id": "2", "property": pid} for pid in ("P31", "P9001")]
    store.write_table("xx_churches", name, "findings", pa.Table.from_pylist(rows, schema=FINDINGS), "found")
    proposal = by_what(ranking(store))["identifiers", "all"]
    assert proposal.rehearsal.stopped == (("deleted", 1),)
    behind = Behind.read(proposal, store=store)
    [stopped] = pages(behind, "stopped/deleted", store)
    assert [(row.record_id, row.why) for row in stopped.rows] == [("1", "deleted")]
    key = "found/add-statements-with-invalid-format"
    [found] = pages(behind, key, store)
    assert (
        proposal.rehearsal.violations
        == ((key.removeprefix("found/"), found.figure.count),)
        == (("add-statements-with-invalid-format", 1),)
    )
    assert Kind(proposal.kind) is Kind.IDENTIFIERS


def test_a_group_is_named_only_by_records_of_which_it_may_be_told(store):
    edits = [edit("xx_churches", str(n), BOTH) for n in (1, 2, 3)]
    snapshot(store, edits, ["unknown"] * 3, groups=["chapel", "chapel", "cell beside the mill"])
    rule(store, ["S0", "S0", "S5"], ["unknown"] * 3)
    behind = Behind.read(by_what(ranking(store))["identifiers", "all"], store=store)
    known = register(store)
    groups = behind.by_group(known, "type")
    assert {key: dict(parts) for key, parts in groups.items()} == {
        "group/chapel": {"1": 1, "2": 1},
        "group/": {"3": 1},
    }
    [untold] = pages(behind, "group/", store, known, groups)
    assert (untold.rows, untold.hidden, untold.figure.words) == (
        (),
        1,
        "edits whose group is not known or not told",
    )
